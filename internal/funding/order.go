package funding

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/money"
	"passerelle/internal/place"
)

// Face is the value of a coupon, in cents.
const Face money.Cents = 1000

// The states of an order.
const (
	Draft  = "draft"  // being written
	Agreed = "agreed" // placed; booklets may be printed
	Open   = "open"   // the first cash was received
	Closed = "closed" // nothing more is received or printed
)

// Order is a number of booklets, co-paid under an agreement.
type Order struct {
	ID                db.ID
	Reference         string // for people: "2026-0001", unique in the instance
	Agreement         db.ID
	AgreementVersion  int   // that served when it was placed
	Organisation      db.ID // the authority that orders; zero means the actor's
	Desk              db.ID // the counter that the booklets are for
	Booklets          int
	CouponsPerBooklet int         // 1, 5 or 10
	Amount            money.Cents // of the whole order
	Services          []string    // codes of service families; empty means any
	Territory         string      // a geography code; empty means anywhere
	ValidityMonths    int         // 1 to 24 from the handover; zero means 12
	OverrideReason    string      // why it is placed although supply is short
	PledgedPercent    int         // of persons of the agreement's quota
	Group             []db.ID     // when it is placed, the funders that share the bearer’s part; later its lines tell
	Fixed             money.Cents // of each of them, the rest by inhabitants
	State             string
	Printed           int // booklets that already have their place in the order
	PlacedAt          time.Time
}

// Coupons is how many coupons the order has; the ranks go from 1 to it.
func (o Order) Coupons() int { return o.Booklets * o.CouponsPerBooklet }

// The refusals about orders.
var (
	ErrUnknownOrder   = fault.Define(fault.NotFound, "unknown_order", "Cette commande n’existe pas, ou n’est pas à votre organisation. Choisissez-la dans la liste des commandes.")
	ErrOrderClosed    = fault.Define(fault.Conflict, "order_closed", "Cette commande est close. Placez une nouvelle commande.")
	ErrOrderExhausted = fault.Define(fault.Conflict, "order_exhausted", "Tous les carnets de cette commande sont déjà imprimés. Placez une nouvelle commande.")
)

const (
	defaultValidity = 12
	longestValidity = 24
	mostBooklets    = 100_000
	mostMembers     = 500
)

