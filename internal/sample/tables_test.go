package sample_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/report"
	"passerelle/internal/voucher"
)

// watched describes, for the tampering of one of its rows, a table that
// docs/invariants.md lists.
type watched struct {
	key   string // columns of its primary key; "id" when empty
	where string // which row is tampered with; the first when empty
	named string // columns of which one names the row; "id" when empty
	// added makes a new row that the database accepts: SQL by column. The key
	// "id" is made without being told.
	added map[string]string
	// free are the columns that no check looks at, with the reason.
	free map[string]string
}

const (
	fresh = `(SELECT salt FROM leaf WHERE number = 7)` // 16 bytes that are the id of nothing
)

var tables = map[string]watched{
	"transfer":            {where: "event = 'redemption'", named: "id cause"},
	"receipt":             {},
	"journal_closing":     {added: map[string]string{"until": "'1999-01-01'"}},
	"journal_closing_sum": {key: "closing_id account", named: "closing_id", added: map[string]string{"account": "'own'"}},
	"funder_account":      {},
	"bank_credit":         {where: "waiting_cents > 0", added: map[string]string{"mark": fresh}},
	"credit_sent_back":    {},
	"refund":              {where: "message_id IS NOT NULL", added: map[string]string{"reference": "'R1999-0001'", "message_id": "'RBT-1'"}},
	"refund_outcome":      {added: map[string]string{"kind": "'returned'"}},
	"rollover":            {},
	"funder":              {added: map[string]string{"organisation_id": fresh}},
	"agreement":           {},
	// What a leaf stands for is the version, whose id is the agreement's for the first.
	"agreement_version": {added: map[string]string{"version": "99"}},
	"agreement_share":   {key: "agreement_id version position", where: "version = 1", named: "agreement_id", added: map[string]string{"position": "99", "funder_id": fresh}},
	"agreement_bonus":   {key: "agreement_id version position", where: "version = 1", named: "agreement_id", added: map[string]string{"position": "99"}},
	"booklet_print":     {},
	"handover":          {added: map[string]string{"booklet_id": "(SELECT id FROM booklet WHERE state = 'in_stock' ORDER BY id LIMIT 1)"}},
	"booklet_end":       {added: map[string]string{"booklet_id": "(SELECT id FROM booklet WHERE state = 'in_stock' ORDER BY id LIMIT 1)"}},
	"redemption":        {added: map[string]string{"turn": "99"}},
	"reversal": {added: map[string]string{
		"redemption_id": "(SELECT r.id FROM redemption r WHERE NOT EXISTS (SELECT 1 FROM reversal v WHERE v.redemption_id = r.id) ORDER BY r.id LIMIT 1)",
	}},
	"stated": {key: "redemption_id", named: "redemption_id statement_id", added: map[string]string{
		"redemption_id": "(SELECT r.id FROM redemption r WHERE NOT EXISTS (SELECT 1 FROM stated s WHERE s.redemption_id = r.id) ORDER BY r.id LIMIT 1)",
	}},
	"payment_file":    {added: map[string]string{"message_id": "'PASS-20260101-ABCDEF'"}},
	"payment":         {named: "id file_id", added: map[string]string{"statement_id": "(SELECT s.id FROM statement s WHERE s.state = 'closed' ORDER BY s.id LIMIT 1)"}},
	"payment_refusal": {added: map[string]string{"payment_id": "(SELECT p.id FROM payment p WHERE NOT EXISTS (SELECT 1 FROM payment_refusal r WHERE r.payment_id = p.id) ORDER BY p.id LIMIT 1)"}},
	"payment_debit":   {added: map[string]string{"file_id": fresh}},
	"issuer_account":  {},
	"bank_details": {free: map[string]string{
		"organisation": "is told by the leaf's actor, and moves nothing",
	}},
	"label_decision": {free: map[string]string{"organisation": "is told by the leaf's actor, and moves nothing"}},
	"label_step":     {where: "act = 'ask'", named: "id application", added: map[string]string{"number": "99"}, free: map[string]string{"organisation": "is told by the leaf's actor, and moves nothing"}},
	"label_outcome":  {added: map[string]string{"round": "9"}},
	"leaf":           {where: "act = 'voucher.redeem'", named: "id subject number", added: map[string]string{"number": "NULL"}},
	"booklet": {where: "state = 'live'", added: map[string]string{"number": "'999999999999'", "sequence": "9999"}, free: map[string]string{
		"inner_code": "is a text sealed beside its match, which alone opens the booklet",
	}},
	"coupon": {where: "state = 'redeemed'", named: "id booklet_id", added: map[string]string{
		"number": "'9999999999999999'", "rank": "99999", "state": "'live'", "redemption_id": "NULL",
	}},
	"orders":      {added: map[string]string{"reference": "'1999-0001'"}},
	"order_line":  {key: "order_id position", named: "order_id", added: map[string]string{"position": "99"}},
	"order_cover": {key: "order_id position", named: "order_id", added: map[string]string{"position": "99", "funder_id": fresh, "received_cents": "0", "committed_cents": "0"}},
	"statement": {where: "state = 'paid'", added: map[string]string{
		"reference": "'1999-01-0001'", "month": "'1999-01'", "state": "'closed'", "file_id": "NULL", "paid_on": "NULL",
	}},
	"label":                {key: "place", named: "place", added: map[string]string{"place": "(SELECT p.id FROM place p WHERE NOT EXISTS (SELECT 1 FROM label l WHERE l.place = p.id) ORDER BY p.id LIMIT 1)"}},
	"bank_details_current": {key: "payee", named: "payee", added: map[string]string{"payee": fresh}},
}

