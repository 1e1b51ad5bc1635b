package orientation

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// Case is one situation told in words: what is asked, which sessions there are,
// in which order they come and what is told of each. The cases are data, read
// by the tests and shown to anyone.
type Case struct {
	Title    string        `json:"title"`
	Asked    []string      `json:"asked"` // in words, for whom reads the case
	Need     CaseNeed      `json:"need"`
	Sessions []CaseSession `json:"sessions"`
	Order    []string      `json:"order"` // names, the first proposed first
	Fits     []string      `json:"fits"`  // names of those that answer everything
	// Tells are the reasons told of a session, by its name; "– " begins what to mind.
	Tells map[string][]string `json:"tells"`
	// Others are the names that each kind of alternative proposes.
	Others map[string][]string `json:"others"`
}

// CaseNeed is a Need as a case writes it.
type CaseNeed struct {
	Level       string   `json:"level"`
	Brakes      []string `json:"brakes"`
	Days        []int    `json:"days"` // 1 is Monday
	From        string   `json:"from"` // "09:00"
	To          string   `json:"to"`
	Travel      string   `json:"travel"`
	Language    string   `json:"language"`
	Topics      []string `json:"topics"`
	Seats       int      `json:"seats"`
	Departement string   `json:"departement"` // the person's; "23" when not told
}

// CaseSession is a session as a case writes it; what is not told is what suits:
// 5 km away, in 4 days, from 14 h to 16 h, for beginners, 3 seats free.
type CaseSession struct {
	Name       string   `json:"name"`
	Km         float64  `json:"km"`
	InDays     int      `json:"in_days"`
	At         string   `json:"at"`
	Level      string   `json:"level"`
	Topic      string   `json:"topic"`
	Free       *int     `json:"free"`
	Commune    string   `json:"commune"`
	Accessible bool     `json:"accessible"`
	Languages  []string `json:"languages"`
	Services   []string `json:"services"`
	Itinerant  bool     `json:"itinerant"`
}

//go:embed cases.json
var casesFile []byte

// Cases are the situations by which anyone can see how sessions are ranked.
var Cases = sync.OnceValue(func() (cases []Case) {
	if err := json.Unmarshal(casesFile, &cases); err != nil {
		panic("orientation: cases.json: " + err.Error())
	}
	return cases
})

// CaseDay is the morning on which every case is asked: a Tuesday.
var CaseDay = civil.On(2026, time.November, 24).At(9*60, civil.Paris)

// Outcome is what the ranking says of a case.
type Outcome struct {
	Choices []Choice
	Others  []Alternative // when no choice answers everything
}

// Play ranks the sessions of a case by a tuning. It panics on a case that
// cannot be read: they come with the program.
func (c Case) Play(tuning Tuning) Outcome {
	need, departement := c.Need.read()
	var free, all []workshop.Found
	for _, told := range c.Sessions {
		session := told.read()
		all = append(all, session)
		if session.Free() > 0 && session.Metres <= tuning.RadiusKm*1000 {
			free = append(free, session)
		}
	}
	made := Outcome{Choices: Spread(Rank(tuning, need, free, CaseDay), tuning.PerSite)}
	if len(made.Choices) == 0 || !made.Choices[0].Fits() {
		made.Others = Others(tuning, need, all, departement, CaseDay)
	}
	return made
}

func (n CaseNeed) read() (need Need, departement string) {
	need = Need{Level: n.Level, Brakes: n.Brakes, Travel: n.Travel, Language: n.Language, Topics: n.Topics, Seats: n.Seats, From: caseTime(n.From), To: caseTime(n.To)}
	for _, day := range n.Days {
		need.Days = append(need.Days, time.Weekday(day%7))
	}
	if departement = n.Departement; departement == "" {
		departement = "23"
	}
	return need, departement
}

func (s CaseSession) read() workshop.Found {
	const (
		seats, usualFree = 8, 3
		usualDays        = 4
		usualKm          = 5.0
		lasts            = 2 * 60
	)
	orElse := func(value, usual string) string {
		if value == "" {
			return usual
		}
		return value
	}
	free := usualFree
	if s.Free != nil {
		free = *s.Free
	}
	days, km := s.InDays, s.Km
	if days == 0 {
		days = usualDays
	}
	if km == 0 {
		km = usualKm
	}
	at, commune := caseTime(orElse(s.At, "14:00")), orElse(s.Commune, "23096")
	day := civil.DateOf(CaseDay, civil.Paris).AddDays(days)
	made := workshop.Found{
		Session: workshop.Session{
			ID: caseID(s.Name), Site: caseID(s.Name), Commune: commune, Title: s.Name,
			Level: orElse(s.Level, workshop.Discover), Topic: orElse(s.Topic, "formality"),
			StartsAt: day.At(at, civil.Paris), EndsAt: day.At(at+lasts, civil.Paris), Seats: seats, Taken: seats - free, State: workshop.Planned,
		},
		Metres: int(km * 1000),
		Place:  place.Place{Name: s.Name, Wheelchair: s.Accessible, Languages: s.Languages, Services: s.Services},
	}
	if s.Itinerant {
		made.Place.Itinerance = []string{"itinerant"}
	}
	return made
}

// caseID is the identifier that a case's name stands for.
func caseID(name string) (id db.ID) {
	copy(id[:], name)
	return id
}

func caseTime(text string) civil.TimeOfDay {
	if text == "" {
		return 0
	}
	read, err := time.Parse("15:04", text)
	if err != nil {
		panic("orientation: cases.json: " + err.Error())
	}
	return civil.TimeOfDayOf(read)
}

// Names are the titles of choices, in their order.
func Names(choices []Choice) []string {
	names := []string{}
	for _, one := range choices {
		names = append(names, one.Title)
	}
	return slices.Clip(names)
}
