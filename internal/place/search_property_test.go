package place_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/geography"
	"passerelle/internal/place"

	"pgregory.net/rapid"
)

// crowd saves places at random: in a few towns and overseas, many on the same
// spot, some stale, some that another stands for, with every kind of hours.
func crowd(t *testing.T, d *dbtest.DB, count int) []place.Place {
	t.Helper()
	draw := rand.New(rand.NewPCG(7, 0))
	some := func(words place.Vocabulary) (codes []string) {
		for _, word := range words {
			if draw.IntN(3) == 0 {
				codes = append(codes, word.Code)
			}
		}
		return codes
	}
	communes := []string{"23096", "23096", "23096", "23008", "87085", "75056", "97411", "97209", "2A004", "98735"}
	hours := []string{
		"", "sur rendez-vous", "Mo-Fr 09:00-12:00", "Mo-Fr 13:30-17:00", "Sa 10:00-18:00", "24/7", "Fr 22:00-26:00", "Mo 12:15-12:45",
		"Mo-Su 09:00-12:00; PH off", "Tu 09:00-12:00; PH 14:00-18:00", "Mo-Fr 08:00-19:00; 2026 Nov 20-2026 Nov 30 off",
	}
	var all []place.Place
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		all = nil
		for n := range count {
			commune, err := geography.CommuneByCode(communes[draw.IntN(len(communes))])
			if err != nil {
				return err
			}
			spread := []float64{0, 0.01, 0.5}[draw.IntN(3)]
			one := place.Place{
				Source: "a", SourceID: fmt.Sprint(n), Name: []string{"Médiathèque", "Mairie", "Œuvre"}[draw.IntN(3)] + fmt.Sprint(" ", n%7), Commune: commune.Code,
				Services: some(place.Services), Publics: some(place.Publics), SpecialNeeds: some(place.SpecialNeeds), AccessWays: some(place.AccessWays),
				Fees: some(place.Fees), Equipment: some(place.Equipments), Programmes: some(place.Programmes), Hours: hours[draw.IntN(len(hours))],
				Languages: [][]string{nil, {"Arabe"}, {"Français", "arabe"}, {"Créole"}}[draw.IntN(4)], Wheelchair: draw.IntN(4) == 0, PassAccepted: draw.IntN(4) == 0,
			}
			if commune.HasCentre() {
				one.Latitude, one.Longitude = commune.Latitude+spread*draw.Float64(), commune.Longitude+spread*draw.Float64()
			} else {
				one.Latitude, one.Longitude = -17.5+spread*draw.Float64(), -149.5+spread*draw.Float64()
			}
			saved, _, err := place.Save(ctx, tx, one)
			if err != nil {
				return err
			}
			if draw.IntN(4) == 0 {
				saved.Stale = true
				if _, err := tx.Exec(ctx, `UPDATE place SET stale = TRUE WHERE id = $1`, saved.ID); err != nil {
					return err
				}
			}
			if draw.IntN(3) == 0 {
				saved.LabelledFrom, saved.LabelledUntil = tuesday.AddDays(-draw.IntN(20)), tuesday.AddDays(draw.IntN(20)-5)
				if err := place.SetLabelled(ctx, tx, saved.ID, saved.LabelledFrom, saved.LabelledUntil); err != nil {
					return err
				}
			} else if draw.IntN(6) == 0 && len(all) > 0 {
				if _, err := tx.Exec(ctx, `UPDATE place SET merged_into = $2 WHERE id = $1`, saved.ID, all[0].ID); err != nil {
					return err
				}
				continue
			}
			all = append(all, saved)
		}
		return nil
	})
	return all
}

var tuesday = civil.On(2026, time.November, 24)

func folded(p place.Place) string {
	return geography.Fold(p.Name + " " + p.CommuneName + " " + p.PostalCode + " " + p.Address + " " + p.Summary)
}

// wanted says of one place what the filter asks, in the simplest way.
func wanted(p place.Place, f place.Filter) bool {
	has := func(codes []string, code string) bool { return code == "" || slices.Contains(codes, code) }
	speaks := f.Language == "" || slices.ContainsFunc(p.Languages, func(language string) bool { return geography.Fold(language) == geography.Fold(f.Language) })
	if !has(p.Services, f.Service) || !has(p.Publics, f.Public) || !has(p.SpecialNeeds, f.SpecialNeed) || !has(p.AccessWays, f.AccessWay) ||
		!has(p.Fees, f.Fee) || !has(p.Equipment, f.Equipment) || !speaks || f.Accessible && !p.Accessible() || f.AidantsConnect && !p.AidantsConnect() ||
		f.Commune != "" && p.Commune != f.Commune || f.Territory.Kind != 0 && !f.Territory.Contains(p.Commune) || f.Kept && p.Organisation.IsZero() ||
		!f.Pass.IsZero() && !p.TakesPass(f.Pass) || !f.Labelled.IsZero() && !p.LabelledOn(f.Labelled) || !f.Unlabelled.IsZero() && p.LabelledOn(f.Unlabelled) ||
		!f.EndingBy.IsZero() && (p.LabelledUntil.IsZero() || f.EndingBy.Before(p.LabelledUntil)) ||
		f.Near != nil && f.Radius > 0 && geography.Distance(f.Near.Latitude, f.Near.Longitude, p.Latitude, p.Longitude) > f.Radius {
		return false
	}
	for word := range strings.FieldsSeq(geography.Fold(f.Text)) {
		if !strings.Contains(folded(p), word) {
			return false
		}
	}
	hours, err := p.OpeningHours()
	if !f.OpenAt.IsZero() && (err != nil || !hours.OpenAt(f.OpenAt.In(p.Zone()), p.Commune)) {
		return false
	}
	return f.OpenOn.IsZero() || err == nil && slices.ContainsFunc(hours.OnDate(f.OpenOn, p.Commune), func(span civil.Span) bool {
		return f.OpenHalf == "" || f.OpenHalf == place.Morning && span.From < 12*60 || f.OpenHalf == place.Afternoon && span.To > 13*60
	})
}

