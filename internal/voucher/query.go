package voucher

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
)

// BookletByNumber finds a booklet with its coupons, for the desk that has it,
// the authority that ordered it, its funders and auditors; only the desk is told
// the holder. Fault codes: bad_number, unknown_booklet.
func BookletByNumber(ctx context.Context, q db.Q, text string) (Booklet, error) {
	number, err := ParseBooklet(text)
	if err != nil {
		return Booklet{}, err
	}
	if account.May(q.Actor(), account.ActBookletHandOver) {
		if err := rehearsed(SpecimenBooklets, number); err != nil {
			return Booklet{}, err
		}
	}
	return readBooklet(ctx, q, byNumber, number)
}

// BookletByID finds a booklet as BookletByNumber does. Fault code: unknown_booklet.
func BookletByID(ctx context.Context, q db.Q, id db.ID) (Booklet, error) {
	return readBooklet(ctx, q, byID, id)
}

func readBooklet(ctx context.Context, q db.Q, condition string, key any) (Booklet, error) {
	if err := account.Require(q.Actor(), account.ActBookletRead, db.ID{}); err != nil {
		return Booklet{}, err
	}
	booklet, err := bookletBy(ctx, q, condition, key)
	if err != nil {
		return Booklet{}, err
	}
	scope, err := scopeOf(ctx, q, account.ActBookletRead)
	if err != nil {
		return Booklet{}, err
	}
	if !scope.holds(booklet) {
		return Booklet{}, ErrUnknownBooklet
	}
	return booklet.shownTo(q.Actor()), nil
}

// scope is which booklets an actor may read.
type scope struct {
	everywhere bool
	desk       db.ID   // the actor's own stock and those it handed over
	orders     []db.ID // or the booklets of these orders
}

func scopeOf(ctx context.Context, q db.Q, act account.Act) (scope, error) {
	actor := q.Actor()
	switch {
	case account.Everywhere(actor, act):
		return scope{everywhere: true}, nil
	case actor.Role == account.RoleDesk:
		return scope{desk: actor.Organisation}, nil
	}
	orders, err := funding.OrderIDs(ctx, q)
	return scope{orders: orders}, err
}

func (s scope) holds(booklet Booklet) bool {
	return s.everywhere || !s.desk.IsZero() && s.desk == booklet.Desk || slices.Contains(s.orders, booklet.Order)
}

// condition is the scope in SQL, on a booklet b, with its arguments after those
// already there.
func (s scope) condition(args []any) (string, []any) {
	switch {
	case s.everywhere:
		return ``, args
	case !s.desk.IsZero():
		return ` AND b.desk_id = $` + strconv.Itoa(len(args)+1), append(args, s.desk)
	case len(s.orders) == 0:
		return ` AND FALSE`, args
	}
	marks := make([]string, len(s.orders))
	for i, order := range s.orders {
		args = append(args, order)
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	return ` AND b.order_id IN (` + strings.Join(marks, ", ") + `)`, args
}

// shownTo hides the holder from all but the desk, and the program itself.
func (b Booklet) shownTo(actor db.Actor) Booklet {
	atDesk := actor.Role == account.RoleDesk && actor.Organisation == b.Desk
	if !atDesk && actor.Kind != db.Job && actor.Kind != db.Console {
		b.Holder = db.ID{}
		b.Coupons = slices.Clone(b.Coupons)
		for i := range b.Coupons {
			b.Coupons[i].Holder = db.ID{}
		}
	}
	return b
}

// Filter narrows a list of booklets; its zero fields do not.
type Filter struct {
	Order  db.ID
	Desk   db.ID
	Holder db.ID  // only for the desk that handed over
	State  string // a state as read: used_up too
	After  db.ID  // the last one of the page before
	Limit  int    // zero means 100
}

// Booklets lists the booklets that the actor may read, without their coupons, in
// the order in which they were printed.
func Booklets(ctx context.Context, q db.Q, filter Filter) ([]Booklet, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActBookletRead, db.ID{}); err != nil {
		return nil, err
	}
	scope, err := scopeOf(ctx, q, account.ActBookletRead)
	if err != nil {
		return nil, err
	}
	if filter.Limit <= 0 {
		filter.Limit = 100
	}
	args := []any{filter.After[:], filter.Limit}
	text := selectBooklet + ` WHERE b.id > $1`
	narrow := func(condition string, value any) {
		args = append(args, value)
		text += strings.ReplaceAll(condition, "$?", "$"+strconv.Itoa(len(args)))
	}
	if !filter.Order.IsZero() {
		narrow(` AND b.order_id = $?`, filter.Order)
	}
	if !filter.Desk.IsZero() {
		narrow(` AND b.desk_id = $?`, filter.Desk)
	}
	if !filter.Holder.IsZero() {
		narrow(` AND b.holder_id = $?`, filter.Holder)
		if scope.desk.IsZero() && !scope.everywhere {
			return []Booklet{}, nil
		}
	}
	const usable = `EXISTS (SELECT 1 FROM coupon c WHERE c.booklet_id = b.id AND c.state = 'live')`
	switch filter.State {
	case "":
	case BookletUsedUp:
		text += ` AND (b.state = 'used_up' OR b.state = 'live' AND NOT ` + usable + `)`
	case BookletLive:
		text += ` AND b.state = 'live' AND ` + usable
	default:
		narrow(` AND b.state = $?`, filter.State)
	}
	within, args := scope.condition(args)
	booklets, err := db.All(ctx, q, scanBooklet, text+within+` ORDER BY b.id LIMIT $2`, args...)
	for i := range booklets {
		booklets[i] = booklets[i].shownTo(actor)
	}
	return booklets, err
}

