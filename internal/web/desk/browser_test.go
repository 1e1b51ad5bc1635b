package desk_test

import (
	"context"
	"strings"
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/holder"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// choice is a label to tick or press, among those of the flow.
var choices = []string{
	"Cette semaine", "Je le fais seul, sans difficulté", "Je le fais seul, sans difficulté",
	"Quelqu’un le fait pour moi ou avec moi", "Qu’on m’explique les mots", "Apprendre à me débrouiller",
}

func TestTheCountersPagesStandEveryCheck(t *testing.T) {
	w := newWorld(t)
	stock := w.stock(3)
	tab := apptest.NewTab(t, w.server.URL, apptest.WithoutScript)
	tab.Visit("/entrer/" + w.tokens[w.agent.ID])
	visit := func(name, path string) {
		t.Helper()
		tab.Visit(path)
		tab.Look(name)
	}
	before := tab.Loads()
	tab.Look("guichet")
	tab.Press("Commencer")
	for i, label := range choices {
		if i == 0 || i == 4 {
			tab.Look("question-" + string(rune('1'+i)))
		}
		tab.Choose(label)
		tab.Press("Continuer")
	}
	tab.Look("resultat")
	tab.Fill("Sa commune", "Saint-Vaury")
	tab.Choose("mardi")
	tab.Choose("jeudi")
	tab.Press("Chercher une place")
	tab.Look("places")
	tab.Press("Choisir Mes démarches en ligne, mardi 1er décembre, 14 h à 16 h, Guéret")
	tab.Look("personne")
	tab.Fill("Prénom ou surnom", "Monique")
	tab.Fill("Téléphone, pour les rappels", "06 39 98 41 22")
	tab.Choose("La personne est d’accord, à voix haute, pour recevoir des rappels")
	tab.Choose("Gros caractères")
	tab.Choose("Un carnet de votre stock")
	tab.Fill("Numéro du carnet de votre stock", stock[0].Number)
	tab.Press("Vérifier")
	tab.Look("verification")
	tab.Choose("Le numéro sur le carnet est bien le " + voucher.Group(stock[0].Number))
	tab.Press("Remettre le carnet")
	tab.Look("page")
	tab.PDF("page")
	if loads := tab.Loads() - before + 1; loads > 12 {
		t.Errorf("%d page loads without script", loads)
	}

	var someone holder.Holder
	w.view(func(ctx context.Context, q db.Q) error {
		people, _, err := holder.List(ctx, q, holder.Filter{Text: "Monique"})
		someone = people[0]
		return err
	})
	base := "/guichet/personnes/" + someone.ID.String()
	visit("personnes", "/guichet/personnes")
	visit("une-personne", base)
	visit("fiche", base+"/fiche")
	visit("autre-seance", base+"/places")
	visit("remettre", base+"/carnet")
	visit("places-libres", "/guichet/places")
	visit("carnets", "/guichet/carnets")
	visit("impression", "/guichet/carnets/impression")
	visit("carnet", "/guichet/carnets/"+stock[0].ID.String())
	visit("carnet-papier", "/guichet/carnets/"+stock[0].ID.String()+"/papier")
	tab.PDF("carnet-papier")
	visit("blocage", "/guichet/carnets/"+stock[0].ID.String()+"/blocage")
	tab.Press("Bloquer le carnet")
	tab.Look("blocage-refuse")
}

func TestTheOtherWaysStandEveryCheck(t *testing.T) {
	w := newWorld(t)
	tab := apptest.NewTab(t, w.server.URL)
	tab.Visit("/entrer/" + w.tokens[w.agent.ID])
	tab.Choose("Toutes les questions sur une page")
	tab.Press("Commencer")
	tab.Look("questions")
	tab.Press("Voir la proposition")
	tab.Look("questions-refusees")
	for legend, label := range map[string]string{
		"Quand avez-vous utilisé internet pour la dernière fois, sur un téléphone ou un ordinateur ?": "Jamais",
		"Pour trouver un horaire ou une adresse sur internet, comment faites-vous ?":                  "Je ne le fais pas",
		"Pour écrire un message ou un courriel à quelqu’un, comment faites-vous ?":                    "Je ne le fais pas",
		"Quand vous devez remplir un papier sur internet, comment faites-vous ?":                      "Je ne le fais pas",
		"Aujourd’hui, que voulez-vous ?":                                                              "Faire un papier qui ne peut pas attendre",
	} {
		tab.ChooseIn(legend, label)
	}
	tab.Press("Voir la proposition")
	tab.Look("resultat-loin")
	tab.Press("Noter : fait ensemble")
	tab.Fill("Sa commune", "Saint-Vaury")
	tab.Press("Chercher qui peut aider")
	tab.Look("aide")
	tab.Press("Continuer")
	tab.Fill("Prénom ou surnom", "Jean")
	tab.Look("personne-loin")
	tab.Press("Vérifier")
	tab.Look("verification-loin")
	tab.Press("Terminer")
	tab.Look("rendez-vous")
	tab.PDF("rendez-vous")

	// A seat that went while papers were made.
	for _, session := range w.sessions[:1] {
		w.do(w.agent, func(ctx context.Context, tx *db.Tx) error {
			for range 4 {
				other, err := holder.Register(ctx, tx, holder.New{})
				if err != nil {
					return err
				}
				if _, err := workshop.Book(ctx, tx, workshop.Reservation{Session: session.ID, Holder: other.ID}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	known := w.register(holder.New{Name: "Monique", Commune: "23096"})
	tab.Visit("/guichet/personnes/" + known.ID.String() + "/places")
	if !strings.Contains(tab.Text("main"), "Complet") {
		t.Error("a full session is not shown where one can wait")
	}
	tab.Look("liste-attente")
	tab.Visit("/guichet/passages/00000000-0000-7000-8000-000000000000")
	tab.Look("inconnu")
}
