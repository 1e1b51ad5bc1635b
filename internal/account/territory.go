package account

import (
	"context"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
)

// The refusals of territories.
var (
	ErrNoTerritory      = fault.Define(fault.Conflict, "no_territory", "Votre organisation n’a pas de territoire. Demandez à l’équipe du programme de le noter, puis recommencez.")
	ErrOutsideTerritory = fault.Define(fault.Forbidden, "outside_territory", "Ce lieu n’est pas dans votre territoire. Confiez-le à celui dont c’est le territoire, ou à l’équipe du programme.")
)

// RequireWithin refuses a collectivité's team what is outside its own
// territory; it lets every other role through, whose reach Require tells.
// commune is an INSEE code. Fault codes: no_territory, outside_territory.
func RequireWithin(ctx context.Context, q db.Q, commune string) error {
	if q.Actor().Role != RoleTerritory {
		return nil
	}
	territory, err := TerritoryOf(ctx, q)
	if err != nil {
		return err
	}
	if !territory.Contains(commune) {
		return ErrOutsideTerritory
	}
	return nil
}

// TerritoryOf is the territory for which the actor's organisation acts. Fault
// code: no_territory.
func TerritoryOf(ctx context.Context, q db.Q) (geography.Territory, error) {
	organisation, err := OrganisationByID(ctx, q, q.Actor().Organisation)
	if fault.KindOf(err) == fault.NotFound || err == nil && organisation.Territory == "" {
		return geography.Territory{}, ErrNoTerritory
	}
	if err != nil {
		return geography.Territory{}, err
	}
	return geography.ParseTerritory(organisation.Territory)
}
