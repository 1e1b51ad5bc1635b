package orientation_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/money"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

var console = db.Actor{Kind: db.Console}

// counter is a desk with an order it can print from, and a site with a session.
type counter struct {
	*dbtest.DB
	t     *testing.T
	agent db.Actor
	order funding.Order
	site  place.Place
	seat  workshop.Session
}

func newCounter(t *testing.T, d *dbtest.DB, seats, received int) *counter {
	t.Helper()
	c := &counter{DB: d, t: t, agent: db.Actor{
		Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start), Role: account.RoleDesk, Level: account.LevelMember,
	}}
	gueret, _ := geography.CommuneByCode("23096")
	c.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		if _, err := account.CreateOrganisation(ctx, tx, account.Organisation{
			ID: c.agent.Organisation, Name: "CCAS de Guéret", Commune: "23096", Territory: "23", Roles: []string{account.RoleDesk},
		}); err != nil {
			return err
		}
		if c.site, _, err = place.Save(ctx, tx, place.Place{
			Organisation: tx.NewID(), Source: "test", SourceID: "1", Name: "Le Fil numérique", Commune: "23096", CommuneName: "Guéret", PostalCode: "23000",
			Address: "12 rue de l’Exemple", Latitude: gueret.Latitude, Longitude: gueret.Longitude, Invented: true,
			Services: []string{place.ServiceProcedures}, Programmes: []string{place.ProgrammeAidantsConnect},
		}); err != nil {
			return err
		}
		start := tx.Now().Add(14 * 24 * time.Hour)
		if c.seat, err = workshop.Plan(ctx, tx, workshop.New{Site: c.site.ID, Topic: "formality", Level: "discover", StartsAt: start, EndsAt: start.Add(2 * time.Hour), Seats: seats}); err != nil {
			return err
		}
		funder, err := funding.AddFunder(ctx, tx, funding.Funder{Organisation: tx.NewID(), Name: "Le Département"})
		if err != nil {
			return err
		}
		agreement, err := funding.Sign(ctx, tx, funding.Agreement{Title: "Convention", Shares: []funding.Share{{Funder: funder.ID, Weight: 1}}})
		if err != nil {
			return err
		}
		if c.order, err = funding.PlaceOrder(ctx, tx, funding.Order{Agreement: agreement.ID, Organisation: tx.NewID(), Desk: c.agent.Organisation, Booklets: 4, CouponsPerBooklet: 5}); err != nil {
			return err
		}
		_, err = funding.Receive(ctx, tx, funding.Receipt{Order: c.order.ID, Funder: funder.ID, Amount: money.Cents(received), Reference: "R"})
		return err
	})
	return c
}

func (c *counter) do(act func(ctx context.Context, tx *db.Tx) error) error {
	return c.Update(c.t.Context(), c.agent, func(tx *db.Tx) error { return act(c.t.Context(), tx) })
}

func (c *counter) must(act func(ctx context.Context, tx *db.Tx) error) {
	c.t.Helper()
	if err := c.do(act); err != nil {
		c.t.Fatal(err)
	}
}

var learner = map[string]string{"use": "often", "search": "easy", "write": "easy", "formality": "helped", "needs": "words", "wish": "learn"}

// prepared is a visit at its last step: everything chosen, nothing done.
func (c *counter) prepared(draft orientation.Draft) orientation.Visit {
	c.t.Helper()
	var visit orientation.Visit
	c.must(func(ctx context.Context, tx *db.Tx) (err error) {
		if visit, err = orientation.Welcome(ctx, tx, db.ID{}); err != nil {
			return err
		}
		if visit, err = orientation.Answer(ctx, tx, visit.ID, learner); err != nil {
			return err
		}
		if visit, err = orientation.Seek(ctx, tx, visit.ID, orientation.Search{Commune: "23217", Travel: orientation.ByCar}); err != nil {
			return err
		}
		if visit, err = orientation.ChooseSession(ctx, tx, visit.ID, c.seat.ID); err != nil {
			return err
		}
		visit, err = orientation.Identify(ctx, tx, visit.ID, draft)
		return err
	})
	return visit
}

func (c *counter) confirm(id db.ID) (visit orientation.Visit, err error) {
	err = c.do(func(ctx context.Context, tx *db.Tx) (err error) {
		visit, err = orientation.Confirm(ctx, tx, id)
		return err
	})
	return visit, err
}

