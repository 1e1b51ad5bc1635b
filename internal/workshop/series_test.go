package workshop_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/plainwords"
	"passerelle/internal/workshop"
)

func TestDatesOfARule(t *testing.T) {
	tuesday := civil.On(2026, time.December, 29) // the fifth Tuesday of its month
	for name, c := range map[string]struct {
		rule workshop.Recurrence
		want string
	}{
		"weekly":       {workshop.Recurrence{Rhythm: workshop.Weekly, First: tuesday, Times: 3}, "2026-12-29 2027-01-05 2027-01-12"},
		"fortnightly":  {workshop.Recurrence{Rhythm: workshop.Fortnightly, First: tuesday, Until: civil.On(2027, 1, 27)}, "2026-12-29 2027-01-12 2027-01-26"},
		"fifth":        {workshop.Recurrence{Rhythm: workshop.Monthly, First: tuesday, Times: 3}, "2026-12-29 2027-03-30 2027-06-29"},
		"second":       {workshop.Recurrence{Rhythm: workshop.Monthly, First: civil.On(2026, 12, 8), Times: 3}, "2026-12-08 2027-01-12 2027-02-09"},
		"both, sooner": {workshop.Recurrence{Rhythm: workshop.Weekly, First: tuesday, Times: 9, Until: civil.On(2027, 1, 5)}, "2026-12-29 2027-01-05"},
	} {
		days, err := c.rule.Dates()
		var told []string
		for _, day := range days {
			told = append(told, day.String())
		}
		if err != nil || strings.Join(told, " ") != c.want {
			t.Errorf("%s: %v %v", name, told, err)
		}
	}
	for _, wrong := range []workshop.Recurrence{
		{Rhythm: "yearly", First: tuesday, Times: 3}, {Rhythm: workshop.Weekly, First: tuesday}, {Rhythm: workshop.Weekly, First: tuesday, Times: 61},
		{Rhythm: workshop.Weekly, First: tuesday, Until: tuesday}, {Rhythm: workshop.Weekly, First: tuesday, Until: tuesday.AddDays(7 * 80)},
	} {
		if _, err := wrong.Dates(); !fault.HasCode(err, "invalid") {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		rule := workshop.Recurrence{
			Rhythm: rapid.SampledFrom([]string{workshop.Weekly, workshop.Fortnightly, workshop.Monthly}).Draw(t, "rhythm"),
			First:  civil.On(2026, 1, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "first")), Times: rapid.IntRange(2, 60).Draw(t, "times"),
		}
		days, err := rule.Dates()
		if err != nil || len(days) != rule.Times || days[0] != rule.First {
			t.Fatalf("%v %v", days, err)
		}
		for i, day := range days {
			if day.Weekday() != rule.First.Weekday() || i > 0 && !day.After(days[i-1]) || (day.Day()-1)/7 != (rule.First.Day()-1)/7 && rule.Rhythm == workshop.Monthly {
				t.Fatalf("%s is not of the rule", day)
			}
		}
	})
}

