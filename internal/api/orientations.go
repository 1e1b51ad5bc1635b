package api

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

type orientInput struct {
	Commune   string `query:"commune" required:"true" doc:"Code INSEE de la commune de la personne."`
	Near      string `query:"near" doc:"LATITUDE,LONGITUDE : d’où elle part, si c’est connu mieux que la commune."`
	Diagnosis string `query:"diagnosis" doc:"Un repérage : il donne le niveau et les besoins qui ne sont pas donnés ici."`
	Level     string `query:"level" doc:"discover, master ou empower, ou leur nom français."`
	Brakes    string `query:"brakes" doc:"Les besoins, séparés par des virgules."`
	Days      string `query:"days" doc:"Les jours possibles, de 1 (lundi) à 7, séparés par des virgules."`
	From      string `query:"from" doc:"Pas avant cette heure, par exemple 09:00."`
	To        string `query:"to" doc:"Fini à cette heure, par exemple 16:30."`
	Travel    string `query:"travel" enum:"foot,bicycle,car" doc:"Comment elle se déplace."`
	Language  string `query:"language" doc:"Code de la langue d’accueil souhaitée."`
	Topics    string `query:"topics" doc:"Les sujets souhaités, séparés par des virgules."`
	Seats     int    `query:"seats" minimum:"0" maximum:"100" doc:"Nombre de places ensemble, pour un groupe."`
	Full      bool   `query:"full" doc:"Montrer aussi les séances complètes."`
}

type orientReasonView struct {
	About   string `json:"about" enum:"date,day,hour,level,topic,access,language,need,way,seats"`
	Text    string `json:"text"`
	Against bool   `json:"against" doc:"À savoir avant de choisir."`
	Points  int    `json:"points" doc:"Ce qu’elle ajoute aux points de la séance."`
}

type rankedView struct {
	Session   sessionView        `json:"session"`
	Fits      bool               `json:"fits" doc:"Répond à tout ce qui est demandé."`
	Points    int                `json:"points" doc:"Le moins passe devant, parmi celles qui répondent à tout."`
	Metres    int                `json:"metres" doc:"Par la route, un ordre de grandeur."`
	ByCar     int                `json:"minutes_by_car"`
	ByBicycle int                `json:"minutes_by_bicycle"`
	OnFoot    int                `json:"minutes_on_foot"`
	Reasons   []orientReasonView `json:"reasons"`
}

type remoteView struct {
	PlaceID   id     `json:"place_id"`
	Name      string `json:"name"`
	Commune   string `json:"commune"`
	Telephone string `json:"telephone"`
}

type alternativeView struct {
	Kind     string       `json:"kind" enum:"waiting,itinerant,beyond,remote"`
	Sessions []rankedView `json:"sessions"`
	Places   []remoteView `json:"places"`
}

type orientationView struct {
	Items        []rankedView      `json:"items"`
	FullSessions int               `json:"full_sessions" doc:"Séances complètes, laissées de côté."`
	Alternatives []alternativeView `json:"alternatives" doc:"Quand aucune séance libre ne répond à tout."`
}

func viewChoice(c orientation.Choice) rankedView {
	minutes := func(way time.Duration) int { return int(way / time.Minute) }
	view := rankedView{
		Session: viewSession(c.Session, c.Place), Fits: c.Fits(), Points: c.Points(), Metres: c.Travel.Metres,
		ByCar: minutes(c.Travel.ByCar), ByBicycle: minutes(c.Travel.ByBicycle), OnFoot: minutes(c.Travel.OnFoot),
		Reasons: each(c.Reasons, func(r orientation.Reason) orientReasonView {
			return orientReasonView{r.About, r.Text, r.Less, r.Points}
		}),
	}
	view.Session.DistanceMetres = &c.Metres
	return view
}

// orient lists the sessions around, ranked, each with its reasons.
func orient(ctx context.Context, q db.Q, in *orientInput) (orientationView, error) {
	asked, err := in.asked(ctx, q)
	if err != nil {
		return orientationView{}, err
	}
	found, err := orientation.Propose(ctx, q, asked)
	if err != nil {
		return orientationView{}, err
	}
	const most = 100
	return orientationView{
		Items: each(found.Choices[:min(most, len(found.Choices))], viewChoice), FullSessions: found.Full,
		Alternatives: each(found.Others, func(a orientation.Alternative) alternativeView {
			return alternativeView{Kind: a.Kind, Sessions: each(a.Choices, viewChoice), Places: each(a.Places, func(p place.Found) remoteView {
				return remoteView{PlaceID: id{p.ID}, Name: p.Name, Commune: p.CommuneName, Telephone: p.Telephone}
			})}
		}),
	}, nil
}