func expected(all []place.Place, f place.Filter) (ids []db.ID) {
	var kept []place.Place
	for _, p := range all {
		if wanted(p, f) {
			kept = append(kept, p)
		}
	}
	farness := func(p place.Place) int64 {
		chord := p.Point().Vector().Chord(f.Near.Vector())
		if p.Stale {
			return 4 * chord
		}
		return chord
	}
	slices.SortFunc(kept, func(a, b place.Place) int {
		first := strings.Compare(folded(a), folded(b))
		if f.Near != nil {
			first = cmp.Compare(farness(a), farness(b))
		}
		return cmp.Or(first, slices.Compare(a.ID[:], b.ID[:]))
	})
	for _, p := range kept {
		ids = append(ids, p.ID)
	}
	return ids
}

func drawFilter(t *rapid.T) place.Filter {
	var f place.Filter
	maybe := func(name string) bool { return rapid.IntRange(0, 5).Draw(t, name) == 0 }
	word := func(name string, words place.Vocabulary) string {
		if !maybe("ask " + name) {
			return ""
		}
		return words[rapid.IntRange(0, len(words)-1).Draw(t, name)].Code
	}
	if rapid.Bool().Draw(t, "near") {
		f.Near = &geography.Point{Latitude: rapid.Float64Range(-90, 90).Draw(t, "latitude"), Longitude: rapid.Float64Range(-180, 180).Draw(t, "longitude")}
		if rapid.Bool().Draw(t, "in the town") {
			f.Near = &geography.Point{Latitude: gueret.Latitude + rapid.Float64Range(-0.2, 0.2).Draw(t, "north"), Longitude: gueret.Longitude}
		}
		if maybe("bounded") {
			f.Radius = rapid.IntRange(1, 1_000_000).Draw(t, "radius")
		}
	}
	f.Service, f.Public, f.SpecialNeed = word("service", place.Services), word("public", place.Publics), word("need", place.SpecialNeeds)
	f.AccessWay, f.Fee, f.Equipment = word("access", place.AccessWays), word("fee", place.Fees), word("equipment", place.Equipments)
	f.Accessible, f.AidantsConnect = maybe("accessible"), maybe("aidants")
	if maybe("language") {
		f.Language = "ARABE"
	}
	if maybe("commune") {
		f.Commune = "23096"
	}
	if maybe("territory") {
		f.Territory, _ = geography.ParseTerritory(rapid.SampledFrom([]string{"FR", "R75", "23", "200034825", "75056"}).Draw(t, "code"))
	}
	if maybe("text") {
		f.Text = rapid.SampledFrom([]string{"mediatheque", "œuvre 3", "gueret", "23000 mairie"}).Draw(t, "words")
	}
	for _, day := range []*civil.Date{&f.Pass, &f.Labelled, &f.Unlabelled, &f.EndingBy} {
		if maybe("label") {
			*day = tuesday.AddDays(rapid.IntRange(-5, 15).Draw(t, "day"))
		}
	}
	if maybe("open on") {
		f.OpenOn = tuesday.AddDays(rapid.IntRange(-30, 60).Draw(t, "day"))
		f.OpenHalf = rapid.SampledFrom([]place.Half{"", place.Morning, place.Afternoon}).Draw(t, "half")
	} else if maybe("open at") {
		f.OpenAt = tuesday.At(0, civil.Paris).Add(time.Duration(rapid.IntRange(0, 60*24*40).Draw(t, "minute")) * time.Minute)
	}
	return f
}

// Whatever is asked, the pages give each place that answers once, in order.
func TestASearchFindsWhatLookingAtEveryPlaceFinds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		all := crowd(t, d, 300)
		rapid.Check(t, func(t *rapid.T) {
			filter := drawFilter(t)
			filter.Limit = rapid.SampledFrom([]int{1, 3, 20, 100}).Draw(t, "limit")
			want := expected(all, filter)
			got := []db.ID{}
			err := d.View(context.Background(), db.Actor{}, func(q db.Q) error {
				for {
					found, next, err := place.Search(context.Background(), q, filter)
					if err != nil {
						return err
					}
					for _, one := range found {
						got = append(got, one.ID)
						if filter.Near == nil {
							continue
						}
						metres := geography.Distance(filter.Near.Latitude, filter.Near.Longitude, one.Latitude, one.Longitude)
						if one.Metres < metres-1 || one.Metres > metres+1 {
							t.Fatalf("%d metres, it is %d", one.Metres, metres)
						}
					}
					if filter.After = next; next == "" || len(got) > len(all) {
						return nil
					}
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%d places, want %d: %v, want %v", len(got), len(want), got, want)
			}
		})
	})
}
