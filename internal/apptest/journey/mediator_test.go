package journey_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/funding"
	"passerelle/internal/holder"
	"passerelle/internal/money"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// person is somebody of the first desk who holds a booklet.
func (w *world) person(t *testing.T, called string, booklet string) (met holder.Holder, handed voucher.Booklet) {
	t.Helper()
	w.Must(t, w.actor(t, "guichet"), func(ctx context.Context, tx *db.Tx) (err error) {
		if met, err = holder.Register(ctx, tx, holder.New{Name: called, Commune: "23096"}); err != nil {
			return err
		}
		handed, err = voucher.HandOver(ctx, tx, voucher.Handover{Number: booklet, Holder: met.ID})
		return err
	})
	return met, handed
}

// printed is a booklet of an order of its own, paid for.
func (w *world) printed(t *testing.T, change func(*funding.Order)) (made voucher.Booklet) {
	t.Helper()
	var order funding.Order
	var split funding.Split
	w.Must(t, w.actor(t, "territoire"), func(ctx context.Context, tx *db.Tx) error {
		agreements, err := funding.Agreements(ctx, tx)
		if err != nil {
			return err
		}
		order = funding.Order{Agreement: agreements[0].ID, Desk: w.account(t, "guichet").OrganisationID, Booklets: 1, CouponsPerBooklet: 5}
		change(&order)
		if order, err = funding.PlaceOrder(ctx, tx, order); err != nil {
			return err
		}
		split, err = funding.SplitOf(ctx, tx, order.ID)
		return err
	})
	for i, share := range money.Split(order.Amount, split.Weights) {
		w.Must(t, w.actor(t, "comptable"), func(ctx context.Context, tx *db.Tx) error {
			_, err := funding.Receive(ctx, tx, funding.Receipt{Order: order.ID, Funder: split.Funders[i], Amount: share})
			return err
		})
	}
	w.Must(t, w.actor(t, "guichet"), func(ctx context.Context, tx *db.Tx) error {
		booklets, err := voucher.Print(ctx, tx, voucher.PrintRun{Order: order.ID})
		made = booklets[0]
		return err
	})
	return made
}

// now is today's session of the first site that begins at two.
func (w *world) now(t *testing.T) workshop.Session {
	t.Helper()
	return w.sessionsOf(t, "lieu")[0]
}

// reads types a number into the reader, and expects an answer in words.
func (a *agent) reads(number, words, sentence string) {
	a.t.Helper()
	a.Fill("Code du chèque", number)
	a.Press("Lire")
	if shown := a.Text("#resultat strong"); shown != words {
		a.t.Errorf("%s: the answer is %q, not %q; %s", number, shown, words, a.Text("#resultat"))
	}
	accepted := strings.HasPrefix(words, "Accepté")
	if got := a.Count("#resultat.ok") == 1; got != accepted {
		a.t.Errorf("%q is shown as accepted: %v", words, got)
	}
	if !strings.Contains(strings.Join(strings.Fields(a.Text("#resultat")), " "), sentence) {
		a.t.Errorf("%q does not say %q, but %q", words, sentence, a.Text("#resultat"))
	}
}

// unknown is a number that could be, and is not.
func unknown(t *testing.T) string {
	t.Helper()
	for _, ending := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"} {
		for _, last := range "0123456789" {
			if number := "12121212121212" + ending + string(last); isCoupon(number) {
				return number
			}
		}
	}
	t.Fatal("no number has these digits")
	return ""
}

func isCoupon(number string) bool {
	_, err := voucher.ParseCoupon(number)
	return err == nil
}

func TestTheMediatorReadsCouponsAndIsToldWhatToDo(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	stock := w.inStock(t, "guichet", 4)
	session := w.now(t)
	met, handed := w.person(t, "Zénobie", stock[0].Number)
	w.Must(t, w.actor(t, "guichet"), func(ctx context.Context, tx *db.Tx) error {
		_, err := workshop.Book(ctx, tx, workshop.Reservation{Session: session.ID, Holder: met.ID})
		return err
	})
	a := w.agent(t, "lieu")
	a.Visit("/seances")
	a.Press("Ouvrir " + session.Title)
	a.Shows("Zénobie")
	first := handed.Coupons[0].Number

	a.reads(voucher.Group(first), "Accepté, 10\u00a0€", "Zénobie, chèque 1 sur 10.")
	a.Axe("accepted")
	a.reads(first, "Déjà utilisé", "Demandez le chèque suivant du carnet.")
	a.Axe("refused")

	wrong := first[:15] + string('0'+(first[15]-'0'+1)%10)
	a.reads(wrong, "Numéro à vérifier", "est mal recopié. Comparez-le avec le papier")
	a.reads(unknown(t), "Numéro inconnu", "Comparez-le avec le papier")
	_, foreign := w.person(t, "Yolaine", w.printed(t, func(o *funding.Order) { o.Territory = "87" }).Number)
	a.reads(foreign.Coupons[0].Number, "Autre territoire", "La personne peut demander à son guichet un lieu où il sert.")
	waiting := w.printed(t, func(*funding.Order) {})
	a.reads(waiting.Coupons[0].Number, "Pas encore remis", "Appelez le guichet dont le nom est sur la couverture.")
	_, lost := w.person(t, "Xavière", stock[1].Number)
	w.Must(t, w.actor(t, "guichet"), func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.Block(ctx, tx, voucher.Loss{Number: lost.Number, Kind: voucher.Lost, Reason: "Oublié dans le car."})
		return err
	})
	a.reads(lost.Coupons[0].Number, "Carnet bloqué", "dirigez la personne vers le guichet qui l’a remis.")
	old := w.expired(t)
	a.reads(old.Coupons[0].Number, "Plus valable", "La personne peut demander un autre carnet au guichet.")

	// Taken back at once, without a reason; later, with one.
	a.reads(handed.Coupons[1].Number, "Accepté, 10\u00a0€", "Annuler")
	a.Press("Annuler")
	a.Shows("Passage annulé")
	a.reads(handed.Coupons[1].Number, "Accepté, 10\u00a0€", "chèque 2 sur 10")
	w.Clock.Advance(voucher.UndoWindow + time.Second)
	a.Visit("/seances/" + session.ID.String())
	a.Press("Annuler ce passage")
	a.Press("Annuler ce passage")
	if a.Status() != http.StatusUnprocessableEntity {
		t.Errorf("taken back without a reason: %d", a.Status())
	}
	a.Fill("Motif de l’annulation", "Lu deux fois")
	a.Press("Annuler ce passage")
	a.Shows("Passage annulé")

	a.ChooseIn("Présence de Zénobie", "Venu")
	a.Press("Enregistrer les présences")
	a.Shows("Présences enregistrées")

	// What is another site's is not found.
	theirs := w.sessionsOf(t, "lieu2")[0]
	for _, path := range []string{"/seances/" + theirs.ID.String(), "/seances/" + theirs.ID.String() + "/porte", "/passages/" + theirs.ID.String() + "/annulation", "/seances/abc"} {
		a.Visit(path)
		if a.Status() != http.StatusNotFound {
			t.Errorf("%s answers %d", path, a.Status())
		}
		a.Shows("Cette page n’existe pas ici")
	}
}

