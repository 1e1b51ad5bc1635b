package voucher_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
)

func TestAReceiptTellsTheSiteWhichCouponOfTheBookletItWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		booklet := w.live(5, nil)
		session := w.plan(w.site, w.mediator, w.Clock.Now().Add(5*time.Minute), place.ServiceProcedures)
		alone := w.mustRedeem(booklet.Coupons[0].Number)
		within, err := w.redeem(w.mediator, voucher.Presentation{Coupon: booklet.Coupons[3].Number, Site: w.site.ID, Session: session.ID})
		if err != nil {
			t.Fatal(err)
		}
		w.view(w.mediator, func(ctx context.Context, q db.Q) error {
			receipt, err := voucher.ReceiptByID(ctx, q, alone.ID)
			if err != nil {
				return err
			}
			if receipt.Position != 1 || receipt.Size != 5 || receipt.Left != 3 || !receipt.Holder.IsZero() {
				t.Errorf("the first coupon, without a session, is %d of %d, %d left, of holder %s", receipt.Position, receipt.Size, receipt.Left, receipt.Holder)
			}
			receipt, err = voucher.ReceiptByID(ctx, q, within.ID)
			if receipt.Position != 4 || receipt.Holder.IsZero() {
				t.Errorf("the fourth coupon, within a session, is number %d, of holder %q", receipt.Position, receipt.Holder)
			}
			return err
		})
		err = w.View(context.Background(), w.otherSite, func(q db.Q) error {
			_, err := voucher.ReceiptByID(context.Background(), q, within.ID)
			return err
		})
		wantCode(t, err, "unknown_redemption")
	})
}

// What a role can read by its identifier, its lists show; and nothing else.
func TestListsShowWhatIsReadByIdentifier(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newWorld(t, d)
		booklet := w.live(5, nil)
		redeemed := w.mustRedeem(booklet.Coupons[0].Number)
		payer := db.Actor{Kind: db.Person, ID: db.NewID(d.Clock.Now()), Organisation: w.funders[0].Organisation, Role: account.RoleFunder, Level: account.LevelMember}
		for name, actor := range map[string]db.Actor{
			"site": w.mediator, "desk": w.desk, "authority": w.territory, "funder": payer, "other desk": w.otherDesk, "other site": w.otherSite,
		} {
			var listed []voucher.Redemption
			var byID error
			err := w.View(t.Context(), actor, func(q db.Q) (err error) {
				_, byID = voucher.RedemptionByID(t.Context(), q, redeemed.ID)
				listed, err = voucher.Redemptions(t.Context(), q, voucher.RedemptionFilter{Site: w.site.ID})
				return err
			})
			if err != nil || (byID == nil) != (len(listed) == 1) {
				t.Errorf("%s: %d listed, %v; by identifier: %v", name, len(listed), err, byID)
			}
			for _, one := range listed {
				if own := actor.Organisation == redeemed.Organisation; own == one.Person.IsZero() {
					t.Errorf("%s is told who redeemed: %v", name, one.Person)
				}
			}
		}
	})
}
