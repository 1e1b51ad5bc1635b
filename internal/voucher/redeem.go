package voucher

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Presentation is a coupon that a person presents at a site.
type Presentation struct {
	ID      db.ID // of the redemption
	Coupon  string
	Site    db.ID
	Session db.ID // zero without one
}

// Redemption is the receipt of a coupon that paid a service.
type Redemption struct {
	ID           db.ID
	Coupon       db.ID
	Number       string // of the coupon, 16 digits
	Booklet      db.ID
	Order        db.ID
	Rank         int
	Turn         int
	Site         db.ID
	Session      db.ID // zero without one
	Organisation db.ID // that keeps the site
	Person       db.ID // or token, that redeemed
	Amount       money.Cents
	At           time.Time
	State        string // of the coupon now, or "reversed"
	Leaf         []byte // hash of its leaf in the sealed record; empty in lists
}

// The refusals of a redemption that are not the coupon's.
var (
	ErrOtherSession = fault.Define(fault.Invalid, "session_elsewhere", "Cette séance n’est pas dans ce lieu. Choisissez une séance du lieu.")
)

// presented is a coupon with what it is presented for.
type presented struct {
	coupon  Coupon
	site    place.Standing
	session workshop.Standing
}

// Examine tells what a coupon is and whether it can pay a service at a site
// now, without redeeming it: the details that stand before "Valider". Fault
// codes: those of Redeem.
func Examine(ctx context.Context, q db.Q, p Presentation) (Coupon, error) {
	found, err := p.load(ctx, q)
	if err != nil {
		return Coupon{}, err
	}
	return found.coupon, found.refusal(ctx, q)
}

// Redeem takes a coupon as the price of one service at a site of the actor's
// organisation, and owes the site its value. With a session, the coupon's holder
// is marked as having come.
//
// Fault codes: forbidden, scan and read levels, other_organisation (the site);
// bad_number, unknown_number, unknown_place, unknown_session, session_elsewhere,
// session_cancelled; those of Coupon.RedeemableAt; held_elsewhere. A wrong number is counted by
// CountWrong, in a transaction of its own.
func Redeem(ctx context.Context, tx *db.Tx, p Presentation) (Redemption, error) {
	found, err := p.load(ctx, tx)
	if err != nil {
		return Redemption{}, err
	}
	if err := found.refusal(ctx, tx); err != nil {
		return Redemption{}, err
	}
	split, err := funding.SplitOf(ctx, tx, found.coupon.Order)
	if err != nil {
		return Redemption{}, err
	}
	coupon := found.coupon
	redemption := Redemption{
		ID: p.ID, Coupon: coupon.ID, Number: coupon.Number, Booklet: coupon.Booklet, Order: coupon.Order, Rank: coupon.Rank,
		Turn: coupon.Turn, Site: found.site.ID, Session: p.Session, Organisation: found.site.Organisation, Person: tx.Actor().ID,
		Amount: coupon.Amount, At: tx.Now(), State: Redeemed,
	}
	if redemption.ID.IsZero() {
		redemption.ID = tx.NewID()
	}
	if err := redemption.store(ctx, tx, found); err != nil {
		return Redemption{}, err
	}
	if err := ledger.Post(ctx, tx, ledger.Move(ledger.Redeemed, redemption.ID, coupon.Order, redemption.Site,
		split.Funders, split.Coupon(coupon.Rank))); err != nil {
		return Redemption{}, err
	}
	if !p.Session.IsZero() {
		if err := workshop.AttendIfBooked(ctx, tx, p.Session, coupon.Holder); err != nil {
			return Redemption{}, err
		}
	}
	redemption.Leaf, err = audit.Record(ctx, tx, actRedeem, redemption.ID, redemption.row())
	return redemption, err
}

// load reads what a decision needs, and refuses an actor who may not redeem at
// this site.
func (p Presentation) load(ctx context.Context, q db.Q) (presented, error) {
	var found presented
	actor := q.Actor()
	if err := account.Require(actor, account.ActCouponRedeem, db.ID{}); err != nil {
		return found, err
	}
	number, err := ParseCoupon(p.Coupon)
	if err != nil {
		return found, err
	}
	if found.site, err = place.StandingOf(ctx, q, p.Site); err != nil {
		return found, err
	}
	// A place that nobody keeps is nobody's site.
	if found.site.Organisation.IsZero() {
		return found, account.ErrOtherOrganisation
	}
	if err := account.RequireAt(actor, account.ActCouponRedeem, found.site.Organisation, found.site.ID); err != nil {
		return found, err
	}
	if err := rehearsed(SpecimenCoupons, number); err != nil {
		return found, err
	}
	if !p.Session.IsZero() {
		if found.session, err = workshop.StandingOf(ctx, q, p.Session); err != nil {
			return found, err
		}
		if found.session.Site != found.site.ID {
			return found, ErrOtherSession
		}
		if found.session.State == workshop.SessionCalledOff {
			return found, workshop.ErrSessionCancelled
		}
	}
	found.coupon, err = couponByNumber(ctx, q, number)
	return found, err
}

