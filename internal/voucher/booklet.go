package voucher

import (
	"context"
	"errors"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

// The states of a booklet.
const (
	InStock         = "in_stock" // at a desk
	BookletLive     = "live"     // handed to a holder
	BookletUsedUp   = "used_up"  // live no more: every coupon has served
	BookletExpired  = "expired"
	BookletBlocked  = "blocked"
	BookletVoid     = "void" // called back
	BookletReplaced = "replaced"
)

// Booklet is 1, 5 or 10 coupons, held by one person.
type Booklet struct {
	ID             db.ID
	Number         string // 12 digits
	Order          db.ID
	Sequence       int // its place in the order, from 1
	Desk           db.ID
	Holder         db.ID // zero until handed over, and for those who may not know
	State          string
	Services       []string   // codes of service families; empty means any
	Territory      string     // a geography code; empty means anywhere
	ValidityMonths int        // from the handover
	ValidUntil     civil.Date // last day, zero until handed over
	GraceUntil     civil.Date // last day for sessions dated before the end
	Coupons        []Coupon   // by rank; empty in lists
	// Left and Size count coupons: those that can still serve, and all.
	Left, Size int
	InnerCode  string // 8 digits; only as printed
}

// Value is what the booklet's coupons are worth together, in cents.
func (b Booklet) Value() money.Cents {
	var value money.Cents
	for _, coupon := range b.Coupons {
		value += coupon.Amount
	}
	return value
}

// live tells whether the booklet is in someone's hands, used up or not.
func (b Booklet) live() bool { return b.State == BookletLive || b.State == BookletUsedUp }

// The refusals of booklets.
var (
	ErrUnknownBooklet    = fault.Define(fault.NotFound, "unknown_booklet", "Ce carnet n’existe pas, ou n’est pas dans le stock de votre guichet. Comparez son numéro avec le papier.")
	ErrAlreadyHandedOver = fault.Define(fault.Conflict, "already_handed_over", "Ce carnet a déjà été remis à une personne. Prenez un autre carnet du stock.")
)

// A booklet reads used_up as soon as no coupon of it can serve any more,
// whether or not its end was posted.
const selectBooklet = `SELECT b.id, b.number, b.order_id, b.sequence, b.desk_id, b.holder_id, b.state, b.services, b.territory, b.validity_months, b.valid_until, b.grace_until,
	(SELECT COUNT(*) FROM coupon c WHERE c.booklet_id = b.id AND c.state IN ('idle', 'live')), (SELECT COUNT(*) FROM coupon c WHERE c.booklet_id = b.id)
	FROM booklet b`

func scanBooklet(row db.Scanner) (Booklet, error) {
	var b Booklet
	var services string
	err := row.Scan(&b.ID, &b.Number, &b.Order, &b.Sequence, &b.Desk, &b.Holder, &b.State, &services, &b.Territory, &b.ValidityMonths,
		&b.ValidUntil, &b.GraceUntil, &b.Left, &b.Size)
	b.Services = splitServices(services)
	if b.State == BookletLive && b.Left == 0 {
		b.State = BookletUsedUp
	}
	return b, err
}

func splitServices(text string) []string {
	if text == "" {
		return []string{}
	}
	return strings.Split(text, ",")
}

// bookletBy reads a booklet with its coupons, for the package's own decisions.
// The condition names one booklet by $1.
func bookletBy(ctx context.Context, q db.Q, condition string, key any) (Booklet, error) {
	booklet, err := scanBooklet(q.QueryRow(ctx, selectBooklet+condition, key))
	if errors.Is(err, fault.ErrNotFound) {
		return Booklet{}, ErrUnknownBooklet
	}
	if err != nil {
		return Booklet{}, err
	}
	booklet.Coupons, err = db.All(ctx, q, scanCoupon, selectCoupon+` WHERE c.booklet_id = $1 ORDER BY c.rank`, booklet.ID)
	return booklet, err
}

const (
	byNumber = ` WHERE b.number = $1`
	byID     = ` WHERE b.id = $1`
)
