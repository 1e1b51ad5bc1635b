package label_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/geography"
	"passerelle/internal/label"
)

func TestTheRegisterAndTheFiguresAreForAnyone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		won, lost := b.sent(b.places[0]), b.sent(b.places[1])
		d.Clock.Advance(10 * 24 * time.Hour)
		b.decided(won, b.first, true)
		d.Clock.Advance(60 * 24 * time.Hour)
		b.decided(lost, b.first, false) // late
		b.must(b.owner, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Appeal(ctx, tx, lost, "Venez voir")
			return err
		})
		creuse, err := geography.ParseTerritory("23")
		if err != nil {
			t.Fatal(err)
		}
		paris, err := geography.ParseTerritory("75")
		if err != nil {
			t.Fatal(err)
		}
		if err := d.View(t.Context(), db.Actor{}, func(q db.Q) error {
			lines, next, err := label.Register(t.Context(), q, label.RegisterFilter{Territory: creuse})
			if err != nil || next != "" || len(lines) != 1 || lines[0].ID != b.places[0] || lines[0].Certifier != "Comité" ||
				lines[0].Criteria != "2026-1" || lines[0].Score != 100 || lines[0].Application != won || lines[0].Until != lines[0].Since.AddMonths(36).AddDays(-1) {
				t.Errorf("%+v %v", lines, err)
			}
			if lines, _, err := label.Register(t.Context(), q, label.RegisterFilter{Territory: paris}); err != nil || len(lines) != 0 {
				t.Errorf("in Paris: %+v %v", lines, err)
			}
			for _, territory := range []geography.Territory{{}, creuse} {
				years, err := label.FiguresBy(t.Context(), q, territory)
				if err != nil || len(years) != 2 {
					t.Fatalf("%+v %v", years, err)
				}
				want := []label.Figures{
					{Year: 2027, Refused: 1, PlacesRefused: 1, MedianDays: 70, LongestDays: 70, LateDecisions: 1, Appeals: 1, WaitingNow: 1},
					{Year: 2026, Sent: 2, Granted: 1, PlacesGranted: 1, MedianDays: 10, LongestDays: 10},
				}
				for i := range want {
					if years[i] != want[i] {
						t.Errorf("%+v, want %+v", years[i], want[i])
					}
				}
			}
			years, err := label.FiguresBy(t.Context(), q, paris)
			if err != nil || len(years) != 1 || years[0] != (label.Figures{Year: 2027}) {
				t.Errorf("in Paris: %+v %v", years, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestACertifierSeesTitlesAndReadsWhatTheyTook(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		first, second := b.sent(b.places[0]), b.sent(b.places[1])
		b.must(b.first, take(second))
		queue := func(actor db.Actor, filter label.QueueFilter) (ids []db.ID) {
			t.Helper()
			if err := d.View(t.Context(), actor, func(q db.Q) error {
				for {
					page, next, err := label.Queue(t.Context(), q, filter)
					if err != nil {
						return err
					}
					for _, one := range page {
						ids = append(ids, one.ID)
					}
					if next.IsZero() {
						return nil
					}
					filter.After = next
				}
			}); err != nil {
				t.Fatal(err)
			}
			return ids
		}
		same := func(got []db.ID, want ...db.ID) bool {
			if len(got) != len(want) {
				return false
			}
			for i := range got {
				if got[i] != want[i] {
					return false
				}
			}
			return true
		}
		for name, test := range map[string]struct {
			filter label.QueueFilter
			want   []db.ID
		}{
			"all, oldest first": {label.QueueFilter{}, []db.ID{first, second}},
			"page by page":      {label.QueueFilter{Limit: 1}, []db.ID{first, second}},
			"waiting":           {label.QueueFilter{Waiting: true}, []db.ID{first}},
			"mine":              {label.QueueFilter{Assigned: b.first.ID}, []db.ID{second}},
			"another's":         {label.QueueFilter{Assigned: b.second.ID}, nil},
			"in review":         {label.QueueFilter{States: []label.State{label.InReview, label.Refused}}, []db.ID{second}},
			"late":              {label.QueueFilter{Late: true}, nil},
		} {
			if got := queue(b.second, test.filter); !same(got, test.want...) {
				t.Errorf("%s: %v, want %v", name, got, test.want)
			}
		}
		if got := queue(person("site", "owner", db.NewID(dbtest.Start)), label.QueueFilter{}); len(got) != 0 {
			t.Errorf("another site sees %v", got)
		}
		file := func(actor db.Actor, id db.ID) (found label.File, code string) {
			err := d.View(t.Context(), actor, func(q db.Q) (err error) {
				found, err = label.FileByID(t.Context(), q, id)
				return err
			})
			return found, codeOf(err)
		}
		if _, code := file(b.second, second); code != "not_assigned" {
			t.Errorf("another certifier reads it: %q", code)
		}
		if _, code := file(person("site", "owner", db.NewID(dbtest.Start)), second); code != "other_organisation" {
			t.Errorf("another site reads it: %q", code)
		}
		b.must(b.first, meetsAll(second, b.places[1]))
		own, _ := file(b.owner, second)
		taken, _ := file(b.first, second)
		seen, _ := file(person("auditor", "owner", db.NewID(dbtest.Start)), second)
		if len(own.Judgements) != 0 || len(taken.Judgements) == 0 || taken.Representative.Name == "" || own.Representative.Name == "" {
			t.Errorf("before the decision the applicant reads %d verdicts, the certifier %d", len(own.Judgements), len(taken.Judgements))
		}
		if seen.Representative.Name != "" || len(seen.Answers)+len(seen.Messages)+len(seen.Attachments) != 0 || len(seen.History) == 0 {
			t.Errorf("an auditor reads %+v", seen.Representative)
		}
		d.Clock.Advance(70 * 24 * time.Hour)
		if got := queue(b.second, label.QueueFilter{Late: true, Limit: 1}); !same(got, first, second) {
			t.Errorf("late: %v", got)
		}
	})
}

// What one side writes the other reads, and is told of without its content; it
// lies sealed.
func TestMessagesGoBothWaysSealed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		id := b.begun(b.places[0])
		write := func(actor db.Actor, text string) string {
			return b.does(actor, func(ctx context.Context, tx *db.Tx) error {
				_, err := label.Write(ctx, tx, db.ID{}, id, text)
				return err
			})
		}
		if code := write(b.owner, "Bonjour"); code != "wrong_state" {
			t.Errorf("on a draft: %q", code)
		}
		b.sentOpen(b.places[0])
		if code := write(b.first, "Bonjour"); code != "not_assigned" {
			t.Errorf("before it is taken: %q", code)
		}
		b.must(b.first, take(id))
		for _, test := range []struct {
			actor      db.Actor
			text, want string
		}{
			{b.first, "Et le secret du jardin ?", ""}, {b.owner, "Sous la pierre.", ""}, {b.owner, "  ", "invalid"},
			{b.second, "Et moi ?", "not_assigned"}, {person("auditor", "owner", db.NewID(dbtest.Start)), "Et moi ?", "forbidden"},
			{person("site", "owner", db.NewID(dbtest.Start)), "Et moi ?", "other_organisation"},
		} {
			if code := write(test.actor, test.text); code != test.want {
				t.Errorf("%s: %q", test.text, code)
			}
		}
		file := b.file(id)
		if len(file.Messages) != 2 || file.Messages[0].Side != label.SideCertifier || file.Messages[1].Text != "Sous la pierre." {
			t.Errorf("%+v", file.Messages)
		}
		if b.told(label.NoticeToApplicant) != 1 || b.told(label.NoticeToCertifier) != 1 || b.told("jardin") != 0 {
			t.Error("told wrongly")
		}
		if err := d.View(t.Context(), console, func(q db.Q) error {
			told, err := label.TellOf(t.Context(), q, label.Notice{Application: id, Kind: label.NoticeToCertifier})
			if err != nil || !told.ToCertifier || len(told.Emails) != 1 || told.Emails[0] != "a@exemple.invalid" {
				t.Errorf("%+v %v", told, err)
			}
			told, err = label.TellOf(t.Context(), q, label.Notice{Application: id, Kind: label.NoticeToApplicant})
			if err != nil || told.ToCertifier || len(told.Emails) != 1 || told.Emails[0] != "owner@exemple.invalid" || told.Places != "Annexe" {
				t.Errorf("%+v %v", told, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
