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
	ID, Twin            db.ID
	Verb                string
	One, Other          db.ID
	Absorbed            db.ID // the place that the other stands for, or stood for until now
	Reason              string
	Actor, Organisation db.ID
	At                  time.Time
}

const decisionColumns = `id, twin, verb, one, other, absorbed, reason, actor, organisation, at`

func scanDecision(row db.Scanner) (decision, error) {
	var d decision
	err := row.Scan(&d.ID, &d.Twin, &d.Verb, &d.One, &d.Other, &d.Absorbed, &d.Reason, &d.Actor, &d.Organisation, &d.At)
	return d, err
}

// row is its canonical form.
func (d decision) row() audit.Row { return d }

// decide writes a decision and its leaf, and moves the pair from one of some
// states. Fault: twin_decided, when it is in another.
func decide(ctx context.Context, tx *db.Tx, twin Twin, made decision, to TwinState, from ...TwinState) error {
	made.ID, made.Twin, made.One, made.Other, made.At = tx.NewID(), twin.ID, twin.One.ID, twin.Other.ID, tx.Now()
	made.Actor, made.Organisation = tx.Actor().ID, tx.Actor().Organisation
	kept := db.ID{}
	if to == TwinMerged {
		kept = made.Absorbed
	}
	moved, err := tx.Exec(ctx, `UPDATE place_twin SET state = $2, absorbed = $3, decision = $4
		WHERE id = $1 AND (state = $5 OR state = $6)`, twin.ID, string(to), kept, made.ID, string(from[0]), string(from[len(from)-1]))
	if err != nil {
		return err
	}
	if moved == 0 {
		return ErrTwinDecided
	}
	_, err = tx.Exec(ctx, `INSERT INTO place_twin_decision (`+decisionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		made.ID, made.Twin, made.Verb, made.One, made.Other, made.Absorbed, made.Reason, made.Actor, made.Organisation, made.At)
	if err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, actsOfVerbs[made.Verb], made.ID, made.row())
	return err
}

// Merge decides that a pair is one place, and answers the one that stands:
// survivor or, when it is zero, the one that Proposed tells. The other's records
// become its own, and its address leads there.
//
// The programme's team may do it anywhere, a collectivité's within its
// territory. Faults: forbidden, unknown_twin, twin_decided, twin_gone, both_kept,
// invalid (survivor: it is not of the pair, or the other is held).
func Merge(ctx context.Context, tx *db.Tx, id, survivor db.ID) (Place, error) {
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
	if twin.One.Held() && twin.Other.Held() {
		return Place{}, ErrBothKept
	}
	stays, absorbed := twin.Proposed(), twin.Other
	if !survivor.IsZero() && survivor != stays.ID {
		var wrong fault.Collector
		wrong.Check(survivor == twin.One.ID || survivor == twin.Other.ID, "survivor", "unknown", "Choisissez l’un des deux lieux de la paire.")
		wrong.Check(!stays.Held(), "survivor", "held", "L’autre lieu est tenu par une organisation ou labellisé : gardez celui-là.")
		if err := wrong.Err(); err != nil {
			return Place{}, err
		}
		stays = twin.Other
	}
	if stays.ID == absorbed.ID {
		absorbed = twin.One
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
	if err := decide(ctx, tx, twin, decision{Verb: verbMerge, Absorbed: absorbed.ID}, TwinMerged, TwinProposed, TwinApart); err != nil {
		return Place{}, err
	}
	taken, err := tx.Exec(ctx, `UPDATE place SET merged_into = $2
		WHERE id = $1 AND merged_into IS NULL AND organisation IS NULL AND labelled_from IS NULL AND labelled_until IS NULL`, absorbed.ID, stays.ID)
	if err != nil {
		return Place{}, err
	}
	if taken == 0 {
		return Place{}, ErrBothKept
	}
	// Those for which it stood: no chain.
	if _, err := tx.Exec(ctx, `UPDATE place SET merged_into = $2 WHERE merged_into = $1`, absorbed.ID, stays.ID); err != nil {
		return Place{}, err
	}
	if _, err := tx.Exec(ctx, `UPDATE place_record SET place = $2, compared = FALSE WHERE place = $1`, absorbed.ID, stays.ID); err != nil {
		return Place{}, err
	}
	stands, err := rowByID(ctx, tx, stays.ID)
	if err != nil {
		return Place{}, err
	}
	made, err := refold(ctx, tx, stands)
	if err != nil {
		return Place{}, err
	}
	return made, LookForTwins(ctx, tx)
}

// Held tells whether somebody counts on this very place.
func (p TwinPlace) Held() bool { return !p.Organisation.IsZero() || p.Labelled }

// Proposed is the place that stands when nobody chooses: the one that an
// organisation keeps or that has held the label, else the one that was known
// first.
func (t Twin) Proposed() TwinPlace {
	if t.Other.Held() && !t.One.Held() {
		return t.Other
	}
	return t.One
}

// ApartReasons are why two places that look alike are two. They are a closed
// list: it can be counted, and names nobody.
var ApartReasons = Vocabulary{
	{Code: "other_place", Label: "Ce sont deux adresses"},
	{Code: "other_body", Label: "Deux organismes, à la même adresse"},
	{Code: "other_branch", Label: "Deux antennes d’un même organisme"},
	{Code: "other_service", Label: "Deux services d’un même organisme, chacun avec son accueil"},
	{Code: "unproven", Label: "Rien ne prouve que ce soit le même lieu"},
}

// KeepApart decides that a pair is two places, for one of ApartReasons: it is not
// proposed again, unless what was compared changes. Faults: forbidden,
// unknown_twin, twin_decided, invalid (reason).
func KeepApart(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	twin, err := TwinByID(ctx, tx, id)
	if err != nil {
		return err
	}
	var wrong fault.Collector
	wrong.Check(ApartReasons.Has(reason), "reason", "required", "Choisissez pourquoi ce sont deux lieux.")
	if err := wrong.Err(); err != nil {
		return err
	}
	return decide(ctx, tx, twin, decision{Verb: verbKeepApart, Reason: reason}, TwinApart, TwinProposed)
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
	if err := decide(ctx, tx, twin, decision{Verb: verbSeparate, Absorbed: absorbed.ID}, TwinProposed, TwinMerged); err != nil {
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
