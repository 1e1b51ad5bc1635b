package journey_test

import (
	"strings"
	"testing"
	"time"

	"passerelle/internal/dbtest"
	"passerelle/internal/voucher"
)

// The pace of an agent who knows the screen, after the keystroke-level model
// (Card, Moran and Newell, 1980): a keystroke of an average typist, a target
// pointed at and clicked, a page looked at before acting; and a question read
// aloud with its answers, then answered. Nothing is slept: it is added up.
const (
	keystroke = 200 * time.Millisecond
	pointing  = 1300 * time.Millisecond
	looking   = 3 * time.Second
	spoken    = time.Minute / 183 // a word, aloud (Brysbaert, 2019)
	answering = 2 * time.Second
)

// paced is an agent whose time is added up.
type paced struct {
	*agent
	spent time.Duration
}

// Fill moves to the field with the tabulation key, and types.
func (p *paced) Fill(label, value string) {
	p.t.Helper()
	p.spent += keystroke * time.Duration(1+len([]rune(value)))
	p.agent.Fill(label, value)
}

func (p *paced) Choose(label string) {
	p.t.Helper()
	p.spent += pointing
	p.agent.Choose(label)
}

func (p *paced) Press(text string) {
	p.t.Helper()
	if p.Count("main fieldset legend") == 1 && strings.Contains(p.Path(), "/questions/") {
		p.spent += answering + spoken*time.Duration(len(strings.Fields(p.Text("main form fieldset"))))
	} else {
		p.spent += looking
	}
	p.spent += pointing
	p.agent.Press(text)
}

func TestThreeMinutesFromBonjourToThePrintedPage(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	stock := w.inStock(t, "guichet", 2)
	a := &paced{agent: w.agent(t, "guichet")}
	before := a.Loads()
	a.Visit("/guichet")
	a.Press("Commencer")
	for _, text := range said {
		a.Choose(text)
		a.Press("Continuer")
	}
	a.Fill("Sa commune", "Saint-Vaury")
	a.Choose("mardi")
	a.Choose("jeudi")
	a.Press("Chercher une place")
	a.Press("Choisir")
	a.Fill("Prénom ou surnom", "Zélie")
	a.Fill("Téléphone, pour les rappels", "06 39 98 41 77")
	a.Choose("La personne est d’accord, à voix haute, pour recevoir des rappels")
	a.Choose("Un carnet de votre stock")
	a.Fill("Numéro du carnet de votre stock", stock[0].Number)
	a.Press("Vérifier")
	a.Choose("Le numéro sur le carnet est bien le " + voucher.Group(stock[0].Number))
	a.Press("Remettre le carnet")
	a.Shows("Bonjour Zélie")
	loads := a.Loads() - before
	t.Logf("%d page loads, %s", loads, a.spent.Round(time.Second))
	if loads > 12 || a.spent > 3*time.Minute {
		t.Errorf("%d page loads and %s: more than 12 loads or 3 minutes", loads, a.spent)
	}
}

func TestAVisitIsLeftAndTakenUpAgainAtEachStep(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	stock := w.inStock(t, "guichet", 1)
	a := w.agent(t, "guichet")
	// Somebody comes in at each step; the visit is taken up from the first page.
	again := func(called, shown string) {
		t.Helper()
		a.Visit("/guichet")
		a.Press(called)
		a.Shows(shown)
	}
	a.Visit("/guichet")
	a.Press("Commencer")
	for i, text := range said {
		again("Personne sans nom", "Question "+string(rune('1'+i))+" sur 6")
		a.Choose(text)
		a.Press("Continuer")
	}
	again("Personne sans nom", "Pourquoi cette proposition")
	a.Fill("Sa commune", "Saint-Vaury")
	a.Press("Chercher une place")
	again("Personne sans nom", "près de Saint-Vaury")
	a.Press("Choisir")
	again("Personne sans nom", "Qui est la personne")
	// Without a telephone: nothing is promised.
	a.identify("Ysaline", stock[0].Number)
	again("Ysaline", "Vérifiez avant de remettre le carnet")
	if text := a.Text("main"); strings.Contains(text, "rappel") {
		t.Errorf("reminders are told of to someone without a telephone: %s", text)
	}
	a.compare(stock[0].Number)
	a.Press("Remettre le carnet")
	a.Shows("Bonjour Ysaline")
	if _, seats := w.known(t, "guichet", "Ysaline"); len(seats) != 1 {
		t.Errorf("%d seats", len(seats))
	}
}

func TestWithNoSeatAnywhereNearSomethingElseIsProposed(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	a := w.agent(t, "guichet")
	a.Visit("/guichet")
	a.Press("Commencer")
	a.answer(said...)
	a.Fill("Sa commune", "Saint-Vaury")
	a.Press("Chercher une place")
	a.Fill("Fini à", "06:30") // nobody opens then
	a.Press("Filtrer")
	a.Shows("Aucune ne répond à tout")
	a.Shows("De l’aide à distance")
	a.Axe("the alternatives")
	a.Press("Noter un rendez-vous à distance")
	a.Press("Continuer")
	a.Fill("Prénom ou surnom", "Xénia")
	a.Choose("Pas de carnet aujourd’hui")
	a.Press("Vérifier")
	a.Press("Terminer")
	a.Shows("Quelqu’un vous aide par téléphone.")
	a.Axe("the page of an appointment from afar")
}

func TestAGroupLeavesWithItsPages(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	a := w.agent(t, "guichet")
	a.Visit("/guichet")
	a.Press("Orienter un groupe")
	a.Axe("a group")
	a.Fill("Combien de personnes ?", "3")
	a.Press("Chercher une séance")
	a.Axe("seats for a group")
	a.Press("Choisir")
	a.Fill("Prénom ou surnom, personne 1", "Wanda")
	a.Fill("Prénom ou surnom, personne 2", "Victoire")
	a.Axe("the names of a group")
	a.Press("Vérifier")
	a.Axe("a group to check")
	a.Press("Réserver les places")
	a.Shows("Bonjour Wanda")
	a.Axe("the pages of a group")
	if sheets := a.Count("article.sheet"); sheets != 3 {
		t.Errorf("%d pages", sheets)
	}
	if _, seats := w.known(t, "guichet", "Victoire"); len(seats) != 1 {
		t.Errorf("%d seats", len(seats))
	}
}
