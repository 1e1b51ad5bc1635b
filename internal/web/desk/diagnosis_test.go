package desk_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
)

// fullAnswers send a person to a pathway: the basics, no device of their own.
var fullAnswers = []url.Values{
	{"use": {"sometimes"}}, {"device": {"shared"}}, {"connection": {"none"}}, {"inform": {"rights"}}, {"communicate": {"message", "call"}},
	{"solve": {"nothing"}}, {"create": {"pictures"}}, {"protect": {"unknown"}}, {"reading": {"with"}}, {"speaking": {"french"}},
	{"comfort": {"calm", "near"}}, {"feeling": {"afraid"}}, {"wish": {"urgent"}},
}

func TestTheFullDiagnosisIsLeftAndTakenUpAgain(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.agent)
	way := (&walk{t: t}).at(client.Get("/guichet"))
	way.submit("Commencer le diagnostic complet", nil)
	way.page.Shows("Question 1 sur 13, Diagnostic complet")
	for _, answer := range fullAnswers[:6] {
		way.submit("Continuer", answer)
	}
	way.page.Shows("Question 7 sur 13")
	way.at(client.Get("/guichet")).at(way.page.Follow("Personne sans nom"))
	way.page.Shows("Question 7 sur 13")
	for _, answer := range fullAnswers[6:] {
		way.submit("Continuer", answer)
	}
	way.page.Shows("Un parcours d’ateliers").Shows("Quelqu’un lit avec la personne").Shows("Diagnostic complet, version 1, le 24 novembre 2026").
		Shows("Au sens de la mesure nationale : un domaine à 0 au moins").Shows("Où trouver ce qui manque").Shows("Un endroit calme")
	way.submit("Noter : fait sur papier", nil)
	way.page.Shows("Fait")
	w.view(func(ctx context.Context, q db.Q) error {
		var done string
		err := q.QueryRow(ctx, `SELECT way FROM urgent_act`).Scan(&done)
		if done != orientation.UrgentOnPaper {
			t.Errorf("done %q", done)
		}
		return err
	})
	way.page.Follow("Imprimer ces adresses").Must(200).Shows("Un ordinateur et Internet, sur place")
}

func TestASecondDiagnosisShowsWhatChangedAndBooksNothing(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.agent)
	var who holder.Holder
	w.do(w.agent, func(ctx context.Context, tx *db.Tx) (err error) {
		if who, err = holder.Register(ctx, tx, holder.New{Name: "Monique", Commune: "23096"}); err != nil {
			return err
		}
		first, err := diagnosis.Record(ctx, tx, diagnosis.Input{Answers: map[string]string{"search": "none", "write": "none", "formality": "none"},
			Manner: diagnosis.OnForm, TakenOn: civil.DateOf(tx.Now(), civil.Paris).AddDays(-40)})
		if err != nil {
			return err
		}
		return diagnosis.Attach(ctx, tx, first.ID, who.ID)
	})
	way := (&walk{t: t}).at(client.Get("/guichet/personnes/" + who.ID.String()))
	way.submit("Repérage rapide", nil)
	for _, answer := range answers {
		way.submit("Continuer", answer)
	}
	way.submit("Garder le diagnostic seulement", nil)
	way.page.Shows("Diagnostic gardé").Shows("Ses progrès").Shows("3 domaines sur 3 demandés")
	if text := way.page.Text("main"); strings.Count(text, "Progrès") < 2 || !strings.Contains(text, "Pareil") {
		t.Error("what changed is not told")
	}
	w.view(func(ctx context.Context, q db.Q) error {
		found, err := diagnosis.Of(ctx, q, who.ID)
		if len(found) != 2 {
			t.Errorf("%d diagnoses", len(found))
		}
		people, _, listErr := holder.List(ctx, q, holder.Filter{})
		if len(people) != 1 || listErr != nil {
			t.Errorf("%d people", len(people))
		}
		return err
	})
}
