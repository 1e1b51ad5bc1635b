package label_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/label"
)

// nights runs the night of each of the following days.
func (b *bench) nights(days int) {
	b.t.Helper()
	for range days {
		b.Clock.Advance(24 * time.Hour)
		b.Must(b.t, job.Actor, label.Nightly)
	}
}

// leap skips days without their nights, then runs one.
func (b *bench) leap(days int) {
	b.t.Helper()
	b.Clock.Advance(time.Duration(days-1) * 24 * time.Hour)
	b.nights(1)
}

// told counts the notices of a kind that wait to be told.
func (b *bench) told(kind label.NoticeKind) (count int) {
	b.t.Helper()
	if err := b.View(b.t.Context(), console, func(q db.Q) error {
		jobs, err := db.All(b.t.Context(), q, db.Value[string], `SELECT payload FROM job WHERE kind = $1`, label.JobNotice)
		for _, payload := range jobs {
			if strings.Contains(payload, `"`+string(kind)+`"`) {
				count++
			}
		}
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return count
}

func (b *bench) held(placeID db.ID) bool { return read(b.t, b.DB, placeID).LabelledOn(b.today()) }

func TestALabelIsAnnouncedRenewedInTimeAndHoldsOnMeanwhile(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		id := b.sent(b.places...)
		b.decided(id, b.first, true)
		until := read(t, d, b.places[0]).Label.Until
		leapTo := func(months, days int) {
			b.leap(b.today().DaysUntil(until.AddMonths(-months)) + days)
		}
		leapTo(6, -1)
		if b.told(label.NoticeRenewSoon) != 0 {
			t.Error("announced too early")
		}
		if code := b.does(b.owner, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Begin(ctx, tx, db.ID{}, b.places)
			return err
		}); code != "renewal_too_early" {
			t.Errorf("begun too early: %q", code)
		}
		b.nights(3)
		if soon, now := b.told(label.NoticeRenewSoon), b.told(label.NoticeRenewNow); soon != 2 || now != 0 {
			t.Errorf("six months before: %d and %d", soon, now)
		}
		// One of the places applies again; what it said is copied.
		renewal := b.begun(b.places[0])
		file := b.file(renewal)
		if !file.Renewal || file.Answer(b.places[0], "open_hours").Value != "4" || file.Representative.Name != "Jeanne Ruaud" || len(file.Attachments) != 0 {
			t.Errorf("not copied: %+v %+v", file.Answers, file.Representative)
		}
		leapTo(3, 1)
		if soon, now := b.told(label.NoticeRenewSoon), b.told(label.NoticeRenewNow); soon != 2 || now != 2 {
			t.Errorf("three months before: %d and %d", soon, now)
		}
		leapTo(0, -20)
		b.sentOpen(b.places[0])
		b.nights(35)
		if !b.held(b.places[0]) || b.held(b.places[1]) {
			t.Errorf("past the end: the one renewed in time %v, the other %v", b.held(b.places[0]), b.held(b.places[1]))
		}
		checked(t, d)
		b.decided(renewal, b.second, true)
		b.nights(1)
		first, second := b.file(id), b.file(renewal)
		if first.State != label.Expired || second.State != label.Granted || b.told(label.NoticeExpired) != 1 { // for the place that did not apply
			t.Errorf("the first is %s, the renewal %s", first.State, second.State)
		}
		if site := read(t, d, b.places[0]); !site.LabelledOn(b.today()) || site.Label.From.After(until) {
			t.Errorf("a gap: %+v", site.Label)
		}
		checked(t, d)
	})
}

func TestARefusedRenewalNoLongerHoldsOn(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	b := newBench(t, d)
	id := b.sent(b.places[0])
	b.decided(id, b.first, true)
	until := read(t, d, b.places[0]).Label.Until
	b.leap(b.today().DaysUntil(until) - 30)
	renewal := b.sent(b.places[0])
	b.nights(40)
	if !b.held(b.places[0]) {
		t.Fatal("it does not hold on")
	}
	b.decided(renewal, b.second, false)
	b.nights(40)
	if b.held(b.places[0]) || b.file(id).State != label.Expired || b.told(label.NoticeExpired) != 1 {
		t.Errorf("held %v, the first %s", b.held(b.places[0]), b.file(id).State)
	}
	checked(t, d)
}

func TestASuspensionEndsByItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		id := b.sent(b.places...)
		b.decided(id, b.first, true)
		until := read(t, d, b.places[0]).Label.Until
		suspend := func(days int) string {
			return b.does(b.second, func(ctx context.Context, tx *db.Tx) error {
				_, err := label.Suspend(ctx, tx, id, "Travaux", b.today().AddDays(days))
				return err
			})
		}
		for _, days := range []int{-1, 200} {
			if code := suspend(days); code != "invalid" {
				t.Errorf("for %d days: %q", days, code)
			}
		}
		if code := suspend(10); code != "" {
			t.Fatal(code)
		}
		// Its appeal and a plain decision are refused meanwhile.
		if code := b.does(b.second, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Grant(ctx, tx, label.Decision{Site: b.places[0], On: b.today(), Reason: "Visite"})
			return err
		}); code != "label_suspended" {
			t.Errorf("granted meanwhile: %q", code)
		}
		// One of the places is withdrawn by itself: the other comes back.
		if code := b.does(b.second, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Withdraw(ctx, tx, label.Decision{Site: b.places[1], On: b.today(), Reason: "Fermé"})
			return err
		}); code != "" {
			t.Fatal(code)
		}
		b.nights(10)
		if b.held(b.places[0]) || b.file(id).State != label.Suspended {
			t.Error("it ends on its last day")
		}
		b.nights(1)
		site := read(t, d, b.places[0])
		if !site.LabelledOn(b.today()) || site.Label.Until != until || b.held(b.places[1]) || b.file(id).State != label.Granted {
			t.Errorf("after it: %+v, %s", site.Label, b.file(id).State)
		}
		checked(t, d)
		// The last place withdrawn, the application is.
		b.must(b.second, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Withdraw(ctx, tx, label.Decision{Site: b.places[0], On: b.today(), Reason: "Fermé aussi"})
			return err
		})
		if state := b.file(id).State; state != label.Withdrawn {
			t.Errorf("withdrawn place by place, it is %s", state)
		}
		checked(t, d)
	})
}

func TestWhatGetsNoAnswerIsRemindedThenClosed(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	b := newBench(t, d)
	id := b.sent(b.places[0])
	b.must(b.first, take(id))
	b.must(b.first, func(ctx context.Context, tx *db.Tx) error {
		_, err := label.Ask(ctx, tx, id, "Les tarifs ?")
		return err
	})
	b.nights(29)
	if b.told(label.NoticeAskedAgain) != 0 {
		t.Error("reminded too early")
	}
	b.nights(5)
	if b.told(label.NoticeAskedAgain) != 1 {
		t.Errorf("reminded %d times", b.told(label.NoticeAskedAgain))
	}
	b.nights(56)
	if state := b.file(id).State; state != label.MoreAsked {
		t.Errorf("closed too early: %s", state)
	}
	b.nights(1)
	if state := b.file(id).State; state != label.Withdrawn || b.told(label.NoticeLapsed) != 1 {
		t.Errorf("not closed: %s", state)
	}
	checked(t, d)
	// The place can apply again, and its certifier hears of the promise's end.
	again := b.sent(b.places[0])
	b.must(b.first, take(again))
	b.leap(40)
	if b.told(label.NoticeDueSoon) != 0 {
		t.Error("told of the end too early")
	}
	b.nights(25)
	if b.told(label.NoticeDueSoon) != 1 {
		t.Errorf("told %d times", b.told(label.NoticeDueSoon))
	}
}

func TestAnApplicationIsErasedAtItsTerm(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		id := b.sent(b.places[0])
		b.decided(id, b.first, false)
		draft := b.begun(b.places[1])
		b.leap(364)
		if b.file(draft).State != label.Draft {
			t.Error("a draft is given up too early")
		}
		b.leap(3)
		if file := b.file(draft); file.State != label.Withdrawn || !file.Erased {
			t.Errorf("a draft left for a year: %s, %v", file.State, file.Erased)
		}
		b.leap(4*365 - 10)
		if b.file(id).Erased {
			t.Error("erased before its term")
		}
		b.leap(20)
		file := b.file(id)
		if !file.Erased || file.Representative.Name != "" || len(file.Answers) != 0 || len(file.Attachments) != 0 || len(file.History) != 4 || file.Places[0].Outcome != label.Refused {
			t.Errorf("at its term: %+v", file)
		}
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			var left int
			err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM label_attachment_content`).Scan(&left)
			if left != 0 {
				t.Errorf("%d papers are left", left)
			}
			return err
		})
		checked(t, d)
	})
}
