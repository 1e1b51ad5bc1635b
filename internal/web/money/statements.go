package money

import (
	"net/http"
	"slices"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

type statementsPage struct {
	web.Page
	Months, States []web.Option
	List           web.Table
	Pager          web.Pager
	Empty          web.None
}

// listStatements answers GET /comptable/releves, filtered by month, site and
// state.
func listStatements(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	filter, err := filterOf(r, form)
	if err != nil {
		return err
	}
	page := &statementsPage{
		Page: web.Page{Title: "Relevés des lieux", Form: form},
		Empty: web.None{
			Title: "Aucun relevé ne répond à ces choix", Text: "Changez de mois, de lieu ou d’état.",
			Act: web.Link{Label: "Voir tous les relevés", Path: "/comptable/releves"},
		},
	}
	var more bool
	var last db.ID
	err = view(r, func(q db.Q) error {
		page.Months, page.States = monthOptions(today(r).Month()), stateOptions()
		found, sites, err := statementsNamed(r, q, filter, form.Value("lieu"))
		if err != nil {
			return err
		}
		if !r.WantsCSV() {
			if found, more = web.Cut(found); more {
				last = found[len(found)-1].ID
			}
		}
		page.List = statementTable(found, sites, r)
		return nil
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "releves", page.List)
	}
	if page.Pager, err = r.Pager(more, last); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, http.StatusOK, "statements", page)
}

func filterOf(r *web.Request, form *web.Form) (settlement.Filter, error) {
	filter := settlement.Filter{Limit: web.PageSize + 1}
	if err := r.After(&filter.After); err != nil {
		return filter, err
	}
	if month, err := civil.ParseMonth(form.Value("mois")); err == nil {
		filter.Month = month
	}
	if state := settlement.State(form.Value("etat")); slices.Contains(settlement.States, state) {
		filter.State = state
	}
	return filter, nil
}

// statementsNamed reads one page of statements, or all of them for a file, whose
// site's name or commune holds a text; and the sites.
func statementsNamed(r *web.Request, q db.Q, filter settlement.Filter, text string) ([]settlement.Statement, map[db.ID]place.Place, error) {
	wanted := geography.Fold(text)
	sites := map[db.ID]place.Place{}
	var kept []settlement.Statement
	for {
		some, err := settlement.Statements(r.Context(), q, filter)
		if err != nil {
			return nil, nil, err
		}
		if err := nameSites(r, q, some, sites); err != nil {
			return nil, nil, err
		}
		for _, statement := range some {
			site := sites[statement.Site]
			if wanted == "" || strings.Contains(geography.Fold(site.Name+" "+site.CommuneName), wanted) {
				kept = append(kept, statement)
			}
		}
		if len(some) < filter.Limit || !r.WantsCSV() && len(kept) > web.PageSize {
			return kept, sites, nil
		}
		filter.After = some[len(some)-1].ID
	}
}

func nameSites(r *web.Request, q db.Q, statements []settlement.Statement, sites map[db.ID]place.Place) error {
	ids := make([]db.ID, len(statements))
	for i, statement := range statements {
		ids[i] = statement.Site
	}
	return nameSitesOf(r, q, ids, sites)
}

// nameSitesOf adds the sites that are not there yet.
func nameSitesOf(r *web.Request, q db.Q, ids []db.ID, sites map[db.ID]place.Place) error {
	var unknown []db.ID
	for _, id := range ids {
		if _, known := sites[id]; !known && !slices.Contains(unknown, id) {
			unknown = append(unknown, id)
		}
	}
	found, err := place.ByIDs(r.Context(), q, unknown)
	for _, site := range found {
		sites[site.ID] = site
	}
	return err
}

// statementTable has the month below the reference on a page, beside it in a file.
func statementTable(statements []settlement.Statement, sites map[db.ID]place.Place, r *web.Request) web.Table {
	table := web.Table{
		Caption: "Relevés", Quiet: true,
		Columns: []web.Column{{Label: "Relevé"}, {Label: "Lieu"}, {Label: "Chèques", Number: true}, {Label: "Montant", Number: true}, {Label: "État"}, {Label: "À payer avant"}},
	}
	if r.WantsCSV() {
		table.Columns = append(table.Columns, web.Column{Label: "Commune"}, web.Column{Label: "Mois"})
	}
	for _, statement := range statements {
		site := sites[statement.Site]
		reference := statement.Reference
		if reference == "" {
			reference = "pas encore clos"
		}
		kind, word := stateOf(statement, today(r))
		row := []web.Cell{
			web.Text(reference).To("/comptable/releves/"+statement.ID.String(), site.Name+", "+statement.Month.French()).Noted(strings.ReplaceAll(statement.Month.French(), " ", nbsp)),
			web.Head(site.Name).Noted(site.CommuneName), web.Whole(statement.Coupons), web.Amount(statement.Amount),
			web.InState(kind, word), web.Day(statement.DueOn),
		}
		if r.WantsCSV() {
			row = append(row, web.Text(site.CommuneName), web.Text(statement.Month.String()))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// stateOf is a state in a word or two.
func stateOf(statement settlement.Statement, today civil.Date) (kind, word string) {
	switch {
	case statement.State == settlement.Paid:
		return "ok", statement.State.French()
	case statement.Late(today):
		return "no", "Hors délai"
	case statement.State == settlement.Rejected:
		return "no", "Rejeté"
	case statement.State == settlement.Sent, statement.State == settlement.Closed:
		return "wait", statement.State.French()
	}
	return "", statement.State.French()
}

func stateOptions() []web.Option {
	options := []web.Option{{Label: "Tous"}}
	for _, state := range settlement.States {
		options = append(options, web.Option{Value: string(state), Label: state.French()})
	}
	return options
}

// monthOptions offers the last two years.
func monthOptions(now civil.Month) []web.Option {
	options := []web.Option{{Label: "Tous"}}
	for range 24 {
		options = append(options, web.Option{Value: now.String(), Label: now.French()})
		now = now.Previous()
	}
	return options
}
