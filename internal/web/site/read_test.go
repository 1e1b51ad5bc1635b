package site_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// nearly is a session that begins in ten minutes.
func nearly(w *world) time.Time { return w.Clock.Now().Add(10 * time.Minute) }

func code(text string) url.Values { return url.Values{"code": {text}} }

func TestACouponIsAcceptedAndItsHolderCame(t *testing.T) {
	w := newWorld(t)
	booklet, monique := w.live("Monique", 10, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	w.book(session, monique)
	client := w.client(w.owner)
	page := client.Get("/seances/" + session.ID.String()).Must(http.StatusOK)
	page.Shows("Monique").Shows("CCAS de Guéret (exemple)")
	number := booklet.Coupons[2].Number
	page = page.Submit("Lire", code(voucher.Prefix+number)).Must(http.StatusOK)
	if page.Path != "/seances/"+session.ID.String() {
		t.Errorf("an accepted coupon leads to %s: a reload would send it again", page.Path)
	}
	page.Shows("Accepté, 10 €").Shows("Monique, chèque 3 sur 10.").Shows("Annuler, encore 2 min 00.")
	if got := page.Attribute("input#code", "value"); got != "" {
		t.Errorf("the field holds %q after a reading", got)
	}
	if page.Count("input#code[autofocus]") != 1 || page.Count(".result[role=status]") != 1 {
		t.Error("the field does not take the focus back, or the answer is not a status")
	}
	if got := page.Attribute("input[type=radio][checked]", "value"); got != workshop.Came {
		t.Errorf("whose coupon was read is %q, not came", got)
	}
	if again := client.Get(page.Path); again.Count(".result.ok") != 1 || len(w.redemptions()) != 1 {
		t.Error("a reload changes something")
	}
	if strings.Contains(w.server.Log(), number) {
		t.Error("the number is in the log")
	}
	for _, cookie := range page.Header.Values("Set-Cookie") {
		if strings.Contains(cookie, number) {
			t.Error("the number is in a cookie")
		}
	}
}

func TestAFormSentTwiceRedeemsOnce(t *testing.T) {
	w := newWorld(t)
	booklet, _ := w.live("Monique", 5, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	page := w.client(w.owner).Get("/seances/" + session.ID.String())
	for range 2 {
		page.Submit("Lire", code(booklet.Coupons[0].Number)).Must(http.StatusOK).Shows("Accepté, 10 €")
	}
	if got := len(w.redemptions()); got != 1 {
		t.Fatalf("%d redemptions of one form sent twice", got)
	}
	page.Submit("Lire", code(booklet.Coupons[1].Number)).Must(http.StatusConflict).Shows("Lisez le chèque encore une fois")
}

func TestTheAnswerBeforeStaysBelow(t *testing.T) {
	w := newWorld(t)
	booklet, _ := w.live("Monique", 5, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	page := w.client(w.owner).Get("/seances/" + session.ID.String())
	page = page.Submit("Lire", code(booklet.Coupons[0].Number))
	page = page.Submit("Lire", code(booklet.Coupons[0].Number)).Must(http.StatusConflict)
	page.Shows("Déjà utilisé").Shows("Juste avant, à 9 h 30 Accepté, 10 €")
	page = page.Submit("Lire", code(booklet.Coupons[1].Number)).Must(http.StatusOK)
	page.Shows("Accepté, 10 €").Shows("Juste avant, à 9 h 30 Déjà utilisé").Shows("à Guéret. Demandez le chèque suivant")
	page.Shows("2 chèques acceptés, 20 €")
}

func TestDetailsMayComeBeforeValidation(t *testing.T) {
	w := newWorld(t)
	booklet, monique := w.live("Monique", 5, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	w.book(session, monique)
	page := w.client(w.owner).Get("/seances/" + session.ID.String())
	page = page.Submit("Voir d’abord", code(booklet.Coupons[0].Number)).Must(http.StatusOK)
	page.Shows("Ce chèque serait accepté").Shows("Carnet de Monique. Valable jusqu’au 24 novembre 2027.")
	if got := len(w.redemptions()); got != 0 {
		t.Fatalf("looking redeemed %d coupons", got)
	}
	page.Submit("Valider, 10 €", nil).Must(http.StatusOK).Shows("Accepté, 10 €")
	if got := len(w.redemptions()); got != 1 {
		t.Fatalf("%d redemptions after Valider", got)
	}
}

func TestEachRefusalIsToldApartWithWhatToDo(t *testing.T) {
	w := newWorld(t)
	w.annex = w.place(w.owner, "L’Annexe (exemple)", "23176", "La Souterraine", "23300", false)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	early := w.plan(w.owner, w.site, w.Clock.Now().Add(3*time.Hour), 8)
	unlabelled := w.plan(w.owner, w.annex, nearly(w), 8)

	live := func(change func(*funding.Order)) string { return first(w.live("Monique", 1, change)) }
	used := live(nil)
	w.redeem(used, session.ID)
	paid := live(nil)
	w.pay(w.redeem(paid, session.ID).ID)
	lost, _ := w.live("Jean-Luc", 1, nil)
	w.do(w.desk, func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.Block(ctx, tx, voucher.Loss{Number: lost.Number, Kind: voucher.Lost, Reason: "perdu"})
		return err
	})
	replaced, _ := w.live("Abdel", 1, nil)
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE booklet SET state = 'replaced' WHERE id = $1`, replaced.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE coupon SET state = 'void' WHERE booklet_id = $1`, replaced.ID)
		return err
	})
	good := live(nil)
	mistyped := good[:15] + string('0'+(good[15]-'0'+1)%10)

	for _, try := range []struct {
		name, code  string
		session     workshop.Session
		status      int
		words, does string
	}{
		{"already redeemed", used, session, 409, "Déjà utilisé", "Ce chèque a servi le 24 novembre 2026 à 9 h 30, à Guéret. Demandez le chèque suivant du carnet."},
		{"paid", paid, session, 409, "Déjà payé", "il a été payé. Demandez le chèque suivant"},
		{"blocked", lost.Coupons[0].Number, session, 409, "Carnet bloqué", "dirigez la personne vers le guichet"},
		{"replaced", replaced.Coupons[0].Number, session, 409, "Carnet remplacé", "Demandez le nouveau carnet."},
		{"not live", w.booklets(1, 1, nil)[0].Coupons[0].Number, session, 409, "Pas encore remis", "Appelez le guichet"},
		{"other territory", live(func(o *funding.Order) { o.Territory = "87" }), session, 409, "Autre territoire", "Haute-Vienne"},
		{"other service", live(func(o *funding.Order) { o.Services = []string{"employment"} }), session, 409, "Autre service", "Choisissez une séance qui convient."},
		{"too early", good, early, 409, "Trop tôt", "La séance commence le 24 novembre 2026 à 12 h 30."},
		{"site not labelled", good, unlabelled, 409, "Lieu sans label", "Demandez au service de labellisation"},
		{"mistyped", mistyped, session, 422, "Numéro à vérifier", voucher.Group(mistyped)},
		{"not a coupon", "bonjour", session, 422, "Numéro à vérifier", "16 chiffres"},
	} {
		t.Run(try.name, func(t *testing.T) {
			page := w.client(w.mediator).Get("/seances/" + try.session.ID.String())
			page = page.Submit("Lire", code(try.code)).Must(try.status)
			if got := page.Text(".result.no strong"); got != try.words {
				t.Errorf("it says %q in large, not %q", got, try.words)
			}
			page.Shows(try.does)
			if got := page.Text("h1"); !strings.HasPrefix(got, try.session.Title) {
				t.Errorf("the page is headed %q", got)
			}
			if !strings.HasPrefix(page.Text("title"), try.words) {
				t.Errorf("the title is %q", page.Text("title"))
			}
		})
	}
	t.Run("unknown", func(t *testing.T) {
		page := w.client(w.mediator).Get("/seances/" + session.ID.String())
		page = page.Submit("Lire", code(unknownNumber())).Must(http.StatusNotFound)
		if got := page.Text(".result.no strong"); got != "Numéro inconnu" {
			t.Errorf("it says %q in large", got)
		}
	})
	t.Run("expired", func(t *testing.T) {
		w.Clock.Set(civil.On(2028, time.January, 10).In(civil.Paris))
		w.resume()
		w.do(nightly, func(ctx context.Context, tx *db.Tx) error {
			_, err := voucher.Expire(ctx, tx, civil.DateOf(tx.Now(), civil.Paris))
			return err
		})
		page := w.client(w.mediator).Get("/cheques").Submit("Lire", code(good)).Must(http.StatusConflict)
		if got := page.Text(".result.no strong"); got != "Plus valable" {
			t.Errorf("it says %q in large", got)
		}
		page.Shows("valable jusqu’au 24 novembre 2027")
	})
}