func TestVisitEndsWithAPersonASeatAndALiveBooklet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		c := newCounter(t, d, 8, 200_00)
		visit := c.prepared(orientation.Draft{Name: "Monique", Telephone: "06 39 98 41 22", Consent: true, Paper: orientation.PrintNow, Order: c.order.ID})
		if next := visit.Next(diagnosis.Pathway); next != orientation.StepCheck {
			t.Errorf("taken up again at %s", next)
		}
		var results [5]orientation.Visit
		var group sync.WaitGroup
		for i := range results {
			group.Go(func() {
				var err error
				if results[i], err = c.confirm(visit.ID); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		done := results[0]
		for _, other := range results {
			if other.Holder != done.Holder || other.Booking != done.Booking || other.Booklet != done.Booklet || other.State != orientation.Done {
				t.Errorf("confirmed twice, and not the same: %+v %+v", done, other)
			}
		}
		c.must(func(ctx context.Context, tx *db.Tx) error {
			person, err := holder.ByID(ctx, tx, done.Holder)
			if err != nil {
				return err
			}
			if person.Name != "Monique" || person.Commune != "23217" || !person.Consent {
				t.Errorf("registered: %+v", person)
			}
			booking, session, err := workshop.BookingByID(ctx, tx, done.Booking)
			if err != nil || booking.State != workshop.Booked || session.Taken != 1 {
				t.Errorf("booking %+v, taken %d, %v", booking, session.Taken, err)
			}
			booklet, err := voucher.BookletByID(ctx, tx, done.Booklet)
			if err != nil || booklet.State != voucher.BookletLive || booklet.Holder != done.Holder || booklet.Left != 5 {
				t.Errorf("booklet %+v, %v", booklet, err)
			}
			found, err := diagnosis.ByID(ctx, tx, done.Diagnosis)
			if err != nil || found.Holder != done.Holder {
				t.Errorf("diagnosis of %s, %v", found.Holder, err)
			}
			findings, checkErr := workshop.Check(ctx, tx)
			if checkErr != nil || len(findings) > 0 {
				t.Errorf("seats: %v %v", findings, checkErr)
			}
			return err
		})
	})
}

func TestWhatWasTypedIsSealedAndGoneWhenTheVisitEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		c := newCounter(t, d, 8, 200_00)
		visit := c.prepared(orientation.Draft{Name: "Monique", Paper: orientation.NoBooklet})
		draft := func() (stored []byte) {
			c.must(func(ctx context.Context, tx *db.Tx) error {
				return tx.QueryRow(ctx, `SELECT draft FROM visit WHERE id = $1`, visit.ID).Scan(&stored)
			})
			return stored
		}
		if stored := draft(); len(stored) == 0 || bytes.Contains(stored, []byte("Monique")) {
			t.Errorf("the draft is not sealed: %q", stored)
		}
		c.must(func(ctx context.Context, tx *db.Tx) error {
			open, err := orientation.OpenVisits(ctx, tx)
			if len(open) != 1 || open[0].Called() != "Monique" {
				t.Errorf("to take up again: %+v", open)
			}
			return err
		})
		c.must(func(ctx context.Context, tx *db.Tx) error {
			var answers []byte
			err := tx.QueryRow(ctx, `SELECT answers FROM visit WHERE id = $1`, visit.ID).Scan(&answers)
			if len(answers) == 0 || bytes.Contains(answers, []byte("learn")) {
				t.Errorf("the answers are not sealed: %q", answers)
			}
			return err
		})
		if _, err := c.confirm(visit.ID); err != nil {
			t.Fatal(err)
		}
		if stored := draft(); len(stored) != 0 {
			t.Error("the draft outlives the visit")
		}
	})
}

