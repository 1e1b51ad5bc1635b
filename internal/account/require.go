package account

import (
	"slices"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// The refusals of rights. They say which of role, level or organisation stands
// in the way.
var (
	ErrOwnerOnly         = fault.Define(fault.Forbidden, "owner_only", "Seul un responsable de votre organisation peut faire cela. Demandez-lui.")
	ErrReadOnly          = fault.Define(fault.Forbidden, "read_only", "Votre accès permet de consulter, pas de modifier. Demandez un autre accès à un responsable de votre organisation.")
	ErrScanOnly          = fault.Define(fault.Forbidden, "scan_only", "Votre accès permet seulement d’enregistrer des chèques. Demandez un autre accès à un responsable de votre organisation.")
	ErrOtherPlace        = fault.Define(fault.NotFound, "other_place", "Cet élément n’existe pas, ou n’est pas au lieu auquel vous êtes rattaché. Demandez à un responsable de votre organisation.")
	ErrOtherOrganisation = fault.Define(fault.NotFound, "other_organisation", "Cet élément n’existe pas, ou n’est pas à votre organisation. Vérifiez l’adresse ou le numéro.")
)

// reach is how far an actor's right goes.
type reach int

const (
	nowhere    reach = iota
	ownOnly          // on what is the actor's organisation's
	everywhere       // on what is anyone's
)

// May tells whether an actor may do an act at all, on something: it is what
// guards a route and decides which buttons a page shows.
func May(actor db.Actor, act Act) bool {
	_, err := extent(actor, act)
	return err == nil
}

// Require refuses unless the actor may do the act on what belongs to an
// organisation; the zero organisation stands for "on something", as in May. An
// act that is not in the table is refused.
//
// Fault codes: unauthenticated, forbidden (the role), owner_only, read_only,
// scan_only (the level), other_organisation (not found, so that another
// organisation's objects cannot be told from missing ones).
func Require(actor db.Actor, act Act, organisation db.ID) error {
	far, err := extent(actor, act)
	if err != nil {
		return err
	}
	if far == ownOnly && !organisation.IsZero() && actor.Organisation != organisation {
		return ErrOtherOrganisation
	}
	return nil
}

// RequireAt is Require for what belongs to a place: someone attached to one of
// their organisation's places acts on that one alone.
//
// Fault codes: those of Require, other_place (not found, too).
func RequireAt(actor db.Actor, act Act, organisation, place db.ID) error {
	if err := Require(actor, act, organisation); err != nil {
		return err
	}
	if !AtPlace(actor, act, place) {
		return ErrOtherPlace
	}
	return nil
}

// RequireHolder refuses unless the actor is the holder of a booklet, may do the
// act by it, and the person concerned is themself.
//
// Fault codes: unauthenticated (any other actor), forbidden (the act is not for
// holders), other_organisation (another person; not found, as for organisations).
func RequireHolder(actor db.Actor, act Act, who db.ID) error {
	switch {
	case actor.Kind != db.Bearer || actor.Holder.IsZero():
		return fault.ErrUnauthenticated
	case !rules[act].bearer:
		return fault.ErrForbidden
	case actor.Holder != who:
		return ErrOtherOrganisation
	}
	return nil
}

// AtPlace tells whether the place that an actor is attached to, if any, lets
// them do an act at this one.
func AtPlace(actor db.Actor, act Act, place db.ID) bool {
	return actor.Place.IsZero() || actor.Place == place || Everywhere(actor, act)
}

func extent(actor db.Actor, act Act) (reach, error) {
	wanted, known := rules[act]
	if !known {
		return nowhere, fault.ErrForbidden
	}
	if wanted.public || actor.Kind == db.Job || actor.Kind == db.Console {
		return everywhere, nil
	}
	if actor.Kind != db.Person && actor.Kind != db.Token {
		return nowhere, fault.ErrUnauthenticated
	}
	far, err := wanted.byRole(actor)
	if err != nil {
		return nowhere, err
	}
	return far, wanted.byLevel(actor, far)
}

func (r rule) byRole(actor db.Actor) (reach, error) {
	switch {
	case r.signed, slices.Contains(r.any, actor.Role):
		return everywhere, nil
	case r.forSampleAdmin(actor):
		return everywhere, nil
	case slices.Contains(r.own, actor.Role):
		return ownOnly, nil
	}
	return nowhere, fault.ErrForbidden
}

// forSampleAdmin: in a sample programme, and only there, admin may also do what
// territory and accountant do, so that one token can walk the whole path.
func (r rule) forSampleAdmin(actor db.Actor) bool {
	if actor.Role != RoleAdmin || !actor.Sample {
		return false
	}
	for _, role := range []string{RoleTerritory, RoleAccountant} {
		if slices.Contains(r.own, role) || slices.Contains(r.any, role) {
			return true
		}
	}
	return false
}

func (r rule) byLevel(actor db.Actor, far reach) error {
	switch actor.Level {
	case LevelOwner:
		return nil
	case LevelMember:
	case LevelScanOnly:
		if !r.scan {
			return ErrScanOnly
		}
	case LevelReadOnly:
		if r.write {
			return ErrReadOnly
		}
	default:
		return fault.ErrForbidden
	}
	if r.owner && far == ownOnly {
		return ErrOwnerOnly
	}
	return nil
}
