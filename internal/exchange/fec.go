package exchange

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/money"
	"passerelle/internal/place"
)

// Chart is how an issuer under private accounting calls the journal's accounts:
// data, which an issuer replaces by its own.
type Chart struct {
	Journals map[string]struct{ Code, Label string }
	Accounts map[ledger.Account]struct{ Number, Label string }
}

//go:embed chart.json
var chartText []byte

// ErrBadChart refuses a chart that lacks an account or a journal.
var ErrBadChart = fault.Define(fault.Invalid, "bad_chart", "Ce plan de comptes ne se lit pas, ou il y manque un compte. Partez de celui que donne « passerelle export chart », et gardez chacune de ses lignes.")

// DefaultChart is the text of the chart that an issuer starts from.
func DefaultChart() []byte { return chartText }

// ReadChart reads a chart; an empty text is the default one. Fault code:
// bad_chart.
func ReadChart(text []byte) (Chart, error) {
	if len(text) == 0 {
		text = chartText
	}
	var chart Chart
	if err := json.Unmarshal(text, &chart); err != nil {
		return Chart{}, ErrBadChart
	}
	for _, name := range []string{"bank", "other", "opening"} {
		if chart.Journals[name].Code == "" {
			return Chart{}, ErrBadChart
		}
	}
	for _, of := range []ledger.Account{ledger.Bank, ledger.OrderFunds, ledger.LivePasses, ledger.SitePayable, ledger.InTransit, ledger.Suspense, ledger.Own} {
		number := chart.Accounts[of].Number
		// The first three signs are digits of the general chart of accounts.
		if _, err := strconv.Atoi(number[:min(3, len(number))]); err != nil || len(number) < 3 {
			return Chart{}, ErrBadChart
		}
	}
	return chart, nil
}

// FEC is the file of accounting entries of a year: article A. 47 A-1 of the livre
// des procédures fiscales, 18 columns, tabs, ISO 8859-15.
type FEC struct {
	Year  int
	SIREN string // 9 digits, in the file's name
	Chart Chart
}

// Name is the name that the article asks for: the SIREN, FEC, and the last day.
func (f FEC) Name() string { return fmt.Sprintf("%sFEC%d1231.txt", f.SIREN, f.Year) }

// fecColumns are the article's, in its order.
var fecColumns = []string{
	"JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate",
	"EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
}

// ExportFEC writes the file: what stood on each account before the year, then
// each entry of the journal as two lines, numbered without a gap. It answers how
// many entries were written. Fault codes: those of account.Require.
func ExportFEC(ctx context.Context, q db.Q, to io.Writer, f FEC) (int, error) {
	if err := account.Require(q.Actor(), account.ActJournalRead, db.ID{}); err != nil {
		return 0, err
	}
	begins, ends := civil.On(f.Year, time.January, 1).In(civil.Paris), civil.On(f.Year+1, time.January, 1).In(civil.Paris)
	w := &fecWriter{FEC: f, out: bufio.NewWriter(to), funders: map[db.ID]string{}, sites: map[db.ID]string{}, ctx: ctx, q: q}
	w.line(fecColumns...)
	if err := w.opening(begins); err != nil {
		return 0, err
	}
	const slice = 5000
	var after db.ID
	for {
		entries, err := ledger.Journal(ctx, q, after, slice)
		if err != nil {
			return 0, err
		}
		for _, entry := range entries {
			if !entry.At.Before(begins) && entry.At.Before(ends) {
				if err := w.entry(entry); err != nil {
					return 0, err
				}
			}
		}
		if len(entries) < slice {
			return w.number, w.out.Flush()
		}
		after = entries[len(entries)-1].ID
	}
}

type fecWriter struct {
	FEC
	ctx            context.Context
	q              db.Q
	out            *bufio.Writer
	number         int
	funders, sites map[db.ID]string
}

// line writes one record. What ISO 8859-15 lacks is written without its sign.
func (w *fecWriter) line(cells ...string) {
	for i, cell := range cells {
		if i > 0 {
			w.out.WriteByte('\t')
		}
		for _, letter := range cell {
			switch {
			case letter == '\t' || letter == '\n' || letter == '\r' || letter == '\u00a0' || letter == '\u202f':
				letter = ' '
			case letter == '’' || letter == '‘':
				letter = '\''
			case letter == 'œ':
				letter = 0xbd
			case letter == 'Œ':
				letter = 0xbc
			case letter == '€':
				letter = 0xa4
			case letter > 0xff:
				letter = '?'
			}
			w.out.WriteByte(byte(letter))
		}
	}
	w.out.WriteString("\r\n")
}

