package notify_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/holder"
	"passerelle/internal/job"
	"passerelle/internal/money"
	"passerelle/internal/notify"
)

// operator stands for a gateway of text messages; err answers every message
// while it is set.
type operator struct {
	mutex sync.Mutex
	err   error
	got   []notify.Texting
}

func (o *operator) SendText(_ context.Context, t notify.Texting) (string, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.err != nil {
		return "", o.err
	}
	o.got = append(o.got, t)
	return "ref-" + t.ID.String(), nil
}

type post struct {
	*dbtest.DB
	operator *operator
	runner   *job.Runner
	agent    db.Actor
	folder   string
}

func newPost(t *testing.T, d *dbtest.DB) *post {
	t.Helper()
	p := &post{DB: d, operator: &operator{}, folder: t.TempDir(), runner: job.NewRunner(d.DB, slog.New(slog.DiscardHandler))}
	notify.Post{Database: d.DB, Sender: notify.Folder{Path: p.folder}, Texts: p.operator, From: "passerelle@exemple.fr", FromName: "Passerelle"}.Register(p.runner)
	p.agent = db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start), Role: account.RoleDesk, Level: account.LevelMember}
	return p
}

func (p *post) person(t *testing.T, in holder.New) holder.Holder {
	t.Helper()
	var made holder.Holder
	p.Must(t, p.agent, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = holder.Register(ctx, tx, in)
		return err
	})
	return made
}

func (p *post) tell(t *testing.T, who holder.Holder, word notify.Word) (told notify.Told) {
	t.Helper()
	p.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) (err error) {
		told, err = notify.Tell(ctx, tx, who.ID, word)
		return err
	})
	return told
}

func (p *post) all(t *testing.T, who holder.Holder) (found []notify.Record) {
	t.Helper()
	if err := p.View(t.Context(), p.agent, func(q db.Q) (err error) {
		found, err = notify.SentTo(t.Context(), q, who.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func (p *post) rules(t *testing.T, change func(r *notify.Rules)) {
	t.Helper()
	rules := notify.UsualRules
	change(&rules)
	p.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error { return notify.SetRules(ctx, tx, rules) })
}

func reminder(booking string) notify.Word {
	starts := time.Date(2026, time.November, 26, 14, 0, 0, 0, civil.Paris)
	return notify.Word{
		Kind: notify.ReminderTwo, Once: "reminder " + booking, TooLate: starts.Add(-time.Hour),
		Facts: notify.Facts{Workshop: "Écrire un courriel", Place: "Médiathèque", Address: "8 avenue Fayolle, 23000 Guéret", Starts: starts, Telephone: "+33555521234"},
	}
}

var monique = holder.New{Name: "Monique", Commune: "23096", Telephone: "06 39 98 41 22", Consent: true}

func TestAReminderIsToldOnceByTextMessageAndToWhom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newPost(t, d)
		daughter := monique
		daughter.Recipient = holder.Recipient{Relation: "daughter"}
		who := p.person(t, daughter)
		p.tell(t, who, reminder("a"))
		if again := p.tell(t, who, reminder("a")); !again.ID.IsZero() {
			t.Errorf("told again: %+v", again)
		}
		drain(t, p.runner)
		drain(t, p.runner)
		if len(p.operator.got) != 1 {
			t.Fatalf("%d text messages", len(p.operator.got))
		}
		got := p.operator.got[0]
		if got.To != "+33639984122" || !strings.HasPrefix(got.Text, "Message pour Monique\n") || !strings.Contains(got.Text, "jeudi 26 novembre 2026 à 14 heures") {
			t.Errorf("sent to %s: %s", got.To, got.Text)
		}
		sent := p.all(t, who)
		if len(sent) != 1 || sent[0].State != notify.WordSent || sent[0].Text != got.Text || sent[0].Recipient != "+33639984122" || sent[0].EndedAt.IsZero() {
			t.Fatalf("kept %+v", sent)
		}
		for _, report := range []bool{true, false} { // a report that comes twice, or contradicts, changes nothing
			p.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
				return notify.Receive(ctx, tx, notify.Inbound{Reference: "ref-" + got.ID.String(), Delivered: report})
			})
			if sent := p.all(t, who); sent[0].State != notify.WordDelivered {
				t.Errorf("after the report: %+v", sent[0])
			}
		}
		// Nothing of whom it goes to stands in the open.
		for _, column := range []string{"recipient", "content"} {
			var open int
			d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
				rows, err := db.All(ctx, tx, db.Value[[]byte], `SELECT `+column+` FROM person_message`)
				for _, row := range rows {
					if strings.Contains(string(row), "3998") || strings.Contains(string(row), "Monique") {
						open++
					}
				}
				return err
			})
			if open > 0 {
				t.Errorf("%s is kept in the open", column)
			}
		}
	})
}

func TestAMessageWaitsForTheMorningAndIsDroppedWhenItIsTooLate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newPost(t, d)
		who := p.person(t, monique)
		d.Clock.Set(time.Date(2026, time.November, 24, 21, 0, 0, 0, civil.Paris))
		p.tell(t, who, reminder("a"))
		drain(t, p.runner)
		if len(p.operator.got) != 0 {
			t.Fatal("sent in the evening")
		}
		d.Clock.Set(time.Date(2026, time.November, 25, 8, 0, 0, 0, civil.Paris))
		drain(t, p.runner)
		if len(p.operator.got) != 1 {
			t.Fatal("not sent in the morning")
		}
		late := reminder("b")
		late.TooLate = time.Date(2026, time.November, 26, 7, 0, 0, 0, civil.Paris)
		d.Clock.Set(time.Date(2026, time.November, 25, 20, 30, 0, 0, civil.Paris))
		if told := p.tell(t, who, late); told.State != notify.WordDropped || told.Reason != notify.TooLate {
			t.Errorf("told %+v", told)
		}
		// A runner that was stopped for a day sends nothing that is over.
		p.tell(t, who, reminder("c"))
		d.Clock.Set(time.Date(2026, time.November, 26, 13, 30, 0, 0, civil.Paris))
		drain(t, p.runner)
		if sent := p.all(t, who); len(p.operator.got) != 1 || sent[0].State != notify.WordDropped {
			t.Errorf("sent %d, %+v", len(p.operator.got), sent[0])
		}
	})
}

