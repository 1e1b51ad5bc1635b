package api

import (
	"context"
	"strconv"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
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
	DistanceMetres  *int        `json:"distance_m,omitempty" doc:"En ligne droite, quand near est donné."`
	Telephone       string      `json:"telephone"`
	Emails          []string    `json:"emails"`
	Websites        []string    `json:"websites"`
	Hours           string      `json:"hours" doc:"Au format opening_hours d’OpenStreetMap, quand le lieu l’a donné ainsi."`
	Summary         string      `json:"summary"`
	Services        []string    `json:"services"`
	Publics         []string    `json:"publics"`
	SpecialNeeds    []string    `json:"special_needs"`
	Fees            []string    `json:"fees"`
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
	SampleProgramme bool        `json:"invented" doc:"Lieu inventé du programme d’exemple."`
}

func viewPlace(p place.Place, today civil.Date) placeView {
	return placeView{
		ID: id{p.ID}, OrganisationID: reference(p.Organisation),
		Name: p.Name, Address: p.Address, PostalCode: p.PostalCode, Commune: p.CommuneName, CodeINSEE: p.Commune, Departement: p.Departement,
		Latitude: p.Latitude, Longitude: p.Longitude, Approximate: p.Approximate,
		Telephone: p.Telephone, Emails: list(p.Emails), Websites: list(p.Websites), Hours: p.Hours, Summary: p.Summary,
		Services: list(p.Services), Publics: list(p.Publics), SpecialNeeds: list(p.SpecialNeeds), Fees: list(p.Fees),
		Access: list(p.AccessWays), Supports: list(p.Supports), Programmes: list(p.Programmes), Languages: list(p.Languages),
		Itinerance: list(p.Itinerance), BookingURL: p.BookingURL,
		Wheelchair: p.Accessible(), AidantsConnect: p.AidantsConnect(), Pass: p.TakesPass(today),
		LabelledFrom: day(p.LabelledFrom), LabelledUntil: day(p.LabelledUntil),
		Source: p.Source, UpdatedOn: day(p.UpdatedOn), SampleProgramme: p.Invented,
	}
}

type listPlacesInput struct {
	Paging
	Near     string  `query:"near" doc:"LATITUDE,LONGITUDE en degrés : du plus proche au plus loin."`
	RadiusKm float64 `query:"radius_km" minimum:"0" maximum:"20000" doc:"Au plus cette distance de near, en kilomètres."`
	Commune  string  `query:"commune" doc:"Code INSEE de la commune."`
	Service  string  `query:"service" doc:"Code ou nom d’une famille de services."`
	Public   string  `query:"public" doc:"Code ou nom d’un public."`
	Access   string  `query:"access" doc:"Code ou nom d’une manière d’entrer en contact, ou wheelchair."`
	Pass     bool    `query:"pass" doc:"Seulement où le pass numérique est accepté."`
	Text     string  `query:"q" maxLength:"200" doc:"Mots du nom, de l’adresse ou du résumé."`
}

func listPlaces(ctx context.Context, q db.Q, in *listPlacesInput) (page[placeView], error) {
	today := civil.DateOf(q.Now(), civil.Paris)
	filter, err := in.filter(today)
	if err != nil {
		return page[placeView]{}, err
	}
	found, next, err := place.Search(ctx, q, filter)
	if err != nil {
		return page[placeView]{}, err
	}
	return page[placeView]{Next: next, Items: each(found, func(f place.Found) placeView {
		view := viewPlace(f.Place, today)
		if filter.Near != nil {
			view.DistanceMetres = &f.Metres
		}
		return view
	})}, nil
}

// accessible is the word of access= that asks for a way in without steps.
const accessible = "wheelchair"

func (in *listPlacesInput) filter(today civil.Date) (place.Filter, error) {
	var wrong fault.Collector
	filter := place.Filter{Text: in.Text, After: in.After, Limit: in.limit(), Commune: in.Commune}
	if in.Near != "" {
		filter.Near = parsePoint(in.Near, &wrong)
		filter.Radius = int(in.RadiusKm * 1000)
	} else {
		wrong.Check(in.RadiusKm == 0, "near", "required", "Donnez near avec radius_km : LATITUDE,LONGITUDE.")
	}
	if in.Commune != "" {
		_, err := geography.CommuneByCode(in.Commune)
		wrong.Check(err == nil, "commune", "unknown_commune", "Donnez le code INSEE d’une commune, par exemple 23096.")
	}
	filter.Service = wordOf(place.Services, in.Service, "service", &wrong)
	filter.Public = wordOf(place.Publics, in.Public, "public", &wrong)
	if in.Access == accessible {
		filter.Accessible = true
	} else {
		filter.AccessWay = wordOf(place.AccessWays, in.Access, "access", &wrong)
	}
	if in.Pass {
		filter.Pass = today
	}
	return filter, wrong.Err()
}

func wordOf(vocabulary place.Vocabulary, text, field string, wrong *fault.Collector) string {
	if text == "" {
		return ""
	}
	word, known := vocabulary.Find(text)
	if !known {
		codes := each(vocabulary, func(w place.Word) string { return w.Code })
		wrong.Add(field, "unknown_choice", "Choisissez parmi : "+strings.Join(codes, ", ")+".")
	}
	return word.Code
}

// parsePoint reads "46.17,1.87", in degrees.
func parsePoint(text string, wrong *fault.Collector) *geography.Point {
	north, east, _ := strings.Cut(text, ",")
	latitude, err1 := strconv.ParseFloat(strings.TrimSpace(north), 64)
	longitude, err2 := strconv.ParseFloat(strings.TrimSpace(east), 64)
	// The comparisons are written so that "NaN" fails them.
	if err1 != nil || err2 != nil || !(latitude >= -90 && latitude <= 90) || !(longitude >= -180 && longitude <= 180) {
		wrong.Add("near", "not_point", "Donnez LATITUDE,LONGITUDE en degrés, par exemple 46.17,1.87.")
		return nil
	}
	return &geography.Point{Latitude: latitude, Longitude: longitude}
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
	return viewPlace(known, civil.DateOf(q.Now(), civil.Paris)), nil
}
