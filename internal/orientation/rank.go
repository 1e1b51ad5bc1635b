package orientation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// The ways to go somewhere.
const (
	OnFoot    = "foot"
	ByBicycle = "bicycle"
	ByCar     = "car"
)

// Need is what a session must answer; its zero fields ask for nothing.
type Need struct {
	Level    string   // code of workshop.Levels
	Brakes   []string // codes of diagnosis.Brakes
	Days     []time.Weekday
	From, To civil.TimeOfDay // begins at From or later, is over by To
	Travel   string          // OnFoot, ByBicycle or ByCar
	Language string          // code of holder.Languages
	Topics   []string        // codes of workshop.Topics: any of them
	Seats    int             // free at once, for a group; 0 is 1
}

// The subjects of a reason.
const (
	AboutDate     = "date"
	AboutDay      = "day"
	AboutHour     = "hour"
	AboutLevel    = "level"
	AboutTopic    = "topic"
	AboutAccess   = "access"
	AboutLanguage = "language"
	AboutNeed     = "need"
	AboutWay      = "way"
	AboutSeats    = "seats"
)

// Reason is why a session fits or, when Less, what to mind.
type Reason struct {
	About  string
	Text   string
	Less   bool
	Points int // what it counts against the session
}

// Choice is a session with what speaks for and against it.
type Choice struct {
	workshop.Found
	Travel  geography.Travel
	Reasons []Reason
	misfits []string // subjects of what was asked and is not met
}

// Fits tells whether the session answers everything that was asked.
func (c Choice) Fits() bool { return len(c.misfits) == 0 }

// FitsBut tells whether all that is asked is met, besides one subject.
func (c Choice) FitsBut(about string) bool {
	return !slices.ContainsFunc(c.misfits, func(one string) bool { return one != about })
}

// Points is what speaks against the session: the sum of its reasons'.
func (c Choice) Points() (sum int) {
	for _, reason := range c.Reasons {
		sum += reason.Points
	}
	return sum
}

// judge is one ranking: what is asked, by which tuning, when.
type judge struct {
	Tuning
	Need
	now time.Time
}

