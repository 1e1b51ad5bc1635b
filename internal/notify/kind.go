package notify

import (
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

// Kind is a kind of message to a person helped.
type Kind string

// The kinds.
const (
	Confirmation     Kind = "confirmation"
	ReminderTwo      Kind = "reminder_two" // two days before
	ReminderOne      Kind = "reminder_one" // the day before
	Moved            Kind = "moved"
	SeatCancelled    Kind = "seat_cancelled"
	SessionCancelled Kind = "session_cancelled"
	Queued           Kind = "waiting"
	SeatOffered      Kind = "seat_offered"
	Missed           Kind = "missed"      // with other dates
	MissedOpen       Kind = "missed_open" // no date fits yet
	BookletEnding    Kind = "booklet_ending"

	AppointmentNoted     Kind = "appointment_noted"
	AppointmentMoved     Kind = "appointment_moved"
	AppointmentCancelled Kind = "appointment_cancelled"
)

// Facts are what a message tells, each where its template says {its name}.
type Facts struct {
	Workshop  string // {atelier}
	Place     string // {lieu}
	Address   string // {adresse}: street, postal code and town
	Starts    time.Time
	Telephone string      // {telephone}: E.164
	Dates     []time.Time // {dates}: others to choose from, in their own zone
	Until     civil.Date  // {fin}: the last day of a booklet
	Coupons   int         // {cheques}: how many are left
}

// fact is a word in braces: what it stands for, and how it is told.
type fact struct {
	Name, Meaning string
	told          func(f Facts) string
}

var facts = []fact{
	{"atelier", "le nom de l’atelier", func(f Facts) string { return oneLine(f.Workshop) }},
	{"lieu", "le nom du lieu", func(f Facts) string { return oneLine(f.Place) }},
	{"adresse", "l’adresse du lieu", func(f Facts) string { return oneLine(f.Address) }},
	{"jour", "le jour, en toutes lettres", func(f Facts) string {
		if f.Starts.IsZero() {
			return ""
		}
		return dayOf(f.Starts)
	}},
	{"heure", "l’heure", func(f Facts) string {
		if f.Starts.IsZero() {
			return ""
		}
		return civil.FrenchHourLong(f.Starts)
	}},
	{"telephone", "le numéro à appeler", func(f Facts) string { return holder.TelephoneText(f.Telephone) }},
	{"dates", "d’autres dates, une par ligne", func(f Facts) string {
		var lines []string
		for _, at := range f.Dates {
			lines = append(lines, dayOf(at)+" à "+civil.FrenchHourLong(at))
		}
		return strings.Join(lines, "\n")
	}},
	{"fin", "le dernier jour du carnet", func(f Facts) string {
		if f.Until.IsZero() {
			return ""
		}
		return f.Until.French()
	}},
	{"cheques", "combien de chèques il reste", func(f Facts) string {
		switch {
		case f.Coupons <= 0:
			return ""
		case f.Coupons == 1:
			return "1\u00a0chèque"
		}
		return number(f.Coupons) + "\u00a0chèques"
	}},
}

// dayOf is a day in full: "mardi 8 décembre 2026".
func dayOf(at time.Time) string { return civil.DateOf(at, at.Location()).French() }

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// names are the facts that others wrote: places, addresses, titles. The rules of
// easy reading do not judge them.
func (f Facts) names() []string {
	return []string{oneLine(f.Workshop), oneLine(f.Place), oneLine(f.Address), holder.TelephoneText(f.Telephone)}
}

// KindInfo is what the page of templates tells of a kind.
type KindInfo struct {
	Kind    Kind
	Name    string   // in French
	When    string   // when it is sent
	Needs   []string // the facts that its words must tell
	Booking bool     // it tells of a booking
	sample  func(f Facts) Facts
}

var seat = []string{"atelier", "jour", "heure", "lieu", "adresse", "telephone"}

var meeting = []string{"jour", "heure", "lieu", "adresse", "telephone"}

// Kinds lists the messages to the people helped, in the order of a booking's life.
var Kinds = []KindInfo{
	{Confirmation, "Place gardée", "Quand une place est gardée", seat, true, nil},
	{ReminderTwo, "Rappel, 2 jours avant", "L’avant-veille de la séance", seat, true, nil},
	{ReminderOne, "Rappel, la veille", "La veille de la séance", seat, true, nil},
	{Moved, "Place changée de date", "Quand une place change de séance", seat, true, nil},
	{SeatCancelled, "Place rendue", "Quand une place est rendue\u00a0: l’atelier, lui, a lieu", []string{"atelier", "jour", "heure", "telephone"}, true, nil},
	{SessionCancelled, "Atelier annulé", "Quand le lieu annule la séance", []string{"atelier", "jour", "heure", "lieu", "telephone"}, true, nil},
	{Queued, "Sur la liste d’attente", "Quand la séance est pleine", []string{"atelier", "jour", "heure", "lieu", "telephone"}, true, nil},
	{SeatOffered, "Une place se libère", "Quand une place est proposée à quelqu’un qui attend", seat, true, nil},
	{Missed, "Séance manquée", "Le lendemain d’une séance où la personne n’est pas venue, quand d’autres dates conviennent", []string{"atelier", "dates", "telephone"}, false, nil},
	{MissedOpen, "Séance manquée, sans autre date", "Le lendemain, quand aucune autre date ne convient", []string{"atelier", "telephone"}, false, func(f Facts) Facts {
		f.Dates = nil
		return f
	}},
	{AppointmentNoted, "Rendez-vous noté", "Quand un guichet note un rendez-vous, sans atelier", meeting, false, nil},
	{AppointmentMoved, "Rendez-vous changé de date", "Quand le guichet change son jour", meeting, false, nil},
	{AppointmentCancelled, "Rendez-vous annulé", "Quand le guichet l’annule", []string{"lieu", "jour", "heure", "telephone"}, false, nil},
	{BookletEnding, "Fin du carnet", "90 puis 30 jours avant le dernier jour du carnet", []string{"fin", "cheques", "telephone"}, false, nil},
}

// Info is what is known of a kind. Fault: unknown_kind.
func (k Kind) Info() (KindInfo, error) {
	for _, info := range Kinds {
		if info.Kind == k {
			return info, nil
		}
	}
	return KindInfo{}, ErrUnknownKind
}

// Name is the kind in French; the code itself for a kind that is gone.
func (k Kind) Name() string {
	if info, err := k.Info(); err == nil {
		return info.Name
	}
	return string(k)
}

// FactNames lists what a template may say in braces, and what each stands for.
func FactNames() [][2]string {
	var names [][2]string
	for _, one := range facts {
		names = append(names, [2]string{one.Name, one.Meaning})
	}
	return names
}

// SampleFacts are invented, for previews and tests.
func (info KindInfo) SampleFacts() Facts {
	starts := time.Date(2026, time.December, 8, 14, 0, 0, 0, civil.Paris)
	sample := Facts{
		Workshop: "Écrire un courriel", Place: "Médiathèque de Guéret", Address: "8 avenue Fayolle, 23000 Guéret",
		Starts: starts, Telephone: "+33639984122", Until: civil.On(2027, time.March, 9), Coupons: 7,
		Dates: []time.Time{starts.AddDate(0, 0, 2), starts.AddDate(0, 0, 7)},
	}
	if info.sample != nil {
		sample = info.sample(sample)
	}
	return sample
}

// The refusals about kinds and templates.
var (
	ErrUnknownKind = fault.Define(fault.NotFound, "unknown_kind", "Ce message n’existe pas. Repartez de la liste des messages.")
	ErrMissingFact = fault.Define(fault.Invalid, "missing_fact", "Il manque à ce message un renseignement que son modèle doit dire. Complétez la séance ou le lieu.")
)
