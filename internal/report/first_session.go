package report

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
)

// FirstSessionWithin is how soon after its handover a booklet should lead to a
// first session: the measure of the whole path from a counter to a seat.
const FirstSessionWithin = 30 * 24 * time.Hour

// FirstSessions counts the booklets handed over, and those whose holder came to
// a session within FirstSessionWithin. A booklet handed over more lately, whose
// holder has not come yet, is not decided: it is in Handed alone.
type FirstSessions struct {
	Desk    db.ID // the organisation; zero for all together
	Agent   db.ID // who handed over, told to their own organisation alone
	Handed  int
	Decided int
	Started int // of those decided
}

func (f *FirstSessions) add(other FirstSessions) {
	f.Handed += other.Handed
	f.Decided += other.Decided
	f.Started += other.Started
}

// FirstSessionsOf reads the booklets handed over in a period of at most a year:
// all together, then by counter, and by agent to an agent's own organisation. A
// counter reads its own, a territory's team those of the counters of its
// territory. Faults: those of account.Require for figure.read, no_territory.
func FirstSessionsOf(ctx context.Context, q db.Q, period civil.Period, territory geography.Territory) (all FirstSessions, by []FirstSessions, err error) {
	reach, err := HelpFilter{Period: period, Territory: territory}.reached(ctx, q)
	if err != nil {
		return FirstSessions{}, nil, err
	}
	type handed struct {
		desk, agent db.ID
		commune     string
		at, first   time.Time
	}
	from, to := period.From.In(civil.Paris), period.To.AddDays(1).In(civil.Paris)
	rows, err := db.All(ctx, q, func(row db.Scanner) (handed, error) {
		var h handed
		return h, row.Scan(&h.desk, &h.agent, &h.commune, &h.at, &h.first)
	}, `SELECT h.organisation_id, h.person_id, o.commune, h.at,
			(SELECT MIN(s.starts_at) FROM booking b JOIN workshop_session s ON s.id = b.session
				WHERE b.holder = h.holder_id AND b.state = 'came' AND s.ends_at > h.at)
		FROM handover h JOIN organisation o ON o.id = h.organisation_id
		WHERE ($1 OR h.organisation_id = $2) AND h.at >= $3 AND h.at < $4`, reach.Organisation.IsZero(), reach.Organisation, from, to)
	if err != nil {
		return FirstSessions{}, nil, err
	}
	counted := map[[2]db.ID]*FirstSessions{}
	for _, h := range rows {
		if reach.Territory.Kind != 0 && !reach.Territory.Contains(h.commune) {
			continue
		}
		if h.desk != q.Actor().Organisation {
			h.agent = db.ID{}
		}
		key := [2]db.ID{h.desk, h.agent}
		if counted[key] == nil {
			counted[key] = &FirstSessions{Desk: h.desk, Agent: h.agent}
		}
		one := FirstSessions{Handed: 1}
		started := !h.first.IsZero() && !h.first.After(h.at.Add(FirstSessionWithin))
		if started || !q.Now().Before(h.at.Add(FirstSessionWithin)) {
			one.Decided = 1
		}
		if started {
			one.Started = 1
		}
		counted[key].add(one)
		all.add(one)
	}
	for _, one := range counted {
		by = append(by, *one)
	}
	slices.SortFunc(by, func(a, b FirstSessions) int {
		return cmp.Or(cmp.Compare(b.Handed, a.Handed), bytes.Compare(a.Desk[:], b.Desk[:]), bytes.Compare(a.Agent[:], b.Agent[:]))
	})
	return all, by, nil
}
