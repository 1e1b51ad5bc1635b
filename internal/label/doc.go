// Package label is the label of places (labellisation): a place that holds it
// is a Site (lieu labellisé), gives workshops and is paid with coupons.
//
// A certifier grants or withdraws it by a decision with its day and its reason.
// Decisions are only added to; the label's row says where a place stands and
// is changed only from the decision that was read. A label holds three years,
// its last day included; a withdrawal ends it the day before. Package place
// keeps a copy of the period for its searches.
//
// A site's bank details (coordonnées bancaires) are entered by the owner of the
// organisation that keeps it, sealed, and read by the accountant. Each entry
// stays; a pointer says which one is paid. Who certifies a site never pays it:
// both take their duty through package account.
package label
