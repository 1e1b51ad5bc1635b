package sample_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/report"
	"passerelle/internal/sample"
)

// The sample is played by the capabilities themselves: when it is whole, a
// whole programme is.
func TestEveryInvariantHoldsInTheSampleProgramme(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		build(t, d, 1, 0)
		faulty := check(t, d)
		for _, row := range faulty {
			t.Error(row)
		}
		counts := figures(t, d)
		t.Logf("%+v", counts)
		if counts["holder"] < 1900 || counts["holder"] > 2100 || counts["orders"] != 3 || counts["redemption"] < 1500 {
			t.Errorf("not the programme that was wanted: %v", counts)
		}
		for _, wanted := range []string{
			"statement closed", "statement paid", "coupon blocked", "coupon live", "coupon redeemed", "coupon stated", "coupon paid",
			"booklet in_stock", "booklet blocked", "booklet void", "booking absent", "booking cancelled", "reversal",
			"label_application draft", "label_application sent", "label_application in_review", "label_application more_asked",
			"label_application granted", "label_application refused", "label_application appealed", "label_application suspended",
			"label_application withdrawn", "label_application expired", "place_twin proposed", "place_twin merged", "place_twin apart", "departure announced", "rehoming",
		} {
			if counts[wanted] == 0 {
				t.Errorf("nothing is at the stage %q", wanted)
			}
		}
	})
}

func TestTheSameSeedAndDayMakeTheSameProgramme(t *testing.T) {
	first, again, other := dbtest.SQLite(t), dbtest.SQLite(t), dbtest.SQLite(t)
	const few = 150
	build(t, first, 7, few)
	build(t, again, 7, few)
	build(t, other, 8, few)
	a, b, c := figures(t, first), figures(t, again), figures(t, other)
	same := true
	for name, count := range a {
		if b[name] != count {
			t.Errorf("%s: %d, then %d", name, count, b[name])
		}
		same = same && c[name] == count
	}
	if same {
		t.Error("another seed made the same figures")
	}
}

// A changed, removed or added row of rights or money is found and named.
func TestATamperedRowIsNamed(t *testing.T) {
	d := dbtest.SQLite(t)
	build(t, d, 1, 150)
	for name, statement := range map[string]string{
		"a coupon given back in silence":    `UPDATE coupon SET state = 'live' WHERE id = (SELECT id FROM coupon WHERE state = 'paid' LIMIT 1)`,
		"a redemption moved to a site":      `UPDATE redemption SET site_id = (SELECT id FROM place WHERE organisation IS NULL LIMIT 1) WHERE id = (SELECT MIN(id) FROM redemption)`,
		"a transfer made larger":            `UPDATE transfer SET amount = amount + 1 WHERE id = (SELECT MIN(id) FROM transfer WHERE event = 'redemption')`,
		"a transfer removed":                `DELETE FROM transfer WHERE id = (SELECT MIN(id) FROM transfer WHERE event = 'handover')`,
		"cover that no receipt explains":    `UPDATE order_cover SET received_cents = received_cents + 100`,
		"a statement worth more":            `UPDATE statement SET amount = amount + 1000 WHERE id = (SELECT MIN(id) FROM statement)`,
		"a refusal turned into a label":     `UPDATE label_outcome SET score = 100 WHERE outcome = 'refused'`,
		"a judgement changed afterwards":    `UPDATE label_judgement SET verdict = 'not_met' WHERE criterion = 'mediator' AND application = (SELECT MIN(application) FROM label_outcome WHERE outcome = 'granted')`,
		"an application granted in silence": `UPDATE label_application SET state = 'granted' WHERE state = 'refused'`,
		"a clock set back":                  `UPDATE label_application SET clock_started = '2026-11-01' WHERE state = 'in_review'`,
		"a reason put in another's place":   `UPDATE label_step SET reason = NULL WHERE act = 'suspend'`,
		"a step taken out":                  `DELETE FROM label_step WHERE act = 'ask'`,
		"a member who judged":               `INSERT INTO membership (id, person, organisation, role, level, made_at) SELECT outcome.id, outcome.actor, held.organisation, 'site', 'member', held.made_at FROM label_outcome AS outcome JOIN label_application AS held ON held.id = outcome.application ORDER BY outcome.id LIMIT 1`,
		"a person re-homed in silence":      `DELETE FROM rehoming WHERE booking = (SELECT MIN(booking) FROM rehoming)`,
		"a seat that nobody has":            `UPDATE workshop_session SET taken = taken + 1 WHERE id = (SELECT MIN(id) FROM workshop_session)`,
		"a booklet handed over by no one":   `UPDATE booklet SET state = 'live' WHERE id = (SELECT id FROM booklet WHERE state = 'in_stock' LIMIT 1)`,
		"a statement paid without a debit":  `UPDATE statement SET state = 'paid' WHERE id = (SELECT id FROM statement WHERE state = 'closed' LIMIT 1)`,
	} {
		t.Run(name, func(t *testing.T) {
			undo := errUndo
			err := d.Update(t.Context(), db.Actor{Kind: db.Console}, func(tx *db.Tx) error {
				touched, err := tx.Exec(t.Context(), statement)
				if errors.Is(err, db.ErrCheck) {
					return undo // the database itself refuses
				}
				if err != nil {
					return err
				}
				if touched == 0 {
					t.Fatal("the tampering found no row")
				}
				results, err := report.Check(t.Context(), tx)
				if err != nil {
					return err
				}
				if found := rows(results); len(found) == 0 {
					t.Error("not found")
				} else {
					t.Log(found[0])
				}
				return undo
			})
			if err != undo {
				t.Fatal(err)
			}
		})
	}
}

