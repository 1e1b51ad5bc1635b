package cli

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/place"
)

// waiting are the kinds of the messages that wait, in order.
func waiting(t *testing.T, d *dbtest.DB) (kinds []string) {
	t.Helper()
	d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
		all, err := notify.Messages(ctx, tx, notify.Waiting, db.ID{}, 100)
		for _, one := range all {
			kinds = append(kinds, one.Kind)
		}
		return err
	})
	slices.Sort(kinds)
	return kinds
}

// A place without a sign of life is found by the night's look, its people are
// told once, and its territory once a week.
func TestANightTellsOfStalePlacesOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		today := civil.DateOf(dbtest.Start, civil.Paris)
		var known place.Place
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			team, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Creuse", Territory: "23", Roles: []string{account.RoleTerritory}})
			if err != nil {
				return err
			}
			owner, err := account.AddPerson(ctx, tx, account.NewPerson{Name: "Jeanne", Email: "jeanne@exemple.invalid", PasswordHash: "x"})
			if err != nil {
				return err
			}
			if _, err := account.AddMember(ctx, tx, account.Member{Person: owner.ID, Organisation: team.ID, Role: account.RoleTerritory, Level: account.LevelOwner}); err != nil {
				return err
			}
			known, _, err = place.Save(ctx, tx, place.Place{Source: "file", Name: "Maison", Commune: "23096", UpdatedOn: today.AddMonths(-14), Emails: []string{"maison@exemple.invalid"}})
			return err
		})
		night := nightly(d.DB, "https://passerelle.example", "")
		for range 2 {
			if err := night(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		if got := waiting(t, d); !slices.Equal(got, []string{"freshness-digest", "stale-place"}) {
			t.Errorf("after two nights: %q", got)
		}
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) (err error) {
			known, err = place.ByID(ctx, tx, known.ID)
			return err
		})
		if !known.Stale {
			t.Error("not stale")
		}
		d.Clock.Advance(7 * 24 * time.Hour)
		if err := night(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if got := waiting(t, d); !slices.Equal(got, []string{"freshness-digest", "freshness-digest", "stale-place"}) {
			t.Errorf("a week later: %q", got)
		}
	})
}

// Whoever left an e-mail with a report is told what became of it, once.
func TestWhoReportedIsToldOfTheAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		var known place.Place
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) (err error) {
			known, _, err = place.Save(ctx, tx, place.Place{Source: "file", Name: "Maison", Commune: "23096"})
			return err
		})
		reply := func(email string) {
			var made place.ErrorReport
			d.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) (err error) {
				made, err = place.ReportError(ctx, tx, place.NewReport{Place: known.ID, Kind: "hours", Email: email})
				return err
			})
			d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
				return place.AnswerReport(ctx, tx, made.ID, place.ReportAnswer{State: place.ReportRefused, Reason: "Vérifié."})
			})
			payload, err := json.Marshal(place.Reply{Report: made.ID})
			if err != nil {
				t.Fatal(err)
			}
			if err := tellOfReport(d.DB, "https://passerelle.example")(t.Context(), payload); err != nil {
				t.Fatal(err)
			}
		}
		reply("")
		if got := waiting(t, d); len(got) != 0 {
			t.Errorf("nobody asked for an answer: %q", got)
		}
		reply("ana@exemple.invalid")
		if got := waiting(t, d); !slices.Equal(got, []string{"report-answered"}) {
			t.Errorf("%q", got)
		}
	})
}
