package cli

import "passerelle/internal/web"

// legal is what an instance must say of itself, shown at /mentions-legales,
// /donnees and /accessibilite.
type legal struct {
	Publisher string `help:"Éditeur : nom, forme, adresse, téléphone." env:"PASSERELLE_PUBLISHER" placeholder:"TEXTE"`
	Director  string `help:"Directeur ou directrice de la publication." env:"PASSERELLE_DIRECTOR" placeholder:"NOM"`
	Host      string `help:"Hébergeur : nom, adresse, téléphone." env:"PASSERELLE_HOST" placeholder:"TEXTE"`
	Privacy   string `help:"À qui écrire sur les données personnelles : le délégué à la protection des données." env:"PASSERELLE_PRIVACY" placeholder:"TEXTE"`
	Contact   string `help:"E-mail de contact, pour l’accessibilité aussi." env:"PASSERELLE_CONTACT" placeholder:"E-MAIL"`
}

func (l legal) settings() web.Legal {
	return web.Legal{Publisher: l.Publisher, Director: l.Director, Host: l.Host, Privacy: l.Privacy, Contact: l.Contact}
}
