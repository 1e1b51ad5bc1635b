package printing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// LetterOf fills in the appointment page of a booking, for the desk that
// registered the person, or for themself without their name. The coupon is the one
// kept for the seat, else the first one left of a live booklet that the workshop
// takes. Faults: those of workshop.BookingByID and
// holder.ByID.
func LetterOf(ctx context.Context, q db.Q, booking db.ID, issuer Issuer) (Letter, error) {
	booked, session, err := workshop.BookingByID(ctx, q, booking)
	if err != nil {
		return Letter{}, err
	}
	person, err := readerOf(ctx, q, booked.Holder)
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
		Bring: []string{"votre téléphone", "vos lunettes"}, Reference: person.Pseudonym, Sample: issuer.Sample, Large: person.Manner.LargePrint,
	}
	if letter.Coupon, err = couponFor(ctx, q, booked, session); err != nil {
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

// readerOf is who the page speaks to.
func readerOf(ctx context.Context, q db.Q, who db.ID) (holder.Holder, error) {
	if q.Actor().Kind == db.Bearer {
		return holder.Own(ctx, q)
	}
	return holder.ByID(ctx, q, who)
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
func couponFor(ctx context.Context, q db.Q, booked workshop.Booking, session workshop.Session) (string, error) {
	kept, err := voucher.KeptFor(ctx, q, booked.ID)
	if err != nil {
		return "", err
	}
	if one := kept[booked.ID]; one.State == voucher.Live {
		return one.Number, nil
	}
	booklets, err := bookletsOf(ctx, q, booked.Holder)
	if err != nil {
		return "", err
	}
	for _, booklet := range booklets {
		if len(booklet.Services) > 0 && !slices.Contains(booklet.Services, session.Service) {
			continue
		}
		for _, coupon := range booklet.Coupons {
			if coupon.State == voucher.Live {
				return coupon.Number, nil
			}
		}
	}
	return "", nil
}

// bookletsOf lists the live booklets of a person, with their coupons; their own
// page knows the one by which it was opened.
func bookletsOf(ctx context.Context, q db.Q, person db.ID) ([]voucher.Booklet, error) {
	if q.Actor().Kind == db.Bearer {
		own, err := voucher.OwnBooklet(ctx, q)
		return []voucher.Booklet{own}, err
	}
	booklets, err := voucher.Booklets(ctx, q, voucher.Filter{Holder: person, State: voucher.BookletLive})
	for i := range booklets {
		if booklets[i], err = voucher.BookletByID(ctx, q, booklets[i].ID); err != nil {
			return nil, err
		}
	}
	return booklets, err
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
