package exchange

import (
	"math"
	"strconv"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// takeAsWritten makes the place of a line that keeps the schema. The commune,
// which the directory needs and the schema leaves open, is found without
// touching what is written.
func (r *row) takeAsWritten() {
	bars := func(column string) []string { return barred(r.value(column)) }
	day, _ := civil.ParseDate(r.value(colUpdatedOn))
	labels, takesPass := withoutPass(r.value(colOtherTraining))
	r.place = place.Place{
		SourceID: r.value(colID), Pivot: r.value(colPivot), Name: r.value(colName),
		CommuneName: r.value(colCommune), PostalCode: r.value(colPostalCode),
		Address: r.value(colAddress), AddressComplement: r.value(colComplement),
		Typology: bars(colTypology), Telephone: r.value(colTelephone), Emails: bars(colEmails), Websites: bars(colWebsites),
		Hours: r.value(colHours), Summary: r.value(colSummary), Description: r.value(colDescription),
		Collector: r.value(colSource), Parent: r.value(colParent), UpdatedOn: day,
		OtherTrainings: labels, PassAccepted: takesPass, AccessibilityURL: r.value(colAccessSheet), BookingURL: r.value(colBooking),
		Itinerance:   listed(place.Itinerances, r.value(colItinerance)),
		Services:     listed(place.Services, r.value(colServices)),
		Publics:      listed(place.Publics, r.value(colPublics)),
		SpecialNeeds: listed(place.SpecialNeeds, r.value(colSpecialNeeds)),
		Fees:         listed(place.Fees, r.value(colFees)),
		Programmes:   listed(place.Programmes, r.value(colProgrammes)),
		Trainings:    listed(place.Trainings, r.value(colTrainings)),
		AccessWays:   listed(place.AccessWays, r.value(colAccessWays)),
		Supports:     listed(place.Supports, r.value(colSupports)),
	}
	r.placeStrictly()
}

func (r *row) placeStrictly() {
	latitude, latitudeErr := strconv.ParseFloat(r.value(colLatitude), 64)
	longitude, longitudeErr := strconv.ParseFloat(r.value(colLongitude), 64)
	given := latitudeErr == nil && longitudeErr == nil
	if given {
		r.place.Latitude, r.place.Longitude = latitude, longitude
	}
	if math.Abs(latitude) > 90 {
		r.refuse(colLatitude, "range", r.value(colLatitude), "Une latitude va de -90 à 90 degrés.")
	}
	if math.Abs(longitude) > 180 {
		r.refuse(colLongitude, "range", r.value(colLongitude), "Une longitude va de -180 à 180 degrés.")
	}
	if code := r.value(colINSEE); code != "" {
		commune, err := geography.CommuneByCode(code)
		if err != nil {
			r.refuse(colINSEE, "unknown_commune", code, "Ce code INSEE n’est celui d’aucune commune actuelle.")
			return
		}
		r.place.Commune = commune.Code
		return
	}
	commune, found := communeOf(r.place.PostalCode, r.place.CommuneName)
	if !found {
		r.refuse(colCommune, "unknown_commune", r.place.CommuneName, "Cette commune n’est pas connue à ce code postal. Donnez son code INSEE.")
		return
	}
	r.place.Commune = commune.Code
}

func barred(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, "|")
}