func first(booklet voucher.Booklet, _ any) string { return booklet.Coupons[0].Number }

// unknownNumber has right check digits (ISO 7064, MOD 97-10) and was never printed.
func unknownNumber() string {
	number := "11112222333344"
	rest := 0
	for _, digit := range number + "00" {
		rest = (rest*10 + int(digit-'0')) % 97
	}
	return number + fmt.Sprintf("%02d", 98-rest)
}

// pay leads one redemption to its end, as settlement does.
func (w *world) pay(redemption db.ID) {
	w.t.Helper()
	statement := db.NewID(w.Clock.Now())
	w.do(w.accountant, func(ctx context.Context, tx *db.Tx) error {
		if err := voucher.State(ctx, tx, statement, []db.ID{redemption}); err != nil {
			return err
		}
		if _, err := voucher.MarkSent(ctx, tx, tx.NewID(), statement); err != nil {
			return err
		}
		_, err := voucher.MarkPaid(ctx, tx, tx.NewID(), statement)
		return err
	})
}

func TestNumbersAreTakenHoweverTheScannerSendsThem(t *testing.T) {
	w := newWorld(t)
	booklet, _ := w.live("Monique", 10, nil)
	mangled := strings.NewReplacer("1", "&", "2", "é", "3", `"`, "4", "'", "5", "(", "6", "-", "7", "è", "8", "_", "9", "ç", "0", "à")
	for i, form := range []func(number string) string{
		func(n string) string { return n },
		voucher.Group,
		func(n string) string { return voucher.Prefix + n },
		func(n string) string { return "https://passerelle.example/c/" + n },
		func(n string) string { return mangled.Replace(n) },
		func(n string) string { return mangled.Replace(voucher.Prefix + n) },
		func(n string) string { return " " + n + "\t" },
	} {
		sent := form(booklet.Coupons[i].Number)
		page := w.client(w.owner).Get("/cheques").Submit("Lire", code(sent))
		if page.Status != http.StatusOK || page.Count(".result.ok") != 1 {
			t.Errorf("%q: %d %s", sent, page.Status, page.Text(".result"))
		}
	}
}