// Rank orders sessions for a need: first those that answer everything that is
// asked, then by the points of the tuning, the fewest first. It is pure; now is
// the instant it is asked, and each session's days and hours are those of its
// own zone.
func Rank(tuning Tuning, need Need, sessions []workshop.Found, now time.Time) []Choice {
	by := judge{tuning, need, now}
	choices := make([]Choice, 0, len(sessions))
	for _, session := range sessions {
		choice := Choice{Found: session, Travel: geography.TravelOver(session.Metres)}
		for _, tell := range []func(*Choice){by.date, by.day, by.hours, by.level, by.topic, by.access, by.language, by.needs, by.way, by.seats} {
			tell(&choice)
		}
		choices = append(choices, choice)
	}
	slices.SortStableFunc(choices, func(a, b Choice) int {
		return cmp.Or(fitsFirst(a, b), cmp.Compare(a.Points(), b.Points()), a.StartsAt.Compare(b.StartsAt),
			cmp.Compare(a.Metres, b.Metres), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	return choices
}

func fitsFirst(a, b Choice) int {
	switch {
	case a.Fits() == b.Fits():
		return 0
	case a.Fits():
		return -1
	}
	return 1
}

// Spread keeps at most so many sessions of one site, the first ones.
func Spread(choices []Choice, most int) []Choice {
	shown := map[db.ID]int{}
	return slices.DeleteFunc(choices, func(c Choice) bool {
		shown[c.Site]++
		return shown[c.Site] > most
	})
}

// fits tells what speaks for the session; points may count all the same: those
// of the way, and of the wait.
func (c *Choice) fits(about string, points int, text string) {
	c.Reasons = append(c.Reasons, Reason{About: about, Text: text, Points: points})
}

// mind tells what to mind.
func (c *Choice) mind(about string, points int, text string) {
	c.Reasons = append(c.Reasons, Reason{About: about, Text: text, Points: points, Less: true})
}

// misses tells what was asked and is not met.
func (c *Choice) misses(about string, points int, text string) {
	c.misfits = append(c.misfits, about)
	c.mind(about, points, text)
}

func (j judge) date(c *Choice) {
	days := civil.DateOf(j.now, c.Zone()).DaysUntil(c.Day())
	points := max(0, days) * j.Points.Day
	switch {
	case days <= 0:
		c.fits(AboutDate, points, "Aujourd’hui")
	case days == 1:
		c.fits(AboutDate, points, "Demain")
	case days <= j.SoonDays:
		c.fits(AboutDate, points, fmt.Sprintf("Dans %d\u00a0jours", days))
	default:
		c.mind(AboutDate, points, fmt.Sprintf("Dans %d\u00a0semaines", days/7))
	}
}

func (j judge) day(c *Choice) {
	if len(j.Days) == 0 {
		return
	}
	day := c.Day().Weekday()
	if slices.Contains(j.Days, day) {
		c.fits(AboutDay, 0, "Un jour possible\u00a0: "+civil.FrenchWeekday(day))
		return
	}
	c.misses(AboutDay, j.Points.OtherDay, "Un "+civil.FrenchWeekday(day)+", pas un des jours choisis")
}

func (j judge) hours(c *Choice) {
	if j.From == 0 && j.To == 0 {
		return
	}
	begins, ends := civil.TimeOfDayOf(c.StartsAt.In(c.Zone())), civil.TimeOfDayOf(c.EndsAt.In(c.Zone()))
	switch {
	case begins < j.From:
		c.misses(AboutHour, j.Points.OtherHour, "Commence à "+begins.French()+"\u00a0: trop tôt")
	case j.To > 0 && ends > j.To:
		c.misses(AboutHour, j.Points.OtherHour, "Finit à "+ends.French()+"\u00a0: trop tard")
	default:
		c.fits(AboutHour, 0, "Aux heures possibles\u00a0: "+c.HoursText())
	}
}

func (j judge) level(c *Choice) {
	name := workshop.LevelPlain(c.Level)
	name = strings.ToUpper(name[:1]) + name[1:]
	rank := func(code string) int {
		return slices.IndexFunc(workshop.Levels, func(l workshop.Level) bool { return l.Code == code })
	}
	switch asked, offered := rank(j.Level), rank(c.Level); {
	case j.Level == "" || asked == offered:
		c.fits(AboutLevel, 0, name)
	case offered > asked:
		c.misses(AboutLevel, j.Points.TooHard, name+"\u00a0: plus difficile")
	default:
		c.misses(AboutLevel, j.Points.TooEasy, name+"\u00a0: plus simple")
	}
}

func (j judge) topic(c *Choice) {
	switch {
	case len(j.Topics) == 0:
	case slices.Contains(j.Topics, c.Topic):
		c.fits(AboutTopic, 0, "Le sujet souhaité")
	default:
		c.misses(AboutTopic, j.Points.OtherTopic, "Un autre sujet que celui souhaité")
	}
}

// access says only what the directory knows of the place. What it does not know
// is to be asked, and is no misfit.
func (j judge) access(c *Choice) {
	if !slices.Contains(j.Brakes, "accessible") {
		return
	}
	if c.Place.Accessible() {
		c.fits(AboutAccess, 0, "Salle accessible")
	} else {
		c.mind(AboutAccess, j.Points.AccessToAsk, "Salle sans marche\u00a0: à demander au lieu")
	}
}

func (j judge) language(c *Choice) {
	known := slices.IndexFunc(holder.Languages, func(l holder.Language) bool { return l.Code == j.Language })
	if known < 0 {
		if slices.Contains(j.Brakes, "language") && (len(c.Place.Languages) > 0 || slices.Contains(c.Place.SpecialNeeds, "other_languages")) {
			c.fits(AboutLanguage, 0, "Accueil dans d’autres langues")
		}
		return
	}
	name := holder.Languages[known].Name
	if slices.ContainsFunc(c.Place.Languages, func(spoken string) bool { return geography.Fold(spoken) == geography.Fold(name) }) {
		c.fits(AboutLanguage, 0, "Accueil possible en "+name)
		return
	}
	c.mind(AboutLanguage, j.Points.LanguageToAsk, "Accueil en "+name+"\u00a0: à demander au lieu")
}

func (j judge) needs(c *Choice) {
	for _, brake := range j.Brakes {
		switch brake {
		case "equipment", "connection":
			const there = "Ordinateurs et connexion sur place"
			if slices.Contains(c.Place.Services, place.ServiceAccess) && !c.told(there) {
				c.fits(AboutNeed, 0, there)
			}
		case "reader":
			if slices.Contains(c.Place.SpecialNeeds, "illiteracy") {
				c.fits(AboutNeed, 0, "Accueille les personnes qui lisent difficilement")
			}
		case "words":
			if c.Level == workshop.Discover {
				c.fits(AboutNeed, 0, "Mots expliqués")
			}
		}
	}
}

func (c *Choice) told(text string) bool {
	return slices.ContainsFunc(c.Reasons, func(r Reason) bool { return r.Text == text })
}

// way tells how long it takes to go there, by car unless told otherwise.
func (j judge) way(c *Choice) {
	near := slices.Contains(j.Brakes, "near")
	way, tiring, words := c.Travel.ByCar, j.Tiring.Car, c.Travel.ByCarText()
	switch j.Travel {
	case OnFoot:
		way, tiring, words = c.Travel.OnFoot, j.Tiring.Foot, c.Travel.OnFootText()
	case ByBicycle:
		way, tiring, words = c.Travel.ByBicycle, j.Tiring.Bicycle, c.Travel.ByBicycleText()
	case ByCar:
	default:
		if minutes(c.Travel.OnFoot) <= j.Tiring.Foot {
			way, near, words = c.Travel.ByCar, false, c.Travel.OnFootText()
		}
	}
	points := minutes(way) * j.Points.Minute
	switch {
	case minutes(way) > tiring:
		c.misses(AboutWay, points+j.Points.TooFar, "Loin\u00a0: "+words)
	case j.Travel == "" && near:
		c.mind(AboutWay, points+j.Points.NotNear, "Pas tout près\u00a0: "+words)
	default:
		c.fits(AboutWay, points, words)
	}
}

func minutes(way time.Duration) int { return int(way / time.Minute) }

func (j judge) seats(c *Choice) {
	switch free := c.Free(); {
	case free == 0:
		c.mind(AboutSeats, 0, "Complet\u00a0: liste d’attente")
	case free < j.Seats:
		c.misses(AboutSeats, 0, fmt.Sprintf("%d\u00a0places libres pour %d\u00a0personnes", free, j.Seats))
	case j.Seats > 1:
		c.fits(AboutSeats, 0, fmt.Sprintf("%d\u00a0places libres", free))
	case free == 1:
		c.mind(AboutSeats, j.Points.LastSeat, "Dernière place")
	}
}
