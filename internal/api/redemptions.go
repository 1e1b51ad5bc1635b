package api

import (
	"context"
	"encoding/hex"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/voucher"
)

// redemptionView is what a site keeps of a coupon that paid a service.
type redemptionView struct {
	ID          id        `json:"id"`
	Coupon      string    `json:"coupon" doc:"Le numéro du chèque, 16 chiffres."`
	BookletID   id        `json:"booklet_id"`
	OrderID     id        `json:"order_id"`
	SiteID      id        `json:"site_id"`
	SessionID   *id       `json:"session_id" nullable:"true"`
	AmountCents cents     `json:"amount_cents"`
	State       string    `json:"state" enum:"redeemed,stated,sent,paid,void,reversed"`
	RedeemedAt  time.Time `json:"redeemed_at"`
	Leaf        string    `json:"leaf" doc:"L’empreinte de l’acte dans le registre scellé, en hexadécimal ; vide dans les listes."`
	Proof       string    `json:"proof" doc:"L’adresse de sa preuve, quelques secondes plus tard ; vide dans les listes."`
}

func viewRedemption(r voucher.Redemption) redemptionView {
	return redemptionView{
		ID: id{r.ID}, Coupon: r.Number, BookletID: id{r.Booklet}, OrderID: id{r.Order}, SiteID: id{r.Site}, SessionID: reference(r.Session),
		AmountCents: r.Amount, State: r.State, RedeemedAt: r.At.UTC(), Leaf: hex.EncodeToString(r.Leaf), Proof: proofAddress(r.Leaf),
	}
}

type redeemInput struct {
	Number string `path:"number" doc:"Le numéro du chèque, tel que tapé ou lu ; espaces et tirets ne comptent pas."`
	Body   struct {
		Site    id  `json:"site"`
		Session *id `json:"session,omitempty" doc:"La séance ; aucune si absente."`
	}
}

// redeem takes a coupon. A wrong number is counted in a transaction of its own,
// since the refused one leaves nothing behind.
func redeem(ctx context.Context, s *server, c *call, o operation, in *redeemInput) (redemptionView, error) {
	return s.redeem(ctx, c, o.route(), c.key, in)
}

func (s *server) redeem(ctx context.Context, c *call, route, keyText string, in *redeemInput) (redemptionView, error) {
	presented := voucher.Presentation{Coupon: in.Number, Site: in.Body.Site.ID, Session: in.Body.Session.optional()}
	if bare, err := voucher.ParseCoupon(in.Number); err == nil {
		in.Number = bare // the same request, however the number was typed
	}
	key, err := c.keyOf(route, in)
	if err != nil {
		return redemptionView{}, err
	}
	key.Text = keyText
	var redeemed voucher.Redemption
	err = s.db.Update(ctx, c.actor, func(tx *db.Tx) (err error) {
		redeemed, err = db.Once(ctx, tx, key,
			func(row db.ID) (voucher.Redemption, error) {
				first, err := voucher.RedemptionByID(ctx, tx, row)
				first.State = voucher.Redeemed // the same receipt, whatever came after
				return first, err
			},
			func(row db.ID) (voucher.Redemption, error) {
				if err := voucher.RefuseIfTooMany(ctx, tx, presented.Site, c.address); err != nil {
					return voucher.Redemption{}, err
				}
				presented.ID = row
				return voucher.Redeem(ctx, tx, presented)
			})
		return err
	})
	return viewRedemption(redeemed), s.counted(ctx, c, presented.Site, err)
}

// counted notes a wrong number against the caller's address, and against the
// site when it is the caller's own: nobody can have another's site throttled.
func (s *server) counted(ctx context.Context, c *call, site db.ID, refusal error) error {
	if !fault.HasCode(refusal, voucher.ErrBadNumber.Code) && !fault.HasCode(refusal, voucher.ErrUnknownNumber.Code) {
		return refusal
	}
	err := s.db.Update(ctx, c.actor, func(tx *db.Tx) error {
		known, err := label.SiteByID(ctx, tx, site)
		switch {
		case fault.KindOf(err) == fault.NotFound, err == nil && known.Organisation != c.actor.Organisation:
			site = db.ID{}
		case err != nil:
			return err
		}
		return voucher.CountWrong(ctx, tx, site, c.address)
	})
	if err != nil {
		return err
	}
	return refusal
}

