package activity

import (
	"context"
	"errors"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// New is a help to write down. The author is whoever writes when none is told;
// the commune is the place's, else the organisation's, when none is told.
type New struct {
	ID db.ID
	Content
	Note string
}

// Record writes down help that was given, on behalf of the actor's
// organisation. Faults by field: required, unknown_choice, bad_number, bad_day,
// too_long, too_many, forbidden_note (note), unknown_commune; session_that_day,
// coupon_counted, unknown_place, unknown_redemption, not_found or
// other_organisation (the person), and those of account.Require for
// activity.record.
func Record(ctx context.Context, tx *db.Tx, in New) (Activity, error) {
	actor := tx.Actor()
	if err := account.RequireAt(actor, account.ActActivityRecord, actor.Organisation, in.Place); err != nil {
		return Activity{}, err
	}
	made := Activity{
		ID: in.ID, Organisation: actor.Organisation, Content: in.Content, Note: strings.TrimSpace(in.Note),
		State: Standing, Revision: 1, RecordedAt: tx.Now(), ChangedAt: tx.Now(),
	}
	if made.ID.IsZero() {
		made.ID = tx.NewID()
	}
	if made.Author.IsZero() {
		made.Author = actor.ID
	}
	if err := made.found(ctx, tx); err != nil {
		return Activity{}, err
	}
	publics, note, err := made.stored(ctx, tx)
	if err != nil {
		return Activity{}, err
	}
	_, err = tx.Exec(ctx, `INSERT INTO activity (id, organisation, place, commune, author, kind, on_day, minutes, people, channel, themes, title,
			formality, equipment, level, redirected, publics, holder, redemption, note, recorded_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21)`,
		made.ID, made.Organisation, made.Place, made.Commune, made.Author, made.Kind, made.Day, made.Minutes, made.People, made.Channel,
		listed(made.Themes), made.Title, made.Formality, listed(made.Equipment), made.Level, made.Redirected, publics, made.Holder, made.Redemption,
		note, tx.Now())
	if errors.Is(err, db.ErrDuplicate) {
		return Activity{}, ErrCouponCounted
	}
	if err != nil {
		return Activity{}, err
	}
	return made, made.keep(ctx, tx, actRecord, "")
}

// found fills in what is known from elsewhere, and refuses what does not hold.
func (a *Activity) found(ctx context.Context, tx *db.Tx) error {
	if err := a.where(ctx, tx); err != nil {
		return err
	}
	if err := a.settle(a.Note, tx.Now()); err != nil {
		return err
	}
	a.Publics = a.Publics.tidy()
	if !a.Holder.IsZero() {
		registered, err := holder.OrganisationOf(ctx, tx, a.Holder)
		if err != nil {
			return err
		}
		if registered != a.Organisation {
			return account.ErrOtherOrganisation
		}
	}
	if !a.Redemption.IsZero() {
		if err := a.usedCoupon(ctx, tx); err != nil {
			return err
		}
	}
	return a.apart(ctx, tx)
}

// where fills in the commune.
func (a *Activity) where(ctx context.Context, tx *db.Tx) error {
	if !a.Place.IsZero() {
		at, err := place.ByID(ctx, tx, a.Place)
		if err != nil {
			return err
		}
		if at.Organisation != a.Organisation {
			return place.ErrUnknownPlace
		}
		a.Commune = at.Commune
		return nil
	}
	if a.Commune != "" {
		return nil
	}
	own, err := account.OrganisationByID(ctx, tx, a.Organisation)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	a.Commune = own.Commune
	return err
}

// usedCoupon refuses a redemption that is not the organisation's, or that a
// session's presences already count.
func (a *Activity) usedCoupon(ctx context.Context, tx *db.Tx) error {
	taken, err := voucher.RedemptionByID(ctx, tx, a.Redemption)
	if err != nil {
		return err
	}
	if taken.Organisation != a.Organisation || !taken.Session.IsZero() {
		return voucher.ErrUnknownRedemption
	}
	return nil
}

// apart: a group on a day when its place held a session must say that it was
// another one.
func (a *Activity) apart(ctx context.Context, tx *db.Tx) error {
	if a.Kind == Individual || a.Place.IsZero() || a.Distinct {
		return nil
	}
	zone := civil.ZoneOf(a.Commune)
	sessions, err := workshop.OfSite(ctx, tx, a.Place, a.Day.In(zone), a.Day.AddDays(1).In(zone))
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if session.State != workshop.SessionCalledOff {
			return ErrSessionThatDay
		}
	}
	return nil
}

// stored is what is not kept as it is told.
func (a *Activity) stored(ctx context.Context, tx *db.Tx) (publics string, note []byte, err error) {
	if publics, err = a.Publics.text(); err != nil {
		return "", nil, err
	}
	note, err = db.Seal(ctx, tx, a.sealedWith(), a.Note)
	return publics, note, err
}

// sealedWith is whose key seals the note: the person's, so that it is erased
// with them, else the activity's own.
func (a *Activity) sealedWith() db.ID {
	if a.Holder.IsZero() {
		return a.ID
	}
	return a.Holder
}

// The acts of this package, as the sealed record names them.
const (
	actRecord   = "activity.record"
	actCorrect  = "activity.correct"
	actWithdraw = "activity.withdraw"
)

// revisionRow is the canonical row of a revision's leaf.
type revisionRow struct {
	ID, Activity, Organisation db.ID
	Revision                   int
	State, Content             string
}

// keep adds a revision, and records it.
func (a *Activity) keep(ctx context.Context, tx *db.Tx, act, reason string) error {
	content, err := a.text()
	if err != nil {
		return err
	}
	row := revisionRow{tx.NewID(), a.ID, a.Organisation, a.Revision, a.State, content}
	if _, err := tx.Exec(ctx, `INSERT INTO activity_revision (id, activity, revision, content, reason, at, by_person) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		row.ID, row.Activity, row.Revision, row.Content, reason, tx.Now(), tx.Actor().ID); err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, act, row.ID, row)
	return err
}

// listed writes several codes in one column, each between spaces.
func listed(codes []string) string {
	if len(codes) == 0 {
		return ""
	}
	return " " + strings.Join(codes, " ") + " "
}
