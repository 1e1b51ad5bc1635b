package place

import (
	"bytes"
	"context"
	"slices"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// The acts that the sealed record keeps, by verb of a decision.
const (
	verbMerge     = "merge"
	verbKeepApart = "keep_apart"
	verbSeparate  = "separate"
)

var actsOfVerbs = map[string]string{
	verbMerge: "place.merge", verbKeepApart: "place.keep_apart", verbSeparate: "place.separate",
}

// decision is what somebody decided of a pair.
type decision struct {
	ID, Twin   db.ID
	Verb       string
	One, Other db.ID
	Absorbed   db.ID // the place that the other stands for, or stood for until now
	Actor      db.ID
	At         time.Time
}

// row is its canonical form.
func (d decision) row() audit.Row { return d }

// decide writes a decision and its leaf, and moves the pair from one of some
// states. Fault: twin_decided, when it is in another.
func decide(ctx context.Context, tx *db.Tx, twin Twin, verb string, to TwinState, absorbed db.ID, from ...TwinState) error {
	made := decision{
		ID: tx.NewID(), Twin: twin.ID, Verb: verb, One: twin.One.ID, Other: twin.Other.ID, Absorbed: absorbed, Actor: tx.Actor().ID, At: tx.Now(),
	}
	kept := db.ID{}
	if to == TwinMerged {
		kept = absorbed
	}
	moved, err := tx.Exec(ctx, `UPDATE place_twin SET state = $2, absorbed = $3, decision = $4
		WHERE id = $1 AND (state = $5 OR state = $6)`, twin.ID, string(to), kept, made.ID, string(from[0]), string(from[len(from)-1]))
	if err != nil {
		return err
	}
	if moved == 0 {
		return ErrTwinDecided
	}
	_, err = tx.Exec(ctx, `INSERT INTO place_twin_decision (id, twin, verb, one, other, absorbed, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		made.ID, made.Twin, made.Verb, made.One, made.Other, made.Absorbed, made.Actor, made.At)
	if err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, actsOfVerbs[verb], made.ID, made.row())
	return err
}

// Merge decides that a pair is one place, and answers the one that stands: the
// one that an organisation keeps or that has held the label, else the one that
// was known first. The other's records become its own, and its address leads
// there.
//
// The programme's team may do it anywhere, a collectivité's within its
// territory. Faults: forbidden, unknown_twin, twin_decided,
// twin_gone, both_kept.
func Merge(ctx context.Context, tx *db.Tx, id db.ID) (Place, error) {
	twin, err := TwinByID(ctx, tx, id)
	if err != nil {
		return Place{}, err
	}
	if twin.State == TwinMerged {
		return Place{}, ErrTwinDecided
	}
	if !twin.One.Alone || !twin.Other.Alone {
		return Place{}, ErrTwinGone
	}
	survivor, absorbed := twin.One, twin.Other
	if absorbed.held() {
		survivor, absorbed = absorbed, survivor
	}
	if absorbed.held() {
		return Place{}, ErrBothKept
	}
	for _, one := range []db.ID{twin.One.ID, twin.Other.ID} {
		err := hold(ctx, tx, one)
		if fault.HasCode(err, fault.ErrConflict.Code) {
			return Place{}, ErrTwinGone
		}
		if err != nil {
			return Place{}, err
		}
	}
	if err := decide(ctx, tx, twin, verbMerge, TwinMerged, absorbed.ID, TwinProposed, TwinApart); err != nil {
		return Place{}, err
	}
	taken, err := tx.Exec(ctx, `UPDATE place SET merged_into = $2
		WHERE id = $1 AND merged_into IS NULL AND organisation IS NULL AND labelled_from IS NULL AND labelled_until IS NULL`, absorbed.ID, survivor.ID)
	if err != nil {
		return Place{}, err
	}
	if taken == 0 {
		return Place{}, ErrBothKept
	}
	// Those for which it stood: no chain.
	if _, err := tx.Exec(ctx, `UPDATE place SET merged_into = $2 WHERE merged_into = $1`, absorbed.ID, survivor.ID); err != nil {
		return Place{}, err
	}
	if _, err := tx.Exec(ctx, `UPDATE place_record SET place = $2, compared = FALSE WHERE place = $1`, absorbed.ID, survivor.ID); err != nil {
		return Place{}, err
	}
	stands, err := rowByID(ctx, tx, survivor.ID)
	if err != nil {
		return Place{}, err
	}
	made, err := refold(ctx, tx, stands)
	if err != nil {
		return Place{}, err
	}
	return made, LookForTwins(ctx, tx)
}

// held tells whether somebody counts on this very place.
func (p TwinPlace) held() bool { return !p.Organisation.IsZero() || p.Labelled }

// KeepApart decides that a pair is two places: it is not proposed again, unless
// what was compared changes. Faults: forbidden, unknown_twin,
// twin_decided.
func KeepApart(ctx context.Context, tx *db.Tx, id db.ID) error {
	twin, err := TwinByID(ctx, tx, id)
	if err != nil {
		return err
	}
	return decide(ctx, tx, twin, verbKeepApart, TwinApart, db.ID{}, TwinProposed)
}

// Separate undoes a merge: the absorbed place stands again, with every record
// that came with it, whatever was merged before or since. What was said by hand
// of the one that stood stays with it. Faults: forbidden, no_territory,
// unknown_twin, twin_decided.
func Separate(ctx context.Context, tx *db.Tx, id db.ID) (Place, error) {
	twin, err := TwinByID(ctx, tx, id)
	if err != nil {
		return Place{}, err
	}
	if twin.State != TwinMerged {
		return Place{}, ErrTwinDecided
	}
	absorbed, err := rowByID(ctx, tx, twin.Absorbed)
	if err != nil {
		return Place{}, err
	}
	root := absorbed.MergedInto
	if err := hold(ctx, tx, root); err != nil {
		return Place{}, err
	}
	members, err := membersOf(ctx, tx, absorbed.ID)
	if err != nil {
		return Place{}, err
	}
	if err := decide(ctx, tx, twin, verbSeparate, TwinProposed, absorbed.ID, TwinMerged); err != nil {
		return Place{}, err
	}
	for _, member := range members {
		into := absorbed.ID
		if member == absorbed.ID {
			into = db.ID{}
		}
		if _, err := tx.Exec(ctx, `UPDATE place SET merged_into = $2 WHERE id = $1 AND merged_into = $3`, member, into, root); err != nil {
			return Place{}, err
		}
		if _, err := tx.Exec(ctx, `UPDATE place_record SET place = $2, compared = FALSE WHERE home = $1 AND place = $3`, member, absorbed.ID, root); err != nil {
			return Place{}, err
		}
	}
	// The one that stood has to be compared again too, without the other.
	if _, err := tx.Exec(ctx, `UPDATE place_record SET compared = FALSE WHERE place = $1`, root); err != nil {
		return Place{}, err
	}
	for _, one := range []db.ID{root, absorbed.ID} {
		stands, err := rowByID(ctx, tx, one)
		if err != nil {
			return Place{}, err
		}
		if absorbed, err = refold(ctx, tx, stands); err != nil {
			return Place{}, err
		}
	}
	return absorbed, LookForTwins(ctx, tx)
}

// membersOf lists a place and those that were merged into it, or into one of
// them, at any remove.
func membersOf(ctx context.Context, q db.Q, place db.ID) ([]db.ID, error) {
	members := []db.ID{place}
	for at := 0; at < len(members); at++ {
		direct, err := db.All(ctx, q, db.Value[db.ID], `SELECT absorbed FROM place_twin
			WHERE state = 'merged' AND (one = $1 OR other = $1) AND absorbed <> $1`, members[at])
		if err != nil {
			return nil, err
		}
		for _, one := range direct {
			if !slices.Contains(members, one) {
				members = append(members, one)
			}
		}
	}
	slices.SortFunc(members, func(a, b db.ID) int { return bytes.Compare(a[:], b[:]) })
	return members, nil
}