type redemptionInput struct {
	ID string `path:"id"`
}

func readRedemption(ctx context.Context, q db.Q, in *redemptionInput) (redemptionView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return redemptionView{}, err
	}
	known, err := voucher.RedemptionByID(ctx, q, wanted)
	return viewRedemption(known), err
}

type listRedemptionsInput struct {
	Paging
	Site    string `query:"site" required:"true" doc:"L’identifiant d’un lieu."`
	Session string `query:"session" doc:"L’identifiant d’une séance."`
	From    string `query:"from" doc:"Jour ou instant : à partir de."`
	To      string `query:"to" doc:"Jour, compris, ou instant : jusqu’à."`
}

// listRedemptions lists what was redeemed at a site, the latest first.
func listRedemptions(ctx context.Context, q db.Q, in *listRedemptionsInput) (page[redemptionView], error) {
	var wrong fault.Collector
	filter := voucher.RedemptionFilter{
		Limit: in.limit() + 1,
		From:  parseMoment(in.From, "from", 0, &wrong), To: parseMoment(in.To, "to", 1, &wrong),
	}
	if err := wrong.Err(); err != nil {
		return page[redemptionView]{}, err
	}
	for _, one := range []struct {
		text string
		to   *db.ID
	}{{in.Site, &filter.Site}, {in.Session, &filter.Session}, {in.After, &filter.After}} {
		var err error
		if *one.to, err = optionalID(one.text); err != nil {
			return page[redemptionView]{}, err
		}
	}
	redemptions, err := voucher.Redemptions(ctx, q, filter)
	redemptions, next := cut(redemptions, in.limit(), func(r voucher.Redemption) string { return r.ID.String() })
	return page[redemptionView]{Items: each(redemptions, viewRedemption), Next: next}, err
}

type reversalView struct {
	ID           id        `json:"id"`
	RedemptionID id        `json:"redemption_id"`
	Kind         string    `json:"kind" enum:"undone,reversed" doc:"undone : reprise dans les deux minutes par la même personne."`
	Reason       string    `json:"reason"`
	ReversedAt   time.Time `json:"reversed_at"`
}

func viewReversal(r voucher.Reversal) reversalView {
	return reversalView{ID: id{r.ID}, RedemptionID: id{r.Redemption}, Kind: r.Kind, Reason: r.Reason, ReversedAt: r.At.UTC()}
}

type reverseInput struct {
	ID   string `path:"id"`
	Body *struct {
		Reason string `json:"reason,omitempty" doc:"Pourquoi ; inutile dans les deux minutes, par le même jeton."`
	}
}

func reverse(ctx context.Context, tx *db.Tx, row db.ID, in *reverseInput) (reversalView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return reversalView{}, err
	}
	act := voucher.Reversal{ID: row, Redemption: wanted}
	if in.Body != nil {
		act.Reason = in.Body.Reason
	}
	act, err = voucher.Reverse(ctx, tx, act)
	return viewReversal(act), err
}

func reverseAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *reverseInput) (reversalView, error) {
	act, err := voucher.ReversalByID(ctx, tx, row)
	return viewReversal(act), err
}

type deleteRedemptionInput struct {
	Number string `path:"number" doc:"Le numéro du chèque, tel que tapé ou lu."`
	Reason string `query:"reason" doc:"Pourquoi ; inutile dans les deux minutes, par le même jeton."`
}

// deleteRedemption reverses the redemption of a coupon that stands, found by
// its number.
func deleteRedemption(ctx context.Context, s *server, c *call, _ operation, in *deleteRedemptionInput) (reversalView, error) {
	var act voucher.Reversal
	err := s.db.Update(ctx, c.actor, func(tx *db.Tx) error {
		if err := voucher.RefuseIfTooMany(ctx, tx, db.ID{}, c.address); err != nil {
			return err
		}
		standing, err := voucher.StandingRedemption(ctx, tx, in.Number)
		if err != nil {
			return err
		}
		act, err = voucher.Reverse(ctx, tx, voucher.Reversal{ID: tx.NewID(), Redemption: standing.ID, Reason: in.Reason})
		return err
	})
	return viewReversal(act), s.counted(ctx, c, db.ID{}, err)
}
