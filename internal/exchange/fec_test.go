package exchange_test

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
)

func TestTheFECBalancesAndIsNumberedWithoutAGap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		post := func(event ledger.Event, amount money.Cents) {
			d.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
				return ledger.Post(ctx, tx, ledger.Move(event, tx.NewID(), db.ID{}, db.ID{}, []db.ID{{}}, []money.Cents{amount}))
			})
		}
		d.Clock.Set(time.Date(2025, time.December, 31, 22, 30, 0, 0, time.UTC)) // 23:30 in Paris
		post(ledger.Unplaced, 12_34)
		d.Clock.Set(time.Date(2025, time.December, 31, 23, 30, 0, 0, time.UTC)) // the year after
		post(ledger.Unplaced, 10_00)
		post(ledger.SentBack, 1_05)
		chart, err := exchange.ReadChart(nil)
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		file := exchange.FEC{Year: 2026, SIREN: "123456782", Chart: chart}
		auditor := db.Actor{Kind: db.Person, Role: account.RoleAuditor, Level: account.LevelMember}
		if err := d.View(t.Context(), auditor, func(q db.Q) error {
			written, err := exchange.ExportFEC(t.Context(), q, &text, file)
			if written != 3 {
				t.Errorf("%d written", written)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(text.String(), "\r\n"), "\r\n")
		debit, credit, last := 0, 0, 0
		for i, line := range lines {
			cells := strings.Split(line, "\t")
			if len(cells) != 18 {
				t.Fatalf("%d columns: %q", len(cells), line)
			}
			if i == 0 {
				continue
			}
			number, _ := strconv.Atoi(cells[2])
			if number != last && number != last+1 {
				t.Errorf("%d after %d", number, last)
			}
			last = number
			sum := func(cell string) int { n, _ := strconv.Atoi(strings.ReplaceAll(cell, ",", "")); return n }
			debit, credit = debit+sum(cells[11]), credit+sum(cells[12])
			if !strings.HasPrefix(cells[3], "2026") || cells[10] == "" || cells[8] == "" {
				t.Errorf("%q", line)
			}
		}
		if debit != 12_34+10_00+1_05 || debit != credit || len(lines) != 7 || file.Name() != "123456782FEC20261231.txt" {
			t.Errorf("debit %d, credit %d:\n%s", debit, credit, text.String())
		}
	})
}

func TestAChartLacksNothing(t *testing.T) {
	whole := string(exchange.DefaultChart())
	for _, text := range []string{"{", "{}", strings.Replace(whole, `"471000"`, `"Attente"`, 1), strings.Replace(whole, `"suspense"`, `"autre"`, 1)} {
		if _, err := exchange.ReadChart([]byte(text)); !fault.HasCode(err, "bad_chart") {
			t.Errorf("%v", err)
		}
	}
}
