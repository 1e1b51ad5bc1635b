package departure_test

import (
	"context"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/departure"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

// A site leaves: everyone past its last day is listed, moved or told, then it
// ends by itself.
func TestNobodyIsLeftWhenASiteLeaves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		soon, late, later := w.plan(w.leaving, 3, 4), w.plan(w.leaving, 10, 2), w.plan(w.leaving, 17, 4)
		elsewhere := w.plan(w.near, 11, 8)
		stays := w.book(w.desk, soon, "Reste")
		seated, third := w.book(w.desk, late, "Monique"), w.book(w.other, late, "Abdel")
		waiting := w.book(w.desk, late, "Attend")
		if waiting.State != workshop.Waiting {
			t.Fatalf("state %s", waiting.State)
		}

		w.leaves(5)
		if people := w.people(w.leaving.owner); len(people) != 3 || people[0].Called.Name != "Monique" || people[0].Sender.Name != "CCAS" {
			t.Fatalf("the site is shown %+v", people)
		}
		if people := w.people(w.other); len(people) != 1 || people[0].ID != third.ID {
			t.Errorf("the other desk is shown %+v", people)
		}
		for _, follower := range []db.Actor{w.national, w.certifier} {
			if listed := w.list(follower); len(listed) != 1 || listed[0].Left != 3 || listed[0].Kind != departure.Shuts {
				t.Errorf("%s: %+v", follower.Role, listed)
			}
			err := w.View(t.Context(), follower, func(q db.Q) error {
				_, err := departure.People(t.Context(), q, w.leaving.ID)
				return err
			})
			w.refused(err, "forbidden") // no name for them
		}

		if _, err := w.move(w.desk, stays, elsewhere); true {
			w.refused(err, "not_leaving")
		}
		if _, err := w.move(w.other, seated, elsewhere); true {
			w.refused(err, "other_organisation")
		}
		if _, err := w.move(w.desk, seated, later); true {
			w.refused(err, "site_leaves")
		}
		made, err := w.move(w.leaving.owner, seated, elsewhere)
		if err != nil || made.State != workshop.Booked || made.Organisation != w.desk.Organisation {
			t.Fatalf("%+v, %v", made, err)
		}
		if _, err := w.move(w.desk, seated, elsewhere); true {
			w.refused(err, "booking_over")
		}
		if _, err := w.move(w.desk, waiting, elsewhere); err != nil {
			t.Fatal(err)
		}
		w.refused(w.giveUp(w.other, third, "because"), "invalid")

		// The last day passes with one person left: nothing ends.
		w.Clock.Set(w.day(6).At(3*60, civil.Paris))
		w.night()
		if listed := w.list(w.leaving.owner); len(listed) != 1 || listed[0].Ended || listed[0].Left != 1 {
			t.Errorf("%+v", listed)
		}
		if err := w.giveUp(w.other, third, departure.NotWanted); err != nil {
			t.Fatal(err)
		}
		w.night()
		w.night() // once more changes nothing
		if listed := w.list(w.leaving.owner); len(listed) != 1 || !listed[0].Ended {
			t.Errorf("%+v", listed)
		}
		for _, planned := range []workshop.Session{late, later} {
			off := see(w, w.desk, func(ctx context.Context, q db.Q) (workshop.Session, error) {
				return workshop.SessionByID(ctx, q, planned.ID)
			})
			if off.State != workshop.SessionCalledOff || !strings.Contains(off.Reason, "ne reçoit plus") {
				t.Errorf("%s: %s %q", off.WhenText(), off.State, off.Reason)
			}
		}
		shut := see(w, w.desk, func(ctx context.Context, q db.Q) (place.Place, error) { return place.ByID(ctx, q, w.leaving.ID) })
		if shut.ClosedOn.IsZero() {
			t.Error("the directory still proposes the place")
		}
		settled := see(w, w.leaving.owner, func(ctx context.Context, q db.Q) ([]departure.Settled, error) {
			return departure.SettledAt(ctx, q, w.leaving.ID)
		})
		if len(settled) != 3 || settled[0].Why != departure.NotWanted || settled[2].To.ID != elsewhere.ID {
			t.Errorf("%+v", settled)
		}
		w.whole()
	})
}

// The label ends with the last day, and nobody is booked or planned past it.
func TestASiteThatLeavesIsNotBookedPastItsLastDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		before, after := w.plan(w.leaving, 5, 4), w.plan(w.leaving, 6, 4)
		w.leaves(5)
		w.book(w.desk, before, "Monique")
		found := see(w, w.desk, func(ctx context.Context, q db.Q) ([]workshop.Found, error) {
			found, _, err := workshop.Search(ctx, q, workshop.Filter{Site: w.leaving.ID})
			return found, err
		})
		if len(found) != 1 || found[0].ID != before.ID {
			t.Errorf("%d sessions are proposed", len(found))
		}
		_, err := change(w, w.leaving.owner, func(ctx context.Context, tx *db.Tx) (workshop.Session, error) {
			return workshop.Plan(ctx, tx, workshop.New{Site: w.leaving.ID, Topic: "formality", Level: "découvrir", Seats: 2, StartsAt: after.StartsAt, EndsAt: after.EndsAt})
		})
		w.refused(err, "site_leaves")
		w.refused(w.Update(t.Context(), w.desk, func(tx *db.Tx) error {
			_, err := workshop.Keep(t.Context(), tx, newID(), after.ID)
			return err
		}), "site_leaves")
		held := see(w, w.national, func(ctx context.Context, q db.Q) (label.Site, error) { return label.SiteByID(ctx, q, w.leaving.ID) })
		if held.Label.State != label.Withdrawn || held.Label.Until != w.day(5) || !held.LabelledOn(w.day(5)) || held.LabelledOn(w.day(6)) {
			t.Errorf("%+v", held.Label)
		}
		if _, err := w.announce(w.leaving.owner, departure.Departure{Place: w.leaving.ID, LastOn: w.day(9), Reason: "Encore."}); true {
			w.refused(err, "already_leaving")
		}

		// Labelled anew, it stays.
		w.Must(t, w.certifier, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Grant(ctx, tx, label.Decision{Site: w.leaving.ID, On: w.day(6), Reason: "Repris par la commune."})
			return err
		})
		w.book(w.desk, after, "Abdel")
		if listed := w.list(w.national); len(listed) != 0 {
			t.Errorf("%+v", listed)
		}
		w.Clock.Set(w.day(6).At(3*60, civil.Paris))
		w.night()
		w.whole()
	})
}

