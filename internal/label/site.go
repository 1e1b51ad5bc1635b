package label

import (
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// State is where a place stands with the label: none, granted, withdrawn or
// suspended. It is also where an application stands: any but none.
type State string

// The states.
const (
	None      State = "none"  // it never held the label
	Draft     State = "draft" // the applicant writes
	Sent      State = "sent"  // waits for a certifier
	InReview  State = "in_review"
	MoreAsked State = "more_asked" // waits for the applicant; the clock stands still
	Granted   State = "granted"    // of an application: to at least one of its places
	Refused   State = "refused"
	Appealed  State = "appealed"  // before another certifier
	Suspended State = "suspended" // until a day
	Withdrawn State = "withdrawn" // by the applicant before the decision, or by a certifier after it
	Expired   State = "expired"   // the three years are over
)

// States lists the states of an application in the order of its life.
var States = []State{Draft, Sent, InReview, MoreAsked, Granted, Refused, Appealed, Suspended, Withdrawn, Expired}

var stateNames = map[State]string{
	None: "Sans label", Draft: "Brouillon", Sent: "Envoyée", InReview: "En cours d’examen", MoreAsked: "Complément demandé",
	Granted: "Label accordé", Refused: "Label refusé", Appealed: "En appel", Suspended: "Label suspendu", Withdrawn: "Retirée", Expired: "Label échu",
}

// French names a state of an application.
func (s State) French() string { return stateNames[s] }

// Validity is how many months a label holds.
const Validity = 36

// Label is a place's label: From and Until are its first and last day. A label
// past its last day is still Granted, and holds no more: see LabelledOn.
type Label struct {
	State       State
	From, Until civil.Date
	Decision    db.ID // the last one
	// Suspended labels end the day before, and take this last day again when the
	// suspension is lifted.
	Resumes civil.Date
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
	case s.Label.State == Suspended:
		return "Label suspendu"
	}
	return "Label échu"
}

// StateOn is where the label stands on a day: Granted and past is Expired.
func (s Site) StateOn(day civil.Date) State {
	if s.Label.State == Granted && day.After(s.Label.Until) {
		return Expired
	}
	return s.Label.State
}

// The refusals of this package.
var (
	ErrAlreadyLabelled = fault.Define(fault.Conflict, "already_labelled", "Ce lieu a déjà le label jusqu’à cette date, ou plus tard. Il n’y a rien à changer.")
	ErrLabelSuspended  = fault.Define(fault.Conflict, "label_suspended", "Le label de ce lieu est suspendu. Levez d’abord la suspension, ou retirez-le.")
	ErrNotLabelled     = fault.Define(fault.Conflict, "not_labelled", "Ce lieu n’a pas le label ce jour-là\u00a0: il n’y a rien à retirer.")
	ErrDecidedLater    = fault.Define(fault.Conflict, "decided_later", "Une décision plus récente existe pour ce lieu. Donnez une date qui ne la précède pas.")
	ErrUnkept          = fault.Define(fault.Conflict, "place_unkept", "Aucune organisation ne tient ce lieu. Rattachez-le d’abord à une organisation.")
	ErrNoBankDetails   = fault.Define(fault.NotFound, "no_bank_details", "Ce lieu n’a pas encore donné ses coordonnées bancaires. Demandez-les à son responsable.")
)
