package cli

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/holder"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// programme is what a measure runs on: coupons in the hands of people who have
// a seat at a session of a labelled site, all made by the operations that make
// them in life.
type programme struct {
	database *db.DB
	desk     db.Actor
	site     db.Actor // keeps every site
	token    string   // of the same organisation, for the API
	bearer   db.Actor // whom the token stands for

	agreement funding.Agreement
	sites     []db.ID
	coupons   []liveCoupon // in no order
}

// liveCoupon is a coupon to redeem, and what is needed to.
type liveCoupon struct {
	id, site, session db.ID // session zero where none was booked
	number            string
}

// The shape of a programme: an order is 50 booklets of 10 coupons, and the ten
// sessions where their 50 holders spend them.
const (
	benchSites      = 12
	orderBooklets   = 50
	bookletCoupons  = 10
	preparedAtATime = 4
)

// prepare makes at least this many live coupons, with a seat booked for each
// when booked is asked for.
func prepare(env *environment, d *db.DB, coupons int, booked bool) (*programme, error) {
	begin := time.Now()
	p := &programme{database: d}
	if err := p.found(env); err != nil {
		return nil, err
	}
	orders := (coupons + orderBooklets*bookletCoupons - 1) / (orderBooklets * bookletCoupons)
	made := make([][]liveCoupon, orders)
	failures := make([]error, orders)
	slots := make(chan struct{}, preparedAtATime)
	var working sync.WaitGroup
	for i := range orders {
		slots <- struct{}{}
		working.Go(func() {
			defer func() { <-slots }()
			made[i], failures[i] = p.order(env, i, booked)
		})
	}
	working.Wait()
	for _, err := range failures {
		if err != nil {
			return nil, err
		}
	}
	p.coupons = slices.Concat(made...)
	// People come in no order; always the same one.
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(p.coupons), func(i, j int) { p.coupons[i], p.coupons[j] = p.coupons[j], p.coupons[i] })
	fmt.Fprintf(env.stderr, "%d chèques préparés en %.1f s\n", len(p.coupons), time.Since(begin).Seconds())
	return p, nil
}

// found makes the organisations, their agreement and the labelled sites.
func (p *programme) found(ctx context.Context) error {
	return p.database.Update(ctx, console, func(tx *db.Tx) error {
		p.sites = nil
		var organisations [5]db.ID
		for i, wanted := range []account.Organisation{
			{Name: "Guichet", Commune: "23096", Roles: []string{account.RoleDesk}},
			{Name: "Lieux", Commune: "23176", Roles: []string{account.RoleSite}},
			{Name: "État", Commune: "75056", Roles: []string{account.RoleFunder}},
			{Name: "Département", Commune: "23096", Roles: []string{account.RoleFunder}},
			{Name: "Caisse", Commune: "23096", Roles: []string{account.RoleFunder}},
		} {
			made, err := account.CreateOrganisation(ctx, tx, wanted)
			if err != nil {
				return err
			}
			organisations[i] = made.ID
		}
		p.desk, p.site = member(tx, organisations[0], account.RoleDesk), member(tx, organisations[1], account.RoleSite)
		if err := p.sign(ctx, tx, organisations[2:]); err != nil {
			return err
		}
		for i := range benchSites {
			site, err := labelled(ctx, tx, organisations[1], i)
			if err != nil {
				return err
			}
			p.sites = append(p.sites, site)
		}
		made, text, err := account.CreateToken(ctx, tx, account.NewToken{Organisation: organisations[1], Role: account.RoleSite})
		if err != nil {
			return err
		}
		p.token = text
		p.bearer = db.Actor{Kind: db.Token, ID: made.ID, Credential: made.ID, Organisation: made.Organisation, Role: made.Role, Level: made.Level}
		return nil
	})
}

func member(tx *db.Tx, organisation db.ID, role string) db.Actor {
	id := tx.NewID()
	return db.Actor{Kind: db.Person, ID: id, Organisation: organisation, Role: role, Level: account.LevelOwner, Credential: id}
}

func (p *programme) sign(ctx context.Context, tx *db.Tx, payers []db.ID) (err error) {
	weights := []int64{50, 35, 15}
	shares := make([]funding.Share, len(weights))
	for i, weight := range weights {
		funder, err := funding.AddFunder(ctx, tx, funding.Funder{Organisation: payers[i], Name: fmt.Sprintf("Financeur %d", i+1)})
		if err != nil {
			return err
		}
		shares[i] = funding.Share{Funder: funder.ID, Weight: weight}
	}
	p.agreement, err = funding.Sign(ctx, tx, funding.Agreement{Title: "Convention de mesure", Shares: shares})
	return err
}

