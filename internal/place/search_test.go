package place_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/place"
)

var console = db.Actor{Kind: db.Console}

// gueret is the town hall's square.
var gueret = geography.Point{Latitude: 46.1703, Longitude: 1.8717}

func save(t *testing.T, d *dbtest.DB, p place.Place) place.Place {
	t.Helper()
	var saved place.Place
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		saved, _, err = place.Save(ctx, tx, p)
		return err
	})
	return saved
}

func search(t *testing.T, d *dbtest.DB, filter place.Filter) (names []string, next string) {
	t.Helper()
	if err := d.View(t.Context(), db.Actor{}, func(q db.Q) error {
		found, after, err := place.Search(t.Context(), q, filter)
		next = after
		for _, one := range found {
			names = append(names, one.Name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return names, next
}

func TestFiltersNarrowTheAnswer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		organisation := db.NewID(dbtest.Start)
		day := civil.On(2026, time.November, 24) // a Tuesday
		library := save(t, d, place.Place{
			Source: "a", SourceID: "1", Name: "Médiathèque de Guéret", Commune: "23096", Address: "1 rue Élisée", Latitude: 46.171, Longitude: 1.872,
			Services: []string{place.ServiceSafety, place.ServiceProcedures}, Publics: []string{"youth"}, SpecialNeeds: []string{place.SpecialNeedMotor, "deafness"},
			AccessWays: []string{"come"}, Hours: "Mo-Fr 09:00-12:00", Programmes: []string{place.ProgrammeAidantsConnect}, Organisation: organisation,
		})
		save(t, d, place.Place{Source: "a", SourceID: "2", Name: "L’Œuvre, à Aubusson", Commune: "23008", Latitude: 45.957, Longitude: 2.169, PassAccepted: true, Hours: "Sa 09:00-12:00"})
		save(t, d, place.Place{Source: "a", SourceID: "3", Name: "Cyber-base", Commune: "87085", Latitude: 45.83, Longitude: 1.26, Hours: "sur rendez-vous"})
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			return place.SetLabelled(ctx, tx, library.ID, day.AddDays(-10), day.AddDays(10))
		})
		const aubusson, cyberBase, mediatheque = "L’Œuvre, à Aubusson", "Cyber-base", "Médiathèque de Guéret"
		territory := func(code string) geography.Territory {
			found, err := geography.ParseTerritory(code)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		for name, test := range map[string]struct {
			filter place.Filter
			want   []string
		}{
			"by name":             {place.Filter{}, []string{cyberBase, aubusson, mediatheque}},
			"nearest first":       {place.Filter{Near: &gueret}, []string{mediatheque, aubusson, cyberBase}},
			"within 40 km":        {place.Filter{Near: &gueret, Radius: 40_000}, []string{mediatheque, aubusson}},
			"commune":             {place.Filter{Commune: "23096"}, []string{mediatheque}},
			"département":         {place.Filter{Territory: territory("23")}, []string{aubusson, mediatheque}},
			"région":              {place.Filter{Territory: territory("R75")}, []string{cyberBase, aubusson, mediatheque}},
			"intercommunalité":    {place.Filter{Territory: territory("200034825")}, []string{mediatheque}},
			"country":             {place.Filter{Territory: territory("FR"), Limit: 1}, []string{cyberBase}},
			"service":             {place.Filter{Service: place.ServiceSafety}, []string{mediatheque}},
			"no part of a word":   {place.Filter{Service: "safe"}, nil},
			"public":              {place.Filter{Public: "youth"}, []string{mediatheque}},
			"special need":        {place.Filter{SpecialNeed: "deafness"}, []string{mediatheque}},
			"way in":              {place.Filter{AccessWay: "come"}, []string{mediatheque}},
			"accessible":          {place.Filter{Accessible: true}, []string{mediatheque}},
			"Aidants Connect":     {place.Filter{AidantsConnect: true}, []string{mediatheque}},
			"pass, or label":      {place.Filter{Pass: day}, []string{aubusson, mediatheque}},
			"label":               {place.Filter{Labelled: day}, []string{mediatheque}},
			"label's last day":    {place.Filter{Labelled: day.AddDays(10)}, []string{mediatheque}},
			"label past":          {place.Filter{Labelled: day.AddDays(11)}, nil},
			"no label":            {place.Filter{Unlabelled: day}, []string{cyberBase, aubusson}},
			"no label any more":   {place.Filter{Unlabelled: day.AddDays(11)}, []string{cyberBase, aubusson, mediatheque}},
			"label ends soon":     {place.Filter{EndingBy: day.AddDays(10)}, []string{mediatheque}},
			"label ends later":    {place.Filter{EndingBy: day.AddDays(9)}, nil},
			"kept":                {place.Filter{Kept: true}, []string{mediatheque}},
			"organisation":        {place.Filter{Organisation: organisation}, []string{mediatheque}},
			"accents folded":      {place.Filter{Text: "mediatheque ELISEE"}, []string{mediatheque}},
			"œ":                   {place.Filter{Text: "oeuvre"}, []string{aubusson}},
			"a wildcard is none":  {place.Filter{Text: "cyb_rbase"}, nil},
			"open on Tuesday":     {place.Filter{OpenOn: day}, []string{mediatheque}},
			"open on Saturday":    {place.Filter{OpenOn: day.AddDays(4)}, []string{aubusson}},
			"open at ten":         {place.Filter{OpenAt: day.At(600, civil.Paris)}, []string{mediatheque}},
			"closed at noon":      {place.Filter{OpenAt: day.At(720, civil.Paris)}, nil},
			"open, near":          {place.Filter{Near: &gueret, OpenOn: day}, []string{mediatheque}},
			"all of it at a time": {place.Filter{Near: &gueret, Service: place.ServiceProcedures, Pass: day, Text: "gueret"}, []string{mediatheque}},
		} {
			if got, _ := search(t, d, test.filter); !slices.Equal(got, test.want) {
				t.Errorf("%s: %v, want %v", name, got, test.want)
			}
		}
	})
}