func TestASeriesSkipsHolidaysAndClosingsUnlessMoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		site := w.site
		site.Hours = "Mo-Fr 09:00-18:00; 2026 Dec 31-2027 Jan 03 off"
		w.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			_, _, err = place.Save(ctx, tx, site)
			return err
		})
		friday := civil.On(2026, time.December, 18)
		asked := workshop.NewSeries{
			First: workshop.New{
				Site: w.site.ID, Topic: "mailbox", Level: "discover", Seats: 2, Minimum: 2, MinimumDays: 3,
				StartsAt: friday.At(14*60, civil.Paris), EndsAt: friday.At(15*60+30, civil.Paris),
			},
			Recurrence: workshop.Recurrence{Rhythm: workshop.Weekly, Times: 4}, // 18, 25 (Noël), 1 (jour de l’an), 8
		}
		var told []workshop.Occurrence
		w.read(w.mediator, func(ctx context.Context, q db.Q) (err error) {
			told, err = workshop.Occurrences(ctx, q, asked)
			return err
		})
		if len(told) != 4 || !strings.Contains(told[1].Why, "Noël") || told[1].To != civil.On(2026, 12, 26) || !strings.Contains(told[2].Why, "an") || told[3].Why != "" {
			t.Fatalf("told before planning: %+v", told)
		}
		asked.Moved = map[civil.Date]civil.Date{told[2].Day: civil.On(2027, 1, 4)}
		var made workshop.Series
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) (err error) {
			made, err = workshop.PlanSeries(ctx, tx, asked)
			return err
		})
		days := func(series workshop.Series) (told []string) {
			for _, session := range series.PlannedSessions {
				told = append(told, session.Day().String()+" "+session.HoursText()+" "+session.State)
			}
			return told
		}
		if got := days(made); len(got) != 3 || !strings.HasPrefix(got[1], "2027-01-04 14") || !strings.HasPrefix(got[2], "2027-01-08") {
			t.Errorf("planned: %v", got)
		}

		who := w.register("Anna")
		last := made.PlannedSessions[2]
		if _, err := w.book(w.desk, workshop.Reservation{Session: last.ID, Holder: who}); err != nil {
			t.Fatal(err)
		}
		from := civil.On(2027, 1, 1)
		w.read(w.mediator, func(ctx context.Context, q db.Q) error {
			seats, err := workshop.ExpectedFrom(ctx, q, made.ID, from)
			if len(seats) != 1 || seats[0].Holder != who {
				t.Errorf("expected: %+v", seats)
			}
			return err
		})
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			changed, err := workshop.ChangeSeries(ctx, tx, made.ID, from, workshop.SeriesMeans{Starts: 10 * 60, Ends: 12 * 60, Means: workshop.Means{Seats: 3, Room: "salle du haut"}})
			if got := days(changed); err == nil && (!strings.Contains(got[0], "14") || !strings.Contains(got[1], "10") || changed.PlannedSessions[2].Room != "salle du haut") {
				t.Errorf("changed: %v", got)
			}
			return err
		})
		if told := w.jobs()[workshop.JobSessionChanged]; told != 1 {
			t.Errorf("%d told that the hours changed", told)
		}
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			ended, err := workshop.EndSeries(ctx, tx, made.ID, from, "La salle ferme.")
			if len(ended) != 1 {
				t.Errorf("to tell of the end: %d", len(ended))
			}
			return err
		})
		w.read(w.mediator, func(ctx context.Context, q db.Q) error {
			after, err := workshop.SeriesByID(ctx, q, made.ID)
			if after.EndedFrom != from || after.PlannedSessions[0].State != workshop.Planned || after.PlannedSessions[1].State != workshop.SessionCalledOff {
				t.Errorf("after the end: %+v", after)
			}
			return err
		})
		err := d.View(t.Context(), person("site", db.ID{}), func(q db.Q) error {
			_, err := workshop.SeriesByID(t.Context(), q, made.ID)
			return err
		})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("another organisation's series: %v", err)
		}
		w.whole()
	})
}

func TestAStopIsFoundByItsPointAndMoreSeatsGoToWhoWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		session := w.plan(workshop.New{Seats: 1, Minimum: 1, MinimumDays: 2, Elsewhere: workshop.Elsewhere{Stop: workshop.Stop{Name: "Salle des fêtes"}, Commune: "23176"}})
		if !session.Itinerant() || session.Commune != "23176" || session.Latitude == w.site.Latitude || len(session.StopLines()) != 2 {
			t.Errorf("a stop: %+v", session)
		}
		w.read(w.desk, func(ctx context.Context, q db.Q) error {
			found, _, err := workshop.Search(ctx, q, workshop.Filter{Commune: "23176"})
			if len(found) != 1 || found[0].ID != session.ID {
				t.Errorf("found in its commune: %d", len(found))
			}
			return err
		})
		if session.TooFew(session.StartsAt.Add(-72*time.Hour)) || !session.TooFew(session.StartsAt.Add(-24*time.Hour)) {
			t.Error("the minimum is not looked at when it should be")
		}
		line := w.line(session, workshop.TakeIt, 3)
		change := func(seats int) error {
			now := w.session(session.ID)
			return d.Update(t.Context(), w.mediator, func(tx *db.Tx) error {
				means, err := workshop.MeansOf(t.Context(), tx, now)
				if err != nil {
					return err
				}
				means.Seats = seats
				_, err = workshop.ChangeSession(t.Context(), tx, session.ID, means)
				return err
			})
		}
		if err := change(2); err != nil {
			t.Fatal(err)
		}
		if w.booking(line[1].ID).State != workshop.Booked || w.booking(line[2].ID).State != workshop.Waiting {
			t.Error("one more seat is not the first one's who waits")
		}
		if err := change(1); !fault.HasCode(err, "seats_taken") {
			t.Errorf("fewer seats than people: %v", err)
		}
		w.whole()
	})
}

