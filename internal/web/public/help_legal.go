package public

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/web"
)

type legalPage struct {
	web.Page
	Legal []web.Line // what the instance says of itself
	Whole bool       // nothing of it is missing
}

// showLegal answers GET /mentions-legales: what the instance's settings say,
// and what they do not say yet.
func showLegal(w http.ResponseWriter, r *web.Request) error {
	said := r.App.Settings.Legal
	page := &legalPage{
		Page:  web.Page{Title: "Mentions légales", Summary: "Qui publie ce site, qui l’héberge, à qui écrire."},
		Whole: true,
	}
	for _, line := range []web.Line{
		{Label: "Éditeur", Value: said.Publisher},
		{Label: "Direction de la publication", Value: said.Director},
		{Label: "Hébergeur", Value: said.Host},
		{Label: "Données personnelles", Value: said.Privacy},
		{Label: "Contact", Value: said.Contact},
	} {
		if line.Value == "" {
			line.Value, page.Whole = web.French("À compléter par l’organisme qui tient cette instance"), false
		}
		page.Legal = append(page.Legal, line)
	}
	return web.Render(w, r, http.StatusOK, "legal", page)
}

type accessibilityPage struct{ web.Page }

// showAccessibility answers GET /accessibilite: the statement of accessibility
// (décret n° 2019-768 du 24 juillet 2019), as far as it can be made without an
// audit.
func showAccessibility(w http.ResponseWriter, r *web.Request) error {
	return web.Render(w, r, http.StatusOK, "accessibility", &accessibilityPage{web.Page{
		Title: "Accessibilité : tests à chaque version, pas encore d’audit", Summary: "Ce qui est vérifié, ce qui ne l’est pas, et comment signaler une difficulté.",
	}})
}

type dataPage struct {
	web.Page
	Kept web.Table
	Read web.Table
}

// showPersonalData answers GET /donnees: what is kept of people, for whom, and
// until when. docs/personal-data.md is its long form.
func showPersonalData(w http.ResponseWriter, r *web.Request) error {
	return web.Render(w, r, http.StatusOK, "personal-data", &dataPage{
		Page: web.Page{Title: "Vos données personnelles", Summary: "Ce que le programme garde de vous, pourquoi, qui le lit, jusqu’à quand."},
		Kept: keptTable, Read: readTable,
	})
}

// keptTable is the register of processing in plain words. The terms are those
// that the program keeps to today, or says that it does not yet.
var keptTable = web.Table{
	Caption: "Ce qui est gardé", Quiet: true,
	Columns: []web.Column{{Label: "Quoi"}, {Label: "Pourquoi"}, {Label: "Protégé par"}, {Label: "Jusqu’à quand"}},
	Rows: typeset([][]web.Cell{
		{web.Head("Votre prénom ou surnom, votre commune").Noted("si vous les dites"), web.Text("Vous attendre et vous reconnaître au même guichet"), web.Text("Le nom est chiffré avec une clé à vous"), web.Text("24 mois après votre dernier passage")},
		{web.Head("Votre téléphone, et qui répond").Noted("si vous êtes d’accord"), web.Text("Vous rappeler votre rendez-vous"), web.Text("Chiffré avec la même clé"), web.Text("24 mois, ou dès que vous le demandez")},
		{web.Head("Comment vous parler").Noted("gros caractères, langue, relire à voix haute"), web.Text("Vous accueillir comme il faut"), web.Text("Chiffré avec la même clé"), web.Text("24 mois après votre dernier passage")},
		{web.Head("Vos réponses aux questions"), web.Text("Proposer l’aide qui convient"), web.Text("Sans votre nom"), web.Text("24 mois ; ensuite, des nombres seulement")},
		{web.Head("Vos séances, votre carnet, vos chèques"), web.Text("Réserver, et payer le lieu qui vous aide"), web.Text("Un numéro au lieu de votre nom"), web.Text("Le temps des comptes : 10 ans, sans votre nom")},
		{web.Head("Les agents et les médiateurs : nom, e-mail"), web.Text("Se connecter, et savoir qui a fait quoi"), web.Text("Chiffrés avec une clé à chacun"), web.Text("Tant que la personne a un rôle, puis le temps des comptes")},
		{web.Head("Le compte bancaire d’un lieu"), web.Text("Le payer"), web.Text("Chiffré avec la clé du lieu"), web.Text("Le temps des comptes : 10 ans")},
		{web.Head("Les e-mails envoyés"), web.Text("Savoir s’ils sont partis"), web.Text("Chiffrés ; le texte est effacé à l’envoi"), web.Text("90 jours")},
	}),
}

var readTable = web.Table{
	Caption: "Qui lit quoi", Quiet: true,
	Columns: []web.Column{{Label: "Qui"}, {Label: "Votre nom"}, {Label: "Votre téléphone"}, {Label: "Vos réponses"}, {Label: "Vos chèques"}},
	Rows: typeset([][]web.Cell{
		{web.Head("Le guichet qui vous a accueilli"), web.Text("oui"), web.Text("oui"), web.Text("oui"), web.Text("oui")},
		{web.Head("Le lieu où vous êtes attendu"), web.Text("oui"), web.Text("non"), web.Text("non"), web.Text("ceux lus chez lui")},
		{web.Head("Un autre guichet, un autre lieu"), web.Text("non"), web.Text("non"), web.Text("non"), web.Text("non")},
		{web.Head("La collectivité, les financeurs"), web.Text("non"), web.Text("non"), web.Text("non"), web.Text("sans votre nom")},
		{web.Head(account.RoleName(account.RoleAccountant) + ", contrôle"), web.Text("non"), web.Text("non"), web.Text("non"), web.Text("sans votre nom")},
	}),
}

// typeset sets the spaces of a table written in Go.
func typeset(rows [][]web.Cell) [][]web.Cell {
	for _, row := range rows {
		for i := range row {
			row[i].Text, row[i].Note = web.French(row[i].Text), web.French(row[i].Note)
		}
	}
	return rows
}