// refusal is RedeemableAt, told with the place where a used coupon served, then
// what keeps the coupon for another site.
func (p presented) refusal(ctx context.Context, q db.Q) error {
	err := p.coupon.RedeemableAt(Service{Site: p.site, Now: q.Now(), Start: p.session.StartsAt, Family: p.session.Service})
	if err == nil {
		return p.coupon.heldElsewhere(ctx, q, p.site.ID)
	}
	if p.coupon.RedeemedAtSite.IsZero() {
		return err
	}
	there, lookup := place.StandingOf(ctx, q, p.coupon.RedeemedAtSite)
	if lookup != nil {
		return lookup
	}
	refusal := fault.Of(err)
	day := civil.DateOf(p.coupon.RedeemedAt, there.Zone()).FrenchLong()
	hour := civil.FrenchHour(p.coupon.RedeemedAt.In(there.Zone()))
	if refusal.Code == ErrPaid.Code {
		return refusal.Sayf("Ce chèque a servi le %s à %s, à %s, et il a été payé. Demandez le chèque suivant du carnet.", day, hour, there.CommuneName)
	}
	return refusal.Sayf("Ce chèque a servi le %s à %s, à %s. Demandez le chèque suivant du carnet.", day, hour, there.CommuneName)
}

// store takes the coupon, if it still is live, and keeps the act.
func (r Redemption) store(ctx context.Context, tx *db.Tx, found presented) error {
	taken, err := tx.Exec(ctx, `UPDATE coupon SET state = 'redeemed', redemption_id = $2 WHERE id = $1 AND state = 'live' AND turn = $3`,
		r.Coupon, r.ID, r.Turn)
	if err != nil {
		return err
	}
	if taken == 0 {
		// Someone was faster; the coupon as it is now says why not.
		if found.coupon, err = couponByNumber(ctx, tx, r.Number); err != nil {
			return err
		}
		if err := found.refusal(ctx, tx); err != nil {
			return err
		}
		return fault.ErrConflict
	}
	_, err = tx.Exec(ctx, `INSERT INTO redemption (id, coupon_id, turn, site_id, session_id, organisation_id, person_id, amount, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.ID, r.Coupon, r.Turn, r.Site, r.Session, r.Organisation, r.Person, int64(r.Amount), r.At)
	return err
}

// row is what the redemption's leaf stands for.
func (r Redemption) row() audit.Row {
	return struct {
		ID, Coupon, Site, Session, Organisation db.ID
		Turn                                    int
		Amount                                  money.Cents
		At                                      time.Time
	}{r.ID, r.Coupon, r.Site, r.Session, r.Organisation, r.Turn, r.Amount, r.At}
}

const selectRedemption = `SELECT r.id, r.coupon_id, c.number, c.booklet_id, b.order_id, c.rank, r.turn, r.site_id, r.session_id,
	r.organisation_id, r.person_id, r.amount, r.at, CASE WHEN c.redemption_id = r.id THEN c.state ELSE 'reversed' END
	FROM redemption r JOIN coupon c ON c.id = r.coupon_id JOIN booklet b ON b.id = c.booklet_id`

func scanRedemption(row db.Scanner) (Redemption, error) {
	var r Redemption
	err := row.Scan(&r.ID, &r.Coupon, &r.Number, &r.Booklet, &r.Order, &r.Rank, &r.Turn, &r.Site, &r.Session,
		&r.Organisation, &r.Person, (*int64)(&r.Amount), &r.At, &r.State)
	return r, err
}

// Wrong numbers are throttled per site and per address: the first of a quarter
// of an hour pass, then each waits longer.
const (
	wrongBySite    = 40
	wrongByAddress = 20
	wrongWindow    = 15 * time.Minute
	bucketSite     = "coupon_number_site"
	bucketAddress  = "coupon_number_address"
)

// CountWrong counts a number that was refused with bad_number or
// unknown_number. The edge calls it in a transaction of its own, because the
// refused attempt leaves nothing behind.
func CountWrong(ctx context.Context, tx *db.Tx, site db.ID, address string) error {
	for _, count := range wrongCounts(site, address) {
		err := account.Throttle(ctx, tx, count.Bucket, count.Subject, count.Most, wrongWindow)
		if err != nil && fault.KindOf(err) != fault.TooMany {
			return err
		}
	}
	return nil
}

// RefuseIfTooMany refuses with too_many a site or an address that gave too many
// wrong numbers. The edge calls it before Redeem and Examine.
func RefuseIfTooMany(ctx context.Context, q db.Q, site db.ID, address string) error {
	return account.Throttled(ctx, q, wrongWindow, wrongCounts(site, address)...)
}

func wrongCounts(site db.ID, address string) []account.Limit {
	counts := []account.Limit{}
	if !site.IsZero() {
		counts = append(counts, account.Limit{Bucket: bucketSite, Subject: site.String(), Most: wrongBySite})
	}
	if address != "" {
		counts = append(counts, account.Limit{Bucket: bucketAddress, Subject: address, Most: wrongByAddress})
	}
	return counts
}