func TestTheCatalogueIsInPlainWordsAndOfTheNineFamilies(t *testing.T) {
	families := map[string]bool{}
	levels := map[string]int{}
	for _, ready := range workshop.Current().Workshops {
		families[ready.Service] = true
		levels[ready.Level]++
		for _, line := range ready.Learn {
			for _, breach := range plainwords.Check("Vous apprenez à " + line + ".") {
				t.Errorf("%s: %q: %s", ready.Code, breach.Line, breach.French())
			}
		}
		for _, line := range ready.Bring {
			for _, breach := range plainwords.Check("Apportez " + line + ".") {
				t.Errorf("%s: %q: %s", ready.Code, breach.Line, breach.French())
			}
		}
	}
	if len(families) != len(place.Services) || len(workshop.Current().Workshops) < 18 || len(levels) != 3 {
		t.Errorf("%d workshops, %d families, levels %v", len(workshop.Current().Workshops), len(families), levels)
	}
}

func TestASiteAdoptsThenAdaptsAWorkshop(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		var sheet workshop.Sheet
		adopt := func(code string) error {
			return d.Update(t.Context(), w.mediator, func(tx *db.Tx) (err error) {
				sheet, err = workshop.Adopt(t.Context(), tx, db.ID{}, code)
				return err
			})
		}
		if err := adopt("nowhere"); !fault.HasCode(err, "unknown_ready_workshop") {
			t.Error(err)
		}
		if err := adopt("mailbox"); err != nil || sheet.Adapted() || sheet.Minutes != 90 {
			t.Fatalf("%v %+v", err, sheet)
		}
		kept := sheet
		if err := adopt("mailbox"); !fault.HasCode(err, "workshop_kept") {
			t.Errorf("adopted twice: %v", err)
		}
		kept.Title, kept.Minutes, kept.Learn = "Mon adresse, à la Souterraine", 60, "créer votre adresse"
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) (err error) {
			kept, err = workshop.KeepSheet(ctx, tx, kept)
			return err
		})
		if !kept.Adapted() {
			t.Error("a sheet of another title is not adapted")
		}
		// A session of it lasts what the sheet says, then what the last ones did.
		begin := dbtest.Start.Add(240 * time.Hour)
		plan := func(length time.Duration) (made workshop.Session) {
			asked := workshop.New{Site: w.site.ID, Title: kept.Title, Topic: kept.Topic, Level: kept.Level, Service: kept.Service, Seats: 4, StartsAt: begin}
			begin = begin.Add(24 * time.Hour)
			if length > 0 {
				asked.EndsAt = asked.StartsAt.Add(length)
			}
			w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) (err error) {
				made, err = workshop.Plan(ctx, tx, asked)
				return err
			})
			return made
		}
		if made := plan(0); made.Length() != time.Hour {
			t.Errorf("the first lasts %s", made.Length())
		}
		plan(100 * time.Minute)
		plan(100 * time.Minute)
		if made := plan(0); made.Length() != 100*time.Minute || w.session(made.ID).Learn() != "créer votre adresse" {
			t.Errorf("the next lasts %s", made.Length())
		}
		if err := d.Update(t.Context(), person("site", db.ID{}), func(tx *db.Tx) error { return workshop.WithdrawSheet(t.Context(), tx, kept.ID) }); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another's sheet is withdrawn: %v", err)
		}
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error { return workshop.WithdrawSheet(ctx, tx, kept.ID) })
		w.read(w.mediator, func(ctx context.Context, q db.Q) error {
			left, err := workshop.Sheets(ctx, q, w.mediator.Organisation)
			if len(left) != 0 {
				t.Errorf("left: %+v", left)
			}
			return err
		})
		if again := kept; true {
			again.ID = db.ID{}
			w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) (err error) {
				again, err = workshop.KeepSheet(ctx, tx, again)
				if again.ID != kept.ID {
					t.Error("a withdrawn sheet is not taken up again")
				}
				return err
			})
		}
		if !slices.Contains(kept.Bring, "vos lunettes") {
			t.Errorf("to bring: %v", kept.Bring)
		}
	})
}
