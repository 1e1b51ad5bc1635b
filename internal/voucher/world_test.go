package voucher_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/holder"
	"passerelle/internal/label"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// world is a small programme: three funders, a desk in Guéret, a labelled site in
// La Souterraine and one in Limoges, another département.
type world struct {
	*dbtest.DB
	t testing.TB

	national, territory, accountant, certifier, desk, otherDesk db.Actor
	mediator, colleague, otherSite                              db.Actor

	site, unlabelled, limoges label.Site
	funders                   []funding.Funder
	agreement                 funding.Agreement
}

var console = db.Actor{Kind: db.Console}

var nightly = db.Actor{Kind: db.Job}

func newWorld(t testing.TB, d *dbtest.DB, weights ...int64) *world {
	t.Helper()
	if len(weights) == 0 {
		weights = []int64{50, 30, 20}
	}
	w := &world{DB: d, t: t}
	w.national = w.person(account.RoleNational, "Équipe nationale", "75056")
	w.territory = w.person(account.RoleTerritory, "Département de la Creuse", "23096")
	w.accountant = w.person(account.RoleAccountant, "Comptabilité", "75056")
	w.certifier = w.person(account.RoleCertifier, "Labellisation", "75056")
	w.desk = w.person(account.RoleDesk, "Mairie de Guéret", "23096")
	w.otherDesk = w.person(account.RoleDesk, "Mairie d’Aubusson", "23008")
	w.mediator = w.person(account.RoleSite, "Médiathèque", "23176")
	w.colleague = w.mediator
	w.colleague.ID = db.NewID(d.Clock.Now())
	w.otherSite = w.person(account.RoleSite, "Médiathèque de Limoges", "87085")
	w.site = w.place(w.mediator, "Médiathèque", "23176", "La Souterraine", "23300", true)
	w.unlabelled = w.place(w.mediator, "Annexe", "23176", "La Souterraine", "23300", false)
	w.limoges = w.place(w.otherSite, "Médiathèque", "87085", "Limoges", "87000", true)
	shares := []funding.Share{}
	for i, weight := range weights {
		name := []string{"État", "Département de la Creuse", "CAF de la Creuse", "Fondation", "Entreprise"}[i%5]
		payer := w.person(account.RoleFunder, name, "23096")
		w.do(console, func(ctx context.Context, tx *db.Tx) error {
			funder, err := funding.AddFunder(ctx, tx, funding.Funder{Organisation: payer.Organisation, Name: name})
			w.funders = append(w.funders, funder)
			shares = append(shares, funding.Share{Funder: funder.ID, Weight: weight})
			return err
		})
	}
	w.do(w.national, func(ctx context.Context, tx *db.Tx) (err error) {
		w.agreement, err = funding.Sign(ctx, tx, funding.Agreement{Title: "Convention 2026", Shares: shares})
		return err
	})
	return w
}

// do runs a transaction that must succeed.
func (w *world) do(actor db.Actor, write func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	w.Must(w.t, actor, write)
}

// try runs a transaction that may be refused.
func (w *world) try(actor db.Actor, write func(ctx context.Context, tx *db.Tx) error) error {
	return w.Update(context.Background(), actor, func(tx *db.Tx) error { return write(context.Background(), tx) })
}

func (w *world) view(actor db.Actor, read func(ctx context.Context, q db.Q) error) {
	w.t.Helper()
	if err := w.View(context.Background(), actor, func(q db.Q) error { return read(context.Background(), q) }); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) person(role, organisation, commune string) db.Actor {
	w.t.Helper()
	var made account.Organisation
	w.do(console, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: organisation, Commune: commune, Roles: []string{role}})
		return err
	})
	id := db.NewID(w.Clock.Now())
	return db.Actor{Kind: db.Person, ID: id, Organisation: made.ID, Role: role, Level: account.LevelMember, Credential: id}
}

func (w *world) place(keeper db.Actor, name, commune, town, postal string, labelled bool) (site label.Site) {
	w.t.Helper()
	w.do(console, func(ctx context.Context, tx *db.Tx) error {
		made, _, err := place.Save(ctx, tx, place.Place{
			Organisation: keeper.Organisation, Source: "test", SourceID: name + commune, Name: name, Commune: commune, CommuneName: town, PostalCode: postal,
			Services: []string{place.ServiceProcedures}, Invented: true,
		})
		site = label.Site{Place: made}
		return err
	})
	if labelled {
		w.do(w.certifier, func(ctx context.Context, tx *db.Tx) (err error) {
			site, err = label.Grant(ctx, tx, label.Decision{Site: site.ID, On: civil.On(2026, time.January, 5), Reason: "Critères remplis"})
			return err
		})
	}
	return site
}

// order places an order for the desk, and pays what the funders owe.
func (w *world) order(booklets, coupons int, change func(*funding.Order)) funding.Order {
	w.t.Helper()
	order := funding.Order{Agreement: w.agreement.ID, Desk: w.desk.Organisation, Booklets: booklets, CouponsPerBooklet: coupons}
	if change != nil {
		change(&order)
	}
	w.do(w.territory, func(ctx context.Context, tx *db.Tx) (err error) {
		order, err = funding.PlaceOrder(ctx, tx, order)
		return err
	})
	return order
}

