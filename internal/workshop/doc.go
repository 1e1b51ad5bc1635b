// Package workshop knows the workshops (ateliers), their dated sessions
// (séances), the seats, the bookings and who came.
//
// Invariants:
//   - a session's taken seats are exactly its bookings that hold one (booked,
//     to_fill, came, absent, when not added at the door) and its kept seats;
//     Check proves it;
//   - a seat is taken by one guarded statement, so that no two people get the
//     last one; when none is free a booking waits, in the order of arrival;
//   - one person has at most one standing booking at a session;
//   - nobody is moved from the waiting list without a word from them: Offer is an
//     agent's act, after the person was told;
//   - a mediator may always add someone at the door: over capacity is shown,
//     not refused.
//
// Words: atelier (Workshop), séance (Session), place (seat), inscription
// (Booking), liste d'attente (state waiting), présence (Attend).
package workshop
