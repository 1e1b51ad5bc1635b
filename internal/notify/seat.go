package notify

import (
	"context"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// shortBefore is how long before a session a message about it helps nobody any
// more: the person is on the way.
const shortBefore = time.Hour

// TellSeat tells the person of a booking something about it, once for each kind:
// what a capability's job asks for. Telephone is the instance's number, called
// where neither the place nor the counter has one. Faults: unknown_booking, and
// those of Tell.
func TellSeat(ctx context.Context, tx *db.Tx, kind Kind, booking db.ID, telephone string) (Told, error) {
	word, who, err := SeatWord(ctx, tx, kind, booking, telephone)
	if err != nil {
		return Told{}, err
	}
	return Tell(ctx, tx, who, word)
}

// SeatWord is what to tell of a booking, and to whom. Fault: unknown_booking.
func SeatWord(ctx context.Context, q db.Q, kind Kind, booking db.ID, telephone string) (word Word, who db.ID, err error) {
	booked, session, err := workshop.SeatOf(ctx, q, booking)
	if err != nil {
		return Word{}, db.ID{}, err
	}
	facts, err := sessionFacts(ctx, q, session, booked.Organisation, telephone)
	if err != nil {
		return Word{}, db.ID{}, err
	}
	word = Word{
		Kind: kind, Facts: facts, About: booking, Session: session.ID, Once: string(kind) + " " + booking.String(),
		TooLate: session.StartsAt.Add(-shortBefore),
	}
	switch kind {
	case SessionCancelled, SeatCancelled:
		word.TooLate = session.StartsAt
	case Missed, MissedOpen:
		word.TooLate = time.Time{}
	}
	return word, booked.Holder, nil
}

// sessionFacts are the facts of a session; one number to call: the place's, else
// the counter's that booked, else the instance's.
func sessionFacts(ctx context.Context, q db.Q, session workshop.Session, desk db.ID, telephone string) (Facts, error) {
	site, err := place.ByID(ctx, q, session.Site)
	if err != nil {
		return Facts{}, err
	}
	facts := Facts{
		Workshop: session.Title, Place: site.Name, Starts: session.StartsAt.In(session.Zone()), Telephone: site.Telephone,
		Address: strings.TrimPrefix(site.Address+", "+site.PostalCode+" "+site.CommuneName, ", "),
	}
	if facts.Telephone != "" {
		return facts, nil
	}
	facts.Telephone, err = deskTelephone(ctx, q, desk, telephone)
	return facts, err
}

// deskTelephone is a counter's number, or the instance's.
func deskTelephone(ctx context.Context, q db.Q, desk db.ID, telephone string) (string, error) {
	organisation, err := account.OrganisationByID(ctx, q, desk)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	if organisation.Telephone != "" {
		return organisation.Telephone, nil
	}
	return telephone, nil
}

// TellOffer tells a waiting person that a freed seat is kept for them, once for
// each offer; it serves until the answer is due. Faults: those of TellSeat.
func TellOffer(ctx context.Context, tx *db.Tx, booking db.ID, telephone string) error {
	offered, _, err := workshop.SeatOf(ctx, tx, booking)
	if err != nil || !offered.Offered() {
		return err
	}
	word, who, err := SeatWord(ctx, tx, SeatOffered, booking, telephone)
	if err != nil {
		return err
	}
	word.Once += " " + number(offered.Offers)
	word.TooLate = offered.OfferedUntil
	_, err = Tell(ctx, tx, who, word)
	return err
}
