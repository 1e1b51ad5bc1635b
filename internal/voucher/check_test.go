package voucher_test

import (
	"context"
	"strings"
	"testing"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/voucher"
)

func TestCheckNamesTheRowThatWasTamperedWith(t *testing.T) {
	for name, tamper := range map[string]struct {
		statement string
		row       func(booklet voucher.Booklet, redemption voucher.Redemption) db.ID
		says      string
	}{
		"a coupon made live again": {`UPDATE coupon SET state = 'live', redemption_id = NULL WHERE redemption_id = $1`, ofRedemption, "ni en cours ni annulée"},
		"a coupon marked paid":     {`UPDATE coupon SET state = 'paid' WHERE redemption_id = $1`, ofCoupon, "relevé"},
		"a coupon's rank":          {`UPDATE coupon SET rank = 77 WHERE redemption_id = $1`, ofBooklet, "rangs"},
		"a booklet never handed over": {
			`UPDATE booklet SET state = 'in_stock' WHERE id = (SELECT c.booklet_id FROM coupon c WHERE c.redemption_id = $1)`,
			ofBooklet, "carnet",
		},
		"a redemption's site":   {`UPDATE redemption SET site_id = organisation_id WHERE id = $1`, ofRedemption, "changement"},
		"a redemption's amount": {`UPDATE redemption SET amount = 500 WHERE id = $1`, ofCoupon, "lu pour"},
		"a handover's holder": {
			`UPDATE handover SET holder_id = organisation_id WHERE booklet_id = (SELECT c.booklet_id FROM coupon c WHERE c.redemption_id = $1)`,
			ofBooklet, "aucun acte",
		},
		"a leaf taken out": {`DELETE FROM leaf WHERE subject = $1`, ofRedemption, "absence au registre"},
		"cover": {
			`UPDATE order_cover SET committed_cents = committed_cents - 1 WHERE order_id = (SELECT b.order_id FROM coupon c JOIN booklet b ON b.id = c.booklet_id WHERE c.redemption_id = $1)`,
			ofOrder, "engagé",
		},
		"a receipt": {
			`UPDATE receipt SET amount = amount + 1 WHERE order_id = (SELECT b.order_id FROM coupon c JOIN booklet b ON b.id = c.booklet_id WHERE c.redemption_id = $1)`,
			ofOrder, "encaissements",
		},
		"a transfer's amount":  {`UPDATE transfer SET amount = amount + 1 WHERE cause = $1`, ofOrder, "journal"},
		"a transfer's event":   {`UPDATE transfer SET event = 'debit' WHERE cause = $1`, ofOrder, "n’est pas l’événement"},
		"a transfer taken out": {`DELETE FROM transfer WHERE cause = $1`, ofOrder, "journal"},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
				w := newWorld(t, d)
				booklet := w.live(5, nil)
				redemption := w.mustRedeem(booklet.Coupons[0].Number)
				w.sound()
				w.do(console, func(ctx context.Context, tx *db.Tx) error {
					changed, err := tx.Exec(ctx, tamper.statement, redemption.ID)
					if changed == 0 {
						t.Error("nothing was tampered with")
					}
					return err
				})
				found := strings.Join(w.findings(), "\n")
				if !strings.Contains(found, tamper.says) || !strings.Contains(found, tamper.row(booklet, redemption).String()) {
					t.Errorf("check says:\n%s", found)
				}
			})
		})
	}
}

func ofRedemption(_ voucher.Booklet, redemption voucher.Redemption) db.ID { return redemption.ID }
func ofCoupon(_ voucher.Booklet, redemption voucher.Redemption) db.ID     { return redemption.Coupon }
func ofBooklet(booklet voucher.Booklet, _ voucher.Redemption) db.ID       { return booklet.ID }
func ofOrder(booklet voucher.Booklet, _ voucher.Redemption) db.ID         { return booklet.Order }
