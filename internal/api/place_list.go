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

type listPlacesInput struct {
	Paging
	Near           string  `query:"near" doc:"LATITUDE,LONGITUDE en degrés : du plus proche au plus loin."`
	Address        string  `query:"address" maxLength:"200" doc:"Adresse ou commune comme on l’écrit, au lieu de near : 12 rue de la Paix, Guéret."`
	RadiusKm       float64 `query:"radius_km" minimum:"0" maximum:"20000" doc:"Au plus cette distance de near ou d’address, en kilomètres."`
	Commune        string  `query:"commune" doc:"Code INSEE de la commune."`
	Territory      string  `query:"territory" doc:"Code d’un territoire : 23, R75, 200034825, 23096."`
	Service        string  `query:"service" doc:"Code ou nom d’une famille de services."`
	Public         string  `query:"public" doc:"Code ou nom d’un public."`
	Need           string  `query:"need" doc:"Code ou nom d’une prise en charge particulière."`
	Language       string  `query:"language" maxLength:"60" doc:"Langue parlée sur place, par exemple arabe."`
	Access         string  `query:"access" doc:"Code ou nom d’une manière d’entrer en contact, ou wheelchair."`
	Support        string  `query:"support" doc:"Code ou nom d’une manière d’aider : alone, individual, workshop, remote."`
	Equipment      string  `query:"equipment" doc:"Code ou nom d’un matériel à utiliser sur place."`
	Fee            string  `query:"fee" doc:"Code ou nom d’une condition de prix : free, free_if, paid."`
	Open           string  `query:"open" doc:"now, ou un jour AAAA-MM-JJ : ouvert d’après ses horaires."`
	Half           string  `query:"half" doc:"Avec un jour dans open : morning ou afternoon."`
	Pass           bool    `query:"pass" doc:"Seulement où le pass numérique est accepté."`
	Labelled       bool    `query:"labelled" doc:"Seulement les lieux labellisés aujourd’hui."`
	AidantsConnect bool    `query:"aidants_connect" doc:"Seulement où quelqu’un agit sous mandat Aidants Connect."`
	Kept           bool    `query:"kept" doc:"Seulement les lieux qu’une organisation tient."`
	Text           string  `query:"q" maxLength:"200" doc:"Mots du nom, de l’adresse ou du résumé."`
}

// placesPage is a page of places, and where they were looked for.
type placesPage struct {
	Items  []placeView `json:"items"`
	Next   string      `json:"next" doc:"À donner dans after pour la page suivante ; vide sur la dernière."`
	Around *spotView   `json:"around,omitempty" doc:"Ce qui a été compris d’address."`
}

// spotView is where a typed address is.
type spotView struct {
	Text      string   `json:"text" doc:"À redonner dans address pour ce même endroit."`
	Latitude  *float64 `json:"latitude" doc:"Absente quand le centre de la commune n’est pas connu."`
	Longitude *float64 `json:"longitude"`
	Commune   string   `json:"commune"`
	CodeINSEE string   `json:"code_insee"`
	Street    string   `json:"street"`
	Number    string   `json:"number"`
	Precision string   `json:"precision" enum:"coordinates,number,street,commune" doc:"Ce qui a été reconnu : des coordonnées, le numéro, la rue, ou seulement la commune."`
}

func viewSpot(s place.Spot) *spotView {
	view := &spotView{Text: s.Text(), Commune: s.Commune.Name, CodeINSEE: s.Commune.Code, Street: s.Street, Number: s.Number, Precision: string(s.Precision)}
	if s.HasPoint() {
		view.Latitude, view.Longitude = &s.Point.Latitude, &s.Point.Longitude
	}
	return view
}

func listPlaces(ctx context.Context, q db.Q, in *listPlacesInput) (placesPage, error) {
	var wrong fault.Collector
	filter := in.filter(q, &wrong)
	made := placesPage{}
	if in.Address != "" {
		spot, err := in.located(ctx, q, &wrong)
		if err != nil {
			return placesPage{}, err
		}
		filter, made.Around = filter.Around(spot), viewSpot(spot)
	}
	if err := wrong.Err(); err != nil {
		return placesPage{}, err
	}
	found, next, err := place.Search(ctx, q, filter)
	if err != nil {
		return placesPage{}, err
	}
	made.Next = next
	made.Items = each(found, func(f place.Found) placeView {
		view := viewPlace(f.Place, q.Now())
		if filter.Near != nil {
			view.DistanceMetres, view.Travel = &f.Metres, viewTravel(f.Metres)
		}
		return view
	})
	return made, nil
}

