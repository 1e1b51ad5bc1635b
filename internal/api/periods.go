package api

import (
	"context"
	"encoding/hex"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/ledger"
)

type totalView struct {
	Account string `json:"account"`
	Debit   cents  `json:"debit_cents"`
	Credit  cents  `json:"credit_cents"`
}

func viewTotal(t ledger.Total) totalView { return totalView{string(t.Account), t.Debit, t.Credit} }

type trialBalanceView struct {
	Before  time.Time   `json:"before"`
	Entries int         `json:"entries"`
	Totals  []totalView `json:"totals"`
}

type trialBalanceInput struct {
	At string `query:"at" doc:"Un instant, ou un jour, qui vaut sa fin. Maintenant si absent."`
}

func readTrialBalance(ctx context.Context, q db.Q, in *trialBalanceInput) (trialBalanceView, error) {
	var wrong fault.Collector
	before := parseMoment(in.At, "at", 1, &wrong)
	if err := wrong.Err(); err != nil {
		return trialBalanceView{}, err
	}
	if before.IsZero() {
		before = q.Now().Add(time.Microsecond)
	}
	totals, entries, err := ledger.TrialBalance(ctx, q, before)
	return trialBalanceView{before.UTC(), entries, each(totals, viewTotal)}, err
}

type closingView struct {
	ID       id          `json:"id"`
	Until    civil.Date  `json:"until" format:"date" doc:"Le dernier jour de la période."`
	Entries  int         `json:"entries" doc:"Écritures depuis le début."`
	Totals   []totalView `json:"totals"`
	ClosedAt time.Time   `json:"closed_at"`
	Leaf     string      `json:"leaf" doc:"L’empreinte de l’acte dans le registre scellé, en hexadécimal ; vide dans les listes."`
	Proof    string      `json:"proof" doc:"L’adresse de sa preuve, quelques secondes plus tard ; vide dans les listes."`
}

func viewClosing(c ledger.Closing) closingView {
	return closingView{
		ID: id{c.ID}, Until: c.Until, Entries: c.Entries, Totals: each(c.Totals, viewTotal), ClosedAt: c.At.UTC(),
		Leaf: hex.EncodeToString(c.Leaf), Proof: proofAddress(c.Leaf),
	}
}

func listClosings(ctx context.Context, q db.Q, _ *struct{}) (page[closingView], error) {
	closings, err := ledger.Closings(ctx, q)
	return page[closingView]{Items: each(closings, viewClosing)}, err
}

type closePeriodInput struct {
	Body struct {
		Until civil.Date `json:"until" format:"date" doc:"Le dernier jour de la période : au plus tard hier."`
	}
}

func closePeriod(ctx context.Context, tx *db.Tx, row db.ID, in *closePeriodInput) (closingView, error) {
	closing, err := ledger.ClosePeriod(ctx, tx, ledger.Closing{ID: row, Until: in.Body.Until})
	return viewClosing(closing), err
}

func closePeriodAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *closePeriodInput) (closingView, error) {
	closing, err := ledger.ClosingByID(ctx, tx, row)
	return viewClosing(closing), err
}
