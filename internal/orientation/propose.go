package orientation

import (
	"context"
	"slices"

	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/workshop"
)

// Asked is what sessions are looked for: a need, around a commune, or around a
// point where one is known better.
type Asked struct {
	Need
	Commune geography.Commune
	Point   geography.Point // zero: the commune's centre
	Full    bool            // full sessions too, with their waiting list
}

// Near is where distances are measured from; false when nobody knows.
func (a Asked) Near() (geography.Point, bool) {
	if a.Point != (geography.Point{}) {
		return a.Point, true
	}
	return geography.Point{Latitude: a.Commune.Latitude, Longitude: a.Commune.Longitude}, a.Commune.HasCentre()
}

// Proposal is what there is around, ranked in the open.
type Proposal struct {
	Tuning  Tuning
	Choices []Choice
	Full    int           // sessions left out because none is free
	Others  []Alternative // when no choice answers everything that is asked
}

// Answered tells whether a choice answers everything that is asked.
func (p Proposal) Answered() bool {
	return len(p.Choices) > 0 && p.Choices[0].Fits() && p.Choices[0].Free() > 0
}

const (
	looked = 600 // sessions ranked
	beyond = 1000
)

// Propose looks for the sessions of labelled places around, ranks them by the
// tuning that serves, and tells what else there is when none answers.
func Propose(ctx context.Context, q db.Q, asked Asked) (Proposal, error) {
	tuned, err := Current(ctx, q)
	if err != nil {
		return Proposal{}, err
	}
	made := Proposal{Tuning: tuned.Tuning}
	near, known := asked.Near()
	if !known {
		return made, nil
	}
	found, _, err := workshop.Search(ctx, q, workshop.Filter{Near: &near, Labelled: true, Radius: tuned.RadiusKm * 1000, Limit: looked})
	if err != nil {
		return Proposal{}, err
	}
	wanted := found
	if !asked.Full {
		wanted = slices.DeleteFunc(slices.Clone(found), func(f workshop.Found) bool { return f.Free() == 0 })
		made.Full = len(found) - len(wanted)
	}
	made.Choices = Spread(Rank(tuned.Tuning, asked.Need, wanted, q.Now()), tuned.PerSite)
	if made.Answered() {
		return made, nil
	}
	made.Others, err = others(ctx, q, tuned.Tuning, asked, near)
	return made, err
}

// others looks farther, and for help from afar.
func others(ctx context.Context, q db.Q, tuning Tuning, asked Asked, near geography.Point) ([]Alternative, error) {
	far := max(tuning.RadiusKm, tuning.Others.BeyondKm) * 1000
	all, _, err := workshop.Search(ctx, q, workshop.Filter{Near: &near, Labelled: true, Radius: far, Limit: beyond})
	if err != nil {
		return nil, err
	}
	found := Others(tuning, asked.Need, all, asked.Commune.Departement, q.Now())
	if tuning.Others.Remote == 0 {
		return found, nil
	}
	remote, err := RemoteHelp(ctx, q, near, tuning.Others.Remote)
	if err == nil && len(remote) > 0 {
		found = append(found, Alternative{Kind: Remote, Places: remote})
	}
	return found, err
}