// InnerCode is the 8-digit code printed inside a booklet, for whoever may print
// it. Fault codes: unknown_booklet, erased.
func InnerCode(ctx context.Context, q db.Q, id db.ID) (string, error) {
	booklet, err := bookletBy(ctx, q, byID, id)
	if err != nil {
		return "", err
	}
	if err := account.Require(q.Actor(), account.ActBookletPrint, booklet.Desk); err != nil {
		order, lookup := funding.OrderByID(ctx, q, booklet.Order)
		if lookup != nil || account.Require(q.Actor(), account.ActBookletPrint, order.Organisation) != nil {
			return "", hidden(err)
		}
	}
	var sealed []byte
	if err := q.QueryRow(ctx, `SELECT inner_code FROM booklet WHERE id = $1`, id).Scan(&sealed); err != nil {
		return "", err
	}
	return db.Unseal(ctx, q, id, sealed)
}

// Printed lists the booklets of a print that already happened, with their
// coupons, for a request that is repeated. Fault code: not_found.
func Printed(ctx context.Context, q db.Q, run db.ID) ([]Booklet, error) {
	var order, desk db.ID
	if err := q.QueryRow(ctx, `SELECT order_id, desk_id FROM booklet_print WHERE id = $1`, run).Scan(&order, &desk); err != nil {
		return nil, err
	}
	if err := account.Require(q.Actor(), account.ActBookletPrint, desk); err != nil {
		if _, lookup := funding.OrderByID(ctx, q, order); lookup != nil {
			return nil, err
		}
	}
	booklets, err := db.All(ctx, q, scanBooklet, selectBooklet+` WHERE b.order_id = $2 AND b.print_id = $1 ORDER BY b.sequence`, run, order)
	if err != nil {
		return nil, err
	}
	for i := range booklets {
		if booklets[i], err = bookletBy(ctx, q, byID, booklets[i].ID); err != nil {
			return nil, err
		}
		booklets[i] = booklets[i].shownTo(q.Actor())
	}
	return booklets, nil
}

func redemptionByID(ctx context.Context, q db.Q, id db.ID) (Redemption, error) {
	redemption, err := scanRedemption(q.QueryRow(ctx, selectRedemption+` WHERE r.id = $1`, id))
	if errors.Is(err, fault.ErrNotFound) {
		return Redemption{}, ErrUnknownRedemption
	}
	return redemption, err
}

