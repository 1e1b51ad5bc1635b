package api

import (
	"context"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

// placeView is a place as it is sent: everything that is published of it.
type placeView struct {
	ID              id          `json:"id"`
	OrganisationID  *id         `json:"organisation_id" nullable:"true" doc:"L’organisation qui tient ce lieu dans Passerelle."`
	Name            string      `json:"name"`
	Address         string      `json:"address"`
	PostalCode      string      `json:"postal_code"`
	Commune         string      `json:"commune"`
	CodeINSEE       string      `json:"code_insee"`
	Departement     string      `json:"departement"`
	Latitude        float64     `json:"latitude"`
	Longitude       float64     `json:"longitude"`
	Approximate     bool        `json:"approximate" doc:"La position est celle du centre de la commune."`
	DistanceMetres  *int        `json:"distance_m,omitempty" doc:"En ligne droite, quand near ou address est donné."`
	Travel          *travelView `json:"travel,omitempty" doc:"Ordre de grandeur du trajet, quand near ou address est donné."`
	Telephone       string      `json:"telephone"`
	Emails          []string    `json:"emails"`
	Websites        []string    `json:"websites"`
	Hours           string      `json:"hours" doc:"Au format opening_hours d’OpenStreetMap, quand le lieu l’a donné ainsi."`
	Today           []spanView  `json:"today" nullable:"true" doc:"Les heures d’ouverture du jour, à l’heure du lieu : aucune quand il est fermé, null quand on ne sait pas."`
	Summary         string      `json:"summary"`
	Services        []string    `json:"services"`
	Publics         []string    `json:"publics"`
	SpecialNeeds    []string    `json:"special_needs"`
	Fees            []string    `json:"fees"`
	Equipment       []string    `json:"equipment"`
	Access          []string    `json:"access"`
	Supports        []string    `json:"supports"`
	Programmes      []string    `json:"programmes"`
	Languages       []string    `json:"languages"`
	Itinerance      []string    `json:"itinerance"`
	BookingURL      string      `json:"booking_url"`
	Wheelchair      bool        `json:"wheelchair"`
	AidantsConnect  bool        `json:"aidants_connect"`
	Pass            bool        `json:"pass" doc:"Le pass numérique y est accepté aujourd’hui."`
	LabelledFrom    *civil.Date `json:"labelled_from" format:"date"`
	LabelledUntil   *civil.Date `json:"labelled_until" format:"date"`
	Source          string      `json:"source"`
	UpdatedOn       *civil.Date `json:"updated_on" format:"date"`
	Freshness       freshness   `json:"freshness"`
	SampleProgramme bool        `json:"invented" doc:"Lieu inventé du programme d’exemple."`
}

// freshness is how far a place's facts can be believed.
type freshness struct {
	On          *civil.Date `json:"on" format:"date" doc:"Jour du dernier signe de vie du lieu."`
	Sign        string      `json:"sign" doc:"Ce que c’était, vide quand aucun n’est connu."`
	ConfirmedOn *civil.Date `json:"confirmed_on" format:"date" doc:"Jour où ses horaires ont été confirmés."`
	Stale       bool        `json:"stale" doc:"Trop ancien pour être cru : le lieu compte pour deux fois plus loin qu’il n’est."`
}

// travelView is an order of magnitude: the straight line times 1.3, at 4, 15
// and 50 km/h.
type travelView struct {
	Walk int `json:"walk_minutes"`
	Bike int `json:"bike_minutes"`
	Car  int `json:"car_minutes"`
}

// spanView is a time when a place is open, in hours and minutes of its own day.
type spanView struct {
	From string `json:"from" doc:"09:00"`
	To   string `json:"to" doc:"12:00 ; après 24:00 pour le lendemain."`
}

// viewToday is when a place is open on a day: none when it is closed, nil when
// its hours cannot be read.
func viewToday(p place.Place, today civil.Date) []spanView {
	hours, err := p.OpeningHours()
	if err != nil {
		return nil
	}
	return each(hours.OnDate(today, p.Commune), func(span civil.Span) spanView {
		return spanView{From: span.From.String(), To: span.To.String()}
	})
}

func viewTravel(metres int) *travelView {
	way := geography.TravelOver(metres)
	return &travelView{Walk: int(way.OnFoot.Minutes()), Bike: int(way.ByBicycle.Minutes()), Car: int(way.ByCar.Minutes())}
}

func viewPlace(p place.Place, now time.Time) placeView {
	today := civil.DateOf(now, civil.Paris)
	return placeView{
		ID: id{p.ID}, OrganisationID: reference(p.Organisation),
		Name: p.Name, Address: p.Address, PostalCode: p.PostalCode, Commune: p.CommuneName, CodeINSEE: p.Commune, Departement: p.Departement,
		Latitude: p.Latitude, Longitude: p.Longitude, Approximate: p.Approximate,
		Telephone: p.Telephone, Emails: list(p.Emails), Websites: list(p.Websites), Hours: p.Hours, Today: viewToday(p, civil.DateOf(now, p.Zone())), Summary: p.Summary,
		Services: list(p.Services), Publics: list(p.Publics), SpecialNeeds: list(p.SpecialNeeds), Fees: list(p.Fees), Equipment: list(p.Equipment),
		Access: list(p.AccessWays), Supports: list(p.Supports), Programmes: list(p.Programmes), Languages: list(p.Languages),
		Itinerance: list(p.Itinerance), BookingURL: p.BookingURL,
		Wheelchair: p.Accessible(), AidantsConnect: p.AidantsConnect(), Pass: p.TakesPass(today),
		LabelledFrom: day(p.LabelledFrom), LabelledUntil: day(p.LabelledUntil),
		Source: p.Source, UpdatedOn: day(p.UpdatedOn), SampleProgramme: p.Invented,
		Freshness: freshness{On: day(p.FreshOn), Sign: p.FreshSign, ConfirmedOn: day(p.ConfirmedOn), Stale: p.Stale},
	}
}

type placeInput struct {
	ID string `path:"id"`
}

func readPlace(ctx context.Context, q db.Q, in *placeInput) (placeView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return placeView{}, err
	}
	known, err := place.ByID(ctx, q, wanted)
	if err != nil {
		return placeView{}, err
	}
	return viewPlace(known, q.Now()), nil
}
