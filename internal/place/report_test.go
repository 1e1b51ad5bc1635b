package place_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/job"
	"passerelle/internal/place"
)

func code(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, wanted %q", what, got, want)
	}
}

// team is somebody of a territory's team.
func team(t *testing.T, d *dbtest.DB, name, territory string) db.Actor {
	t.Helper()
	actor := db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Role: account.RoleTerritory, Level: account.LevelOwner}
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		made, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: name, Territory: territory, Roles: []string{account.RoleTerritory}})
		actor.Organisation = made.ID
		return err
	})
	return actor
}

func person(role string, organisation db.ID) db.Actor {
	return db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Role: role, Level: account.LevelMember, Organisation: organisation}
}

func report(t *testing.T, d *dbtest.DB, actor db.Actor, in place.NewReport) place.ErrorReport {
	t.Helper()
	var made place.ErrorReport
	d.Must(t, actor, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = place.ReportError(ctx, tx, in)
		return err
	})
	return made
}

func answer(d *dbtest.DB, actor db.Actor, id db.ID, with place.ReportAnswer) error {
	return d.Update(context.Background(), actor, func(tx *db.Tx) error { return place.AnswerReport(context.Background(), tx, id, with) })
}

// replies are the e-mails to which jobs will tell answers.
func replies(t *testing.T, d *dbtest.DB) (emails []string) {
	t.Helper()
	d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
		waiting, err := job.List(ctx, tx, job.Waiting, db.ID{}, 100)
		for _, one := range waiting {
			var reply place.Reply
			if err := json.Unmarshal(one.Payload, &reply); err != nil || one.Kind != place.JobReply {
				t.Fatal(one.Kind, err)
			}
			_, email, err := place.ReplyOf(ctx, tx, reply)
			if err != nil {
				return err
			}
			emails = append(emails, email)
		}
		return err
	})
	return emails
}

