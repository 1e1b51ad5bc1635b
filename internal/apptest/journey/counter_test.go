package journey_test

import (
	"bytes"
	"context"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/makiuchi-d/gozxing"
	multi "github.com/makiuchi-d/gozxing/multi/qrcode"

	"passerelle/internal/apptest"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/funding"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/sample"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// said are the six answers of somebody who wants to learn, as the agent reads
// them.
var said = []string{
	"Ces trois derniers mois, de temps en temps", "Je le fais seul, et je bloque souvent", "Je le fais seul, et je bloque souvent",
	"Quelqu’un le fait pour moi ou avec moi", "Qu’on m’explique les mots", "Apprendre à me débrouiller",
}

// agent is somebody at a counter in a browser without script: each page is
// weighed when it comes.
type agent struct {
	*apptest.Tab
	t *testing.T
	w *world
}

func (w *world) agent(t *testing.T, who string) *agent {
	t.Helper()
	tab := apptest.NewTab(t, w.address, apptest.WithoutScript)
	tab.SignIn(w.account(t, who).Email, sample.Password)
	return &agent{Tab: tab, t: t, w: w}
}

func (a *agent) Visit(path string) {
	a.t.Helper()
	a.Tab.Visit(path)
	a.Light()
}

func (a *agent) Press(text string) {
	a.t.Helper()
	a.Tab.Press(text)
	a.Light()
}

// answer answers the questions from one on.
func (a *agent) answer(answers ...string) {
	a.t.Helper()
	for _, text := range answers {
		a.Choose(text)
		a.Press("Continuer")
	}
}

// identify tells who the person is and which booklet is handed over.
func (a *agent) identify(called, booklet string) {
	a.t.Helper()
	a.Fill("Prénom ou surnom", called)
	a.Choose("Un carnet de votre stock")
	a.Fill("Numéro du carnet de votre stock", booklet)
	a.Press("Vérifier")
}

// compare ticks that the number in hand is the one on the screen.
func (a *agent) compare(booklet string) {
	a.t.Helper()
	a.Choose("Le numéro sur le carnet est bien le " + voucher.Group(booklet))
}

// inStock lists booklets in a desk's stock that the cash received covers.
func (w *world) inStock(t *testing.T, who string, most int) (found []voucher.Booklet) {
	t.Helper()
	w.read(t, who, func(ctx context.Context, q db.Q) (err error) {
		found, err = voucher.Booklets(ctx, q, voucher.Filter{Desk: q.Actor().Organisation, State: voucher.InStock, Limit: 500})
		return err
	})
	covered := found[0].Order // the first order is paid whole
	found = slices.DeleteFunc(found, func(b voucher.Booklet) bool { return b.Order != covered })
	if len(found) < most {
		t.Fatalf("only %d booklets in stock", len(found))
	}
	return found[:most]
}

func (w *world) read(t *testing.T, who string, read func(ctx context.Context, q db.Q) error) {
	t.Helper()
	if err := w.View(t.Context(), w.actor(t, who), func(q db.Q) error { return read(t.Context(), q) }); err != nil {
		t.Fatal(err)
	}
}

// known is the person of a name at a desk, with their seats; nobody may share it.
func (w *world) known(t *testing.T, who, called string) (found holder.Holder, seats []workshop.Seat) {
	t.Helper()
	w.read(t, who, func(ctx context.Context, q db.Q) error {
		people, _, err := holder.List(ctx, q, holder.Filter{Text: called})
		if err != nil || len(people) != 1 {
			t.Fatalf("%d people called %s: %v", len(people), called, err)
		}
		found = people[0]
		seats, err = workshop.Of(ctx, q, found.ID)
		return err
	})
	return found, seats
}

func (w *world) nobodyCalled(t *testing.T, who, called string) {
	t.Helper()
	w.read(t, who, func(ctx context.Context, q db.Q) error {
		people, _, err := holder.List(ctx, q, holder.Filter{Text: called})
		if len(people) > 0 {
			t.Errorf("%s was registered all the same", called)
		}
		return err
	})
}

func (w *world) booklet(t *testing.T, who, number string) (found voucher.Booklet) {
	t.Helper()
	w.read(t, who, func(ctx context.Context, q db.Q) (err error) {
		found, err = voucher.BookletByNumber(ctx, q, number)
		return err
	})
	return found
}

func TestTheCounterLeadsFromBonjourToAPrintedPage(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	stock := w.inStock(t, "guichet", 8)

	t.Run("in twelve pages at most", func(t *testing.T) {
		a := w.agent(t, "guichet")
		before := a.Loads()
		a.Visit("/guichet")
		a.Press("Commencer")
		a.answer(said...)
		a.Fill("Sa commune", "Saint-Vaury")
		a.Press("Chercher une place")
		a.Press("Choisir")
		a.identify("Zénobie", stock[0].Number)
		a.compare(stock[0].Number)
		a.Press("Remettre le carnet")
		if loads := a.Loads() - before; loads > 12 {
			t.Errorf("%d page loads, more than 12", loads)
		} else {
			t.Logf("%d page loads", loads)
		}
		a.Axe("the printed page")
		known, seats := w.known(t, "guichet", "Zénobie")
		if len(seats) != 1 || seats[0].State != workshop.Booked {
			t.Fatalf("seats: %+v", seats)
		}
		handed := w.booklet(t, "guichet", stock[0].Number)
		if handed.State != voucher.BookletLive || handed.Holder != known.ID {
			t.Errorf("the booklet is %s, of %s", handed.State, handed.Holder)
		}
		pdf := a.PDF("comptoir")
		if apptest.Pages(pdf) != 1 {
			t.Errorf("%d sheets, not one", apptest.Pages(pdf))
		}
		if codes := codesOn(t, pdf); !slices.Contains(codes, voucher.Prefix+handed.Coupons[len(handed.Coupons)-1].Number) {
			t.Errorf("the page's codes are %v, not that of the coupon kept for the seat", codes)
		}
	})

	t.Run("interrupted and taken up again", func(t *testing.T) {
		a := w.agent(t, "guichet")
		a.Visit("/guichet")
		a.Press("Commencer")
		a.answer(said[:3]...)
		a.Visit("/guichet")
		a.Press("Personne sans nom")
		a.Shows("Question 4 sur 6")
		a.answer(said[3:]...)
		a.Press("Chercher une place")
		a.Press("Choisir")
		a.identify("Yolaine", stock[1].Number)
		a.Visit("/guichet")
		a.Press("Yolaine")
		a.Shows("Vérifiez avant de remettre le carnet")
		a.compare(stock[1].Number)
		a.Press("Remettre le carnet")
		if _, seats := w.known(t, "guichet", "Yolaine"); len(seats) != 1 {
			t.Errorf("%d seats", len(seats))
		}
	})

	t.Run("the seat goes at the last step", func(t *testing.T) {
		a := w.agent(t, "guichet")
		a.Visit("/guichet")
		a.Press("Commencer")
		a.answer(said...)
		a.Press("Chercher une place")
		a.Press("Choisir")
		a.identify("Xavière", stock[2].Number)
		// The seat is kept ten minutes; the agent is called away, others come.
		w.Clock.Advance(workshop.KeptFor)
		w.fill(t, "guichet", a.seat())
		a.compare(stock[2].Number)
		a.Press("Remettre le carnet")
		a.Shows("Places libres à la suite")
		a.Shows("Xavière, Guéret")
		a.Axe("the seat is gone")
		w.nobodyCalled(t, "guichet", "Xavière")
		if state := w.booklet(t, "guichet", stock[2].Number).State; state != voucher.InStock {
			t.Errorf("the booklet is %s though nothing was done", state)
		}
		a.Press("Choisir")
		a.Shows("Xavière, Guéret")
		a.compare(stock[2].Number)
		a.Press("Remettre le carnet")
		if _, seats := w.known(t, "guichet", "Xavière"); len(seats) != 1 || seats[0].State != workshop.Booked {
			t.Errorf("seats: %+v", seats)
		}
	})

	t.Run("far away ends with an appointment", func(t *testing.T) {
		a := w.agent(t, "guichet")
		a.Visit("/guichet")
		a.Press("Commencer")
		a.answer("Jamais", "Je ne le fais pas", "Je ne le fais pas", "Je ne le fais pas", "Quelqu’un qui lit avec moi", "Faire un papier qui ne peut pas attendre")
		a.Fill("Sa commune", "Guéret")
		a.Press("Chercher qui peut aider")
		a.Press("Continuer")
		a.Fill("Prénom ou surnom", "Wilfrid")
		a.Press("Vérifier")
		a.Press("Terminer")
		a.Shows("Où venir")
		if apptest.Pages(a.PDF("rendez-vous")) != 1 {
			t.Error("the page of the appointment is not one sheet")
		}
		w.known(t, "guichet", "Wilfrid")
	})

	t.Run("without the funders' cash", func(t *testing.T) {
		a := w.agent(t, "guichet")
		unpaid := w.unpaid(t)
		a.Visit("/guichet")
		a.Press("Commencer")
		a.answer(said...)
		a.Press("Chercher une place")
		a.Press("Choisir")
		a.identify("Violette", unpaid)
		a.compare(unpaid)
		a.Press("Remettre le carnet")
		a.Shows("Vérifiez avant de remettre le carnet")
		a.Shows("pas encore")
		a.Axe("not covered")
		w.nobodyCalled(t, "guichet", "Violette")
		if state := w.booklet(t, "guichet", unpaid).State; state != voucher.InStock {
			t.Errorf("the booklet is %s", state)
		}
		// Nothing is lost: another booklet, and it ends.
		a.Press("Modifier le carnet")
		a.identify("Violette", stock[3].Number)
		a.compare(stock[3].Number)
		a.Press("Remettre le carnet")
		if _, seats := w.known(t, "guichet", "Violette"); len(seats) != 1 {
			t.Errorf("%d seats", len(seats))
		}
	})

	t.Run("the form is sent twice", func(t *testing.T) {
		desk := w.client(t, "guichet")
		check := chosenSeat(t, desk, "Guéret").
			Submit("Vérifier", url.Values{"nom": {"Ursule"}, "papier": {"stock"}, "carnet": {stock[4].Number}}).Shows("Ursule")
		var sending sync.WaitGroup
		for range 2 {
			sending.Go(func() {
				if page := check.Submit("Remettre le carnet", url.Values{"vu": {"oui"}}); page.Status != http.StatusOK || !strings.HasSuffix(page.Path, "/page") {
					t.Errorf("%d, led to %s", page.Status, page.Path)
				}
			})
		}
		sending.Wait()
		known, seats := w.known(t, "guichet", "Ursule") // exactly one
		if len(seats) != 1 {
			t.Errorf("%d seats", len(seats))
		}
		w.read(t, "guichet", func(ctx context.Context, q db.Q) error {
			booklets, err := voucher.Booklets(ctx, q, voucher.Filter{Holder: known.ID})
			if len(booklets) != 1 {
				t.Errorf("%d booklets", len(booklets))
			}
			return err
		})
	})
}

// seat is the session that the visit shown has chosen.
func (a *agent) seat() (session db.ID) {
	a.t.Helper()
	id, err := db.ParseID(strings.Split(a.Path(), "/")[3])
	if err != nil {
		a.t.Fatal(err)
	}
	a.w.read(a.t, "guichet", func(ctx context.Context, q db.Q) error {
		visit, err := orientation.ByID(ctx, q, id)
		session = visit.Session
		return err
	})
	return session
}

// fill takes every seat that a session has left.
func (w *world) fill(t *testing.T, who string, session db.ID) {
	t.Helper()
	w.Must(t, w.actor(t, who), func(ctx context.Context, tx *db.Tx) error {
		for {
			other, err := holder.Register(ctx, tx, holder.New{})
			if err != nil {
				return err
			}
			booking, err := workshop.Book(ctx, tx, workshop.Reservation{Session: session, Holder: other.ID})
			if err != nil || booking.State != workshop.Booked {
				return err
			}
		}
	})
}

// unpaid is the number of a booklet in the first desk's stock, of an order for
// which no funder has paid.
func (w *world) unpaid(t *testing.T) (number string) {
	t.Helper()
	desk := w.account(t, "guichet").OrganisationID
	w.Must(t, w.actor(t, "territoire"), func(ctx context.Context, tx *db.Tx) error {
		agreements, err := funding.Agreements(ctx, tx)
		if err != nil {
			return err
		}
		order, err := funding.PlaceOrder(ctx, tx, funding.Order{Agreement: agreements[0].ID, Desk: desk, Booklets: 3, CouponsPerBooklet: 5})
		if err != nil {
			return err
		}
		printed, err := voucher.Print(ctx, tx, voucher.PrintRun{Order: order.ID, Count: 1})
		number = printed[0].Number
		return err
	})
	return number
}

// codesOn is every code on the first sheet of a PDF, as a printer of 203 dpi
// would draw it.
func codesOn(t *testing.T, pdf []byte) (codes []string) {
	t.Helper()
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		if dbtest.Required() {
			t.Fatal("pdftoppm is missing; on Debian: apt-get install poppler-utils")
		}
		t.Skip("the printed page is not read: no pdftoppm; on Debian: apt-get install poppler-utils")
	}
	name := filepath.Join(t.TempDir(), "sheet")
	command := exec.Command("pdftoppm", "-r", "203", "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", "-", name)
	command.Stdin = bytes.NewReader(pdf)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %v\n%s", err, output)
	}
	drawn, err := os.ReadFile(name + ".png")
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(drawn))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	results, err := multi.NewQRCodeMultiReader().DecodeMultiple(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Fatalf("no code is read on the page: %v", err)
	}
	for _, result := range results {
		codes = append(codes, result.GetText())
	}
	return codes
}
