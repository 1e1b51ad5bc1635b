package orientation

import (
	"context"
	"slices"

	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// Supply is where to get what a person lacks, besides the route.
type Supply struct {
	Brake   string // the code of diagnosis.Brakes that asks for it
	Service string // the directory's service that gives it
	Title   string
	Places  []place.Found // the nearest first; none when the directory knows none
}

// supplied says which service of the directory answers which brake: who has no
// device may buy one at a solidarity price, or use one on the spot.
var supplied = []Supply{
	{Brake: "equipment", Service: place.ServiceEquipment, Title: "Un ordinateur ou un téléphone à petit prix"},
	{Brake: "equipment", Service: place.ServiceAccess, Title: "Un ordinateur et Internet, sur place"},
	{Brake: "connection", Service: place.ServiceAccess, Title: "Un ordinateur et Internet, sur place"},
}

// mostSupplies is how many places are told for each lack.
const mostSupplies = 3

// Supplies lists, for someone who lacks equipment or a connection, the nearest
// places of the directory that give it. It is told as well as the route.
func Supplies(ctx context.Context, q db.Q, brakes []string, near geography.Point) ([]Supply, error) {
	found := []Supply{}
	for _, supply := range supplied {
		told := slices.ContainsFunc(found, func(s Supply) bool { return s.Service == supply.Service })
		if told || !slices.Contains(brakes, supply.Brake) {
			continue
		}
		var err error
		if supply.Places, _, err = place.Search(ctx, q, place.Filter{Near: &near, Service: supply.Service, Limit: mostSupplies}); err != nil {
			return nil, err
		}
		found = append(found, supply)
	}
	return found, nil
}