func TestRefusedConfirmationKeepsEverythingTypedAndMovesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		c := newCounter(t, d, 1, 10_00) // cash for one coupon, not for a booklet
		visit := c.prepared(orientation.Draft{Name: "Monique", Paper: orientation.PrintNow, Order: c.order.ID})
		if _, err := c.confirm(visit.ID); !fault.HasCode(err, "not_covered") {
			t.Fatalf("without the cash: %v", err)
		}
		c.must(func(ctx context.Context, tx *db.Tx) error {
			kept, err := orientation.ByID(ctx, tx, visit.ID)
			if kept.State != orientation.Open || kept.Called() != "Monique" || kept.Session != c.seat.ID {
				t.Errorf("after the refusal: %+v", kept)
			}
			people, _, listErr := holder.List(ctx, tx, holder.Filter{})
			if listErr != nil || len(people) != 0 {
				t.Errorf("%d people registered, %v", len(people), listErr)
			}
			return err
		})
		// Ten minutes later someone else takes the only seat.
		d.Clock.Advance(workshop.KeptFor)
		c.must(func(ctx context.Context, tx *db.Tx) error {
			other, err := holder.Register(ctx, tx, holder.New{Name: "Paul"})
			if err != nil {
				return err
			}
			_, err = workshop.Book(ctx, tx, workshop.Reservation{Session: c.seat.ID, Holder: other.ID, SeatOnly: true})
			return err
		})
		c.must(func(ctx context.Context, tx *db.Tx) error {
			_, err := orientation.Identify(ctx, tx, visit.ID, orientation.Draft{Name: "Monique", Paper: orientation.NoBooklet})
			return err
		})
		if _, err := c.confirm(visit.ID); !fault.HasCode(err, "session_full") {
			t.Errorf("the seat went: %v", err)
		}
	})
}

func TestBookletFromStockIsCheckedBeforeTheLastStep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		c := newCounter(t, d, 8, 200_00)
		var stock []voucher.Booklet
		c.must(func(ctx context.Context, tx *db.Tx) (err error) {
			stock, err = voucher.Print(ctx, tx, voucher.PrintRun{Order: c.order.ID, Count: 1})
			return err
		})
		visit := c.prepared(orientation.Draft{Paper: orientation.FromStock, Number: voucher.Group(stock[0].Number)})
		done, err := c.confirm(visit.ID)
		if err != nil || done.Booklet != stock[0].ID {
			t.Fatalf("handed over %s, %v", done.Booklet, err)
		}
		second := c.prepared(orientation.Draft{Paper: orientation.NoBooklet})
		for name, draft := range map[string]orientation.Draft{
			"mistyped":        {Paper: orientation.FromStock, Number: "1234"},
			"handed over":     {Paper: orientation.FromStock, Number: stock[0].Number},
			"no order chosen": {Paper: orientation.PrintNow},
			"no such paper":   {Paper: "gold"},
			"bad telephone":   {Telephone: "06 39"},
		} {
			err := c.do(func(ctx context.Context, tx *db.Tx) error {
				_, err := orientation.Identify(ctx, tx, second.ID, draft)
				return err
			})
			if len(fault.Of(err).Fields) != 1 {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestPersonAlreadyKnownIsNotRegisteredTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		c := newCounter(t, d, 8, 200_00)
		first, err := c.confirm(c.prepared(orientation.Draft{Name: "Monique", Paper: orientation.NoBooklet}).ID)
		if err != nil {
			t.Fatal(err)
		}
		c.must(func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.Cancel(ctx, tx, first.Booking)
			return err
		})
		again, err := c.confirm(c.prepared(orientation.Draft{Known: first.Holder, Paper: orientation.NoBooklet}).ID)
		if err != nil || again.Holder != first.Holder {
			t.Errorf("holder %s then %s, %v", first.Holder, again.Holder, err)
		}
	})
}