// receive pays a percentage of every funder's share, rounded down.
func (w *world) receive(order funding.Order, percent int64) {
	w.t.Helper()
	weights := make([]int64, len(w.agreement.Shares))
	for i, share := range w.agreement.Shares {
		weights[i] = share.Weight
	}
	for i, part := range money.Split(order.Amount, weights) {
		if part = part * money.Cents(percent) / 100; part == 0 {
			continue
		}
		w.do(w.accountant, func(ctx context.Context, tx *db.Tx) error {
			_, err := funding.Receive(ctx, tx, funding.Receipt{Order: order.ID, Funder: w.funders[i].ID, Amount: part, Reference: "virement"})
			return err
		})
	}
}

// printed prints a whole order into the desk's stock.
func (w *world) printed(order funding.Order) (booklets []voucher.Booklet) {
	w.t.Helper()
	w.do(w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
		booklets, err = voucher.Print(ctx, tx, voucher.PrintRun{Order: order.ID})
		return err
	})
	return booklets
}

func (w *world) holder() (person holder.Holder) {
	w.t.Helper()
	w.do(w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
		person, err = holder.Register(ctx, tx, holder.New{Name: "Jeanne", Commune: "23176"})
		return err
	})
	return person
}

func (w *world) handOver(number string, person db.ID) (booklet voucher.Booklet, err error) {
	err = w.try(w.desk, func(ctx context.Context, tx *db.Tx) (err error) {
		booklet, err = voucher.HandOver(ctx, tx, voucher.Handover{Number: number, Holder: person})
		return err
	})
	return booklet, err
}

// live is a paid booklet in the hands of a new person.
func (w *world) live(coupons int, change func(*funding.Order)) voucher.Booklet {
	w.t.Helper()
	order := w.order(1, coupons, change)
	w.receive(order, 100)
	booklet, err := w.handOver(w.printed(order)[0].Number, w.holder().ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return booklet
}

func (w *world) redeem(actor db.Actor, p voucher.Presentation) (redemption voucher.Redemption, err error) {
	err = w.try(actor, func(ctx context.Context, tx *db.Tx) (err error) {
		redemption, err = voucher.Redeem(ctx, tx, p)
		return err
	})
	return redemption, err
}

func (w *world) mustRedeem(coupon string) voucher.Redemption {
	w.t.Helper()
	redemption, err := w.redeem(w.mediator, voucher.Presentation{Coupon: coupon, Site: w.site.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	return redemption
}

func (w *world) reverse(actor db.Actor, redemption db.ID, reason string) (reversal voucher.Reversal, err error) {
	err = w.try(actor, func(ctx context.Context, tx *db.Tx) (err error) {
		reversal, err = voucher.Reverse(ctx, tx, voucher.Reversal{Redemption: redemption, Reason: reason})
		return err
	})
	return reversal, err
}

func (w *world) block(number string) error {
	return w.try(w.desk, func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.Block(ctx, tx, voucher.Loss{Number: number, Kind: voucher.Lost, Reason: "perdu dans le bus"})
		return err
	})
}

func (w *world) expire() (ended int) {
	w.t.Helper()
	w.do(nightly, func(ctx context.Context, tx *db.Tx) (err error) {
		ended, err = voucher.Expire(ctx, tx, civil.DateOf(tx.Now(), civil.Paris))
		return err
	})
	return ended
}

// state puts what stands at the site on a new statement.
func (w *world) state() (statement db.ID, count int) {
	w.t.Helper()
	statement = db.NewID(w.Clock.Now())
	w.do(w.accountant, func(ctx context.Context, tx *db.Tx) error {
		redemptions, err := voucher.ToState(ctx, tx, w.site.ID, time.Time{}, tx.Now().Add(time.Second))
		if err != nil {
			return err
		}
		ids := make([]db.ID, len(redemptions))
		for i, redemption := range redemptions {
			ids[i] = redemption.ID
		}
		count = len(ids)
		return voucher.State(ctx, tx, statement, ids)
	})
	return statement, count
}

type step func(ctx context.Context, tx *db.Tx, cause, statement db.ID) (money.Cents, error)

// mark moves a statement on, with a cause of its own.
func (w *world) mark(statement db.ID, move step) (amount money.Cents) {
	w.t.Helper()
	w.do(w.accountant, func(ctx context.Context, tx *db.Tx) (err error) {
		amount, err = move(ctx, tx, tx.NewID(), statement)
		return err
	})
	return amount
}

func (w *world) plan(site label.Site, keeper db.Actor, start time.Time, service string) (session workshop.Session) {
	w.t.Helper()
	w.do(keeper, func(ctx context.Context, tx *db.Tx) (err error) {
		session, err = workshop.Plan(ctx, tx, workshop.New{
			Site: site.ID, Title: "Atelier", Topic: "subject of the test", Level: workshop.Levels[0].Code, Service: service,
			StartsAt: start, EndsAt: start.Add(2 * time.Hour), Seats: 8,
		})
		return err
	})
	return session
}

func (w *world) balance(order db.ID) (standing funding.Standing) {
	w.t.Helper()
	w.view(w.territory, func(ctx context.Context, q db.Q) (err error) {
		standing, err = funding.Balance(ctx, q, order)
		return err
	})
	return standing
}

// findings gathers the three checks.
func (w *world) findings() []string {
	w.t.Helper()
	findings := []string{}
	w.view(console, func(ctx context.Context, q db.Q) error {
		for _, check := range []func(context.Context, db.Q) ([]string, error){ledger.Check, funding.Check, voucher.Check} {
			found, err := check(ctx, q)
			if err != nil {
				return err
			}
			findings = append(findings, found...)
		}
		return nil
	})
	return findings
}

func (w *world) sound() {
	w.t.Helper()
	for _, finding := range w.findings() {
		w.t.Error(finding)
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if !fault.HasCode(err, code) {
		t.Errorf("answers %v; want %s", err, code)
	}
}