var listed = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|")

// TestEveryTableOfRightsAndMoneyIsWatched reads the list in docs/invariants.md,
// and for each table changes, removes and adds a row in a transaction that is
// rolled back: check must name it.
func TestEveryTableOfRightsAndMoneyIsWatched(t *testing.T) {
	text, err := os.ReadFile("../../docs/invariants.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(text), "## Tables of rights and money")
	part, _, _ = strings.Cut(part, "\n### ")
	var names []string
	for _, match := range listed.FindAllStringSubmatch(part, -1) {
		names = append(names, match[1])
	}
	if len(names) < 25 {
		t.Fatalf("the list holds %d tables", len(names))
	}
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		build(t, d, 1, 100)
		lose(t, d)
		for _, row := range check(t, d) {
			t.Fatal(row)
		}
		for _, name := range names {
			table, described := tables[name]
			if !described {
				t.Errorf("%s is listed, and the test does not know how to tamper with it", name)
				continue
			}
			t.Run(name, func(t *testing.T) { (&tampering{t: t, d: d, name: name, watched: table}).all() })
		}
	})
}

// lose blocks a booklet that a person holds: so short a story loses none.
func lose(t *testing.T, d *dbtest.DB) {
	t.Helper()
	var number string
	var desk db.ID
	err := d.View(t.Context(), db.Actor{}, func(q db.Q) error {
		return q.QueryRow(t.Context(), `SELECT number, desk_id FROM booklet WHERE state = 'live' ORDER BY id DESC LIMIT 1`).Scan(&number, &desk)
	})
	if err != nil {
		t.Fatal(err)
	}
	actor := db.Actor{Kind: db.Person, Organisation: desk, Role: account.RoleDesk, Level: account.LevelOwner}
	d.Must(t, actor, func(ctx context.Context, tx *db.Tx) error {
		_, err := voucher.Block(ctx, tx, voucher.Loss{ID: tx.NewID(), Number: number, Kind: voucher.Lost, Reason: "Perdu en route."})
		return err
	})
}

type tampering struct {
	watched
	t       *testing.T
	d       *dbtest.DB
	name    string
	columns []string
	rows    [][]any // as they are; the first is removed, and copied
}

// mostRows bounds how many rows are changed at once, one column of each.
const mostRows = 40

