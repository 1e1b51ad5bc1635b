package voucher

import (
	"context"
	"errors"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/money"
	"passerelle/internal/place"
)

// The states of a coupon.
const (
	Idle     = "idle"     // printed, not handed over
	Live     = "live"     // can serve
	Redeemed = "redeemed" // has paid a service
	Stated   = "stated"   // on a closed statement
	Sent     = "sent"     // in a payment file
	Paid     = "paid"     // the bank showed the debit
	Expired  = "expired"
	Blocked  = "blocked"
	Voided   = "void" // called back, replaced, or corrected after closing
)

// Coupon is what pays one service; the smallest thing that is redeemed.
type Coupon struct {
	ID      db.ID
	Number  string // 16 digits
	Booklet db.ID
	Order   db.ID
	Rank    int // its place among the order's coupons, from 1
	State   string
	Amount  money.Cents
	Turn    int // 1, and one more after each reversal

	// Of its booklet.
	Holder                 db.ID
	BookletState           string
	Services               []string
	Territory              string
	ValidUntil, GraceUntil civil.Date

	// Of the redemption that stands, if any.
	Redemption     db.ID
	RedeemedAt     time.Time
	RedeemedAtSite db.ID

	// Of the last hold, whether or not it still stands: see Held.
	HeldFor   db.ID // the booking
	HeldAt    db.ID // the site
	HeldUntil time.Time
}

const selectCoupon = `SELECT c.id, c.number, c.booklet_id, b.order_id, c.rank, c.state, c.face, c.turn,
	b.holder_id, b.state, b.services, b.territory, b.valid_until, b.grace_until, c.redemption_id, r.at, r.site_id,
	k.booking_id, k.site_id, k.until
	FROM coupon c JOIN booklet b ON b.id = c.booklet_id LEFT JOIN redemption r ON r.id = c.redemption_id LEFT JOIN coupon_hold k ON k.coupon_id = c.id`

func scanCoupon(row db.Scanner) (Coupon, error) {
	var c Coupon
	var services string
	err := row.Scan(&c.ID, &c.Number, &c.Booklet, &c.Order, &c.Rank, &c.State, (*int64)(&c.Amount), &c.Turn,
		&c.Holder, &c.BookletState, &services, &c.Territory, &c.ValidUntil, &c.GraceUntil, &c.Redemption, &c.RedeemedAt, &c.RedeemedAtSite,
		&c.HeldFor, &c.HeldAt, &c.HeldUntil)
	c.Services = splitServices(services)
	return c, err
}

func couponByNumber(ctx context.Context, q db.Q, number string) (Coupon, error) {
	coupon, err := scanCoupon(q.QueryRow(ctx, selectCoupon+` WHERE c.number = $1`, number))
	if errors.Is(err, fault.ErrNotFound) {
		return Coupon{}, ErrUnknownNumber.Sayf("Le numéro %s n’existe pas. Comparez-le avec le papier, puis recommencez.", Group(number))
	}
	return coupon, err
}

// Service is what a coupon is presented for.
type Service struct {
	Site  place.Standing
	Now   time.Time
	Start time.Time // of the session; zero without one
	// Family is the session's service family, a code of place.Services; empty
	// without a session.
	Family string
}

// Early is how long before its session's start a coupon may be redeemed.
const Early = 15 * time.Minute

// The refusals of a redemption.
var (
	ErrAlreadyRedeemed = fault.Define(fault.Conflict, "already_redeemed", "Ce chèque a déjà servi. Demandez le chèque suivant du carnet.")
	ErrPaid            = fault.Define(fault.Conflict, "paid", "Ce chèque a déjà servi, et il a été payé. Demandez le chèque suivant du carnet.")
	ErrExpired         = fault.Define(fault.Conflict, "expired", "Ce chèque n’est plus valable. La personne peut demander un autre carnet au guichet.")
	ErrBlocked         = fault.Define(fault.Conflict, "blocked", "Ce carnet a été déclaré perdu ou volé. Gardez-le, et dirigez la personne vers le guichet qui l’a remis.")
	ErrReplaced        = fault.Define(fault.Conflict, "replaced", "Ce carnet a été remplacé. Demandez le nouveau carnet.")
	ErrNotLive         = fault.Define(fault.Conflict, "not_live", "Ce carnet n’a pas encore été remis à une personne. Appelez le guichet dont le nom est sur la couverture.")
	ErrOtherTerritory  = fault.Define(fault.Conflict, "other_territory", "Ce chèque ne sert que dans un autre territoire. La personne peut demander à son guichet un lieu où il sert.")
	ErrOtherService    = fault.Define(fault.Conflict, "other_service", "Ce chèque ne sert pas pour ce service. Choisissez une séance qui convient.")
	ErrTooEarly        = fault.Define(fault.Conflict, "too_early", "La séance n’a pas commencé. Lisez le chèque au plus tôt 15 minutes avant son début.")
	ErrNotLabelled     = fault.Define(fault.Conflict, "site_not_labelled", "Votre lieu n’a pas le label ce jour-là. Demandez au service de labellisation avant de prendre des chèques.")
)

