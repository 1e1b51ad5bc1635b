package workshop_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

func TestSearchGivesTheNearestFreeSeatsPageByPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		subost := w.place("Médiathèque", "23008", w.mediator.Organisation) // Aubusson
		unlabelled := w.place("Sans label", "23096", w.mediator.Organisation)
		w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			return place.SetLabelled(ctx, tx, unlabelled.ID, civil.Date{}, civil.Date{})
		})
		for _, site := range []place.Place{w.site, subost} {
			w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
				return place.SetLabelled(ctx, tx, site.ID, civil.On(2026, 1, 1), civil.On(2027, 12, 31))
			})
		}
		day := 24 * time.Hour
		later := w.plan(workshop.New{StartsAt: dbtest.Start.Add(9 * day)})
		sooner := w.plan(workshop.New{StartsAt: dbtest.Start.Add(2 * day), Topic: "job", Level: workshop.Master})
		far := w.plan(workshop.New{Site: subost.ID, StartsAt: dbtest.Start.Add(day)})
		w.plan(workshop.New{Site: unlabelled.ID, StartsAt: dbtest.Start.Add(day)})
		full := w.plan(workshop.New{Seats: 1, StartsAt: dbtest.Start.Add(3 * day)})
		if _, err := w.book(w.desk, workshop.Reservation{Session: full.ID, Holder: w.register("Paul")}); err != nil {
			t.Fatal(err)
		}
		gueret, _ := geography.CommuneByCode("23096")
		near := &geography.Point{Latitude: gueret.Latitude, Longitude: gueret.Longitude}
		search := func(f workshop.Filter) (ids []db.ID, next string) {
			t.Helper()
			w.read(w.desk, func(ctx context.Context, q db.Q) error {
				found, after, err := workshop.Search(ctx, q, f)
				for _, one := range found {
					if one.Place.ID != one.Site {
						t.Error("a session without its place")
					}
					ids = append(ids, one.ID)
				}
				next = after
				return err
			})
			return ids, next
		}
		for name, c := range map[string]struct {
			filter workshop.Filter
			want   []db.ID
		}{
			"nearest first":  {workshop.Filter{Near: near, Seats: 1, Labelled: true}, []db.ID{sooner.ID, later.ID, far.ID}},
			"soonest first":  {workshop.Filter{Seats: 1, Labelled: true}, []db.ID{far.ID, sooner.ID, later.ID}},
			"within reach":   {workshop.Filter{Near: near, Radius: 10_000, Seats: 1, Labelled: true}, []db.ID{sooner.ID, later.ID}},
			"of one level":   {workshop.Filter{Level: workshop.Master}, []db.ID{sooner.ID}},
			"on one topic":   {workshop.Filter{Topic: "job"}, []db.ID{sooner.ID}},
			"in one commune": {workshop.Filter{Commune: "23008"}, []db.ID{far.ID}},
			"between days":   {workshop.Filter{Near: near, Labelled: true, From: dbtest.Start.Add(5 * day), To: dbtest.Start.Add(30 * day)}, []db.ID{later.ID}},
			"full ones too":  {workshop.Filter{Near: near, Radius: 1000, Labelled: true}, []db.ID{sooner.ID, full.ID, later.ID}},
		} {
			if got, _ := search(c.filter); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		first, next := search(workshop.Filter{Near: near, Seats: 1, Labelled: true, Limit: 2})
		second, end := search(workshop.Filter{Near: near, Seats: 1, Labelled: true, Limit: 2, After: next})
		if got := append(first, second...); !slices.Equal(got, []db.ID{sooner.ID, later.ID, far.ID}) || end != "" {
			t.Errorf("page by page: %v, then %q", got, end)
		}
		err := d.View(t.Context(), w.desk, func(q db.Q) error {
			_, _, err := workshop.Search(t.Context(), q, workshop.Filter{After: "nonsense"})
			return err
		})
		if fault.KindOf(err) != fault.Malformed {
			t.Errorf("a cursor of nobody's: %v", err)
		}
	})
}

func TestTimesAreToldInTheSitesZone(t *testing.T) {
	start := time.Date(2026, 12, 8, 13, 0, 0, 0, time.UTC)
	for commune, want := range map[string]string{"23096": "mardi 8 décembre 2026, 14 h à 16 h", "97411": "mardi 8 décembre 2026, 17 h à 19 h"} {
		s := workshop.Session{Commune: commune, StartsAt: start, EndsAt: start.Add(2 * time.Hour)}
		if got := plain(s.WhenText()); got != want {
			t.Errorf("%s: %q, want %q", commune, got, want)
		}
	}
	if got := plain(workshop.Session{Commune: "23096", StartsAt: start, EndsAt: start.Add(time.Hour)}.ShortWhenText()); got != "mardi 8 décembre, 14 h à 15 h" {
		t.Errorf("short: %q", got)
	}
}

func plain(text string) string {
	var out []rune
	for _, letter := range text {
		if letter == '\u00a0' || letter == '\u202f' {
			letter = ' '
		}
		out = append(out, letter)
	}
	return string(out)
}

func TestLevelsAndTopicsAreReadInFrenchAndByCode(t *testing.T) {
	for text, want := range map[string]string{"Découvrir": "discover", "maitriser": "master", "augmenter": "empower", "discover": "discover"} {
		if level, known := workshop.ParseLevel(text); !known || level.Code != want {
			t.Errorf("%q: %v", text, level)
		}
	}
	if _, known := workshop.ParseLevel("expert"); known {
		t.Error("expert is no level")
	}
	for _, topic := range workshop.Topics {
		if !place.Services.Has(topic.Service) {
			t.Errorf("%s: service %q is not national", topic.Code, topic.Service)
		}
		if found, known := workshop.ParseTopic(topic.Label); !known || found.Code != topic.Code {
			t.Errorf("%s is not read back from %q", topic.Code, topic.Label)
		}
	}
}
