// Package orientation leads from a person's need to a place and a seat: it ranks
// what is free near them with its reasons, and keeps the visit (passage au
// guichet) from the first question to the printed page.
//
// Invariants:
//   - a visit belongs to one desk and can be taken up again by any of its agents;
//   - nothing moves before Confirm, except the chosen seat, kept ten minutes;
//   - Confirm does everything or nothing: person, diagnosis, seat or
//     appointment, booklet; done again it answers the same visit;
//   - what was typed of the person is sealed, and gone when the visit ends.
//
// Words: passage (Visit), voie (route), place (seat), rendez-vous (Appointment).
package orientation