// asked reads the query, and the diagnosis where there is one.
func (in *orientInput) asked(ctx context.Context, q db.Q) (orientation.Asked, error) {
	var wrong fault.Collector
	asked := orientation.Asked{Full: in.Full}
	asked.Travel, asked.Seats = in.Travel, in.Seats
	var err error
	if asked.Commune, err = geography.CommuneByCode(in.Commune); err != nil {
		wrong.Add("commune", "unknown_commune", "Donnez le code INSEE d’une commune, par exemple 23096.")
	}
	if in.Near != "" {
		if point := parsePoint(in.Near, &wrong); point != nil {
			asked.Point = *point
		}
	}
	if in.Diagnosis != "" {
		wanted, err := db.ParseID(in.Diagnosis)
		if err != nil {
			return asked, err
		}
		found, err := diagnosis.ByID(ctx, q, wanted)
		if err != nil {
			return asked, err
		}
		asked.Level, asked.Brakes = found.Level(), found.Brakes
	}
	if in.Level != "" {
		level, known := workshop.ParseLevel(in.Level)
		wrong.Check(known, "level", "unknown_choice", "Choisissez parmi : discover, master, empower.")
		asked.Level = level.Code
	}
	for _, code := range words(in.Brakes) {
		wrong.Check(slices.ContainsFunc(diagnosis.Brakes, func(b diagnosis.Brake) bool { return b.Code == code }), "brakes", "unknown_choice", "Donnez des besoins comme un repérage les donne.")
		asked.Brakes = append(asked.Brakes, code)
	}
	for _, text := range words(in.Days) {
		day, err := strconv.Atoi(text)
		wrong.Check(err == nil && day >= 1 && day <= 7, "days", "unknown_choice", "Donnez des jours de 1 (lundi) à 7 (dimanche).")
		asked.Days = append(asked.Days, time.Weekday(day%7))
	}
	asked.From, asked.To = parseHour(in.From, "from", &wrong), parseHour(in.To, "to", &wrong)
	wrong.Check(in.Language == "" || slices.ContainsFunc(holder.Languages, func(l holder.Language) bool { return l.Code == in.Language }),
		"language", "unknown_choice", "Donnez le code d’une langue que les guichets proposent, par exemple ar.")
	asked.Language = in.Language
	for _, text := range words(in.Topics) {
		topic, known := workshop.ParseTopic(text)
		wrong.Check(known, "topics", "unknown_choice", "Donnez des sujets du catalogue, par exemple formality.")
		asked.Topics = append(asked.Topics, topic.Code)
	}
	return asked, wrong.Err()
}

// words cuts a list written with commas.
func words(text string) (all []string) {
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}

func parseHour(text, field string, wrong *fault.Collector) civil.TimeOfDay {
	if text == "" {
		return 0
	}
	read, err := time.Parse("15:04", text)
	wrong.Check(err == nil, field, "bad_time", "Donnez une heure, par exemple 09:00.")
	return civil.TimeOfDayOf(read)
}

type tuningView struct {
	Tuning json.RawMessage `json:"tuning" doc:"Le fichier de réglage."`
	Own    bool            `json:"own" doc:"Réglé par ce programme ; sinon, livré avec le logiciel."`
	Reason string          `json:"reason"`
}

func viewTuned(t orientation.Tuned) tuningView {
	return tuningView{Tuning: json.RawMessage(t.Text()), Own: !t.ID.IsZero(), Reason: t.Reason}
}

func readTuning(ctx context.Context, q db.Q, _ *struct{}) (tuningView, error) {
	tuned, err := orientation.Current(ctx, q)
	return viewTuned(tuned), err
}

type tuneInput struct {
	Body struct {
		Tuning json.RawMessage `json:"tuning" doc:"Le fichier de réglage entier : repartez de celui qui sert."`
		Reason string          `json:"reason" maxLength:"300"`
	}
}

func tuneOrientation(ctx context.Context, tx *db.Tx, row db.ID, in *tuneInput) (tuningView, error) {
	tuned, err := orientation.Tune(ctx, tx, row, in.Body.Tuning, in.Body.Reason)
	return viewTuned(tuned), err
}

func tuneOrientationAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *tuneInput) (tuningView, error) {
	tuned, err := orientation.TunedByID(ctx, tx, row)
	return viewTuned(tuned), err
}
