package audit

import (
	"context"
	"fmt"
	"time"

	"passerelle/internal/db"
)

// Replay compares the rows of a table with the leaves of the acts that wrote
// them, and finds what was changed, removed or slipped in.
type Replay struct {
	what     string
	leaves   map[db.ID]Leaf
	findings []string
}

// Replaying begins the comparison of rows, named in French by what ("lecture"),
// with the leaves of their acts: exactly one for each row, named as its subject.
func Replaying(ctx context.Context, q db.Q, what string, acts ...string) (*Replay, error) {
	r := &Replay{what: what, leaves: map[db.ID]Leaf{}}
	for _, act := range acts {
		leaves, err := Of(ctx, q, act)
		if err != nil {
			return nil, err
		}
		for _, leaf := range leaves {
			if _, twice := r.leaves[leaf.Subject]; twice {
				r.tell(leaf.Subject, "inscription en double au registre scellé ("+leaf.ID.String()+")")
				continue
			}
			r.leaves[leaf.Subject] = leaf
		}
	}
	return r, nil
}

// Compare verifies one row, and takes its leaf out.
func (r *Replay) Compare(act string, id db.ID, row Row) error {
	leaf, known := r.leaves[id]
	delete(r.leaves, id)
	if !known {
		r.tell(id, "absence au registre scellé")
		return nil
	}
	same, err := leaf.Matches(row)
	if err == nil && (!same || leaf.Act != act) {
		r.tell(id, "changement depuis l’inscription au registre scellé")
	}
	return err
}

// CompareDone is Compare for a row that also holds who did the act and when,
// which its leaf has of its own.
func (r *Replay) CompareDone(act string, id, by db.ID, at time.Time, row Row) error {
	if leaf, known := r.leaves[id]; known && (leaf.Actor.ID != by || !leaf.At.Equal(at)) {
		delete(r.leaves, id)
		r.tell(id, "changement depuis l’inscription au registre scellé")
		return nil
	}
	return r.Compare(act, id, row)
}

// Findings ends the comparison: one French line per faulty row, among them the
// leaves whose row is no longer there.
func (r *Replay) Findings() []string {
	for id := range r.leaves {
		r.tell(id, "inscription au registre scellé, et disparition depuis")
	}
	return r.findings
}

func (r *Replay) tell(id db.ID, fault string) {
	r.findings = append(r.findings, fmt.Sprintf("%s %s : %s", r.what, id, fault))
}