func checked(t *testing.T, d *dbtest.DB) {
	t.Helper()
	if err := d.View(t.Context(), console, func(q db.Q) error {
		findings, err := place.Check(t.Context(), q)
		if len(findings) > 0 {
			t.Error(findings)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestAReportRefusesWhatMustNotBeWritten(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	p := aged(t, d, "Maison", 1, nil)
	for name, c := range map[string]struct {
		in   place.NewReport
		want string
	}{
		"no kind":                  {place.NewReport{}, "kind"},
		"another kind":             {place.NewReport{Kind: "ugly"}, "kind"},
		"other, without a word":    {place.NewReport{Kind: "other", Text: "  "}, "text"},
		"a social-security number": {place.NewReport{Kind: "hours", Text: "mon numéro est 2 84 05 23 096 001 20"}, "text"},
		"a card":                   {place.NewReport{Kind: "hours", Text: "4970 1012 3456 7893"}, "text"},
		"a password":               {place.NewReport{Kind: "other", Text: "mon mot de passe : azerty"}, "text"},
		"too long":                 {place.NewReport{Kind: "other", Text: strings.Repeat("a", 1001)}, "text"},
		"not an e-mail":            {place.NewReport{Kind: "hours", Email: "nobody"}, "email"},
	} {
		c.in.Place = p.ID
		err := do(t, d, db.Actor{}, func(ctx context.Context, tx *db.Tx) error { _, err := place.ReportError(ctx, tx, c.in); return err })
		if fields := fault.Of(err).Fields; len(fields) != 1 || fields[0].Name != c.want {
			t.Errorf("%s: %v %v", name, err, fields)
		}
	}
	if err := do(t, d, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
		_, err := place.ReportError(ctx, tx, place.NewReport{Place: tx.NewID(), Kind: "hours"})
		return err
	}); code(err) != "unknown_place" {
		t.Error(err)
	}
}

func TestTwoPeopleOrAnAgentMakeAPlaceDoubtful(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		closed := func(p place.Place, from string) place.NewReport {
			return place.NewReport{Place: p.ID, Kind: place.ReportClosed, From: from}
		}
		two, one, agents := aged(t, d, "two", 1, nil), aged(t, d, "one", 1, nil), aged(t, d, "agents", 1, nil)
		first := report(t, d, db.Actor{}, closed(two, "192.0.2.1"))
		if byID(t, d, two.ID).Stale {
			t.Error("one visitor is enough")
		}
		second := report(t, d, db.Actor{}, closed(two, "192.0.2.2"))
		report(t, d, db.Actor{}, closed(one, "192.0.2.1"))
		report(t, d, db.Actor{}, closed(one, "192.0.2.1"))
		report(t, d, db.Actor{}, place.NewReport{Place: one.ID, Kind: "hours", From: "192.0.2.2"})
		report(t, d, person(account.RoleDesk, db.NewID(dbtest.Start)), closed(agents, ""))
		for _, c := range []struct {
			place place.Place
			want  bool
		}{{two, true}, {one, false}, {agents, true}} {
			if got := byID(t, d, c.place.ID).Stale; got != c.want {
				t.Errorf("%s: stale %v", c.place.Name, got)
			}
		}
		national := person(account.RoleNational, db.NewID(dbtest.Start))
		if err := answer(d, national, first.ID, place.ReportAnswer{State: place.ReportRefused, Reason: "Il est ouvert, nous avons appelé."}); err != nil {
			t.Fatal(err)
		}
		if byID(t, d, two.ID).Stale {
			t.Error("one report is left, and the place is still doubtful")
		}
		_ = second
		checked(t, d)
	})
}

func TestAReportIsAnsweredByThoseItConcernsOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		keeper := db.NewID(dbtest.Start)
		p := aged(t, d, "Maison", 1, func(p *place.Place) { p.Organisation = keeper })
		made := report(t, d, db.Actor{}, place.NewReport{Place: p.ID, Kind: "hours", Text: "Fermé le lundi", Email: "ana@exemple.fr", From: "192.0.2.1"})
		creuse, correze := team(t, d, "Creuse", "23"), team(t, d, "Corrèze", "19")
		for name, c := range map[string]struct {
			actor db.Actor
			want  int
			code  string
		}{
			"the keeper":            {person(account.RoleSite, keeper), 1, ""},
			"another site":          {person(account.RoleSite, db.NewID(dbtest.Start)), 0, "unknown_report"},
			"its territory":         {creuse, 1, ""},
			"another territory":     {correze, 0, "unknown_report"},
			"a territory of no one": {team(t, d, "Personne", ""), 0, "unknown_report"},
			"the programme's team":  {person(account.RoleNational, keeper), 1, ""},
		} {
			err := d.View(t.Context(), c.actor, func(q db.Q) error {
				found, err := place.Reports(t.Context(), q, place.ReportFilter{State: place.ReportOpen, Limit: 10})
				if err != nil {
					return err
				}
				if len(found) != c.want {
					t.Errorf("%s sees %d", name, len(found))
				}
				_, err = place.ReportByID(t.Context(), q, made.ID)
				return err
			})
			if code(err) != c.code {
				t.Errorf("%s: %v", name, err)
			}
			if c.code == "" {
				continue
			}
			if err := answer(d, c.actor, made.ID, place.ReportAnswer{State: place.ReportCorrected}); code(err) != c.code {
				t.Errorf("%s answers: %v", name, err)
			}
		}
		if err := answer(d, person(account.RoleDesk, keeper), made.ID, place.ReportAnswer{State: place.ReportCorrected}); code(err) != "forbidden" {
			t.Error(err)
		}
		if err := answer(d, creuse, made.ID, place.ReportAnswer{State: place.ReportRefused}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("refused without a reason: %v", err)
		}

		// Many answer at once: one wins.
		const many = 12
		results := make([]error, many)
		var callers sync.WaitGroup
		for i := range results {
			callers.Go(func() {
				with := place.ReportAnswer{State: place.ReportCorrected}
				if i%2 == 1 {
					with = place.ReportAnswer{State: place.ReportRefused, Reason: "La fiche est juste."}
				}
				results[i] = answer(d, creuse, made.ID, with)
			})
		}
		callers.Wait()
		won := 0
		for _, err := range results {
			switch code(err) {
			case "":
				won++
			case "report_answered":
			default:
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d answers", won)
		}
		checked(t, d)
	})
}

