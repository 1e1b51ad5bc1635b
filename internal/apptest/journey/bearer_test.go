package journey_test

import (
	"net/http"
	"net/url"
	"testing"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/plainwords"
	"passerelle/internal/sample"
	"passerelle/internal/voucher"
)

// bearer finds a booklet whose holder has a seat to come, and its code.
func (w *world) bearer(t *testing.T, d *dbtest.DB) (number, code string) {
	t.Helper()
	if err := d.View(t.Context(), db.Actor{Kind: db.Console}, func(q db.Q) error {
		var id db.ID
		if err := q.QueryRow(t.Context(), `SELECT b.id, b.number FROM booklet b JOIN booking k ON k.holder = b.holder_id JOIN workshop_session s ON s.id = k.session
			WHERE b.state = 'live' AND k.state = 'booked' AND s.state = 'planned' AND s.starts_at > $1
				AND EXISTS (SELECT 1 FROM coupon_hold h WHERE h.booking_id = k.id)
			ORDER BY s.starts_at, b.number LIMIT 1`, q.Now()).Scan(&id, &number); err != nil {
			return err
		}
		var err error
		code, err = voucher.InnerCode(t.Context(), q, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return number, code
}

func TestAPersonOpensTheirOwnBooklet(t *testing.T) {
	d := dbtest.SQLite(t)
	w := newWorld(t, d)
	number, code := w.bearer(t, d)

	tab := apptest.NewTab(t, w.address, apptest.WithoutScript)
	tab.Visit("/mon-carnet/places") // nothing without both numbers
	if tab.Path() != "/mon-carnet?fini" {
		t.Errorf("without a booklet one reaches %s", tab.Path())
	}
	tab.Look("mon-carnet-ouvrir")
	tab.Fill("Numéro du carnet", voucher.Group(number))
	tab.Fill("Code du carnet", "00000000")
	tab.Press("Ouvrir mon carnet")
	tab.Shows("ne vont pas ensemble")
	if tab.Value("Code du carnet") != "" {
		t.Error("the code is sent back")
	}
	tab.Check()
	tab.Fill("Code du carnet", code)
	tab.Press("Ouvrir mon carnet")
	tab.Shows("Votre place est gardée")
	tab.Shows("chèque est gardé pour votre place")
	tab.Look("mon-carnet")
	tab.Press("Voir ma page")
	tab.Shows("Numéro de la page")
	tab.Look("mon-carnet-page")
	tab.Visit("/mon-carnet")
	tab.Press("Changer de jour")
	tab.Look("mon-carnet-places")
	tab.Press("Choisir")
	tab.Shows("Place rendue")
	tab.Look("mon-carnet-prendre")
	tab.Visit("/mon-carnet")
	tab.Press("Rendre ma place")
	tab.Look("mon-carnet-rendre")
	tab.Press("Rendre ma place")
	tab.Shows("Votre place est rendue")
	tab.Press("Choisir un atelier")
	tab.Press("Choisir")
	tab.Press("Prendre cette place")
	tab.Shows("Votre place est gardée")
	tab.Check()
	tab.Press("Terminer ma visite")
	tab.Shows("Votre visite est terminée")
	tab.Visit("/mon-carnet")
	tab.Shows("Ouvrez votre carnet")
	w.whole(t)

	tab.SignIn(w.account(t, "guichet").Email, sample.Password)
	tab.Visit("/exercice")
	tab.Shows("Gardé pour un autre lieu")
	tab.Look("exercice")
}

// What the pages say keeps the rules of easy-to-read French, and says no name.
func TestAPersonsPagesAreInPlainWords(t *testing.T) {
	d := dbtest.SQLite(t)
	w := newWorld(t, d)
	number, code := w.bearer(t, d)
	client := apptest.NewClient(t, w.address)
	form := client.Get("/mon-carnet").Must(http.StatusOK)
	home := form.Submit("Ouvrir mon carnet", url.Values{"numero": {number}, "code": {code}}).Must(http.StatusOK)
	places := client.Get("/mon-carnet/places").Must(http.StatusOK)
	paper := client.Get(home.Attribute(`a[href^="/mon-carnet/inscriptions/"]`, "href")).Must(http.StatusOK)
	file := client.Get(paper.Path + "/pdf").Must(http.StatusOK)
	if kind := file.Header.Get("Content-Type"); kind != "application/pdf" {
		t.Errorf("the page to print is %s", kind)
	}
	names := append(home.Texts("section p:nth-of-type(2)"), home.Texts("section p:nth-of-type(3)")...)
	for _, page := range []*apptest.Page{form, home, places} {
		for _, text := range append(append(page.Texts("main h1"), page.Texts("main h2")...), page.Texts("main > p, main section > p:not(.actions), main .hint")...) {
			for _, breach := range plainwords.Check(text, append(names, page.Texts("ol.list h2")...)...) {
				t.Errorf("%s: %s", page.Path, breach.French())
			}
		}
	}
	for range 6 {
		form = apptest.NewClient(t, w.address).Get("/mon-carnet").Submit("Ouvrir mon carnet", url.Values{"numero": {number}, "code": {"11111111"}})
	}
	form.Must(http.StatusTooManyRequests).Shows("Attendez")
}
