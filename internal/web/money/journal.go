package money

import (
	"net/http"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/ledger"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

type journalPage struct {
	web.Page
	List  web.Table
	Pager web.Pager
	Empty web.None
}

// mostInFile bounds one file of the journal: what follows is in the next.
const mostInFile = 50_000

// listJournal answers GET /journal: every entry, oldest first, by key.
func listJournal(w http.ResponseWriter, r *web.Request) error {
	page := &journalPage{
		Page:  web.Page{Title: "Journal des mouvements d’argent"},
		Empty: web.None{Title: "Le journal est vide", Text: "La première écriture viendra du premier versement d’un financeur."},
	}
	var after db.ID
	if err := r.After(&after); err != nil {
		return err
	}
	limit := web.PageSize + 1
	if r.WantsCSV() {
		limit = mostInFile
	}
	more := false
	var last db.ID
	err := view(r, func(q db.Q) error {
		entries, err := ledger.Journal(r.Context(), q, after, limit)
		if err != nil {
			return err
		}
		if !r.WantsCSV() {
			entries, more = web.Cut(entries)
		}
		if more {
			last = entries[len(entries)-1].ID
		}
		page.List, err = journalTable(r, q, entries)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "journal", page.List)
	}
	if page.Pager, err = r.Pager(more, last); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, http.StatusOK, "journal", page)
}

func journalTable(r *web.Request, q db.Q, entries []ledger.Entry) (web.Table, error) {
	table := web.Table{
		Caption: "Écritures, la plus ancienne d’abord", Quiet: true,
		Columns: []web.Column{
			{Label: "Jour et heure"},
			{Label: "Événement"},
			{Label: "Débit"},
			{Label: "Crédit"},
			{Label: "Commande"},
			{Label: "Financeur"},
			{Label: "Lieu"},
			{Label: "Montant", Number: true},
		},
	}
	if r.WantsCSV() { // to name a line to another; too long to be read
		table.Columns = append(table.Columns, web.Column{Label: "Écriture"})
	}
	known := names{orders: map[db.ID]string{}, funders: map[db.ID]string{}, sites: map[db.ID]string{}}
	for _, entry := range entries {
		if err := known.learn(r, q, entry); err != nil {
			return table, err
		}
		local := entry.At.In(civil.Paris)
		order := web.Text(known.orders[entry.Order])
		if order.Text != "" {
			order = order.To("/commandes/" + entry.Order.String())
		}
		row := []web.Cell{
			web.Text(local.Format("02/01/2006 15:04")), web.Text(entry.Event.French()), web.Text(entry.Debit.French()), web.Text(entry.Credit.French()),
			order, web.Text(known.funders[entry.Funder]), web.Text(known.sites[entry.Site]), web.Amount(entry.Amount),
		}
		if r.WantsCSV() {
			row = append(row, web.Text(entry.ID.String()))
		}
		table.Rows = append(table.Rows, row)
	}
	return table, nil
}

// names are read once each for a page of the journal.
type names struct{ orders, funders, sites map[db.ID]string }

func (n names) learn(r *web.Request, q db.Q, entry ledger.Entry) error {
	for _, kind := range []struct {
		id   db.ID
		in   map[db.ID]string
		read func(db.ID) (string, error)
	}{
		{entry.Order, n.orders, func(id db.ID) (string, error) {
			order, err := funding.OrderByID(r.Context(), q, id)
			return order.Reference, err
		}},
		{entry.Funder, n.funders, func(id db.ID) (string, error) {
			funder, err := funding.FunderByID(r.Context(), q, id)
			return funder.Name, err
		}},
		{entry.Site, n.sites, func(id db.ID) (string, error) {
			site, err := place.ByID(r.Context(), q, id)
			return site.Name, err
		}},
	} {
		if _, known := kind.in[kind.id]; known || kind.id.IsZero() {
			continue
		}
		name, err := kind.read(kind.id)
		if err != nil {
			return err
		}
		kind.in[kind.id] = name
	}
	return nil
}