func TestWrongNumbersAreThrottledAndItSaysHowLong(t *testing.T) {
	w := newWorld(t)
	page := w.client(w.mediator).Get("/cheques")
	for range 100 {
		page = page.Submit("Lire", code(unknownNumber()))
		if page.Status != http.StatusNotFound {
			break
		}
	}
	page.Must(http.StatusTooManyRequests).Shows("Trop d’essais").Shows("Attendez 30 secondes")
	if got := page.Header.Get("Retry-After"); got != "30" {
		t.Errorf("Retry-After is %q", got)
	}
	booklet, _ := w.live("Monique", 1, nil)
	page = page.Submit("Lire", code(booklet.Coupons[0].Number)).Must(http.StatusTooManyRequests)
	w.Clock.Advance(31 * time.Second)
	page.Submit("Lire", code(booklet.Coupons[0].Number)).Must(http.StatusOK).Shows("Accepté, 10 €")
}

func TestAReadingIsTakenBackForTwoMinutesWithoutReason(t *testing.T) {
	w := newWorld(t)
	booklet, _ := w.live("Monique", 5, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	page := w.client(w.owner).Get("/seances/" + session.ID.String())
	page = page.Submit("Lire", code(booklet.Coupons[0].Number))
	w.Clock.Advance(72 * time.Second)
	page = page.Submit("Annuler", nil).Must(http.StatusOK)
	page.Shows("Passage annulé").Shows("Il peut servir de nouveau.")
	if page.Count(".result.ok") != 0 {
		t.Error("a reading taken back still shows as accepted")
	}
	page = page.Submit("Lire", code(booklet.Coupons[0].Number)).Must(http.StatusOK).Shows("Accepté, 10 €")
	w.Clock.Advance(3 * time.Minute)
	page = page.Submit("Annuler", nil).Must(http.StatusUnprocessableEntity)
	page = page.Shows("Dites pourquoi vous annulez").Submit("Annuler ce passage", url.Values{"reason": {"Lu deux fois"}}).Must(http.StatusOK)
	if page.Path != "/seances/"+session.ID.String() {
		t.Errorf("a reversal leads to %s", page.Path)
	}
	if found := w.redemptions(); len(found) != 2 || found[0].State != voucher.Reversed || found[1].State != voucher.Reversed {
		t.Errorf("redemptions are %+v", found)
	}
}

func TestAReadingOnAClosedStatementStands(t *testing.T) {
	w := newWorld(t)
	booklet, _ := w.live("Monique", 5, nil)
	redemption := w.redeem(booklet.Coupons[0].Number, db.ID{})
	path := "/passages/" + redemption.ID.String() + "/annulation"
	page := w.client(w.owner).Get(path + "?retour=/releves")
	page.Submit("Annuler ce passage", url.Values{}).Must(http.StatusOK)
	second := w.redeem(booklet.Coupons[0].Number, db.ID{})
	w.closeMonth()
	w.client(w.owner).Get("/passages/" + second.ID.String() + "/annulation").Must(http.StatusConflict).Shows("relevé clos")
}

func TestAnotherOrganisationsThingsAreNotFound(t *testing.T) {
	w := newWorld(t)
	booklet, _ := w.live("Monique", 5, nil)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	redemption := w.redeem(booklet.Coupons[0].Number, session.ID)
	stranger := w.client(w.stranger)
	for _, path := range []string{
		"/seances/" + session.ID.String(), "/seances/" + session.ID.String() + "/feuille", "/seances/" + session.ID.String() + "/porte",
		"/seances/" + session.ID.String() + "/annulation", "/seances/" + session.ID.String() + "/appels", "/seances/nouvelle?comme=" + session.ID.String(),
		"/passages/" + redemption.ID.String() + "/annulation", "/mon-lieu?lieu=" + w.site.ID.String(), "/mon-lieu/compte?lieu=" + w.site.ID.String(),
		"/cheques?lieu=" + w.site.ID.String(), "/seances/x", "/releves/x",
	} {
		stranger.Get(path).Must(http.StatusNotFound)
	}
	for _, path := range []string{"/cheques", "/presences", "/places", "/porte", "/annulation"} {
		stranger.Post("/seances/"+session.ID.String()+path, url.Values{"code": {booklet.Coupons[1].Number}, "name": {"X"}, "reason": {"X"}, "inscription": {session.ID.String()}}).
			Must(http.StatusNotFound)
	}
	stranger.Post("/passages/"+redemption.ID.String()+"/annulation", url.Values{"reason": {"X"}}).Must(http.StatusNotFound)
	stranger.Post("/cheques/lecture", url.Values{"code": {booklet.Coupons[1].Number}, "lieu": {w.site.ID.String()}}).Must(http.StatusNotFound)
	if got := len(w.redemptions()); got != 1 {
		t.Errorf("%d redemptions", got)
	}
	statement := w.closeMonth()
	stranger = w.client(w.stranger)
	stranger.Get("/releves/" + statement.ID.String()).Must(http.StatusNotFound)
	stranger.Get("/releves/" + statement.ID.String() + "/pdf").Must(http.StatusNotFound)
}

func TestASpecimenAnswersOnTheLiveScreen(t *testing.T) {
	w := newWorld(t)
	session := w.plan(w.owner, w.site, nearly(w), 8)
	client := w.client(w.mediator)
	for _, specimen := range voucher.SpecimenCoupons {
		page := client.Get("/seances/"+session.ID.String()).Submit("Lire", code(voucher.Prefix+specimen.Number)).Shows("Exercice")
		if accepted := page.Count(".result.ok") > 0 && page.Attribute("#resultat", "data-answer") == "ok"; accepted != (specimen.Label == "Accepté") {
			t.Errorf("%s is told as accepted: %t", specimen.Label, accepted)
		}
	}
	if taken := w.redemptions(); len(taken) != 0 {
		t.Errorf("practising took %+v", taken)
	}
}
