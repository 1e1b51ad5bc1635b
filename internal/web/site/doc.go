// Package site is what a mediator and the owner of a labelled site sit in front
// of: the sessions and who is there, the coupons read, the statements, the
// place and its bank account.
//
// # How a coupon is read
//
// One field takes the hand scanner, the whole address that a telephone reads,
// or the sixteen digits; it has the focus when the page opens and is empty
// again after each reading, so that ten coupons in a row need neither mouse nor
// keyboard. "Lire" accepts at once; for two minutes "Annuler" takes it back
// with no reason. "Voir d’abord" shows the details and waits for "Valider": it
// rehearses the same redemption and rolls it back.
//
// An accepted coupon answers 303 to the page, which then shows the receipt: a
// reload redeems nothing. A refusal answers with its own status and what to do.
// The number is only ever in the body of the form; the last two answers, without
// any number, are in a cookie of this session, so that the one before stays
// below the new one.
package site
