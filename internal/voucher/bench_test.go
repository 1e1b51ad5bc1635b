package voucher_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
)

// BenchmarkRedeem redeems coupons of a session from 64 clients at once, each
// with its idempotency key, as the API does.
//
//	go test -run - -bench Redeem -benchtime 20000x ./internal/voucher
func BenchmarkRedeem(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkRedeem(b, dbtest.SQLite(b)) })
	b.Run("postgres", func(b *testing.B) { benchmarkRedeem(b, dbtest.PostgreSQL(b)) })
}

func benchmarkRedeem(b *testing.B, d *dbtest.DB) {
	w := newWorld(b, d)
	const clients, size = 64, 10
	order := w.order(b.N/size+1, size, nil)
	w.receive(order, 100)
	numbers := []string{}
	person := w.holder()
	for printed := 0; printed < order.Booklets; {
		booklets := w.printed(order)
		printed += len(booklets)
		for start := 0; start < len(booklets); start += 100 {
			w.do(w.desk, func(ctx context.Context, tx *db.Tx) error {
				for _, booklet := range booklets[start:min(start+100, len(booklets))] {
					live, err := voucher.HandOver(ctx, tx, voucher.Handover{Number: booklet.Number, Holder: person.ID})
					if err != nil {
						return err
					}
					for _, coupon := range live.Coupons {
						numbers = append(numbers, coupon.Number)
					}
				}
				return nil
			})
		}
	}
	session := w.plan(w.site, w.mediator, d.Clock.Now().Add(time.Minute), place.ServiceProcedures)
	var next atomic.Int64
	var group sync.WaitGroup
	b.ResetTimer()
	for range clients {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
				// Identifiers follow the clock; one that stands still would scatter
				// new rows over the whole of their tables.
				d.Clock.Advance(300 * time.Microsecond)
				key := db.Key{Scope: w.mediator.Credential, Route: "redemption", Text: fmt.Sprint(i), Input: [32]byte{1}}
				if err := w.Update(context.Background(), w.mediator, func(tx *db.Tx) error {
					_, err := db.Once(context.Background(), tx, key, nil, func(id db.ID) (voucher.Redemption, error) {
						return voucher.Redeem(context.Background(), tx, voucher.Presentation{ID: id, Coupon: numbers[i], Site: w.site.ID, Session: session.ID})
					})
					return err
				}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "redemptions/s")
	if b.N > 1 {
		w.sound()
	}
}