// RedeemableAt tells why a coupon cannot pay a service, or nil. What is wrong
// with the coupon comes before what is wrong with the place and the hour. Rule:
// 12 months of validity, then one month in which only sessions dated before the
// end can be redeemed; an order's territory and services; 15 minutes before the
// start at the earliest; a label on the day of the service.
func (c Coupon) RedeemableAt(s Service) error {
	if err := c.standing(s.Site.Zone()); err != nil {
		return err
	}
	today := civil.DateOf(s.Now, s.Site.Zone())
	day := today
	if !s.Start.IsZero() {
		day = civil.DateOf(s.Start, s.Site.Zone())
	}
	if day.After(c.ValidUntil) || today.After(c.GraceUntil) {
		return c.expired()
	}
	if err := c.serves(s); err != nil {
		return err
	}
	if !s.Start.IsZero() && s.Now.Before(s.Start.Add(-Early)) {
		start := s.Start.In(s.Site.Zone())
		return ErrTooEarly.Sayf("La séance commence le %s à %s. Lisez le chèque au plus tôt 15\u00a0minutes avant.", day.FrenchLong(), civil.FrenchHour(start)).
			With("starts_at", s.Start.UTC().Format(time.RFC3339))
	}
	if !s.Site.LabelledOn(day) {
		return ErrNotLabelled
	}
	return nil
}

// standing refuses by the coupon's own state; only a live one passes.
func (c Coupon) standing(zone *time.Location) error {
	switch c.State {
	case Live:
		return nil
	case Idle:
		return ErrNotLive
	case Redeemed, Stated, Sent:
		return c.used(ErrAlreadyRedeemed, "Ce chèque a servi le %s à %s. Demandez le chèque suivant du carnet.", zone)
	case Paid:
		return c.used(ErrPaid, "Ce chèque a servi le %s à %s, et il a été payé. Demandez le chèque suivant du carnet.", zone)
	case Expired:
		return c.expired()
	case Blocked, Voided:
		switch c.BookletState {
		case BookletReplaced:
			return ErrReplaced
		case BookletVoid:
			return ErrBlocked.Sayf("Ce carnet a été rappelé par la collectivité qui l’a commandé. Dirigez la personne vers le guichet qui l’a remis.")
		}
		return ErrBlocked
	}
	return fault.ErrConflict
}

func (c Coupon) used(refusal *fault.Error, format string, zone *time.Location) error {
	day := civil.DateOf(c.RedeemedAt, zone).FrenchLong()
	return refusal.Sayf(format, day, civil.FrenchHour(c.RedeemedAt.In(zone))).
		With("when", c.RedeemedAt.UTC().Format(time.RFC3339))
}

func (c Coupon) expired() error {
	if c.ValidUntil.IsZero() {
		return ErrExpired
	}
	return ErrExpired.Sayf("Ce chèque était valable jusqu’au %s. La personne peut demander un autre carnet au guichet.", c.ValidUntil.FrenchLong()).
		With("valid_until", c.ValidUntil.String())
}

// serves refuses what the order does not pay for. Without a session the service
// is not known, so a coupon kept to some services needs one.
func (c Coupon) serves(s Service) error {
	if c.Territory != "" {
		territory, err := geography.ParseTerritory(c.Territory)
		if err != nil {
			return err
		}
		if !territory.Contains(s.Site.Commune) {
			return ErrOtherTerritory.Sayf("Ce chèque ne sert que dans ce territoire\u00a0: %s. La personne peut demander à son guichet un lieu où il sert.", territory.Name).
				With("territory", territory.Code)
		}
	}
	if len(c.Services) == 0 || slices.Contains(c.Services, s.Family) {
		return nil
	}
	if s.Start.IsZero() {
		return ErrOtherService.Sayf("Ce chèque ne sert que pour\u00a0: %s. Choisissez d’abord la séance.", served(c.Services))
	}
	return ErrOtherService.Sayf("Ce chèque ne sert que pour\u00a0: %s. Choisissez une séance qui convient.", served(c.Services))
}
