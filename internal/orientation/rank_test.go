package orientation_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/orientation"
	"passerelle/internal/workshop"
)

func plain(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

// told are a choice's reasons as a case writes them.
func told(choice orientation.Choice) (lines []string) {
	for _, reason := range choice.Reasons {
		text := plain(reason.Text)
		if reason.Less {
			text = "– " + text
		}
		lines = append(lines, text)
	}
	return lines
}

func TestEachCaseIsRankedAsItSays(t *testing.T) {
	told, others := told, map[string]bool{}
	for _, one := range orientation.Cases() {
		t.Run(one.Title, func(t *testing.T) {
			outcome := one.Play(orientation.Shipped())
			if names := orientation.Names(outcome.Choices); !slices.Equal(names, one.Order) {
				t.Errorf("order: %q", names)
			}
			var fits []string
			for _, choice := range outcome.Choices {
				if choice.Fits() {
					fits = append(fits, choice.Title)
				}
				if want, asked := one.Tells[choice.Title]; asked && !slices.Equal(told(choice), want) {
					t.Errorf("%s tells %q", choice.Title, told(choice))
				}
			}
			if !slices.Equal(fits, one.Fits) && len(fits)+len(one.Fits) > 0 {
				t.Errorf("fit: %q", fits)
			}
			found := map[string][]string{}
			for _, alternative := range outcome.Others {
				found[alternative.Kind] = orientation.Names(alternative.Choices)
				others[alternative.Kind] = true
			}
			if !maps.EqualFunc(found, one.Others, slices.Equal) {
				t.Errorf("alternatives: %q", found)
			}
			for name := range one.Tells {
				if !slices.Contains(one.Order, name) {
					t.Errorf("%q is told of and not in the order", name)
				}
			}
		})
	}
	for _, kind := range []string{orientation.Waiting, orientation.Itinerant, orientation.Beyond} {
		if !others[kind] {
			t.Errorf("no case shows the alternative %s", kind)
		}
	}
}

// TestRankingIsAnOrder: whatever is asked, every session is there once, those
// that fit first, then by points; what comes in another order goes out in the same.
func TestRankingIsAnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need := orientation.Need{
			Level:  rapid.SampledFrom([]string{"", workshop.Discover, workshop.Master}).Draw(t, "level"),
			Travel: rapid.SampledFrom([]string{"", orientation.OnFoot, orientation.ByCar}).Draw(t, "travel"),
			Days:   rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 6), func(day int) time.Weekday { return time.Weekday(day) }), 0, 3).Draw(t, "days"),
			From:   civil.TimeOfDay(60 * rapid.IntRange(0, 18).Draw(t, "from")),
			Topics: rapid.SampledFrom([][]string{nil, {"rights"}}).Draw(t, "topics"),
		}
		var sessions []workshop.Found
		for range rapid.IntRange(0, 12).Draw(t, "sessions") {
			start := dbtest.Start.Add(time.Duration(rapid.IntRange(1, 900).Draw(t, "hours")) * time.Hour)
			sessions = append(sessions, workshop.Found{Session: workshop.Session{
				ID: db.NewID(start), Site: db.NewID(start), Commune: "23096", Level: rapid.SampledFrom([]string{workshop.Discover, workshop.Empower}).Draw(t, "its level"),
				Topic: "rights", StartsAt: start, EndsAt: start.Add(2 * time.Hour), Seats: 8, Taken: rapid.IntRange(0, 8).Draw(t, "taken"),
			}, Metres: rapid.IntRange(0, 60_000).Draw(t, "metres")})
		}
		ranked := orientation.Rank(orientation.Shipped(), need, sessions, dbtest.Start)
		if len(ranked) != len(sessions) {
			t.Fatalf("%d of %d", len(ranked), len(sessions))
		}
		for i := 1; i < len(ranked); i++ {
			before, after := ranked[i-1], ranked[i]
			if after.Fits() && !before.Fits() || after.Fits() == before.Fits() && after.Points() < before.Points() {
				t.Fatalf("%d: %v %d before %v %d", i, before.Fits(), before.Points(), after.Fits(), after.Points())
			}
		}
		slices.Reverse(sessions)
		for i, again := range orientation.Rank(orientation.Shipped(), need, sessions, dbtest.Start) {
			if again.ID != ranked[i].ID {
				t.Fatal("another order of the same sessions")
			}
		}
	})
}
