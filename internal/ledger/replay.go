package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passerelle/internal/db"
)

// Replay compares the journal's entries of some events with the transfers that
// the acts should have posted, and finds the entries that were changed, removed
// or slipped in.
type Replay struct {
	posted   map[db.ID][]Entry // by cause; those not yet explained
	findings []string
}

// Replaying begins the comparison of every entry of the events.
func Replaying(ctx context.Context, q db.Q, events ...Event) (*Replay, error) {
	r := &Replay{posted: map[db.ID][]Entry{}}
	for _, event := range events {
		entries, err := db.All(ctx, q, scanEntry, selectEntry+` WHERE event = $1 ORDER BY id`, string(event))
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			r.posted[entry.Cause] = append(r.posted[entry.Cause], entry)
		}
	}
	return r, nil
}

// Posted tells whether an act has entries of an event that nothing has
// explained yet.
func (r *Replay) Posted(event Event, cause db.ID) bool {
	return slices.ContainsFunc(r.posted[cause], func(e Entry) bool { return e.Event == event })
}

// Expect takes out the entries of a transfer that an act posted at an instant;
// lines of zero cents have none.
func (r *Replay) Expect(transfer Transfer, at time.Time) {
	for _, line := range transfer.Lines {
		if line.Amount == 0 {
			continue
		}
		entries := r.posted[transfer.Cause]
		place := slices.IndexFunc(entries, func(e Entry) bool {
			return e.Event == transfer.Event && e.Line == line && e.At.Equal(at)
		})
		if place < 0 {
			r.findings = append(r.findings, fmt.Sprintf("journal : il manque à l’acte %s l’écriture « %s » de %s, financeur %s",
				transfer.Cause, transfer.Event.French(), line.Amount, named(line.Funder)))
			continue
		}
		r.posted[transfer.Cause] = slices.Delete(entries, place, place+1)
	}
}

// Findings ends the comparison: one French line per missing entry, and per entry
// that no act explains.
func (r *Replay) Findings() []string {
	for cause, entries := range r.posted {
		for _, entry := range entries {
			r.findings = append(r.findings, fmt.Sprintf("journal : l’écriture %s, de %s, n’est pas ce que dit l’acte %s", entry.ID, entry.Amount, named(cause)))
		}
	}
	return r.findings
}