// located is where the typed address is. One with several meanings is told with
// them, each as it can be asked for.
func (in *listPlacesInput) located(ctx context.Context, q db.Q, wrong *fault.Collector) (place.Spot, error) {
	spot, choices, err := place.Locate(ctx, q, in.Address)
	switch {
	case fault.HasCode(err, geography.ErrUnknownCommune.Code):
		wrong.Add("address", "unknown_commune", fault.Of(err).Message)
	case err != nil:
		return place.Spot{}, err
	case len(choices) > 0:
		texts := each(choices, place.Spot.Text)
		wrong.Add("address", "ambiguous", "Plusieurs endroits répondent à ce texte. Choisissez parmi : "+strings.Join(texts, " ; ")+".")
	}
	return spot, nil
}

// accessible is the word of access= that asks for a way in without steps.
const accessible = "wheelchair"

// openNow is the word of open= that asks for places open at this instant.
const openNow = "now"

func (in *listPlacesInput) filter(q db.Q, wrong *fault.Collector) place.Filter {
	today := civil.DateOf(q.Now(), civil.Paris)
	filter := place.Filter{
		Text: in.Text, After: in.After, Limit: in.limit(), Commune: in.Commune, Language: in.Language,
		AidantsConnect: in.AidantsConnect, Kept: in.Kept, Radius: int(in.RadiusKm * 1000),
	}
	switch {
	case in.Near != "":
		filter.Near = parsePoint(in.Near, wrong)
		wrong.Check(in.Address == "", "address", "one_of_two", "Donnez near ou address, pas les deux.")
	case in.Address == "":
		wrong.Check(in.RadiusKm == 0, "near", "required", "Donnez near ou address avec radius_km : LATITUDE,LONGITUDE.")
	}
	if in.Commune != "" {
		_, err := geography.CommuneByCode(in.Commune)
		wrong.Check(err == nil, "commune", "unknown_commune", "Donnez le code INSEE d’une commune, par exemple 23096.")
	}
	if in.Territory != "" {
		territory, err := geography.ParseTerritory(in.Territory)
		wrong.Check(err == nil, "territory", "unknown_territory", "Donnez le code d’un département (23), d’une région (R75), d’une intercommunalité (SIREN), d’une commune (INSEE) ou FR.")
		filter.Territory = territory
	}
	filter.Service = wordOf(place.Services, in.Service, "service", wrong)
	filter.Public = wordOf(place.Publics, in.Public, "public", wrong)
	filter.SpecialNeed = wordOf(place.SpecialNeeds, in.Need, "need", wrong)
	filter.Equipment = wordOf(place.Equipments, in.Equipment, "equipment", wrong)
	filter.Fee = wordOf(place.Fees, in.Fee, "fee", wrong)
	filter.Support = wordOf(place.Supports, in.Support, "support", wrong)
	if in.Access == accessible {
		filter.Accessible = true
	} else {
		filter.AccessWay = wordOf(place.AccessWays, in.Access, "access", wrong)
	}
	if in.Pass {
		filter.Pass = today
	}
	if in.Labelled {
		filter.Labelled = today
	}
	in.opening(q, &filter, wrong)
	return filter
}

// opening reads open= and half=.
func (in *listPlacesInput) opening(q db.Q, filter *place.Filter, wrong *fault.Collector) {
	switch in.Open {
	case "":
	case openNow:
		filter.OpenAt = q.Now()
	default:
		on, err := civil.ParseDate(in.Open)
		wrong.Check(err == nil, "open", "not_day", "Donnez now, ou un jour AAAA-MM-JJ.")
		filter.OpenOn = on
	}
	if in.Half == "" {
		return
	}
	filter.OpenHalf = place.Half(in.Half)
	switch {
	case filter.OpenHalf != place.Morning && filter.OpenHalf != place.Afternoon:
		wrong.Add("half", "unknown_choice", "Choisissez parmi : morning, afternoon.")
	case in.Open == "" || in.Open == openNow:
		wrong.Add("open", "required", "Donnez dans open le jour dont half demande une moitié.")
	}
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
