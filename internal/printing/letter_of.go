package printing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// LetterOf fills in the appointment page of a booking, for the desk that
// registered the person. The coupon is the first one left of a live booklet
// that the workshop takes. Faults: those of workshop.BookingByID and
// holder.ByID.
func LetterOf(ctx context.Context, q db.Q, booking db.ID, issuer Issuer) (Letter, error) {
	booked, session, err := workshop.BookingByID(ctx, q, booking)
	if err != nil {
		return Letter{}, err
	}
	person, err := holder.ByID(ctx, q, booked.Holder)
	if err != nil {
		return Letter{}, err
	}
	site, err := place.ByID(ctx, q, session.Site)
	if err != nil {
		return Letter{}, err
	}
	letter := Letter{
		Name: person.Name, Starts: session.StartsAt.In(session.Zone()), Ends: session.EndsAt.In(session.Zone()),
		Workshop: session.Title, Site: site.Name, Address: addressOf(site), Host: session.Mediator,
		Bring: []string{"votre téléphone", "vos lunettes"}, Reference: person.Pseudonym, Sample: issuer.Sample,
	}
	if letter.Coupon, err = couponFor(ctx, q, person.ID, session); err != nil {
		return Letter{}, err
	}
	letter.Free = letter.Coupon == "" && slices.Contains(site.Fees, "free")
	letter.Ways, letter.Map = waysTo(person.Commune, site)
	letter.Contact, letter.Telephone = session.Mediator, site.Telephone
	if site.Telephone == "" {
		if letter.Contact, letter.Telephone, err = deskTelephone(ctx, q, booked.Organisation, issuer); err != nil {
			return Letter{}, err
		}
	}
	letter.Telephone = holder.TelephoneText(letter.Telephone)
	return letter, nil
}

func addressOf(site place.Place) []string {
	town := site.PostalCode + nbsp + site.CommuneName
	if site.Address == "" {
		return []string{town}
	}
	return []string{site.Address, town}
}

func deskTelephone(ctx context.Context, q db.Q, desk db.ID, issuer Issuer) (contact, telephone string, err error) {
	organisation, err := account.OrganisationByID(ctx, q, desk)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return "", "", err
	}
	if organisation.Telephone == "" {
		return "", issuer.Telephone, nil
	}
	return organisation.Name, organisation.Telephone, nil
}

// couponFor is the number of the coupon to give at a session; empty when the
// person has none that it takes.
func couponFor(ctx context.Context, q db.Q, person db.ID, session workshop.Session) (string, error) {
	booklets, err := voucher.Booklets(ctx, q, voucher.Filter{Holder: person, State: voucher.BookletLive})
	if err != nil {
		return "", err
	}
	for _, booklet := range booklets {
		if len(booklet.Services) > 0 && !slices.Contains(booklet.Services, session.Service) {
			continue
		}
		whole, err := voucher.BookletByID(ctx, q, booklet.ID)
		if err != nil {
			return "", err
		}
		for _, coupon := range whole.Coupons {
			if coupon.State == voucher.Live {
				return coupon.Number, nil
			}
		}
	}
	return "", nil
}

// waysTo tells how far a place is, as an order of magnitude, and draws it; the
// person's commune may be empty.
func waysTo(commune string, site place.Place) ([]string, *Map) {
	from, err := geography.CommuneByCode(commune)
	if err != nil || !from.HasCentre() {
		return nil, nil
	}
	if from.Code == site.Commune {
		return []string{"Le lieu est dans votre commune."}, nil
	}
	travel := geography.TravelOver(geography.Distance(from.Latitude, from.Longitude, site.Latitude, site.Longitude))
	kilometres := max(1, (travel.Metres+500)/1000)
	unit := "kilomètres"
	if kilometres == 1 {
		unit = "kilomètre"
	}
	ways := []string{
		fmt.Sprintf("Le lieu est à environ %d"+nbsp+"%s.", kilometres, unit),
		"En voiture, comptez " + lasting(travel.ByCar) + ".",
	}
	const walk = 45 * time.Minute
	if travel.OnFoot <= walk {
		ways = append(ways, "À pied, comptez "+lasting(travel.OnFoot)+".")
	}
	to, err := geography.CommuneByCode(site.Commune)
	if err != nil {
		return ways, nil
	}
	return ways, MapBetween(from, to)
}

// Meeting is the page of an appointment (page de rendez-vous) with someone who
// does it with the person, or for them with their agreement.
type Meeting struct {
	Name      string // first name or nickname; may be empty
	Day       civil.Date
	At        civil.TimeOfDay // zero: no hour told
	Site      string
	Address   []string
	Telephone string // of the place, or of the desk
	Contact   string
	Ways      []string
	Map       *Map
	Reference string
	Sample    bool
}

// Title greets and tells the content.
func (m Meeting) Title() string {
	if m.Name == "" {
		return "Bonjour, voici votre rendez-vous"
	}
	return "Bonjour " + m.Name + ", voici votre rendez-vous"
}

// When is the day in lines: "mardi", "8 décembre 2026", "à 14 heures"; what to
// do when no day is agreed yet.
func (m Meeting) When() []string {
	if m.Day.IsZero() {
		return []string{"Jour à choisir", "par téléphone"}
	}
	lines := []string{civil.FrenchWeekday(m.Day.Weekday()), unbroken(m.Day.FrenchLong())}
	if m.At > 0 {
		lines = append(lines, "à"+nbsp+m.At.FrenchLong())
	}
	return lines
}

// What is what the person needs to know.
func (m Meeting) What() []string {
	lines := []string{"Quelqu’un fait la démarche avec vous.", "Vous restez à côté.", "C’est gratuit."}
	if m.Day.IsZero() {
		return append([]string{"Appelez le lieu.", "Choisissez un jour ensemble."}, lines...)
	}
	return lines
}

// Bring is what to come with, as a list.
func (m Meeting) Bring() []string {
	return []string{"cette page", "votre carte d’identité", "le papier à remplir", "votre téléphone"}
}

// MapKey tells what the two marks of the map are.
func (m Meeting) MapKey() []string {
	return []string{"Le rond\u00a0: votre commune.", "Le carré\u00a0: le lieu."}
}

// Lines is everything that the person reads, for the test of its words.
func (m Meeting) Lines() []string {
	return slices.Concat([]string{m.Title(), strings.Join(m.When(), " ")}, m.What(), m.Address, m.Ways, m.Bring(), m.MapKey())
}

// MeetingAt fills in the page of an appointment at a place, for the desk that
// registered the person.
func MeetingAt(ctx context.Context, q db.Q, who, where db.ID, day civil.Date, at civil.TimeOfDay, issuer Issuer) (Meeting, error) {
	person, err := holder.ByID(ctx, q, who)
	if err != nil {
		return Meeting{}, err
	}
	site, err := place.ByID(ctx, q, where)
	if err != nil {
		return Meeting{}, err
	}
	made := Meeting{
		Name: person.Name, Day: day, At: at, Site: site.Name, Address: addressOf(site), Telephone: site.Telephone,
		Reference: person.Pseudonym, Sample: issuer.Sample,
	}
	made.Ways, made.Map = waysTo(person.Commune, site)
	if made.Telephone == "" {
		if made.Contact, made.Telephone, err = deskTelephone(ctx, q, person.Organisation, issuer); err != nil {
			return Meeting{}, err
		}
	}
	made.Telephone = holder.TelephoneText(made.Telephone)
	return made, nil
}
