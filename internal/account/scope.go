package account

import "passerelle/internal/db"

// Everywhere tells whether an actor may do an act on what is any
// organisation's; a list shows the others only what is their own.
func Everywhere(actor db.Actor, act Act) bool {
	far, err := extent(actor, act)
	return err == nil && far == everywhere
}
