package sample

import (
	"fmt"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/place"
)

// listOfPlaces is a collectivité's own list, with its columns and its words.
const listOfPlaces = `Structure;Voie;CP;Ville;Tel;On y apprend;Lundi;Mardi
Salle du lavoir (exemple);3 place du Lavoir;23000;Guéret;05 36 49 12 40;ordinateur, papiers;9h-12h;
Local des jeunes (exemple);8 rue Basse;23200;Aubusson;05 36 49 12 41;papiers;;14h à 17h
Antenne voisine (exemple);1 rue Haute;87000;Limoges;;ordinateur;;
;2 rue du Pont;23300;La Souterraine;;;;
`

// howItIsRead matches that list with the national schema.
const howItIsRead = `{"nom": {"colonne": ["Structure"]}, "adresse": {"colonne": ["Voie"]}, "code_postal": {"colonne": ["CP"]}, "commune": {"colonne": ["Ville"]},
	"telephone": {"colonne": ["Tel"]}, "horaires": {"jours": [{"colonne": "Lundi", "osm": "Mo"}, {"colonne": "Mardi", "osm": "Tu"}]},
	"services": [{"colonnes": ["On y apprend"], "termes": ["ordinateur"], "cible": "Maîtrise des outils numériques du quotidien"},
		{"colonnes": ["On y apprend"], "termes": ["papiers"], "cible": "Aide aux démarches administratives"}]}`

// bringList leaves a list that the collectivité brought and tried the day
// before, and has yet to import.
func (s *stage) bringList() error {
	var upload place.Upload
	err := s.at(s.options.At.Add(-24*time.Hour), s.actors["territoire"], func(tx *db.Tx) (err error) {
		upload, err = place.KeepUpload(s.ctx, tx, place.Upload{Name: "lieux-du-departement.csv", Source: "liste-du-departement"}, []byte(listOfPlaces))
		if err != nil {
			return err
		}
		if err := place.MatchUpload(s.ctx, tx, upload.ID, howItIsRead); err != nil {
			return err
		}
		return place.TryUpload(s.ctx, tx, upload.ID)
	})
	if err != nil {
		return fmt.Errorf("list: %w", err)
	}
	return exchange.Uploads{Database: s.d}.Read(s.ctx, upload.ID)
}