// PlaceOrder records an order under an agreement, with who pays what of it, and
// reserves nothing: cash is received later. A zero ID gets one. Fault codes:
// invalid (by the API's field names), unknown_agreement, unknown_territory,
// unknown_funder.
func PlaceOrder(ctx context.Context, tx *db.Tx, order Order) (Order, error) {
	if order.Organisation.IsZero() {
		order.Organisation = tx.Actor().Organisation
	}
	if err := account.Require(tx.Actor(), account.ActOrderPlace, order.Organisation); err != nil {
		return Order{}, err
	}
	order, err := order.completed()
	if err != nil {
		return Order{}, err
	}
	if err := CheckDesk(ctx, tx, order.Desk); err != nil {
		return Order{}, err
	}
	// Orders of one agreement are placed one after the other: what its ceilings
	// leave is read once the order before is there.
	if _, err := tx.Exec(ctx, `UPDATE agreement SET version = version WHERE id = $1`, order.Agreement); err != nil {
		return Order{}, err
	}
	agreement, err := agreementByID(ctx, tx, order.Agreement)
	if err != nil {
		return Order{}, err
	}
	order.Amount = Face * money.Cents(order.Coupons())
	bill, err := reckon(ctx, tx, agreement, order)
	if err != nil {
		return Order{}, err
	}
	if order.ID.IsZero() {
		order.ID = tx.NewID()
	}
	order.AgreementVersion = agreement.Version
	order.State, order.PlacedAt, order.Printed = Agreed, tx.Now(), 0
	if order.Reference, err = nextReference(ctx, tx); err != nil {
		return Order{}, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO orders (id, reference, agreement_id, organisation_id, desk_id, booklets, coupons_per_booklet,
			face, services, territory, validity_months, override_reason, state, printed, placed_at, agreement_version, pledged_percent, fixed_cents)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, $14, $15, $16, $17)`,
		order.ID, order.Reference, order.Agreement, order.Organisation, order.Desk, order.Booklets, order.CouponsPerBooklet,
		int64(Face), strings.Join(order.Services, ","), order.Territory, order.ValidityMonths, order.OverrideReason, order.State, order.PlacedAt,
		order.AgreementVersion, order.PledgedPercent, int64(order.Fixed)); err != nil {
		return Order{}, err
	}
	promised, err := promise(ctx, tx, order, bill.Parts)
	if err != nil {
		return Order{}, err
	}
	for position, line := range bill.Lines {
		if _, err := tx.Exec(ctx, `INSERT INTO order_line (order_id, position, funder_id, amount, why, basis) VALUES ($1, $2, $3, $4, $5, $6)`,
			order.ID, position, line.Funder, int64(line.Amount), line.Why, line.Basis); err != nil {
			return Order{}, err
		}
	}
	_, err = audit.Record(ctx, tx, actPlaceOrder, order.ID, order.row(promised, bill.Lines))
	return order, err
}

// CheckDesk refuses an organisation that hands over no booklets: invalid, with
// the field desk.
func CheckDesk(ctx context.Context, q db.Q, id db.ID) error {
	organisation, err := account.OrganisationByID(ctx, q, id)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	var wrong fault.Collector
	wrong.Check(err == nil && slices.Contains(organisation.Roles, account.RoleDesk), "desk", "not_a_desk",
		"Cette organisation n’est pas un guichet. Choisissez un guichet dans la liste.")
	return wrong.Err()
}

// promised is what one funder is to pay of an order, from its placing on.
type promised struct {
	Position int
	Funder   db.ID
	Weight   int64
	Share    money.Cents
}

// promise writes what each funder is to pay of an order. A part is its own
// weight, so that the last coupon's rank leaves each funder exactly its part.
func promise(ctx context.Context, tx *db.Tx, order Order, parts []Part) ([]promised, error) {
	made := make([]promised, len(parts))
	for position, part := range parts {
		if _, err := tx.Exec(ctx, `INSERT INTO order_cover (order_id, funder_id, position, weight, share_cents) VALUES ($1, $2, $3, $4, $5)`,
			order.ID, part.Funder, position, int64(part.Amount), int64(part.Amount)); err != nil {
			return nil, err
		}
		made[position] = promised{position, part.Funder, int64(part.Amount), part.Amount}
	}
	return made, nil
}

// nextReference takes the year's next number; a second order placed at the same
// instant waits for it.
func nextReference(ctx context.Context, tx *db.Tx) (string, error) {
	year := civil.DateOf(tx.Now(), civil.Paris).Year()
	var number int
	err := tx.QueryRow(ctx, `INSERT INTO order_reference (year, last) VALUES ($1, 1)
		ON CONFLICT (year) DO UPDATE SET last = order_reference.last + 1 RETURNING last`, year).Scan(&number)
	return fmt.Sprintf("%d-%04d", year, number), err
}

// completed fills in what may be left out, and refuses what cannot be.
func (o Order) completed() (Order, error) {
	if o.ValidityMonths == 0 {
		o.ValidityMonths = defaultValidity
	}
	o.OverrideReason = strings.TrimSpace(o.OverrideReason)
	var wrong fault.Collector
	wrong.Check(!o.Agreement.IsZero(), "agreement", "required", "Choisissez la convention qui paie cette commande.")
	wrong.Check(!o.Organisation.IsZero(), "organisation", "required", "Choisissez la collectivité qui commande.")
	wrong.Check(!o.Desk.IsZero(), "desk", "required", "Choisissez le guichet qui recevra les carnets.")
	wrong.Check(o.Booklets >= 1 && o.Booklets <= mostBooklets, "booklets", "out_of_range", "Commandez de 1 à 100 000 carnets.")
	wrong.Check(slices.Contains([]int{1, 5, 10}, o.CouponsPerBooklet), "coupons_per_booklet", "not_offered", "Choisissez des carnets de 5 ou 10 chèques, ou des chèques à l’unité.")
	wrong.Check(o.ValidityMonths >= 1 && o.ValidityMonths <= longestValidity, "validity_months", "out_of_range", "Donnez une durée de 1 à 24 mois.")
	services := []string{}
	for i, text := range o.Services {
		word, known := place.Services.Find(text)
		wrong.Check(known, fmt.Sprintf("services[%d]", i), "unknown", "Ce service n’est pas dans la liste des 9 familles de services.")
		if known && !slices.Contains(services, word.Code) {
			services = append(services, word.Code)
		}
	}
	o.Services = services
	wrong.Check(isPercent(o.PledgedPercent), "pledged_percent", "out_of_range", "Donnez une part de 0 à 100 %.")
	wrong.Check(len(o.Group) <= mostMembers, "group", "too_many", "Un groupe réunit 500 communes au plus.")
	wrong.Check(o.Fixed >= 0, "fixed_cents", "out_of_range", "Donnez une part fixe en euros, ou rien.")
	if o.Territory != "" {
		territory, err := geography.ParseTerritory(o.Territory)
		if err != nil {
			wrong.Add("territory", "unknown_territory", fault.Of(err).Message)
		}
		o.Territory = territory.Code
	}
	return o, wrong.Err()
}

// row is what the order's leaf stands for: what never changes.
func (o Order) row(cover []promised, lines []Line) audit.Row {
	return struct {
		ID                                          db.ID
		Reference                                   string
		Agreement, Organisation, Desk               db.ID
		Booklets, CouponsPerBooklet, ValidityMonths int
		Amount                                      money.Cents
		Services                                    []string
		Territory                                   string
		OverrideReason                              [sha256.Size]byte
		PlacedAt                                    time.Time
		Cover                                       []promised
		AgreementVersion, PledgedPercent            int
		Fixed                                       money.Cents
		Lines                                       []Line
	}{
		o.ID, o.Reference, o.Agreement, o.Organisation, o.Desk, o.Booklets, o.CouponsPerBooklet, o.ValidityMonths, o.Amount, o.Services, o.Territory,
		sha256.Sum256([]byte(o.OverrideReason)), o.PlacedAt, cover, o.AgreementVersion, o.PledgedPercent, o.Fixed, lines,
	}
}

const selectOrder = `SELECT o.id, o.reference, o.agreement_id, o.organisation_id, o.desk_id, o.booklets, o.coupons_per_booklet,
	o.face, o.services, o.territory, o.validity_months, o.override_reason, o.state, o.printed, o.placed_at,
	o.agreement_version, o.pledged_percent, o.fixed_cents FROM orders o`

func scanOrder(row db.Scanner) (Order, error) {
	var o Order
	var face int64
	var services string
	err := row.Scan(&o.ID, &o.Reference, &o.Agreement, &o.Organisation, &o.Desk, &o.Booklets, &o.CouponsPerBooklet,
		&face, &services, &o.Territory, &o.ValidityMonths, &o.OverrideReason, &o.State, &o.Printed, &o.PlacedAt,
		&o.AgreementVersion, &o.PledgedPercent, (*int64)(&o.Fixed))
	o.Services = []string{}
	if services != "" {
		o.Services = strings.Split(services, ",")
	}
	o.Amount = money.Cents(face) * money.Cents(o.Coupons())
	return o, err
}

// orderByID reads an order for the package's own decisions.
func orderByID(ctx context.Context, q db.Q, id db.ID) (Order, error) {
	order, err := scanOrder(q.QueryRow(ctx, selectOrder+` WHERE o.id = $1`, id))
	if errors.Is(err, fault.ErrNotFound) {
		return Order{}, ErrUnknownOrder
	}
	return order, err
}

// OrderByID finds an order that the actor may read: the authority's, its desk's,
// its funders', and of those who oversee. Fault code: unknown_order.
func OrderByID(ctx context.Context, q db.Q, id db.ID) (Order, error) {
	if err := account.Require(q.Actor(), account.ActOrderRead, db.ID{}); err != nil {
		return Order{}, err
	}
	actor := q.Actor()
	order, err := scanOrder(q.QueryRow(ctx, selectOrder+` WHERE o.id = $1 AND `+readable,
		id, account.Everywhere(actor, account.ActOrderRead), actor.Organisation))
	if errors.Is(err, fault.ErrNotFound) {
		return Order{}, ErrUnknownOrder
	}
	return order, err
}

// readable keeps to the orders of the organisation $3, unless $2.
const readable = `($2 OR o.organisation_id = $3 OR o.desk_id = $3 OR o.id IN (
	SELECT c.order_id FROM order_cover c JOIN funder f ON f.id = c.funder_id WHERE f.organisation_id = $3))`

// Orders lists the orders that the actor may read, latest first, after one of
// them (the zero ID for the first), at most limit.
func Orders(ctx context.Context, q db.Q, after db.ID, limit int) ([]Order, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActOrderRead, db.ID{}); err != nil {
		return nil, err
	}
	if after.IsZero() {
		for i := range after {
			after[i] = 0xff
		}
	}
	return db.All(ctx, q, scanOrder, selectOrder+` WHERE o.id < $1 AND `+readable+` ORDER BY o.id DESC LIMIT $4`,
		after, account.Everywhere(actor, account.ActOrderRead), actor.Organisation, limit)
}

// OrderIDs lists every order that the actor may read.
func OrderIDs(ctx context.Context, q db.Q) ([]db.ID, error) {
	actor := q.Actor()
	if err := account.Require(actor, account.ActOrderRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, db.Value[db.ID], `SELECT o.id FROM orders o WHERE o.id <> $1 AND `+readable,
		make([]byte, len(actor.ID)), account.Everywhere(actor, account.ActOrderRead), actor.Organisation)
}