func TestThereIsAnAccountForEveryRole(t *testing.T) {
	d := dbtest.SQLite(t)
	accounts := build(t, d, 1, 150)
	roles := map[string]int{}
	for _, one := range accounts {
		roles[one.Role]++
		if one.Role == account.RoleSite && one.SiteID.IsZero() {
			t.Errorf("%s has no site", one.Email)
		}
		if !strings.HasSuffix(one.Organisation, "(exemple)") {
			t.Errorf("%s does not say that it is invented", one.Organisation)
		}
	}
	for _, role := range account.Roles {
		if roles[role] == 0 {
			t.Errorf("nobody signs in as %s", role)
		}
	}
	if roles[account.RoleAccountant] < 2 || roles[account.RoleCertifier] < 2 || roles[account.RoleFunder] < 3 {
		t.Errorf("too few of a role: %v", roles)
	}
}

type undone struct{}

func (undone) Error() string { return "undone" }

var errUndo error = undone{}

func build(t *testing.T, d *dbtest.DB, seed uint64, people int) []sample.Account {
	t.Helper()
	begin := time.Now()
	accounts, err := sample.Build(t.Context(), d.DB, d.Clock, sample.Options{Seed: seed, People: people, At: hour(civil.On(2026, time.November, 20))})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("built in %s", time.Since(begin).Round(time.Millisecond))
	return accounts
}

func hour(day civil.Date) time.Time { return day.At(13*60+50, civil.Paris) }

func check(t *testing.T, d *dbtest.DB) []string {
	t.Helper()
	var results []report.Result
	err := d.View(t.Context(), db.Actor{Kind: db.Console}, func(q db.Q) (err error) {
		results, err = report.Check(t.Context(), q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows(results)
}

func rows(results []report.Result) []string {
	var faulty []string
	for _, result := range results {
		faulty = append(faulty, result.Faulty...)
	}
	return faulty
}

// figures counts what the story made.
func figures(t *testing.T, d *dbtest.DB) map[string]int {
	t.Helper()
	counts := map[string]int{}
	err := d.View(t.Context(), db.Actor{Kind: db.Console}, func(q db.Q) error {
		for _, table := range []string{"holder", "diagnosis", "orders", "booklet", "handover", "workshop_session", "booking", "redemption", "reversal", "statement", "transfer", "place", "rehoming"} {
			var count int
			if err := q.QueryRow(t.Context(), `SELECT COUNT(*) FROM `+table).Scan(&count); err != nil {
				return err
			}
			counts[table] = count
		}
		for _, grouped := range []string{"statement", "coupon", "booklet", "booking", "label_application", "place_twin", "departure"} {
			type line struct {
				state string
				count int
			}
			lines, err := db.All(t.Context(), q, func(row db.Scanner) (l line, err error) {
				err = row.Scan(&l.state, &l.count)
				return l, err
			}, `SELECT state, COUNT(*) FROM `+grouped+` GROUP BY state ORDER BY state`)
			if err != nil {
				return err
			}
			for _, l := range lines {
				counts[grouped+" "+l.state] = l.count
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return counts
}
