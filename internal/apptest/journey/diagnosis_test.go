package journey_test

import (
	"context"
	"strings"
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/diagnosis"
)

// A questionnaire leaves the counter: on a phone, on paper, for another day.
func TestAQuestionnaireIsAnsweredElsewhere(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))

	t.Run("on the person's own phone", func(t *testing.T) {
		a := w.agent(t, "guichet")
		a.Visit("/guichet")
		a.Press("Sur papier, ou sur le téléphone de la personne")
		a.Check()
		a.Press("Donner une adresse, Repérage rapide")
		a.Check()
		a.Shows("L’adresse à donner à la personne")
		_, code, _ := strings.Cut(a.Text(".kept"), "/q/")
		at := a.Path()

		person := apptest.NewTab(t, w.address, apptest.WithoutScript)
		person.Width(320)
		person.Visit("/q/" + strings.TrimSpace(code))
		person.Check()
		person.Press("Commencer")
		for i, text := range said {
			person.Choose(text)
			if i == 0 || i == 4 {
				person.Check()
			}
			person.Press("Continuer")
		}
		person.Shows("Vos réponses")
		person.Check()
		person.Press("Envoyer au guichet")
		person.Shows("Merci, c’est envoyé")
		person.Check()
		person.Visit("/q/" + strings.TrimSpace(code) + "/2")
		person.Shows("Merci, c’est envoyé")

		a.Visit("/guichet")
		a.Shows("Répondu sur un téléphone")
		a.Visit(at)
		a.Shows("Les réponses sont arrivées")
		a.Check()
		a.Press("Voir la proposition")
		a.Shows("Un parcours d’ateliers, avec un carnet")
		a.Shows("seul, sur un téléphone, le 20 novembre 2026")
		person.Visit("/q/" + strings.TrimSpace(code))
		person.Shows("Cette adresse ne sert plus")
	})

	t.Run("in English, and some left out", func(t *testing.T) {
		a := w.agent(t, "guichet")
		a.Visit("/guichet/questionnaires")
		a.Fill("Langue sur le téléphone, Repérage rapide", "English")
		a.Press("Donner une adresse, Repérage rapide")
		_, code, _ := strings.Cut(a.Text(".kept"), "/q/")
		person := apptest.NewTab(t, w.address, apptest.WithoutScript)
		person.Visit("/q/" + strings.TrimSpace(code))
		person.Press("Begin")
		person.Choose("Never")
		person.Press("Continue")
		person.Check()
		person.Visit("/q/" + strings.TrimSpace(code) + "/fin")
		person.Shows("No answer")
		person.Press("Send to the desk")
		person.Shows("Thank you, it is sent")
	})

	t.Run("on paper, typed in later", func(t *testing.T) {
		a := w.agent(t, "guichet")
		a.Visit("/guichet/questionnaires/full/papier")
		a.Axe("the paper form")
		a.Shows("Diagnostic complet, version 1")
		a.Visit("/guichet/questionnaires/full/saisie")
		a.Press("Saisir les réponses")
		a.Check()
		a.Shows("Écrivez une date")
		a.Fill("Jour où la personne a rempli la feuille", "2026-11-27")
		a.Press("Saisir les réponses")
		a.Shows("aujourd’hui, ou avant")
		a.Fill("Jour où la personne a rempli la feuille", "2026-11-03")
		a.Press("Saisir les réponses")
		a.Shows("Feuille remplie le 3 novembre 2026")
		a.Check()
		a.Choose("Cette semaine")
		a.Choose("Chercher une aide ou un droit")
		a.Press("Voir la proposition")
		a.Shows("version 1, sur papier, le 3 novembre 2026")
		a.Check()
		w.read(t, "guichet", func(ctx context.Context, q db.Q) error {
			var manner, day string
			err := q.QueryRow(ctx, `SELECT manner, taken_on FROM diagnosis WHERE questionnaire = 'full' ORDER BY id DESC LIMIT 1`).Scan(&manner, &day)
			if manner != diagnosis.OnForm || day != "2026-11-03" {
				t.Errorf("kept as %s of %s", manner, day)
			}
			return err
		})
	})

	t.Run("by Pix", func(t *testing.T) {
		a := w.agent(t, "guichet")
		a.Visit("/guichet/personnes")
		a.Press("Achille")
		a.Press("Ajouter un résultat Pix")
		a.Check()
		a.Fill("Jour du résultat", "2026-11-18")
		a.Fill("2.1 Interagir", "Niveau 3")
		a.Fill("2.2 Partager et publier", "Niveau 3")
		a.Press("Enregistrer le résultat")
		a.Shows("2.1 niveau 3, 2.2 niveau 3")
		a.Check()
		a.Press("Comment Pix est lu dans nos niveaux")
		a.Shows("À partir du niveau 3, indépendant")
		a.Check()
		a.Visit("/guichet/pix")
		a.Check()
	})

	t.Run("an address that nobody gave", func(t *testing.T) {
		client := w.client(t, "")
		for range 20 {
			client.Get("/q/AAAA2222").Must(404)
		}
		client.Get("/q/AAAA2222").Must(429)
	})
}
