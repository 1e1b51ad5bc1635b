package label_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passerelle/internal/audit"
	"passerelle/internal/bank"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/place"
)

var (
	console = db.Actor{Kind: db.Console}
	today   = civil.DateOf(dbtest.Start, civil.Paris)
	iban    = bank.IBAN("FR14 2004 1010 0505 0001 3M02 606")
)

func person(role, level string, organisation db.ID) db.Actor {
	return db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: organisation, Role: role, Level: level}
}

// site makes a place kept by an organisation.
func site(t *testing.T, d *dbtest.DB) (place.Place, db.ID) {
	t.Helper()
	organisation := db.NewID(dbtest.Start)
	var saved place.Place
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		saved, _, err = place.Save(ctx, tx, place.Place{Source: "own", Name: "Maison", Commune: "23096", Organisation: organisation})
		return err
	})
	return saved, organisation
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

func read(t *testing.T, d *dbtest.DB, id db.ID) label.Site {
	t.Helper()
	var found label.Site
	if err := d.View(t.Context(), console, func(q db.Q) (err error) {
		found, err = label.SiteByID(t.Context(), q, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func checked(t *testing.T, d *dbtest.DB) {
	t.Helper()
	if err := d.View(t.Context(), console, func(q db.Q) error {
		findings, err := label.Check(t.Context(), q)
		if len(findings) > 0 {
			t.Error(findings)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestALabelLivesByItsDecisions(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		known, _ := site(t, d)
		certifier := person("certifier", "member", db.NewID(dbtest.Start))
		for number, step := range []struct {
			verb        string
			on          civil.Date
			want        string
			from, until string
			holds       bool // today
		}{
			{"withdraw", today, "not_labelled", "", "", false},
			{"grant", today.AddMonths(-10), "", "2026-01-24", "2029-01-23", true},
			{"grant", today.AddMonths(-11), "decided_later", "2026-01-24", "2029-01-23", true},
			{"grant", today.AddMonths(-10), "already_labelled", "2026-01-24", "2029-01-23", true},
			{"grant", today, "", "2026-01-24", "2029-11-23", true},
			{"withdraw", today.AddDays(-1), "decided_later", "2026-01-24", "2029-11-23", true},
			{"withdraw", today.AddDays(1), "", "2026-01-24", "2026-11-24", true},
			{"withdraw", today.AddDays(1), "not_labelled", "2026-01-24", "2026-11-24", true},
			{"grant", today.AddDays(30), "", "2026-12-24", "2029-12-23", false},
			{"grant", civil.Date{}, "invalid", "2026-12-24", "2029-12-23", false},
			{"grant", today.AddMonths(13), "invalid", "2026-12-24", "2029-12-23", false},
		} {
			d.Clock.Advance(time.Minute)
			decide := map[string]func(context.Context, *db.Tx, label.Decision) (label.Site, error){"grant": label.Grant, "withdraw": label.Withdraw}[step.verb]
			err := d.Update(t.Context(), certifier, func(tx *db.Tx) error {
				_, err := decide(t.Context(), tx, label.Decision{Site: known.ID, On: step.on, Reason: "Visite du lieu"})
				return err
			})
			now := read(t, d, known.ID)
			if codeOf(err) != step.want || now.Label.From.String() != step.from || now.Label.Until.String() != step.until || now.LabelledOn(today) != step.holds {
				t.Errorf("step %d, %s on %s: %q, %s to %s, %v", number+1, step.verb, step.on, codeOf(err), now.Label.From, now.Label.Until, now.LabelledOn(today))
			}
			if now.Place.LabelledOn(today) != now.LabelledOn(today) {
				t.Errorf("step %d: the directory says otherwise", number+1)
			}
		}
		checked(t, d)
		if err := d.View(t.Context(), console, func(q db.Q) error {
			decisions, err := label.Decisions(t.Context(), q, known.ID)
			if err != nil || len(decisions) != 4 || decisions[0].On != today.AddDays(30) || decisions[3].Reason != "Visite du lieu" {
				t.Errorf("%+v %v", decisions, err)
			}
			for act, want := range map[string]int{"label.grant": 3, "label.withdraw": 1} {
				if leaves, err := audit.Of(t.Context(), q, act); err != nil || len(leaves) != want {
					t.Errorf("%s has %d leaves, %v", act, len(leaves), err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestADecisionHasItsReason(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	known, _ := site(t, d)
	for _, reason := range []string{"", "   ", strings.Repeat("é", 2001)} {
		err := d.Update(t.Context(), console, func(tx *db.Tx) error {
			_, err := label.Grant(t.Context(), tx, label.Decision{Site: known.ID, On: today, Reason: reason})
			return err
		})
		if found := fault.Of(err); found.Code != "invalid" || len(found.Fields) != 1 || found.Fields[0].Name != "reason" {
			t.Errorf("%.10q: %v", reason, err)
		}
	}
}

func TestOnlyACertifierDecidesAndOnlyOnAPlaceThatIsKept(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	known, organisation := site(t, d)
	var unkept place.Place
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		unkept, _, err = place.Save(ctx, tx, place.Place{Source: "a", Name: "Autre", Commune: "23096"})
		return err
	})
	certifier := person("certifier", "member", db.NewID(dbtest.Start))
	for _, test := range []struct {
		actor db.Actor
		site  db.ID
		want  string
	}{
		{person("site", "owner", organisation), known.ID, "forbidden"},
		{person("accountant", "owner", organisation), known.ID, "forbidden"},
		{person("certifier", "read_only", organisation), known.ID, "read_only"},
		{db.Actor{}, known.ID, "unauthenticated"},
		{certifier, unkept.ID, "place_unkept"},
		{certifier, db.NewID(dbtest.Start), "unknown_place"},
		{certifier, known.ID, ""},
	} {
		err := d.Update(t.Context(), test.actor, func(tx *db.Tx) error {
			_, err := label.Grant(t.Context(), tx, label.Decision{Site: test.site, On: today, Reason: "Visite"})
			return err
		})
		if codeOf(err) != test.want {
			t.Errorf("%s: %q, want %q", test.actor.Role, codeOf(err), test.want)
		}
	}
}

func TestWhoPaysASiteNeverCertifiesIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		known, _ := site(t, d)
		certifier := person("certifier", "member", db.NewID(dbtest.Start))
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO duty (person, site, duty, taken_at) VALUES ($1, $2, 'pay', $3)`, certifier.ID, known.ID, tx.Now())
			return err
		})
		err := d.Update(t.Context(), certifier, func(tx *db.Tx) error {
			_, err := label.Grant(t.Context(), tx, label.Decision{Site: known.ID, On: today, Reason: "Visite"})
			return err
		})
		if codeOf(err) != "duty_taken" || read(t, d, known.ID).Label.State != label.None {
			t.Errorf("%v", err)
		}
	})
}

// Ten certifiers at once: one decision stands, the others are told.
func TestOneOfSeveralDecisionsAtOnceStands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		known, _ := site(t, d)
		const certifiers = 10
		answers := make(chan error, certifiers)
		for range certifiers {
			certifier := person("certifier", "member", db.NewID(dbtest.Start))
			go func() {
				answers <- d.Update(t.Context(), certifier, func(tx *db.Tx) error {
					_, err := label.Grant(t.Context(), tx, label.Decision{Site: known.ID, On: today, Reason: "Visite"})
					return err
				})
			}()
		}
		granted := 0
		for range certifiers {
			switch code := codeOf(<-answers); code {
			case "":
				granted++
			case "conflict", "already_labelled":
			default:
				t.Errorf("%s", code)
			}
		}
		if granted != 1 {
			t.Errorf("%d decisions stand", granted)
		}
		checked(t, d)
	})
}

func TestBankDetailsAreSealedAndEachEntryStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		known, organisation := site(t, d)
		owner := person("site", "owner", organisation)
		set := func(actor db.Actor, details label.Details) error {
			d.Clock.Advance(time.Minute)
			return d.Update(t.Context(), actor, func(tx *db.Tx) error {
				_, err := label.SetBankDetails(t.Context(), tx, known.ID, details)
				return err
			})
		}
		get := func(actor db.Actor) (details label.Details, err error) {
			err = d.View(t.Context(), actor, func(q db.Q) (err error) {
				details, err = label.BankDetailsOf(t.Context(), q, known.ID)
				return err
			})
			return details, err
		}
		accountant := person("accountant", "member", db.NewID(dbtest.Start))
		if _, err := get(accountant); codeOf(err) != "no_bank_details" {
			t.Errorf("none yet: %v", err)
		}
		first := label.Details{Holder: "  Association  du Bourg ", IBAN: iban, BIC: "psstfrpppar"}
		for name, test := range map[string]struct {
			actor db.Actor
			want  string
		}{
			"a member":           {person("site", "member", organisation), "owner_only"},
			"another's owner":    {person("site", "owner", db.NewID(dbtest.Start)), "other_organisation"},
			"an accountant":      {accountant, "forbidden"},
			"a certifier":        {person("certifier", "owner", organisation), "forbidden"},
			"a read only person": {person("site", "read_only", organisation), "read_only"},
		} {
			if err := set(test.actor, first); codeOf(err) != test.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := set(owner, first); err != nil {
			t.Fatal(err)
		}
		if err := set(owner, label.Details{Holder: "Association du Bourg", IBAN: "FR1420041010050500013M02606", BIC: "PSSTFRPPPAR"}); err != nil {
			t.Fatal(err)
		}
		if err := set(owner, label.Details{Holder: "Autre", IBAN: "DE89 3704 0044 0532 0130 00"}); err != nil {
			t.Fatal(err)
		}
		for name, actor := range map[string]db.Actor{"accountant": accountant, "owner": owner} {
			read, err := get(actor)
			if err != nil || read.Holder != "Autre" || read.IBAN != "DE89370400440532013000" || read.BIC != "" || read.Actor != owner.ID {
				t.Errorf("%s reads %+v, %v", name, read, err)
			}
		}
		for name, actor := range map[string]db.Actor{"a member": person("site", "member", organisation), "an auditor": person("auditor", "owner", organisation), "a visitor": {}} {
			if _, err := get(actor); err == nil {
				t.Errorf("%s reads them", name)
			}
		}
		if err := d.View(t.Context(), console, func(q db.Q) error {
			var entries int
			if err := q.QueryRow(t.Context(), `SELECT COUNT(*) FROM bank_details`).Scan(&entries); err != nil {
				return err
			}
			sealed, err := db.All(t.Context(), q, db.Value[[]byte], `SELECT iban FROM bank_details`)
			if err != nil {
				return err
			}
			for _, column := range sealed {
				if strings.Contains(string(column), "20041010") || strings.Contains(string(column), "370400440") {
					t.Error("an IBAN lies open")
				}
			}
			leaves, err := audit.Of(t.Context(), q, "bank_details.enter")
			if entries != 2 || len(leaves) != 2 {
				t.Errorf("%d entries, %d leaves: the same account again adds none", entries, len(leaves))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		checked(t, d)
	})
}

func TestWrongBankDetailsAreToldFieldByField(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	known, organisation := site(t, d)
	err := d.Update(t.Context(), person("site", "owner", organisation), func(tx *db.Tx) error {
		_, err := label.SetBankDetails(t.Context(), tx, known.ID, label.Details{IBAN: "FR00", BIC: "X"})
		return err
	})
	if found := fault.Of(err); found.Code != "invalid" || len(found.Fields) != 3 {
		t.Errorf("%v %+v", err, found.Fields)
	}
}

func TestCheckNamesWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		known, _ := site(t, d)
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			if _, err := label.Grant(ctx, tx, label.Decision{Site: known.ID, On: today, Reason: "Visite"}); err != nil {
				return err
			}
			_, err := label.SetBankDetails(ctx, tx, known.ID, label.Details{Holder: "A", IBAN: iban})
			return err
		})
		checked(t, d)
		for _, statement := range []string{
			`UPDATE label SET valid_until = '2099-01-01'`,
			`UPDATE label_decision SET verb = 'withdraw'`,
			`DELETE FROM bank_details_current`,
			`UPDATE label_decision SET reason = 'Autre'`,
			`UPDATE bank_details SET mark = payee`,
			`DELETE FROM leaf`,
			`INSERT INTO leaf (id, act, subject, actor_kind, at, salt, hash) SELECT place, act, place, actor_kind, leaf.at, salt, hash FROM leaf, label_decision WHERE act = 'label.grant'`,
		} {
			err := d.Update(t.Context(), console, func(tx *db.Tx) error {
				if _, err := tx.Exec(t.Context(), statement); err != nil {
					return err
				}
				findings, err := label.Check(t.Context(), tx)
				if err != nil {
					return err
				}
				if len(findings) == 0 || !strings.Contains(findings[0], known.ID.String()) && !strings.Contains(findings[0], "registre scellé") {
					t.Errorf("%s: %v", statement, findings)
				}
				return fault.ErrConflict // undone
			})
			if codeOf(err) != "conflict" {
				t.Error(err)
			}
		}
	})
}
