package cli

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/ledger"
	"passerelle/internal/settlement"
	"passerelle/internal/voucher"
)

type benchYearCommand struct {
	Coupons int `default:"200000" help:"Chèques utilisés dans l’année." placeholder:"N"`
	Clients int `default:"64" help:"Combien de lieux lisent des chèques à la fois." placeholder:"N"`
}

// benchYear is the year that is played.
const benchYear = 2026

// Run plays twelve months: the coupons are redeemed, then each month's
// statements are closed, paid, debited, and the journal closed. Only what comes
// after the redemptions is timed. The floor is the bare SQL of the same volume:
// one row and three changes of state for each coupon, month by month.
func (c *benchYearCommand) Run(env *environment) error {
	if c.Coupons < 12 || c.Clients < 1 {
		return fmt.Errorf("%w : donnez au moins 12 chèques et un lieu", errUsage)
	}
	clock := civil.NewManual(civil.On(benchYear, time.January, 2).At(9*60, civil.Paris))
	return onThrowawayAt(env, clock, func(d *db.DB) error {
		fmt.Fprintf(env.stdout, "moteur %s, %d chèques, %d lieux\n", d.Engine(), c.Coupons, benchSites)
		y := &year{env: env, d: d, clock: clock, clients: c.Clients}
		if err := y.prepare(c.Coupons); err != nil {
			return err
		}
		for left := 12; left > 0; left-- {
			month := civil.On(benchYear, time.Month(13-left), 1).Month()
			if err := y.month(month, left); err != nil {
				return fmt.Errorf("%s : %w", month, err)
			}
		}
		fmt.Fprintf(env.stdout, "année close et payée en %.1f s (plancher %.1f s, rapport %.1f), tas le plus haut %d Mo, le premier mois %d Mo\n",
			y.spent.Seconds(), y.floor.Seconds(), y.spent.Seconds()/max(y.floor.Seconds(), 0.001), y.most>>20, y.first>>20)
		return nil
	})
}

// year is the measure under way.
type year struct {
	env        *environment
	d          *db.DB
	clock      *civil.Manual
	clients    int
	p          *programme
	accountant db.Actor
	spent      time.Duration
	floor      time.Duration
	first      uint64 // bytes of the heap after the first month
	most       uint64
}

func (y *year) prepare(coupons int) error {
	var err error
	if y.p, err = prepare(y.env, y.d, coupons, false); err != nil {
		return err
	}
	y.p.coupons = y.p.coupons[:coupons]
	id := db.NewID(y.clock.Now())
	y.accountant = db.Actor{Kind: db.Person, ID: id, Organisation: id, Role: account.RoleAccountant, Level: account.LevelOwner, Credential: id}
	const iban bank.IBAN = "FR7630006000011234567890189" // the example of the standard
	if err := y.d.Update(y.env, y.accountant, func(tx *db.Tx) error {
		_, err := settlement.SetIssuerAccount(y.env, tx, settlement.IssuerAccount{Name: "Mesure", IBAN: iban})
		return err
	}); err != nil {
		return err
	}
	if err := y.d.Update(y.env, y.p.site, func(tx *db.Tx) error {
		_, err := label.SetCommonDetails(y.env, tx, y.p.site.Organisation, label.Details{Holder: "Mesure", IBAN: iban})
		return err
	}); err != nil {
		return err
	}
	return y.d.Update(y.env, console, func(tx *db.Tx) error {
		_, err := tx.Exec(y.env, `CREATE TABLE bench_floor (id BYTEA NOT NULL PRIMARY KEY, state TEXT NOT NULL)`)
		return err
	})
}

// month redeems its part of the coupons left for so many months, untimed, then
// settles it, timed.
func (y *year) month(month civil.Month, left int) error {
	y.clock.Set(month.First().AddDays(14).At(10*60, civil.Paris))
	share := len(y.p.coupons) / left
	taken := y.p.coupons[:share]
	y.p.coupons = y.p.coupons[share:]
	if err := y.redeem(taken); err != nil {
		return err
	}
	y.clock.Set(month.Next().First().AddDays(1).At(9*60, civil.Paris))
	begin := time.Now()
	if err := y.settle(month); err != nil {
		return err
	}
	took := time.Since(begin)
	y.spent += took
	floor, err := y.bare(len(taken))
	if err != nil {
		return err
	}
	y.floor += floor
	runtime.GC()
	var heap runtime.MemStats
	runtime.ReadMemStats(&heap)
	if y.first == 0 {
		y.first = heap.HeapAlloc
	}
	y.most = max(y.most, heap.HeapAlloc)
	fmt.Fprintf(y.env.stdout, "%s\t%d chèques\t%.2f s\tplancher %.2f s\ttas %d Mo\n", month, len(taken), took.Seconds(), floor.Seconds(), heap.HeapAlloc>>20)
	return nil
}

func (y *year) redeem(coupons []liveCoupon) error {
	next := make(chan liveCoupon)
	failures := make([]error, y.clients)
	var working sync.WaitGroup
	for i := range y.clients {
		working.Go(func() {
			for coupon := range next {
				if failures[i] != nil {
					continue
				}
				failures[i] = y.d.Update(y.env, y.p.site, func(tx *db.Tx) error {
					_, err := voucher.Redeem(y.env, tx, voucher.Presentation{Coupon: coupon.number, Site: coupon.site})
					return err
				})
			}
		})
	}
	for _, coupon := range coupons {
		next <- coupon
	}
	close(next)
	working.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return nil
}

// settle closes a month's statements, one transaction each, pays them in one
// file, sees its debit and closes the journal.
func (y *year) settle(month civil.Month) error {
	var ids []db.ID
	for _, site := range y.p.sites {
		err := y.as(func(ctx context.Context, tx *db.Tx) error {
			statement, err := settlement.CloseSite(ctx, tx, site, month)
			ids = append(ids, statement.ID)
			return err
		})
		if err != nil {
			return err
		}
	}
	var file settlement.PaymentFile
	if err := y.as(func(ctx context.Context, tx *db.Tx) (err error) {
		file, err = settlement.Pay(ctx, tx, settlement.PayFile{Statements: ids})
		return err
	}); err != nil {
		return err
	}
	if err := y.as(func(ctx context.Context, tx *db.Tx) error {
		_, err := settlement.SeenDebit(ctx, tx, settlement.Debit{File: file.ID, On: civil.DateOf(tx.Now(), civil.Paris), Amount: file.Amount})
		return err
	}); err != nil {
		return err
	}
	return y.as(func(ctx context.Context, tx *db.Tx) error {
		_, err := ledger.ClosePeriod(ctx, tx, ledger.Closing{Until: month.Last()})
		return err
	})
}

func (y *year) as(do func(ctx context.Context, tx *db.Tx) error) error {
	return y.d.Update(y.env, y.accountant, func(tx *db.Tx) error { return do(y.env, tx) })
}

// bare is the least that a month of so many coupons can be.
func (y *year) bare(coupons int) (time.Duration, error) {
	begin := time.Now()
	err := y.d.Update(y.env, console, func(tx *db.Tx) error {
		for range coupons {
			id := tx.NewID()
			if _, err := tx.Exec(y.env, `INSERT INTO bench_floor (id, state) VALUES ($1, 'redeemed')`, id); err != nil {
				return err
			}
			for _, state := range []string{"stated", "sent", "paid"} {
				if _, err := tx.Exec(y.env, `UPDATE bench_floor SET state = $2 WHERE id = $1`, id, state); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return time.Since(begin), err
}
