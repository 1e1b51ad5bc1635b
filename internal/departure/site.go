package departure

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/place"
)

// Departure is a site that leaves.
type Departure struct {
	ID     db.ID // chosen by the edge
	Place  db.ID
	Shuts  bool       // the place shuts; else it stays open and takes the pass no longer
	LastOn civil.Date // the last day on which people with a pass are received
	Reason string
	// What follows is written by the act.
	Organisation db.ID // that keeps the place
	Ended        bool
	AnnouncedAt  time.Time
	AnnouncedBy  db.ID
	EndedAt      time.Time
}

// mostNotice is how many months ahead a departure may be announced.
const mostNotice = 12

// longestReason is in characters.
const longestReason = 2000

// The refusals of this package.
var (
	ErrAlreadyLeaving = fault.Define(fault.Conflict, "already_leaving", "Le départ de ce lieu est déjà annoncé. Ouvrez la page des départs pour voir qui reste à replacer.")
	ErrNotLeaving     = fault.Define(fault.Conflict, "not_leaving", "Cette séance a toujours lieu\u00a0: personne n’est à replacer. Pour changer de date, passez par l’inscription.")
	ErrUnknownStop    = fault.Define(fault.NotFound, "unknown_departure", "Aucun départ n’est annoncé pour ce lieu. Repartez de la liste des départs.")
)

// Announce tells that a site leaves: its label ends with its last day, nobody is
// booked past it, the directory says so, and who was booked is to be re-homed.
// Who keeps the place may, or who follows it. Fault codes: those of
// account.RequireAt for departure.announce, unknown_place, place_unkept, invalid
// (last_on, reason), already_leaving, decided_later, conflict.
func Announce(ctx context.Context, tx *db.Tx, in Departure) (Departure, error) {
	site, err := label.SiteByID(ctx, tx, in.Place)
	if err != nil {
		return Departure{}, err
	}
	if err := account.RequireAt(tx.Actor(), account.ActDepartureAnnounce, site.Organisation, site.ID); err != nil {
		return Departure{}, err
	}
	if site.Organisation.IsZero() {
		return Departure{}, label.ErrUnkept
	}
	in.Reason = strings.TrimSpace(in.Reason)
	if err := in.check(civil.DateOf(tx.Now(), site.Zone())); err != nil {
		return Departure{}, err
	}
	if in.ID.IsZero() {
		in.ID = tx.NewID()
	}
	in.Organisation, in.AnnouncedAt, in.AnnouncedBy = site.Organisation, tx.Now(), tx.Actor().ID
	if _, err := tx.Exec(ctx, `INSERT INTO departure (id, place, organisation, shuts, last_on, reason, announced_at, announced_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		in.ID, in.Place, in.Organisation, in.Shuts, in.LastOn, in.Reason, in.AnnouncedAt, in.AnnouncedBy); err != nil {
		if errors.Is(err, db.ErrDuplicate) {
			return Departure{}, ErrAlreadyLeaving
		}
		return Departure{}, err
	}
	if site.LabelledOn(in.LastOn.AddDays(1)) {
		if _, err := label.Leave(ctx, tx, label.Decision{Site: site.ID, On: in.LastOn.AddDays(1), Reason: in.Reason}); err != nil {
			return Departure{}, err
		}
	}
	if err := place.SetClosing(ctx, tx, site.ID, place.Closing{LastOn: in.LastOn, Shuts: in.Shuts}); err != nil {
		return Departure{}, err
	}
	_, err = audit.Record(ctx, tx, actAnnounce, in.ID, in.row())
	return in, err
}

func (d Departure) check(today civil.Date) error {
	var wrong fault.Collector
	wrong.Check(!d.LastOn.IsZero(), "last_on", "required", "Donnez le dernier jour où le lieu reçoit")
	wrong.Check(d.LastOn.IsZero() || !d.LastOn.Before(today) && !d.LastOn.After(today.AddMonths(mostNotice)), "last_on", "out_of_range",
		"Donnez un jour à partir d’aujourd’hui, dans les 12\u00a0prochains mois")
	wrong.Check(d.Reason != "", "reason", "required", "Écrivez pourquoi\u00a0: une phrase, lue par les guichets")
	wrong.Check(utf8.RuneCountInString(d.Reason) <= longestReason, "reason", "too_long", "Raccourcissez la raison\u00a0: 2\u202f000\u00a0caractères au plus")
	return wrong.Err()
}

// The acts in the sealed record.
const (
	actAnnounce = "departure.announce"
	actEnd      = "departure.end"
	actMove     = "rehoming.move"
	actGiveUp   = "rehoming.give_up"
)

// row is what the leaf of an announcement stands for. The reason is free text, so
// only its digest is there.
func (d Departure) row() audit.Row {
	return struct {
		ID, Place, Organisation db.ID
		Shuts                   bool
		LastOn                  civil.Date
		Reason                  [sha256.Size]byte
		AnnouncedAt             time.Time
		AnnouncedBy             db.ID
	}{d.ID, d.Place, d.Organisation, d.Shuts, d.LastOn, sha256.Sum256([]byte(d.Reason)), d.AnnouncedAt, d.AnnouncedBy}
}

const selectDeparture = `SELECT id, place, organisation, shuts, last_on, reason, state = 'ended', announced_at, announced_by, ended_at FROM departure`

func scanDeparture(row db.Scanner) (Departure, error) {
	var d Departure
	err := row.Scan(&d.ID, &d.Place, &d.Organisation, &d.Shuts, &d.LastOn, &d.Reason, &d.Ended, &d.AnnouncedAt, &d.AnnouncedBy, &d.EndedAt)
	return d, err
}

// ByID reads a departure of one's own place, or any for who follows them. Faults:
// unknown_departure, and those of account.RequireAt for departure.read.
func ByID(ctx context.Context, q db.Q, id db.ID) (Departure, error) {
	found, err := scanDeparture(q.QueryRow(ctx, selectDeparture+` WHERE id = $1`, id))
	if fault.KindOf(err) == fault.NotFound {
		return Departure{}, ErrUnknownStop
	}
	if err != nil {
		return Departure{}, err
	}
	return found, account.RequireAt(q.Actor(), account.ActDepartureRead, found.Organisation, found.Place)
}