// opening carries over what stood on each account before the year.
func (w *fecWriter) opening(begins time.Time) error {
	totals, _, err := ledger.TrialBalance(w.ctx, w.q, begins)
	if err != nil || len(totals) == 0 {
		return err
	}
	w.number++
	day := civil.DateOf(begins, civil.Paris)
	for _, total := range totals {
		balance := total.Debit - total.Credit
		if balance == 0 {
			continue
		}
		w.record("opening", total.Account, day, day, "", "", "AN"+strconv.Itoa(w.Year), "Report des soldes", max(balance, 0), max(-balance, 0))
	}
	return nil
}

func (w *fecWriter) entry(entry ledger.Entry) error {
	w.number++
	journal := "other"
	if entry.Debit == ledger.Bank || entry.Credit == ledger.Bank {
		journal = "bank"
	}
	day := civil.DateOf(entry.At, civil.Paris)
	for _, side := range []struct {
		account       ledger.Account
		debit, credit money.Cents
	}{{entry.Debit, entry.Amount, 0}, {entry.Credit, 0, entry.Amount}} {
		code, name, err := w.auxiliary(side.account, entry)
		if err != nil {
			return err
		}
		w.record(journal, side.account, day, day, code, name, entry.Cause.String(), entry.Event.French(), side.debit, side.credit)
	}
	return nil
}

// auxiliary names the funder or the site that an account is kept for.
func (w *fecWriter) auxiliary(of ledger.Account, entry ledger.Entry) (code, name string, err error) {
	id, known, read := entry.Funder, w.funders, func(id db.ID) (string, error) {
		funder, err := funding.FunderByID(w.ctx, w.q, id)
		return funder.Name, err
	}
	switch of {
	case ledger.SitePayable, ledger.InTransit:
		id, known, read = entry.Site, w.sites, func(id db.ID) (string, error) {
			site, err := place.ByID(w.ctx, w.q, id)
			return site.Name, err
		}
	case ledger.OrderFunds, ledger.LivePasses:
	default:
		return "", "", nil
	}
	if id.IsZero() {
		return "", "", nil
	}
	if _, learnt := known[id]; !learnt {
		if known[id], err = read(id); err != nil {
			return "", "", err
		}
	}
	return id.String(), known[id], nil
}

func (w *fecWriter) record(journal string, of ledger.Account, on, piece civil.Date, code, name, reference, label string, debit, credit money.Cents) {
	compact := func(day civil.Date) string { return strings.ReplaceAll(day.String(), "-", "") }
	decimal := func(amount money.Cents) string { return strings.ReplaceAll(amount.Decimal(), ".", ",") }
	account := w.Chart.Accounts[of]
	w.line(w.Chart.Journals[journal].Code, w.Chart.Journals[journal].Label, strconv.Itoa(w.number), compact(on), account.Number, account.Label, code, name,
		reference, compact(piece), label, decimal(debit), decimal(credit), "", "", compact(on), "", "")
}

// ExportJournal writes every entry of the journal, oldest first, as CSV with
// semicolons. Fault codes: those of account.Require.
func ExportJournal(ctx context.Context, q db.Q, to io.Writer) (int, error) {
	if err := account.Require(q.Actor(), account.ActJournalRead, db.ID{}); err != nil {
		return 0, err
	}
	out := bufio.NewWriter(to)
	fmt.Fprintln(out, "id;at;event;debit;credit;order_id;funder_id;site_id;cause_id;amount_cents")
	const slice = 5000
	var after db.ID
	written := 0
	for {
		entries, err := ledger.Journal(ctx, q, after, slice)
		if err != nil {
			return 0, err
		}
		for _, e := range entries {
			fmt.Fprintf(out, "%s;%s;%s;%s;%s;%s;%s;%s;%s;%d\n", e.ID, e.At.UTC().Format(time.RFC3339Nano), e.Event, e.Debit, e.Credit,
				orEmpty(e.Order), orEmpty(e.Funder), orEmpty(e.Site), orEmpty(e.Cause), e.Amount)
		}
		written += len(entries)
		if len(entries) < slice {
			return written, out.Flush()
		}
		after = entries[len(entries)-1].ID
	}
}

func orEmpty(id db.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}