// expired is a booklet handed over for one month, three months ago: the month
// in which past sessions still count is over too.
func (w *world) expired(t *testing.T) voucher.Booklet {
	t.Helper()
	now := w.Clock.Now()
	w.Clock.Set(now.AddDate(0, -3, 0))
	_, handed := w.person(t, "Wilfrid", w.printed(t, func(o *funding.Order) { o.ValidityMonths = 1 }).Number)
	w.Clock.Set(now)
	return handed
}

var euros = regexp.MustCompile(`[\d\s\x{a0}\x{202f}]+,\d\d\s*€`)

// figure is an amount of the order's page, by its label.
func figure(t *testing.T, page *apptest.Page, label string) money.Cents {
	t.Helper()
	for _, row := range page.Texts("table:first-of-type tbody tr") {
		if rest, is := strings.CutPrefix(row, label+" "); is {
			amount, err := money.Parse(strings.TrimSpace(strings.TrimSuffix(euros.FindString(rest), "€")))
			if err != nil {
				t.Fatalf("%q: %v", row, err)
			}
			return amount
		}
	}
	t.Fatalf("%s has no %q; it has %q", page.Path, label, page.Texts("tbody tr"))
	return 0
}

func TestTheAccountantPaysAMonthAndTheOrdersSaySo(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	var orders []string
	w.read(t, "territoire", func(ctx context.Context, q db.Q) error {
		ids, err := funding.OrderIDs(ctx, q)
		for _, id := range ids {
			orders = append(orders, "/commandes/"+id.String())
		}
		return err
	})
	territory := w.client(t, "territoire")
	paid := func(label string) (sum money.Cents) {
		for _, path := range orders {
			sum += figure(t, territory.Get(path).Must(http.StatusOK), label)
		}
		return sum
	}
	before, owed := paid("Payé"), paid("Utilisé")

	a := w.agent(t, "comptable")
	a.Visit("/comptable")
	a.Press("Choisir et payer")
	a.Press("Continuer")
	a.Press("Faire le fichier de paiement")
	a.Shows("Débit attendu")
	path := strings.TrimSuffix(a.Path(), "?fait")
	file := w.client(t, "comptable").Get(path + "/fichier").Must(http.StatusOK)
	amount := controlSum(t, file.Body)
	if amount == 0 || paid("En paiement") != amount || paid("Utilisé") != owed-amount {
		t.Errorf("the file pays %s; the orders say %s on its way, %s owed of %s", amount, paid("En paiement"), paid("Utilisé"), owed)
	}
	a.Press("Confirmer le débit")
	a.Fill("Date du débit", "2026-11-20")
	a.Fill("Montant débité", "12,34")
	a.Press("Continuer")
	if a.Status() < http.StatusBadRequest {
		t.Errorf("a debit of another amount answers %d", a.Status())
	}
	a.Fill("Montant débité", strings.TrimSuffix(amount.String(), "\u00a0€"))
	a.Press("Continuer")
	a.Press("Confirmer le débit")
	a.Shows("La banque a payé")
	if now := paid("Payé"); now != before+amount || paid("En paiement") != 0 {
		t.Errorf("paid %s, not %s", now, before+amount)
	}
	site := w.agent(t, "lieu")
	site.Visit("/releves")
	site.Press("Octobre 2026")
	site.Shows("Payé")
}

// controlSum is the amount that a payment file says of itself (pain.001, CtrlSum).
func controlSum(t *testing.T, file string) money.Cents {
	t.Helper()
	_, rest, _ := strings.Cut(file, "<CtrlSum>")
	text, _, found := strings.Cut(rest, "</CtrlSum>")
	amount, err := money.Parse(strings.Replace(text, ".", ",", 1))
	if !found || err != nil {
		t.Fatalf("no sum in the file: %v", err)
	}
	return amount
}
