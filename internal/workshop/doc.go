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
//   - an act that frees a seat gives it, in its own transaction, to who waits: to
//     who left their word the seat, to the others an offer, kept until an answer
//     is due. Nobody is asked in the last day, nor a fourth time, nor moved
//     without a word from them;
//   - acts that free or fill a seat take the session's row first, so that they
//     follow one another;
//   - a mediator may always add someone at the door: over capacity is shown,
//     not refused.
//
// Words: atelier (Workshop), séance (Session), place (seat), inscription
// (Booking), liste d'attente (state waiting), présence (Attend).
package workshop