// Every page together is the whole list, in order, nothing twice: also far
// from the first circle, and for places at the same distance.
func TestPagesFollowEachOther(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			for n := range 50 {
				if _, _, err := place.Save(ctx, tx, place.Place{
					Source: "a", SourceID: fmt.Sprint(n), Name: fmt.Sprintf("Lieu %02d", n), Commune: "23096",
					Latitude: 46.1 + float64(n/5)/3, Longitude: 1.9, Hours: []string{"Mo 09:00-10:00", "off"}[n%2],
				}); err != nil {
					return err
				}
			}
			return nil
		})
		for name, filter := range map[string]place.Filter{
			"near":       {Near: &gueret},
			"by name":    {},
			"open, near": {Near: &gueret, OpenOn: civil.On(2026, time.November, 23)},
			"open":       {OpenOn: civil.On(2026, time.November, 23)},
		} {
			filter.Limit = 100
			whole, next := search(t, d, filter)
			if next != "" {
				t.Errorf("%s: one page holds all", name)
			}
			filter.Limit = 7
			var paged []string
			for {
				page, next := search(t, d, filter)
				paged = append(paged, page...)
				if next == "" {
					break
				}
				filter.After = next
			}
			if !slices.Equal(paged, whole) || len(whole) < 25 {
				t.Errorf("%s: pages give\n%v, whole is\n%v", name, paged, whole)
			}
		}
	})
}

func TestAnAlteredCursorIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	for _, after := range []string{"x", "0192f0c1-0000-7000-8000-000000000000***", "0192f0c1-0000-7000-8000-000000000000LTU"} {
		err := d.View(t.Context(), db.Actor{}, func(q db.Q) error {
			_, _, err := place.Search(t.Context(), q, place.Filter{Near: &gueret, After: after})
			return err
		})
		if !fault.HasCode(err, "malformed") {
			t.Errorf("%q: %v", after, err)
		}
	}
}

// A list's index holds what a stranger's file says, however long.
func TestALongNameAndSummaryAreKeptAndFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		draw := rand.New(rand.NewPCG(1, 0))
		long := make([]rune, 6000) // letters that do not compress
		for i := range long {
			long[i] = rune(0x4e00 + draw.IntN(0x5000))
		}
		save(t, d, place.Place{Source: "a", SourceID: "1", Name: "Maison " + string(long), Commune: "23096", Summary: string(long)})
		save(t, d, place.Place{Source: "a", SourceID: "2", Name: "Maison", Commune: "23096", Address: "9 rue Neuve", Summary: string(long)})
		for text, want := range map[string]int{"maison": 2, "neuve": 1, string(long[:20]): 2} {
			if got, _ := search(t, d, place.Filter{Text: text}); len(got) != want {
				t.Errorf("%.20q: %d places, want %d", text, len(got), want)
			}
		}
	})
}
