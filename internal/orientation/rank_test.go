package orientation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// session is one that fits everything: in 4 days, a Saturday, 5 km away.
func session(change func(*workshop.Found)) workshop.Found {
	start := dbtest.Start.Add(4 * 24 * time.Hour)
	found := workshop.Found{Session: workshop.Session{
		ID: db.NewID(start), Site: db.NewID(start), Commune: "23096", Title: "Mes démarches", Level: workshop.Discover,
		StartsAt: start, EndsAt: start.Add(2 * time.Hour), Seats: 8, Taken: 5, State: workshop.Planned,
	}, Metres: 5000}
	if change != nil {
		change(&found)
	}
	return found
}

func TestEachSessionTellsWhatFitsAndWhatToMind(t *testing.T) {
	for _, c := range []struct {
		name   string
		need   orientation.Need
		change func(*workshop.Found)
		want   []string // with "–" before what to mind
		fits   bool
	}{
		{"nothing asked", orientation.Need{}, nil, []string{"Dans 4 jours", "Niveau débutant"}, true},
		{"today", orientation.Need{}, func(f *workshop.Found) { f.StartsAt = dbtest.Start.Add(time.Hour) }, []string{"Aujourd’hui", "Niveau débutant"}, true},
		{"tomorrow", orientation.Need{}, func(f *workshop.Found) { f.StartsAt = dbtest.Start.Add(24 * time.Hour) }, []string{"Demain", "Niveau débutant"}, true},
		{"in five weeks", orientation.Need{}, func(f *workshop.Found) { f.StartsAt = dbtest.Start.Add(36 * 24 * time.Hour) }, []string{"–Dans 5 semaines", "Niveau débutant"}, true},
		{"a day that suits", orientation.Need{Days: []time.Weekday{time.Saturday}}, nil, []string{"Dans 4 jours", "Un jour possible : samedi", "Niveau débutant"}, true},
		{"another day", orientation.Need{Days: []time.Weekday{time.Monday}}, nil, []string{"Dans 4 jours", "–Un samedi, pas un des jours choisis", "Niveau débutant"}, false},
		{"too hard", orientation.Need{Level: workshop.Discover}, func(f *workshop.Found) { f.Level = workshop.Master }, []string{"Dans 4 jours", "–Niveau intermédiaire : plus difficile"}, false},
		{"too easy", orientation.Need{Level: workshop.Empower}, nil, []string{"Dans 4 jours", "–Niveau débutant : plus simple"}, false},
		{"words explained", orientation.Need{Brakes: []string{"words"}}, nil, []string{"Dans 4 jours", "Niveau débutant", "Mots expliqués"}, true},
		{"an accessible room", orientation.Need{Brakes: []string{"accessible"}}, func(f *workshop.Found) { f.Place.Wheelchair = true }, []string{"Dans 4 jours", "Niveau débutant", "Salle accessible"}, true},
		{"a room one must ask about", orientation.Need{Brakes: []string{"accessible"}}, nil, []string{"Dans 4 jours", "Niveau débutant", "–Salle sans marche : à demander au lieu"}, true},
		{"computers there", orientation.Need{Brakes: []string{"equipment", "connection"}}, func(f *workshop.Found) { f.Place.Services = []string{place.ServiceAccess} }, []string{"Dans 4 jours", "Niveau débutant", "Ordinateurs et connexion sur place"}, true},
		{"by car", orientation.Need{Travel: orientation.ByCar}, nil, []string{"Dans 4 jours", "Niveau débutant", "10 min en voiture"}, true},
		{"too far on foot", orientation.Need{Travel: orientation.OnFoot}, nil, []string{"Dans 4 jours", "Niveau débutant", "–Loin : 1 h 45 à pied"}, false},
		{"round the corner", orientation.Need{}, func(f *workshop.Found) { f.Metres = 500 }, []string{"Dans 4 jours", "Niveau débutant", "10 min à pied"}, true},
		{"not near for who asks near", orientation.Need{Brakes: []string{"near"}}, nil, []string{"Dans 4 jours", "Niveau débutant", "–Pas tout près : 10 min en voiture"}, true},
		{"the last seat", orientation.Need{}, func(f *workshop.Found) { f.Taken = 7 }, []string{"Dans 4 jours", "Niveau débutant", "–Dernière place"}, true},
		{"none free", orientation.Need{}, func(f *workshop.Found) { f.Taken = 8 }, []string{"Dans 4 jours", "Niveau débutant", "–Complet : liste d’attente"}, true},
	} {
		ranked := orientation.Rank(c.need, []workshop.Found{session(c.change)}, dbtest.Start)
		var told []string
		for _, reason := range ranked[0].Reasons {
			text := strings.ReplaceAll(reason.Text, "\u00a0", " ")
			if reason.Less {
				text = "–" + text
			}
			told = append(told, text)
		}
		if !slices.Equal(told, c.want) || ranked[0].Fits() != c.fits {
			t.Errorf("%s: %q, fits %v", c.name, told, ranked[0].Fits())
		}
	}
}

func TestWhatFitsComesFirstThenTheNearestThenTheSoonest(t *testing.T) {
	at := func(title string, metres, days int, level string) workshop.Found {
		return session(func(f *workshop.Found) {
			f.Title, f.Metres, f.Level = title, metres, level
			f.StartsAt = dbtest.Start.Add(time.Duration(days) * 24 * time.Hour)
		})
	}
	ranked := orientation.Rank(orientation.Need{Level: workshop.Discover}, []workshop.Found{
		at("near, too hard", 1000, 1, workshop.Master),
		at("far", 20_000, 1, workshop.Discover),
		at("near, later", 2500, 9, workshop.Discover),
		at("near, sooner", 3000, 2, workshop.Discover),
	}, dbtest.Start)
	var titles []string
	for _, choice := range ranked {
		titles = append(titles, choice.Title)
	}
	if !slices.Equal(titles, []string{"near, sooner", "near, later", "far", "near, too hard"}) {
		t.Errorf("order: %q", titles)
	}
}

func TestOneSiteDoesNotFillTheList(t *testing.T) {
	site := db.NewID(dbtest.Start)
	var sessions []workshop.Found
	for i := range 6 {
		sessions = append(sessions, session(func(f *workshop.Found) {
			f.Metres = 1000
			f.StartsAt = dbtest.Start.Add(time.Duration(i+1) * 24 * time.Hour)
			if f.Site = site; i == 5 {
				f.Site = db.NewID(dbtest.Start)
			}
		}))
	}
	if shown := orientation.Rank(orientation.Need{PerSite: 2}, sessions, dbtest.Start); len(shown) != 3 {
		t.Errorf("%d shown", len(shown))
	}
}
