package voucher

import (
	"fmt"

	"passerelle/internal/fault"
	"passerelle/internal/funding"
)

// ErrSpecimen is the yes of a specimen booklet: what would be accepted, were it real.
var ErrSpecimen = fault.Define(fault.Conflict, "specimen", "Exercice\u00a0: c’est accepté. Rien n’est enregistré, rien n’est payé. Prenez un vrai carnet pour travailler.")

// Specimen is a number to practise with: it has one answer, always the same, is
// in no order and in no table, and so moves nothing and is counted nowhere.
type Specimen struct {
	Number string
	Label  string // what the paper says of it, in French
	answer *fault.Error
}

// The specimen booklet: a coupon for each answer of a reading, a cover for each
// answer of a handover. No booklet is ever printed with one of these numbers.
var (
	SpecimenCoupons = specimens(couponDigits, []Specimen{
		{Label: "Accepté", answer: ErrSpecimen},
		{Label: "Déjà utilisé", answer: ErrAlreadyRedeemed},
		{Label: "Déjà payé", answer: ErrPaid},
		{Label: "Plus valable", answer: ErrExpired},
		{Label: "Carnet bloqué", answer: ErrBlocked},
		{Label: "Carnet remplacé", answer: ErrReplaced},
		{Label: "Pas encore remis", answer: ErrNotLive},
		{Label: "Autre territoire", answer: ErrOtherTerritory},
		{Label: "Trop tôt", answer: ErrTooEarly},
		{Label: "Gardé pour un autre lieu", answer: ErrHeldElsewhere},
	})
	SpecimenBooklets = specimens(bookletDigits, []Specimen{
		{Label: "Remis", answer: ErrSpecimen},
		{Label: "Déjà remis", answer: ErrAlreadyHandedOver},
		{Label: "Pas encore payé", answer: funding.ErrNotCovered},
		{Label: "Carnet bloqué", answer: ErrBlocked},
		{Label: "Plus valable", answer: ErrExpired},
	})
)

// specimens numbers them from 1, on as many zeros as the number is long.
func specimens(length int, known []Specimen) []Specimen {
	for i := range known {
		known[i].Number = withCheck(fmt.Sprintf("%0*d", length-2, i+1))
		if known[i].answer != ErrSpecimen {
			known[i].answer = known[i].answer.Sayf("Exercice\u00a0: %s", known[i].answer.Message)
		}
	}
	return known
}

// rehearsed is the answer of a specimen's number; nil for any other.
func rehearsed(known []Specimen, number string) error {
	for _, specimen := range known {
		if specimen.Number == number {
			return specimen.answer
		}
	}
	return nil
}
