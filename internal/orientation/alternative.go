package orientation

import (
	"slices"
	"time"

	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// The kinds of alternative, in the order in which they are told.
const (
	Waiting   = "waiting"   // a full session that answers, with its waiting list
	Itinerant = "itinerant" // a session of a place that moves, whatever the day
	Beyond    = "beyond"    // in another territory: all fits but the way
	Remote    = "remote"    // help from afar, by telephone or by video
)

// Alternative is another way, for when no free session answers.
type Alternative struct {
	Kind    string
	Choices []Choice      // of sessions; none for Remote
	Places  []place.Found // for Remote, the nearest first
}

// Others finds, among sessions ranked as Rank does, what to propose instead:
// the waiting list of one that answers, a session of a place that moves and
// comes near, one that answers in another territory. departement is the
// person's own. It is pure.
func Others(tuning Tuning, need Need, sessions []workshop.Found, departement string, now time.Time) []Alternative {
	ranked := Rank(tuning, need, sessions, now)
	pick := func(most int, fits func(Choice) bool) []Choice {
		var kept []Choice
		for _, one := range ranked {
			if len(kept) < most && fits(one) {
				kept = append(kept, one)
			}
		}
		return kept
	}
	found := []Alternative{
		{Kind: Waiting, Choices: pick(tuning.Others.Waiting, func(c Choice) bool { return c.Free() == 0 && c.Fits() })},
		{Kind: Itinerant, Choices: pick(tuning.Others.Itinerant, func(c Choice) bool {
			return c.Free() >= max(1, need.Seats) && moves(c) && !slices.Contains(c.misfits, AboutWay)
		})},
		{Kind: Beyond, Choices: pick(tuning.Others.Beyond, func(c Choice) bool {
			away := departementOf(c.Commune) != departement || c.Metres > tuning.RadiusKm*1000
			return c.Free() >= max(1, need.Seats) && away && c.FitsBut(AboutWay)
		})},
	}
	return slices.DeleteFunc(found, func(a Alternative) bool { return len(a.Choices) == 0 })
}

func departementOf(commune string) string {
	known, err := geography.CommuneByCode(commune)
	if err != nil {
		return ""
	}
	return known.Departement
}

// moves tells whether a session comes to people rather than they to it.
func moves(c Choice) bool { return slices.Contains(c.Place.Itinerance, "itinerant") }

// AlternativeName is the French name of a kind of alternative.
func AlternativeName(kind string) string {
	return map[string]string{
		Waiting: "Liste d’attente", Itinerant: "Séance itinérante", Beyond: "Autre territoire", Remote: "À distance",
	}[kind]
}
