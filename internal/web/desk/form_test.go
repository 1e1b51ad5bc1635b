package desk_test

import "testing"

func TestTheFormIsShownAndPrinted(t *testing.T) {
	w := newWorld(t)
	client := w.client(w.agent)
	for _, path := range []string{"/guichet/questionnaires/quick/papier", "/guichet/questionnaires/quick/papier?langue=en", "/guichet/questionnaires/full/papier"} {
		page := client.Get(path).Must(200)
		page.Follow("La même feuille en PDF").Must(200)
	}
	client.Get("/guichet/questionnaires/slow/papier").Must(404)
	client.Get("/guichet/questionnaires/quick/papier?version=9").Must(404)
	client.Get("/guichet/questionnaires/quick/saisie").Must(200).Shows("Version de la feuille")
}