func TestAClosedPlaceLeavesTheListsAndMayReopen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := aged(t, d, "Maison", 1, nil)
		first := report(t, d, db.Actor{}, place.NewReport{Place: p.ID, Kind: place.ReportClosed, Email: "ana@exemple.fr", From: "192.0.2.1"})
		report(t, d, db.Actor{}, place.NewReport{Place: p.ID, Kind: place.ReportClosed, Email: "bob@exemple.fr", From: "192.0.2.2"})
		report(t, d, db.Actor{}, place.NewReport{Place: p.ID, Kind: "hours", From: "192.0.2.2"})
		if err := answer(d, console, first.ID, place.ReportAnswer{State: place.ReportEnded}); err != nil {
			t.Fatal(err)
		}
		same(t, "told", replies(t, d), "ana@exemple.fr", "bob@exemple.fr")
		listed := func() (count int) {
			if err := d.View(t.Context(), console, func(q db.Q) error {
				found, _, err := place.Search(t.Context(), q, place.Filter{Commune: "23096"})
				count = len(found)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return count
		}
		if listed() != 0 || byID(t, d, p.ID).ClosedOn != day {
			t.Error("still listed")
		}
		// The same file again does not bring it back.
		save(t, d, place.Place{Source: "fichier", SourceID: "Maison", Name: "Maison, autre nom", Commune: "23096", UpdatedOn: day, Services: []string{place.ServiceProcedures}})
		if listed() != 0 {
			t.Error("a file brought it back")
		}
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error { return place.Reopen(ctx, tx, p.ID) })
		if listed() != 1 {
			t.Error("not back")
		}
		checked(t, d)
	})
}

func TestWhoReportedIsForgotten(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := aged(t, d, "Maison", 1, nil)
		made := report(t, d, db.Actor{}, place.NewReport{Place: p.ID, Kind: "hours", Text: "Fermé le lundi", Email: "ana@exemple.fr", From: "192.0.2.1"})
		unanswered := report(t, d, db.Actor{}, place.NewReport{Place: p.ID, Kind: "hours", Email: "bob@exemple.fr", From: "192.0.2.1"})
		if err := answer(d, console, made.ID, place.ReportAnswer{State: place.ReportCorrected}); err != nil {
			t.Fatal(err)
		}
		read := func(id db.ID) (found place.ErrorReport) {
			d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
				if err := place.ForgetReports(ctx, tx); err != nil {
					return err
				}
				found, err = place.ReportByID(ctx, tx, id)
				return err
			})
			return found
		}
		d.Clock.Advance(29 * 24 * time.Hour)
		if !read(made.ID).WantsReply {
			t.Error("forgotten too soon")
		}
		d.Clock.Advance(2 * 24 * time.Hour)
		if found := read(made.ID); found.WantsReply || found.Text != "Fermé le lundi" {
			t.Errorf("after a month: %+v", found)
		}
		if !read(unanswered.ID).WantsReply {
			t.Error("forgotten before its answer")
		}
		d.Clock.Advance(365 * 24 * time.Hour)
		if read(unanswered.ID).WantsReply {
			t.Error("kept for ever without an answer")
		}
		d.Clock.Advance(365 * 24 * time.Hour)
		if read(made.ID).Text != "" {
			t.Error("the text has no term")
		}
		checked(t, d)
	})
}