func (w *tampering) all() {
	w.read()
	var edits []int
	for i, column := range w.columns {
		if w.free[column] == "" && !slices.Contains(strings.Fields(w.key), column) {
			edits = append(edits, i)
		}
	}
	removal := func(tx *db.Tx, row []any) []wanted {
		if !w.run(tx, `DELETE FROM `+w.name+w.here(1), w.at(row)...) {
			w.t.Error("the row could not be removed")
		}
		return []wanted{{"removed", w.names(tx, row, false)}}
	}
	addition := func(tx *db.Tx, row []any) []wanted {
		names := w.names(tx, row, true)
		if !w.add(tx, row) {
			w.t.Error("no row could be added")
		}
		return []wanted{{"added", names}}
	}
	// A column of each of many rows at once: check is what takes time.
	let := 0
	change := func(tx *db.Tx, rows [][]any, columns []int) (all []wanted) {
		for place, column := range columns {
			if w.edit(tx, rows[place], column) {
				all = append(all, wanted{w.columns[column] + " changed", w.names(tx, rows[place], false)})
			}
		}
		let += len(all)
		return all
	}
	if len(w.rows) >= len(edits)+2 {
		w.try(func(tx *db.Tx) []wanted {
			return slices.Concat(addition(tx, w.rows[0]), removal(tx, w.rows[1]), change(tx, w.rows[2:], edits))
		})
	} else {
		for part := range slices.Chunk(edits, len(w.rows)) {
			w.try(func(tx *db.Tx) []wanted { return change(tx, w.rows, part) })
		}
		w.try(func(tx *db.Tx) []wanted { return removal(tx, w.rows[0]) })
		w.try(func(tx *db.Tx) []wanted { return addition(tx, w.rows[0]) })
	}
	if let == 0 {
		w.t.Error("no column could be changed")
	}
}

// wanted is what check must tell: a line with one of the names.
type wanted struct {
	what  string
	names []string
}

// read takes the rows that are tampered with.
func (w *tampering) read() {
	if w.key == "" {
		w.key = "id"
	}
	if w.named == "" {
		w.named = "id"
	}
	where := ""
	if w.where != "" {
		where = " WHERE " + w.where
	}
	err := w.d.View(w.t.Context(), db.Actor{}, func(q db.Q) error {
		rows, err := q.Query(w.t.Context(), fmt.Sprintf(`SELECT * FROM %s%s ORDER BY %s LIMIT %d`, w.name, where, strings.Join(strings.Fields(w.key), ", "), mostRows))
		if err != nil {
			return err
		}
		defer rows.Close()
		if w.columns, err = rows.Columns(); err != nil {
			return err
		}
		for rows.Next() {
			row, into := make([]any, len(w.columns)), make([]any, len(w.columns))
			for i := range into {
				into[i] = &row[i]
			}
			if err := rows.Rows.Scan(into...); err != nil {
				return err
			}
			w.rows = append(w.rows, row)
		}
		return rows.Err()
	})
	if err != nil || len(w.rows) == 0 {
		w.t.Fatalf("no row of %s: %v", w.name, err)
	}
}

// here is the condition on the key, its arguments from a number on; at gives them.
func (w *tampering) here(from int) string {
	var parts []string
	for i, column := range strings.Fields(w.key) {
		parts = append(parts, fmt.Sprintf("%s = $%d", column, from+i))
	}
	return " WHERE " + strings.Join(parts, " AND ")
}

func (w *tampering) at(row []any) []any {
	var values []any
	for _, column := range strings.Fields(w.key) {
		values = append(values, row[slices.Index(w.columns, column)])
	}
	return values
}

// run tells whether the database let a statement change one row; what it
// refuses leaves the transaction as it was.
func (w *tampering) run(tx *db.Tx, statement string, args ...any) bool {
	w.t.Helper()
	must := func(control string) {
		if _, err := tx.Exec(w.t.Context(), control); err != nil {
			w.t.Fatal(err)
		}
	}
	must(`SAVEPOINT tampering`)
	touched, err := tx.Exec(w.t.Context(), statement, args...)
	if err != nil {
		must(`ROLLBACK TO SAVEPOINT tampering`)
		return false
	}
	must(`RELEASE SAVEPOINT tampering`)
	return touched == 1
}