// RedemptionByID finds a receipt, with its leaf's hash, for the site that
// redeemed and for those who may read the booklet. Fault code: unknown_redemption.
func RedemptionByID(ctx context.Context, q db.Q, id db.ID) (Redemption, error) {
	redemption, err := redemptionByID(ctx, q, id)
	if err != nil {
		return Redemption{}, err
	}
	return redemption.readable(ctx, q)
}

// StandingRedemption finds the redemption of a coupon that stands, by the
// coupon's number. Fault codes: bad_number, unknown_number, unknown_redemption.
func StandingRedemption(ctx context.Context, q db.Q, text string) (Redemption, error) {
	number, err := ParseCoupon(text)
	if err != nil {
		return Redemption{}, err
	}
	coupon, err := couponByNumber(ctx, q, number)
	if err != nil {
		return Redemption{}, err
	}
	if coupon.Redemption.IsZero() {
		return Redemption{}, ErrUnknownRedemption
	}
	return RedemptionByID(ctx, q, coupon.Redemption)
}

func (r Redemption) readable(ctx context.Context, q db.Q) (Redemption, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActCouponRead, db.ID{}); err != nil {
		return Redemption{}, err
	}
	if account.RequireAt(actor, account.ActCouponRead, r.Organisation, r.Site) != nil {
		if actor.Role == account.RoleSite {
			return Redemption{}, ErrUnknownRedemption
		}
		if _, err := BookletByID(ctx, q, r.Booklet); err != nil {
			return Redemption{}, ErrUnknownRedemption
		}
		r.Person = db.ID{}
	}
	leaf, err := audit.HashOf(ctx, q, actRedeem, r.ID)
	r.Leaf = leaf
	return r, err
}

// WithLeaves adds to redemptions, in place, their hashes in the sealed record.
func WithLeaves(ctx context.Context, q db.Q, redemptions []Redemption) error {
	ids := make([]db.ID, len(redemptions))
	for i, redemption := range redemptions {
		ids[i] = redemption.ID
	}
	hashes, err := audit.HashesOf(ctx, q, actRedeem, ids)
	for i := range redemptions {
		redemptions[i].Leaf = hashes[redemptions[i].ID]
	}
	return err
}

// RedemptionFilter narrows a site's redemptions.
type RedemptionFilter struct {
	Site     db.ID
	Session  db.ID     // zero means any or none
	From, To time.Time // from an instant up to another
	After    db.ID     // the last one of the page before
	Limit    int       // zero means 200
}

// Redemptions lists what was redeemed at a site, reversed ones too, latest
// first: all of it to those of its organisation and auditors, and to the others
// that of the booklets which they may read.
func Redemptions(ctx context.Context, q db.Q, filter RedemptionFilter) ([]Redemption, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActCouponRead, db.ID{}); err != nil {
		return nil, err
	}
	if actor.Role == account.RoleSite && !account.AtPlace(actor, account.ActCouponRead, filter.Site) {
		return []Redemption{}, nil
	}
	if filter.Limit <= 0 {
		filter.Limit = 200
	}
	if filter.To.IsZero() {
		filter.To = q.Now().Add(time.Second)
	}
	args := []any{
		filter.Site, floor(filter.From), filter.To, filter.Session.IsZero(), filter.Session, filter.Limit,
		filter.After.IsZero(), filter.After, actor.Organisation,
	}
	others := ``
	if actor.Role != account.RoleSite {
		scope, err := scopeOf(ctx, q, account.ActCouponRead)
		if err != nil {
			return nil, err
		}
		var within string
		within, args = scope.condition(args)
		others = ` OR TRUE` + within
	}
	redemptions, err := db.All(ctx, q, scanRedemption, selectRedemption+` WHERE r.site_id = $1 AND r.at >= $2 AND r.at < $3
			AND ($4 OR r.session_id = $5) AND ($7 OR (r.at, r.id) < (SELECT last.at, last.id FROM redemption last WHERE last.id = $8))
			AND (r.organisation_id = $9`+others+`)
		ORDER BY r.at DESC, r.id DESC LIMIT $6`, args...)
	for i, redemption := range redemptions {
		if account.Require(actor, account.ActCouponRead, redemption.Organisation) != nil {
			redemptions[i].Person = db.ID{}
		}
	}
	return redemptions, err
}
