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
	Level  string   // code of workshop.Levels
	Brakes []string // codes of diagnosis.Brakes
	Days   []time.Weekday
	Travel string // OnFoot, ByBicycle or ByCar
	// PerSite bounds the sessions shown of one site; 0 shows all.
	PerSite int
}

// Reason is why a session fits or, when Less, what to mind.
type Reason struct {
	Text string
	Less bool
}

// Choice is a session with what speaks for and against it.
type Choice struct {
	workshop.Found
	Travel  geography.Travel
	Reasons []Reason
	misfits int // asked for, and not met
}

// Fits tells whether the session answers everything that was asked.
func (c Choice) Fits() bool { return c.misfits == 0 }

// The bounds of what is told as good or as something to mind.
const (
	soon        = 21 // days
	tiringMeans = 45 * time.Minute
	tiringFoot  = 30 * time.Minute
)

// Rank orders sessions for a need: first those that answer everything asked,
// then the nearest (by the time it takes to go there, an order of magnitude, so
// that two kilometres do not weigh more than three weeks), then the soonest. It
// is pure; now is the instant it is
// asked, and each session's days are those of its own zone.
func Rank(need Need, sessions []workshop.Found, now time.Time) []Choice {
	choices := make([]Choice, 0, len(sessions))
	for _, session := range sessions {
		choice := Choice{Found: session, Travel: geography.TravelOver(session.Metres)}
		choice.tellDate(now)
		choice.tellDay(need.Days)
		choice.tellLevel(need.Level)
		choice.tellBrakes(need)
		choice.tellWay(need)
		choice.tellSeats()
		choices = append(choices, choice)
	}
	slices.SortStableFunc(choices, func(a, b Choice) int {
		return cmp.Or(cmp.Compare(a.misfits, b.misfits), cmp.Compare(a.way(need.Travel), b.way(need.Travel)), a.StartsAt.Compare(b.StartsAt),
			cmp.Compare(a.Metres, b.Metres), cmp.Compare(a.ID.String(), b.ID.String()))
	})
	if need.PerSite > 0 {
		choices = spread(choices, need.PerSite)
	}
	return choices
}

// way is how long it takes to go there, by car unless told otherwise.
func (c Choice) way(travel string) time.Duration {
	switch travel {
	case OnFoot:
		return c.Travel.OnFoot
	case ByBicycle:
		return c.Travel.ByBicycle
	}
	return c.Travel.ByCar
}

// spread keeps at most so many sessions of one site.
func spread(choices []Choice, most int) []Choice {
	shown := map[db.ID]int{}
	return slices.DeleteFunc(choices, func(c Choice) bool {
		shown[c.Site]++
		return shown[c.Site] > most
	})
}

func (c *Choice) fits(format string, args ...any) {
	c.Reasons = append(c.Reasons, Reason{Text: fmt.Sprintf(format, args...)})
}

func (c *Choice) mind(format string, args ...any) {
	c.Reasons = append(c.Reasons, Reason{Text: fmt.Sprintf(format, args...), Less: true})
}

func (c *Choice) tellDate(now time.Time) {
	days := civil.DateOf(now, c.Zone()).DaysUntil(c.Day())
	switch {
	case days <= 0:
		c.fits("Aujourd’hui")
	case days == 1:
		c.fits("Demain")
	case days <= soon:
		c.fits("Dans %d\u00a0jours", days)
	default:
		c.mind("Dans %d\u00a0semaines", days/7)
	}
}

func (c *Choice) tellDay(days []time.Weekday) {
	if len(days) == 0 {
		return
	}
	day := c.Day().Weekday()
	if slices.Contains(days, day) {
		c.fits("Un jour possible\u00a0: %s", civil.FrenchWeekday(day))
		return
	}
	c.misfits++
	c.mind("Un %s, pas un des jours choisis", civil.FrenchWeekday(day))
}

func (c *Choice) tellLevel(wanted string) {
	name := workshop.LevelPlain(c.Level)
	name = strings.ToUpper(name[:1]) + name[1:]
	rank := func(code string) int {
		return slices.IndexFunc(workshop.Levels, func(l workshop.Level) bool { return l.Code == code })
	}
	switch asked, offered := rank(wanted), rank(c.Level); {
	case wanted == "" || asked == offered:
		c.fits("%s", name)
	case offered > asked:
		c.misfits++
		c.mind("%s\u00a0: plus difficile", name)
	default:
		c.misfits++
		c.mind("%s\u00a0: plus simple", name)
	}
}

// tellBrakes says only what the directory knows of the place. What it does not
// know is to be asked, and puts no place behind another.
func (c *Choice) tellBrakes(need Need) {
	for _, brake := range need.Brakes {
		switch brake {
		case "accessible":
			if c.Place.Accessible() {
				c.fits("Salle accessible")
			} else {
				c.mind("Salle sans marche\u00a0: à demander au lieu")
			}
		case "equipment", "connection":
			if slices.Contains(c.Place.Services, place.ServiceAccess) && !c.told("Ordinateurs et connexion sur place") {
				c.fits("Ordinateurs et connexion sur place")
			}
		case "reader":
			if slices.Contains(c.Place.SpecialNeeds, "illiteracy") {
				c.fits("Accueille les personnes qui lisent difficilement")
			}
		case "language":
			if len(c.Place.Languages) > 0 || slices.Contains(c.Place.SpecialNeeds, "other_languages") {
				c.fits("Accueil dans d’autres langues")
			}
		case "words":
			if c.Level == workshop.Discover {
				c.fits("Mots expliqués")
			}
		}
	}
}

func (c *Choice) told(text string) bool {
	return slices.ContainsFunc(c.Reasons, func(r Reason) bool { return r.Text == text })
}

func (c *Choice) tellWay(need Need) {
	near := slices.Contains(need.Brakes, "near")
	way, tiring, words := c.Travel.ByCar, tiringMeans, c.Travel.ByCarText()
	switch need.Travel {
	case OnFoot:
		way, tiring, words = c.Travel.OnFoot, tiringFoot, c.Travel.OnFootText()
	case ByBicycle:
		way, words = c.Travel.ByBicycle, c.Travel.ByBicycleText()
	case ByCar:
	default:
		if c.Travel.OnFoot <= tiringFoot {
			c.fits("%s", c.Travel.OnFootText())
			return
		}
		if !near {
			return
		}
	}
	switch {
	case way <= tiring && need.Travel != "":
		c.fits("%s", words)
	case way > tiring:
		c.misfits++
		c.mind("Loin\u00a0: %s", words)
	case near:
		c.mind("Pas tout près\u00a0: %s", words)
	}
}

func (c *Choice) tellSeats() {
	switch c.Free() {
	case 0:
		c.mind("Complet\u00a0: liste d’attente")
	case 1:
		c.mind("Dernière place")
	}
}