func TestWhoCannotBeToldIsKeptForTheListOfCalls(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newPost(t, d)
		quiet := monique
		quiet.Consent = false
		who := p.person(t, quiet)
		if told := p.tell(t, who, reminder("a")); told.State != notify.WordUnreachable || told.Reason != notify.NoConsent {
			t.Errorf("told %+v", told)
		}
		drain(t, p.runner)
		if len(p.operator.got) != 0 {
			t.Error("someone who did not agree is told")
		}
		// Told by e-mail, who has no telephone but an address to write to.
		by := p.person(t, holder.New{Name: "Odile", Email: "odile@exemple.fr", Consent: true})
		p.tell(t, by, reminder("b"))
		drain(t, p.runner)
		if sent := p.all(t, by); sent[0].Channel != notify.Email || sent[0].State != notify.WordSent || !strings.Contains(sent[0].Text, "Votre place est gardée.") {
			t.Errorf("by e-mail: %+v", sent[0])
		}
	})
}

func TestAStopTakesTheConsentBackAndWhatWaitsIsNotSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newPost(t, d)
		who, other := p.person(t, monique), p.person(t, holder.New{Name: "Odile", Telephone: "06 39 98 00 01", Consent: true})
		later := reminder("a")
		later.NotBefore = dbtest.Start.Add(2 * time.Hour)
		p.tell(t, who, later)
		p.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			return notify.Receive(ctx, tx, notify.Inbound{From: "33639984122", Text: "Stop"})
		})
		d.Clock.Advance(3 * time.Hour)
		drain(t, p.runner)
		if sent := p.all(t, who); len(p.operator.got) != 0 || sent[0].State != notify.WordDropped || sent[0].Reason != notify.Withdrawn {
			t.Errorf("after STOP: %d sent, %+v", len(p.operator.got), sent[0])
		}
		for id, want := range map[db.ID]bool{who.ID: false, other.ID: true} {
			var known holder.Holder
			p.Must(t, p.agent, func(ctx context.Context, tx *db.Tx) (err error) {
				known, err = holder.ByID(ctx, tx, id)
				return err
			})
			if known.Consent != want {
				t.Errorf("consent of %s: %v", known.Name, known.Consent)
			}
		}
	})
}

func TestTheMonthsCeilingHoldsTextMessagesAndNotEmails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newPost(t, d)
		p.rules(t, func(r *notify.Rules) { r.Price, r.Ceiling = 45, money.Cents(10) }) // two messages of 4,5 cents
		who := p.person(t, monique)
		both := monique
		both.Email, both.Telephone = "odile@exemple.fr", "06 39 98 00 01"
		second := p.person(t, both)
		for _, booking := range []string{"a", "b", "c"} { // asked for before any is sent
			p.tell(t, who, reminder(booking))
		}
		drain(t, p.runner)
		if len(p.operator.got) != 2 {
			t.Fatalf("%d text messages for a ceiling of two", len(p.operator.got))
		}
		if told := p.tell(t, who, reminder("d")); told.State != notify.WordUnreachable || told.Reason != notify.OverCeiling {
			t.Errorf("past the ceiling: %+v", told)
		}
		if told := p.tell(t, second, reminder("e")); told.Channel != notify.Email {
			t.Errorf("with an e-mail, past the ceiling: %+v", told)
		}
		// The next month opens again.
		d.Clock.Set(time.Date(2026, time.December, 1, 9, 0, 0, 0, civil.Paris))
		next := reminder("f")
		next.TooLate = time.Time{}
		p.tell(t, who, next)
		drain(t, p.runner)
		if len(p.operator.got) != 3 {
			t.Errorf("%d text messages once the month is new", len(p.operator.got))
		}
	})
}

func TestARefusedNumberCostsNothingAndABrokenGatewayIsTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newPost(t, d)
		who := p.person(t, monique)
		p.operator.err = errors.New("HTTP 500")
		p.tell(t, who, reminder("a"))
		drain(t, p.runner)
		if sent := p.all(t, who); sent[0].State != notify.WordWaiting {
			t.Errorf("while the gateway is broken: %+v", sent[0])
		}
		p.operator.err = nil
		d.Clock.Advance(time.Hour)
		drain(t, p.runner)
		if sent := p.all(t, who); sent[0].State != notify.WordSent || len(p.operator.got) != 1 {
			t.Errorf("once it is mended: %+v", sent[0])
		}
		p.operator.err = notify.ErrRefused
		p.tell(t, who, reminder("b"))
		drain(t, p.runner)
		if sent := p.all(t, who); sent[0].State != notify.WordFailed || sent[0].Reason != notify.BadNumber {
			t.Errorf("a refused number: %+v", sent[0])
		}
		var cost, messages int64
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT cost, messages FROM message_month`).Scan(&cost, &messages)
		})
		if cost != 45 || messages != 1 {
			t.Errorf("counted %d thousandths, %d messages; one alone was sent", cost, messages)
		}
	})
}