func labelled(ctx context.Context, tx *db.Tx, keeper db.ID, rank int) (db.ID, error) {
	made, _, err := place.Save(ctx, tx, place.Place{
		Organisation: keeper, Source: "mesure", SourceID: fmt.Sprint(rank), Name: fmt.Sprintf("Lieu %d", rank+1),
		Commune: "23176", CommuneName: "La Souterraine", PostalCode: "23300", Services: []string{place.ServiceProcedures}, Invented: true,
	})
	if err != nil {
		return db.ID{}, err
	}
	_, err = label.Grant(ctx, tx, label.Decision{Site: made.ID, On: civil.DateOf(tx.Now(), civil.Paris), Reason: "Mesure"})
	return made.ID, err
}

// order places, pays, prints and hands over one order, in a transaction per
// role that does it.
func (p *programme) order(ctx context.Context, rank int, booked bool) ([]liveCoupon, error) {
	var booklets []voucher.Booklet
	err := p.database.Update(ctx, console, func(tx *db.Tx) error {
		order, err := funding.PlaceOrder(ctx, tx, funding.Order{
			Agreement: p.agreement.ID, Organisation: p.desk.Organisation, Desk: p.desk.Organisation, Booklets: orderBooklets, CouponsPerBooklet: bookletCoupons,
		})
		if err != nil {
			return err
		}
		standing, err := funding.Balance(ctx, tx, order.ID)
		if err != nil {
			return err
		}
		for _, funder := range standing.ByFunder {
			if _, err := funding.Receive(ctx, tx, funding.Receipt{Order: order.ID, Funder: funder.Funder.ID, Amount: funder.Share, Reference: "mesure"}); err != nil {
				return err
			}
		}
		booklets, err = voucher.Print(ctx, tx, voucher.PrintRun{Order: order.ID})
		return err
	})
	if err != nil {
		return nil, err
	}
	site := p.sites[rank%len(p.sites)]
	sessions := make([]db.ID, bookletCoupons) // zero: none
	if booked {
		if sessions, err = p.plan(ctx, site); err != nil {
			return nil, err
		}
	}
	var coupons []liveCoupon
	err = p.database.Update(ctx, p.desk, func(tx *db.Tx) error {
		coupons = nil
		for _, booklet := range booklets {
			live, err := handOver(ctx, tx, booklet.Number, sessions, booked)
			if err != nil {
				return err
			}
			for i, coupon := range live.Coupons {
				coupons = append(coupons, liveCoupon{id: coupon.ID, number: coupon.Number, site: site, session: sessions[i]})
			}
		}
		return nil
	})
	return coupons, err
}

// plan opens the sessions where an order's coupons will be spent; they start in
// a minute, so that coupons may be read from now on.
func (p *programme) plan(ctx context.Context, site db.ID) (sessions []db.ID, err error) {
	err = p.database.Update(ctx, p.site, func(tx *db.Tx) error {
		sessions = nil
		for range bookletCoupons {
			session, err := workshop.Plan(ctx, tx, workshop.New{
				Site: site, Title: "Atelier", Topic: "mesure", Level: workshop.Levels[0].Code, Service: place.ServiceProcedures,
				StartsAt: tx.Now().Add(10 * time.Minute), EndsAt: tx.Now().Add(2 * time.Hour), Seats: orderBooklets,
			})
			if err != nil {
				return err
			}
			sessions = append(sessions, session.ID)
		}
		return nil
	})
	return sessions, err
}

func handOver(ctx context.Context, tx *db.Tx, number string, sessions []db.ID, booked bool) (voucher.Booklet, error) {
	person, err := holder.Register(ctx, tx, holder.New{Commune: "23176"})
	if err != nil {
		return voucher.Booklet{}, err
	}
	if booked {
		for _, session := range sessions {
			if _, err := workshop.Book(ctx, tx, workshop.Reservation{Session: session, Holder: person.ID}); err != nil {
				return voucher.Booklet{}, err
			}
		}
	}
	return voucher.HandOver(ctx, tx, voucher.Handover{Number: number, Holder: person.ID})
}