func TestWhoMayAnnounceADeparture(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	in := departure.Departure{Place: w.leaving.ID, LastOn: w.day(5), Reason: "Le bail s’achève."}
	member, attached := w.leaving.owner, w.leaving.owner
	member.Level = account.LevelMember
	attached.Level, attached.Place = account.LevelMember, newID()
	for _, c := range []struct {
		actor db.Actor
		code  string
	}{
		{member, "owner_only"}, {attached, "owner_only"}, {w.near.owner, "other_organisation"}, {w.desk, "forbidden"},
		{person(account.RoleAccountant, account.LevelOwner, newID()), "forbidden"},
	} {
		_, err := w.announce(c.actor, in)
		w.refused(err, c.code)
	}
	for name, wrong := range map[string]departure.Departure{
		"no day": {Reason: "Oui."}, "yesterday": {LastOn: w.day(-1), Reason: "Oui."}, "in two years": {LastOn: w.day(730), Reason: "Oui."},
		"no reason": {LastOn: w.day(5), Reason: " "}, "too long": {LastOn: w.day(5), Reason: strings.Repeat("a", 2001)},
	} {
		wrong.Place = w.leaving.ID
		if _, err := w.announce(w.leaving.owner, wrong); err == nil {
			t.Errorf("%s: announced", name)
		}
	}
	if _, err := w.announce(w.national, in); err != nil {
		t.Error(err)
	}
	closing := see(w, w.desk, func(ctx context.Context, q db.Q) (place.Closing, error) { return place.ClosingOf(ctx, q, w.leaving.ID) })
	if closing.LastOn != w.day(5) || closing.Shuts {
		t.Errorf("%+v", closing)
	}
}

// A label that is withdrawn or suspended lists its people too, with nothing to
// announce.
func TestAStoppedLabelListsItsPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		held := w.plan(w.leaving, 2, 4)
		session := w.plan(w.leaving, 10, 4)
		w.book(w.desk, held, "Reste")
		left := w.book(w.desk, session, "Monique")
		elsewhere := w.plan(w.near, 11, 8)
		w.Must(t, w.certifier, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Withdraw(ctx, tx, label.Decision{Site: w.leaving.ID, On: w.day(4), Reason: "Plus de médiateur."})
			return err
		})
		if listed := w.list(w.desk); len(listed) != 1 || listed[0].Kind != departure.Withdrawn || listed[0].Left != 1 || listed[0].LastOn != w.day(3) {
			t.Fatalf("%+v", listed)
		}
		proposed := see(w, w.desk, func(ctx context.Context, q db.Q) (int, error) {
			someone, _, err := departure.PersonOf(ctx, q, left.ID)
			if err != nil {
				return 0, err
			}
			choices, err := departure.Proposals(ctx, q, someone)
			for _, choice := range choices { // the site itself still receives, before its last day
				if choice.ID != elsewhere.ID && choice.ID != held.ID {
					t.Errorf("%s is proposed", choice.WhenText())
				}
			}
			return len(choices), err
		})
		if proposed != 2 {
			t.Errorf("%d sessions proposed", proposed)
		}
		if _, err := w.move(w.desk, left, elsewhere); err != nil {
			t.Fatal(err)
		}
		if listed := w.list(w.desk); len(listed) != 0 {
			t.Errorf("%+v", listed)
		}
		w.whole()
	})
}

func TestATamperedDepartureIsFound(t *testing.T) {
	for name, statement := range map[string]string{
		"another last day":      `UPDATE departure SET last_on = '2026-12-31'`,
		"ended in silence":      `UPDATE departure SET state = 'ended', ended_at = announced_at`,
		"a re-homing taken out": `DELETE FROM rehoming`,
		"a person put back":     `UPDATE booking SET state = 'waiting' WHERE id IN (SELECT booking FROM rehoming)`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t, dbtest.SQLite(t))
			left := w.book(w.desk, w.plan(w.leaving, 10, 4), "Monique")
			w.leaves(5)
			if _, err := w.move(w.desk, left, w.plan(w.near, 11, 8)); err != nil {
				t.Fatal(err)
			}
			w.whole()
			w.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Exec(ctx, statement)
				return err
			})
			if findings := see(w, console, departure.Check); len(findings) == 0 {
				t.Error("not found")
			}
		})
	}
}
