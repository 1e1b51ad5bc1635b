// Package departure holds the acts and the nightly work that cross several
// capabilities: what one of them cannot know of the others is read here and
// written back through them.
//
// Freshness looks at every place of the directory: the last sign of life that
// the place itself, its workshops and its coupons give, and whether that is too
// old to be believed.
//
// A site leaves: it shuts, or stays open and takes the pass no longer. Its label
// ends with its last day, nobody is booked there past it, and everyone who was is
// listed until they have a seat elsewhere, or were called and want none. The same
// list serves a label that was suspended or withdrawn: it is read from where the
// label stands, so nothing needs to be announced twice. Once the last day is over
// and the list is empty, the departure ends by itself; the last statement closes
// settlement.LastEntries days after the last day, and is paid as any other.
//
// Invariants, which Check verifies:
//   - a departure is as it was announced, and the directory says its last day;
//   - an ended departure leaves nobody expected past its last day;
//   - who was re-homed is expected no more where they were, and was moved to a
//     booking of the same person.
//
// Words: nouvelle (place.Sign), sans nouvelle (place.Place.Stale), départ
// (Departure), arrêt (Stop), personne à replacer (Person), replacer (Move,
// GiveUp).
package departure
