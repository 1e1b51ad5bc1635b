package place

import (
	"context"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// scope is the part of the directory that an actor answers for: all of it, the
// places that its organisation keeps, or those of its territory.
type scope struct {
	whole        bool
	organisation db.ID
	territory    geography.Territory
	has          bool // the territory is known
}

// scopeOf reads what an actor may do an act on. Faults: those of account.Require.
func scopeOf(ctx context.Context, q db.Q, act account.Act) (scope, error) {
	actor := q.Actor()
	if err := account.Require(actor, act, db.ID{}); err != nil {
		return scope{}, err
	}
	if actor.Role != account.RoleTerritory {
		return scope{whole: account.Everywhere(actor, act), organisation: actor.Organisation}, nil
	}
	territory, err := account.TerritoryOf(ctx, q)
	if fault.HasCode(err, account.ErrNoTerritory.Code) {
		return scope{}, nil // nothing to answer for
	}
	return scope{territory: territory, has: true}, err
}

// holds tells whether a place is of the scope.
func (s scope) holds(organisation db.ID, commune string) bool {
	switch {
	case s.whole:
		return true
	case s.has:
		return s.territory.Contains(commune)
	}
	return !s.organisation.IsZero() && s.organisation == organisation
}

// where adds the scope to conditions on the columns of place.
func (s scope) where(where *conditions) {
	switch {
	case s.whole:
	case s.has:
		where.inTerritory(s.territory, "")
	default:
		where.add("organisation = ?", s.organisation)
	}
}

// answerable reads a place that the actor answers for; one that it does not is
// as if it were not there. Faults: those of account.Require, unknown_place.
func answerable(ctx context.Context, q db.Q, act account.Act, id db.ID) (Place, error) {
	held, err := scopeOf(ctx, q, act)
	if err != nil {
		return Place{}, err
	}
	found, err := ByID(ctx, q, id)
	if err != nil {
		return Place{}, err
	}
	if !held.holds(found.Organisation, found.Commune) {
		return Place{}, ErrUnknownPlace
	}
	if held.whole || held.has {
		return found, nil
	}
	return found, account.RequireAt(q.Actor(), act, found.Organisation, found.ID) // people of one place only
}
