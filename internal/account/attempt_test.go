package account_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
)

const (
	most   = 5
	window = 15 * time.Minute
)

func try(t *testing.T, p programme, subject string) error {
	t.Helper()
	return p.update(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
		return account.Throttle(ctx, tx, "sign_in", subject, most, window)
	})
}

func TestAttemptsWaitLongerAndLonger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := programme{DB: d}
		for range most {
			refused(t, try(t, p, "odile"), nil)
		}
		for _, seconds := range []int{30, 60, 120, 240, 480, 900} {
			err := try(t, p, "odile")
			refused(t, err, fault.ErrTooMany)
			if wait := fault.Of(err).Detail["retry_after_seconds"]; wait != seconds {
				t.Errorf("wait %v, want %d", wait, seconds)
			}
			d.Clock.Advance(time.Duration(seconds)*time.Second - time.Second)
			refused(t, try(t, p, "odile"), fault.ErrTooMany)
			d.Clock.Advance(time.Second)
			refused(t, p.View(t.Context(), db.Actor{}, func(q db.Q) error {
				return account.Throttled(t.Context(), q, window, account.Limit{Bucket: "sign_in", Subject: "odile", Most: most})
			}), nil)
			refused(t, try(t, p, "odile"), nil)
		}
		refused(t, try(t, p, "paul"), nil)
		p.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error { return account.Forgive(ctx, tx, "sign_in", "odile") })
		for range most {
			refused(t, try(t, p, "odile"), nil)
		}
		refused(t, try(t, p, "odile"), fault.ErrTooMany)
		d.Clock.Advance(25 * time.Hour)
		p.Must(t, console, account.Forget)
		refused(t, try(t, p, "odile"), nil)
	})
}

func TestManyAttemptsAtOnceAreAllCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := programme{DB: d}
		var passed atomic.Int64
		var trying sync.WaitGroup
		for range 40 {
			trying.Go(func() {
				if try(t, p, "odile") == nil {
					passed.Add(1)
				}
			})
		}
		trying.Wait()
		if got := passed.Load(); got > most || got == 0 {
			t.Errorf("%d attempts passed, want at most %d", got, most)
		}
	})
}

func TestNobodyCertifiesAndPaysOneSite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := programme{DB: d}
		take := func(person, site db.ID, duty string) error {
			return p.update(t, console, func(ctx context.Context, tx *db.Tx) error {
				return account.TakeDuty(ctx, tx, person, site, duty)
			})
		}
		odile, paul, here, there := db.ID{1}, db.ID{2}, db.ID{3}, db.ID{4}
		refused(t, take(odile, here, account.DutyCertify), nil)
		refused(t, take(odile, here, account.DutyCertify), nil)
		refused(t, take(odile, here, account.DutyPay), account.ErrDutyTaken)
		refused(t, take(odile, there, account.DutyPay), nil)
		refused(t, take(paul, here, account.DutyPay), nil)
		refused(t, take(paul, here, account.DutyCertify), account.ErrDutyTaken)
		refused(t, take(db.ID{}, here, account.DutyPay), nil)
		refused(t, take(db.ID{}, here, account.DutyCertify), nil)
	})
}
