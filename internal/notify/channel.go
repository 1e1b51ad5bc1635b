package notify

import (
	"time"

	"passerelle/internal/holder"
)

// Channel is the way by which a person is told.
type Channel string

// The channels. Nobody is told by Nothing: someone must call, or nobody can.
const (
	SMS    Channel = "sms"
	Email  Channel = "email"
	Letter Channel = "letter"
	None   Channel = "none"
)

// Reason is why a message did not go out, or not well: one of Reasons.
type Reason string

// The reasons.
const (
	NoConsent    Reason = "no_consent"
	NoContact    Reason = "no_contact"
	Landline     Reason = "landline"
	NoTimeToPost Reason = "no_time_to_post" // a letter would come too late
	OverCeiling  Reason = "over_ceiling"
	TooLate      Reason = "too_late"
	Over         Reason = "over" // what it told of holds no more
	Withdrawn    Reason = "withdrawn"
	BadNumber    Reason = "bad_number"
	GaveUp       Reason = "gave_up"
	Undelivered  Reason = "undelivered"
)

// Reasons tells each in French, as agents read it.
var Reasons = map[Reason]string{
	NoConsent:    "Pas d’accord pour des messages",
	NoContact:    "Ni téléphone, ni e-mail, ni adresse",
	Landline:     "Le téléphone est un fixe\u00a0: appelez",
	NoTimeToPost: "Un courrier arriverait trop tard\u00a0: appelez",
	OverCeiling:  "Le plafond de dépense du mois est atteint",
	TooLate:      "Il était trop tard pour l’envoyer",
	Over:         "La séance ou la place a changé entre-temps",
	Withdrawn:    "La personne ne veut plus de messages",
	BadNumber:    "L’opérateur refuse ce numéro ou cette adresse",
	GaveUp:       "L’envoi n’a pas abouti après plusieurs essais",
	Undelivered:  "L’opérateur n’a pas pu le remettre",
}

// PostTakes is how long a letter needs, from the batch to the letter box.
const PostTakes = 5 * 24 * time.Hour

// Choose picks the way to tell a person, by what they agreed to, what is known of
// them and how they wish to be spoken to; ahead is the time left to tell them,
// and texts whether the month's ceiling still lets text messages leave. With
// None comes why.
func Choose(person holder.Holder, ahead time.Duration, texts bool) (Channel, Reason) {
	mobile := person.Telephone != "" && holder.TakesTexts(person.Telephone)
	postal := person.Address != "" && !person.Manner.NoLetters
	switch {
	case !person.Consent:
		return None, NoConsent
	case mobile && texts:
		return SMS, ""
	case person.Email != "":
		return Email, ""
	case postal && ahead >= PostTakes:
		return Letter, ""
	case mobile:
		return None, OverCeiling
	case person.Telephone != "":
		return None, Landline
	case postal:
		return None, NoTimeToPost
	}
	return None, NoContact
}
