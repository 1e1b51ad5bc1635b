package label

import (
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// State is where a place stands with the label.
type State string

// The states.
const (
	None      State = "none" // it never held it
	Granted   State = "granted"
	Withdrawn State = "withdrawn"
)

// Validity is how many months a label holds.
const Validity = 36

// Label is a place's label: From and Until are its first and last day. A label
// past its last day is still Granted, and holds no more: see LabelledOn.
type Label struct {
	State       State
	From, Until civil.Date
	Decision    db.ID // the last one
}

// Site is a place with its label.
type Site struct {
	place.Place
	Label Label
}

// LabelledOn tells whether the site held the label on a day: only then can a
// coupon be redeemed there.
func (s Site) LabelledOn(day civil.Date) bool {
	return s.Label.State != None && !day.Before(s.Label.From) && !day.After(s.Label.Until)
}

// Standing says in French where the site stands on a day.
func (s Site) Standing(day civil.Date) string {
	switch {
	case s.Label.State == None:
		return "Sans label"
	case s.Label.State == Granted && day.Before(s.Label.From):
		return "Label à venir"
	case s.LabelledOn(day):
		return "Labellisé"
	case s.Label.State == Withdrawn:
		return "Label retiré"
	}
	return "Label échu"
}

// The refusals of this package.
var (
	ErrAlreadyLabelled = fault.Define(fault.Conflict, "already_labelled", "Ce lieu a déjà le label jusqu’à cette date, ou plus tard. Il n’y a rien à changer.")
	ErrNotLabelled     = fault.Define(fault.Conflict, "not_labelled", "Ce lieu n’a pas le label ce jour-là\u00a0: il n’y a rien à retirer.")
	ErrDecidedLater    = fault.Define(fault.Conflict, "decided_later", "Une décision plus récente existe pour ce lieu. Donnez une date qui ne la précède pas.")
	ErrUnkept          = fault.Define(fault.Conflict, "place_unkept", "Aucune organisation ne tient ce lieu. Rattachez-le d’abord à une organisation.")
	ErrNoBankDetails   = fault.Define(fault.NotFound, "no_bank_details", "Ce lieu n’a pas encore donné ses coordonnées bancaires. Demandez-les à son responsable.")
)
