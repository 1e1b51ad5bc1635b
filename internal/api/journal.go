package api

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/ledger"
)

type entryView struct {
	ID          id        `json:"id"`
	CauseID     id        `json:"cause_id" doc:"L’acte qui a fait bouger l’argent : versement, remise, utilisation…"`
	Event       string    `json:"event"`
	Debit       string    `json:"debit"`
	Credit      string    `json:"credit"`
	OrderID     *id       `json:"order_id" nullable:"true"`
	FunderID    *id       `json:"funder_id" nullable:"true"`
	SiteID      *id       `json:"site_id" nullable:"true"`
	AmountCents cents     `json:"amount_cents"`
	At          time.Time `json:"at"`
}

func viewEntry(e ledger.Entry) entryView {
	return entryView{
		ID: id{e.ID}, CauseID: id{e.Cause}, Event: string(e.Event), Debit: string(e.Debit), Credit: string(e.Credit),
		OrderID: reference(e.Order), FunderID: reference(e.Funder), SiteID: reference(e.Site), AmountCents: e.Amount, At: e.At.UTC(),
	}
}

func listJournal(ctx context.Context, q db.Q, in *Paging) (page[entryView], error) {
	after, err := in.afterID()
	if err != nil {
		return page[entryView]{}, err
	}
	entries, err := ledger.Journal(ctx, q, after, in.limit()+1)
	entries, next := cut(entries, in.limit(), func(e ledger.Entry) string { return e.ID.String() })
	return page[entryView]{Items: each(entries, viewEntry), Next: next}, err
}
