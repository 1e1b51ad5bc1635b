package site_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/voucher"
)

// enter signs a tab in.
func (w *world) enter(tab *apptest.Tab, actor db.Actor) { tab.Visit("/entrer/" + w.tokens[actor.ID]) }

// ready waits for the field to have the focus: the browser gives it when it
// next draws.
func ready(t *testing.T, tab *apptest.Tab) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); tab.Focused() != "code"; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("the focus is on %q, not on the field", tab.Focused())
		}
	}
}

func TestTenCouponsInARowNeedNeitherMouseNorKeyboard(t *testing.T) {
	w := newWorld(t)
	booklet, monique := w.live("Monique", 10, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	w.book(session, monique)
	for name, options := range map[string][]apptest.Option{"with script": nil, "without script": {apptest.WithoutScript}} {
		t.Run(name, func(t *testing.T) {
			tab := apptest.NewTab(t, w.server.URL, options...)
			w.enter(tab, w.owner)
			tab.Visit("/seances/" + session.ID.String())
			from, to := 0, 5
			if len(options) > 0 {
				from, to = 5, 10
			}
			ready(t, tab)
			for _, coupon := range booklet.Coupons[from:to] {
				tab.Type(voucher.Prefix + coupon.Number)
				tab.Submit()
				ready(t, tab)
				tab.Shows("Accepté, 10 €")
			}
		})
	}
	if got := len(w.redemptions()); got != 10 {
		t.Errorf("%d redemptions", got)
	}
}

func TestTheSitesPagesStandEveryCheck(t *testing.T) {
	w := newWorld(t)
	booklet, monique := w.live("Monique", 10, nil)
	session := w.plan(w.owner, w.site, nearly(w), 5)
	w.book(session, monique)
	for _, name := range []string{"Abdel R.", "Mme Peyrot", "Jean-Luc", "Odile", "Huguette"} {
		w.book(session, w.holder(name))
	}
	coming := w.plan(w.owner, w.site, w.Clock.Now().Add(7*24*time.Hour), 8)
	w.book(coming, w.holder("Lucette"))
	off := w.plan(w.owner, w.site, w.Clock.Now().Add(9*24*time.Hour), 8)
	w.book(off, w.holder("Rémi"))

	tab := apptest.NewTab(t, w.server.URL)
	w.enter(tab, w.owner)
	visit := func(name, path string) {
		t.Helper()
		tab.Visit(path)
		tab.Look(name)
	}
	visit("seances", "/seances")
	visit("seance", "/seances/"+session.ID.String())
	read := func(number string) {
		t.Helper()
		tab.Visit("/seances/" + session.ID.String())
		tab.Fill("Code du chèque", number)
		tab.Press("Lire")
	}
	read(booklet.Coupons[2].Number)
	tab.Look("seance-accepte")
	read(booklet.Coupons[2].Number)
	tab.Look("seance-refuse")
	tab.Fill("Code du chèque", booklet.Coupons[3].Number)
	tab.Press("Lire")
	tab.Look("seance-apres-refus")
	tab.Fill("Code du chèque", booklet.Coupons[4].Number)
	tab.Press("Voir d’abord")
	tab.Look("seance-voir")
	tab.Visit("/seances/" + session.ID.String())
	tab.Press("Annuler")
	tab.Look("seance-annule")
	visit("cheques", "/cheques")
	visit("porte", "/seances/"+session.ID.String()+"/porte")
	visit("feuille", "/seances/"+session.ID.String()+"/feuille")
	tab.PDF("feuille")
	visit("nouvelle", "/seances/nouvelle?comme="+session.ID.String())
	visit("annulation", "/seances/"+off.ID.String()+"/annulation")
	tab.Fill("Pourquoi ?", "La salle est fermée")
	tab.Press("Annuler la séance")
	tab.Look("appels")
	tab.Visit("/seances/" + coming.ID.String())
	tab.Shows("CCAS de Guéret (exemple), 05 55 00 00 01")
	tab.Press("Ne lui convient pas")
	tab.Look("renvoi")
	tab.Press("Renvoyer vers son guichet")
	tab.Look("renvoi-refuse")
	tab.Choose("Le lieu est trop loin")
	tab.Press("Renvoyer vers son guichet")
	tab.Shows("Annulé par nous")
	visit("calendriers", "/calendriers")
	tab.Press("Donner une adresse")
	tab.Shows("Adresses en service")
	tab.Look("calendriers-adresse")
	visit("lieu", "/mon-lieu")
	visit("compte", "/mon-lieu/compte")
	tab.Fill("Titulaire du compte", "Le Fil numérique")
	tab.Fill("IBAN", "FR76 3000 6000 0112 3456 7890 189")
	tab.Press("Continuer")
	tab.Look("compte-verifier")
	tab.Press("Enregistrer ce compte")
	tab.Look("lieu-compte")
	visit("releves", "/releves")
	tab.Press("Novembre 2026")
	tab.Look("releve-en-cours")
	for _, coupon := range booklet.Coupons[5:9] {
		w.redeem(coupon.Number, db.ID{})
	}
	visit("passage", "/passages/"+w.redemptions()[0].ID.String()+"/annulation")
	statement := w.closeMonth()
	w.Clock.Advance(17 * 24 * time.Hour)
	w.resume()
	w.enter(tab, w.owner)
	visit("releve-clos", "/releves/"+statement.ID.String())
	visit("seances-passees", "/seances?quand=passees")
}

// The hand scanner from the drawer, in a browser: whatever it types around the
// digits, and Enter or Tab at the end; the field then empties and takes the focus
// back.
func TestAnyHandScannerReadsInABrowser(t *testing.T) {
	w := newWorld(t)
	booklet, monique := w.live("Monique", 10, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	w.book(session, monique)
	mangled := strings.NewReplacer("1", "&", "2", "é", "3", `"`, "4", "'", "5", "(", "6", "-", "7", "è", "8", "_", "9", "ç", "0", "à")
	tab := apptest.NewTab(t, w.server.URL)
	w.enter(tab, w.owner)
	tab.Visit("/seances/" + session.ID.String())
	taken := 0
	next := func() string { taken++; return booklet.Coupons[taken-1].Number }
	accepted := func(name string) {
		t.Helper()
		ready(t, tab)
		tab.Shows("chèque " + strconv.Itoa(taken) + " sur 10")
		if left := tab.Value("Code du chèque"); left != "" {
			t.Errorf("%s: the field keeps %q", name, left)
		}
		if got := len(w.redemptions()); got != taken {
			t.Errorf("%s: %d coupons taken, want %d", name, got, taken)
		}
	}
	for name, typed := range map[string]func(number string) string{
		"bare digits":          func(n string) string { return n },
		"a prefix":             func(n string) string { return voucher.Prefix + n },
		"a whole address":      func(n string) string { return "https://passerelle.example/c/" + n },
		"a French keyboard":    func(n string) string { return mangled.Replace(n) },
		"and a prefix with it": func(n string) string { return mangled.Replace(voucher.Prefix + n) },
	} {
		ready(t, tab)
		tab.Type(typed(next()))
		tab.Submit()
		accepted(name)
	}
	// A final Tab. A person's Tab only moves on: the script tells them apart by the
	// speed per sign, so a long address leaves a slow machine its time.
	address := "https://passerelle.example/" + strings.Repeat("x", 2000) + "/" + next()
	tab.Until(`(() => { const field = document.getElementById('code');
		field.dispatchEvent(new KeyboardEvent('keydown', {key: 'h', bubbles: true})); field.value = '` + address + `'; return true; })()`)
	tab.SubmitBy("\t")
	accepted("a final Tab")
}