// edit changes one column, to the value of another row or, where there is none,
// to something else of its kind. It tells whether the database let it.
func (w *tampering) edit(tx *db.Tx, row []any, i int) bool {
	column := w.columns[i]
	others, err := db.All(w.t.Context(), tx, func(row db.Scanner) (any, error) {
		var value any
		err := row.Scan(&value)
		return value, err
	}, `SELECT DISTINCT `+column+` FROM `+w.name+` WHERE `+column+` IS NOT NULL ORDER BY 1 LIMIT 100`)
	if err != nil {
		w.t.Fatal(err)
	}
	values := []any{}
	for _, other := range others {
		if !same(other, row[i]) {
			values = append(values, other)
			break
		}
	}
	if value := changed(row[i]); value != nil {
		values = append(values, value)
	}
	return slices.ContainsFunc(values, func(value any) bool {
		return w.run(tx, `UPDATE `+w.name+` SET `+column+` = $1`+w.here(2), append([]any{value}, w.at(row)...)...)
	})
}

func same(a, b any) bool {
	one, bytesOne := a.([]byte)
	two, bytesTwo := b.([]byte)
	if bytesOne && bytesTwo {
		return bytes.Equal(one, two)
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}

// changed is another value of the same kind.
func changed(value any) any {
	switch value := value.(type) {
	case int64:
		return value + 1
	case bool:
		return !value
	case time.Time:
		return value.Add(time.Hour)
	case []byte:
		other := bytes.Clone(value)
		if len(other) > 0 {
			other[len(other)-1] ^= 1
		}
		return other
	case string:
		if instant, err := time.Parse("2006-01-02T15:04:05.000000Z", value); err == nil {
			return instant.Add(time.Hour)
		}
		if _, err := time.Parse("2006-01", value); err == nil {
			return "2001-01"
		}
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			return day.AddDate(0, 0, 1).Format(time.DateOnly)
		}
		return value + "x"
	}
	return nil
}

// add copies the row under another key.
func (w *tampering) add(tx *db.Tx, row []any) bool {
	values := make([]string, len(w.columns))
	for i, column := range w.columns {
		values[i] = column
		if text, told := w.added[column]; told {
			values[i] = text
		} else if column == "id" {
			values[i] = fresh
		}
	}
	return w.run(tx, `INSERT INTO `+w.name+` (`+strings.Join(w.columns, ", ")+`) SELECT `+strings.Join(values, ", ")+` FROM `+w.name+w.here(1), w.at(row)...)
}

// try tampers, lets check look, and undoes all of it: check must name each row.
func (w *tampering) try(tamper func(tx *db.Tx) []wanted) {
	w.t.Helper()
	err := w.d.Update(w.t.Context(), db.Actor{Kind: db.Console}, func(tx *db.Tx) error {
		if err := w.unguarded(tx); err != nil {
			return err
		}
		all := tamper(tx)
		results, err := report.Check(w.t.Context(), tx)
		if err != nil {
			return err
		}
		found := rows(results)
		for _, one := range all {
			if !slices.ContainsFunc(found, func(line string) bool {
				return slices.ContainsFunc(one.names, func(name string) bool { return strings.Contains(line, name) })
			}) {
				w.t.Errorf("%s: check says %q, and names none of %q", one.what, found, one.names)
			}
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		w.t.Error(err)
	}
}

// unguarded lets a row go on which others stand, as who writes in the database
// could.
func (w *tampering) unguarded(tx *db.Tx) error {
	statement := `PRAGMA defer_foreign_keys = ON`
	if w.d.Engine() == db.PostgreSQL {
		statement = `SET LOCAL session_replication_role = replica`
	}
	_, err := tx.Exec(w.t.Context(), statement)
	return err
}

// names are what check may call a row by, or its copy that is about to be added.
func (w *tampering) names(tx *db.Tx, row []any, added bool) []string {
	var names []string
	for _, column := range strings.Fields(w.named) {
		value := row[slices.Index(w.columns, column)]
		if text, told := w.added[column]; added && (told && text != "NULL" || column == "id") {
			if !told {
				text = fresh
			}
			if err := tx.QueryRow(w.t.Context(), `SELECT `+text).Scan(&value); err != nil {
				w.t.Fatal(err)
			}
		}
		switch value := value.(type) {
		case []byte:
			if len(value) == len(db.ID{}) {
				names = append(names, db.ID(value).String())
			}
		case int64:
			names = append(names, fmt.Sprintf("n° %d", value))
		}
	}
	return names
}