func TestFarAwayEndsWithAnAppointmentNearby(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		c := newCounter(t, d, 8, 200_00)
		var visit orientation.Visit
		c.must(func(ctx context.Context, tx *db.Tx) (err error) {
			if visit, err = orientation.Welcome(ctx, tx, db.ID{}); err != nil {
				return err
			}
			if visit, err = orientation.Answer(ctx, tx, visit.ID, map[string]string{"use": "never", "search": "none", "write": "none"}); err != nil {
				return err
			}
			if !visit.Diagnosis.IsZero() {
				t.Error("diagnosed before the last answer")
			}
			visit, err = orientation.Answer(ctx, tx, visit.ID, map[string]string{"formality": "none", "needs": "", "wish": "urgent"})
			return err
		})
		if _, err := c.confirm(visit.ID); !fault.HasCode(err, "visit_unfinished") {
			t.Errorf("confirmed with nothing chosen: %v", err)
		}
		day := civil.DateOf(d.Clock.Now(), civil.Paris).AddDays(3)
		c.must(func(ctx context.Context, tx *db.Tx) error {
			near, err := orientation.NearestHelp(ctx, tx, geography.Point{Latitude: c.site.Latitude, Longitude: c.site.Longitude}, 3)
			if err != nil || len(near) != 1 || near[0].ID != c.site.ID {
				t.Errorf("nearest help: %+v %v", near, err)
			}
			if _, err := orientation.ChoosePlace(ctx, tx, visit.ID, orientation.Meeting{Place: c.site.ID, Day: day, At: 14 * 60}); err != nil {
				return err
			}
			if _, err := orientation.NoteUrgentDone(ctx, tx, visit.ID, orientation.UrgentTogether); err != nil {
				return err
			}
			_, err = orientation.Identify(ctx, tx, visit.ID, orientation.Draft{Name: "Jean", Paper: orientation.NoBooklet})
			return err
		})
		done, err := c.confirm(visit.ID)
		if err != nil || done.Appointment.IsZero() || !done.UrgentDone {
			t.Fatalf("%+v %v", done, err)
		}
		c.must(func(ctx context.Context, tx *db.Tx) error {
			made, err := orientation.AppointmentByID(ctx, tx, done.Appointment)
			if made.Day != day || made.At != 14*60 || made.Place != c.site.ID || made.Holder != done.Holder {
				t.Errorf("appointment: %+v", made)
			}
			return err
		})
	})
}

func TestSeatChosenBeforeAnotherRouteIsLetGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		c := newCounter(t, d, 1, 200_00)
		visit := c.prepared(orientation.Draft{Name: "Monique", Paper: orientation.PrintNow, Order: c.order.ID})
		c.must(func(ctx context.Context, tx *db.Tx) error {
			_, err := diagnosis.Choose(ctx, tx, diagnosis.Override{Diagnosis: visit.Diagnosis, Route: diagnosis.OnPaper, Reason: "Elle préfère le guichet."})
			return err
		})
		done, err := c.confirm(visit.ID)
		if err != nil || !done.Booking.IsZero() || !done.Booklet.IsZero() || done.Holder.IsZero() {
			t.Fatalf("on paper: %+v, %v", done, err)
		}
		c.must(func(ctx context.Context, tx *db.Tx) error {
			session, err := workshop.SessionByID(ctx, tx, c.seat.ID)
			if session.Free() != 1 {
				t.Errorf("the seat is not free: %d", session.Free())
			}
			return err
		})
	})
}

func TestVisitGivenUpFreesItsSeatAndForgets(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		c := newCounter(t, d, 1, 200_00)
		visit := c.prepared(orientation.Draft{Name: "Monique", Paper: orientation.NoBooklet})
		for range 2 {
			c.must(func(ctx context.Context, tx *db.Tx) error { return orientation.Leave(ctx, tx, visit.ID) })
		}
		c.must(func(ctx context.Context, tx *db.Tx) error {
			session, err := workshop.SessionByID(ctx, tx, c.seat.ID)
			if session.Free() != 1 {
				t.Errorf("free: %d", session.Free())
			}
			return err
		})
		if _, err := c.confirm(visit.ID); !fault.HasCode(err, "visit_over") {
			t.Errorf("confirmed once given up: %v", err)
		}
		old := c.prepared(orientation.Draft{Name: "Paul", Paper: orientation.NoBooklet})
		d.Clock.Advance(31 * 24 * time.Hour)
		d.Must(t, db.Actor{Kind: db.Job}, func(ctx context.Context, tx *db.Tx) error {
			left, err := orientation.LeaveOld(ctx, tx, tx.Now().AddDate(0, 0, -30))
			if left != 1 {
				t.Errorf("%d left", left)
			}
			return err
		})
		c.must(func(ctx context.Context, tx *db.Tx) error {
			kept, err := orientation.ByID(ctx, tx, old.ID)
			if kept.State != orientation.Left || kept.Called() != "" {
				t.Errorf("old visit: %+v", kept)
			}
			return err
		})
	})
}

func TestAnotherDesksVisitCannotBeTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		c := newCounter(t, d, 8, 200_00)
		visit := c.prepared(orientation.Draft{Paper: orientation.NoBooklet})
		other := c.agent
		other.Organisation = db.NewID(dbtest.Start)
		err := d.Update(t.Context(), other, func(tx *db.Tx) error {
			_, err := orientation.Confirm(t.Context(), tx, visit.ID)
			return err
		})
		if fault.KindOf(err) != fault.NotFound {
			t.Error(err)
		}
	})
}
