package territory

import (
	"net/http"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

type bookletsPage struct {
	web.Page
	Order  funding.Order
	States []web.Option
	List   web.Table
	Pager  web.Pager
	Empty  web.None
}

// bookletStates are those that a list may be filtered by, with their words.
var bookletStates = []web.Option{
	{Value: "", Label: "Tous"},
	{Value: voucher.InStock, Label: "En stock"},
	{Value: voucher.BookletLive, Label: "En main"},
	{Value: voucher.BookletUsedUp, Label: "Utilisé en entier"},
	{Value: voucher.BookletExpired, Label: "Expiré"},
	{Value: voucher.BookletBlocked, Label: "Bloqué"},
	{Value: voucher.BookletReplaced, Label: "Remplacé"},
	{Value: voucher.BookletVoid, Label: "Rappelé"},
}

func stateWord(state string) string {
	at := slices.IndexFunc(bookletStates, func(o web.Option) bool { return o.Value == state })
	if at < 0 {
		return state
	}
	return bookletStates[at].Label
}

// listBooklets answers GET /commandes/{id}/carnets.
func listBooklets(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	page := &bookletsPage{
		Page: web.Page{Form: form}, States: bookletStates,
		Empty: web.None{Title: "Aucun carnet ne répond à ce choix", Text: "Un carnet apparaît ici dès qu’il est imprimé."},
	}
	filter := voucher.Filter{Limit: web.PageSize + 1, State: form.Value("etat")}
	if err := r.After(&filter.After); err != nil {
		return err
	}
	if r.WantsCSV() {
		filter.Limit = 200_000
	}
	more := false
	err = view(r, func(q db.Q) error {
		if page.Order, err = orderOf(r, q); err != nil {
			return err
		}
		filter.Order = page.Order.ID
		booklets, err := voucher.Booklets(r.Context(), q, filter)
		if err != nil {
			return err
		}
		if !r.WantsCSV() {
			booklets, more = web.Cut(booklets)
		}
		if more {
			filter.After = booklets[len(booklets)-1].ID
		}
		page.List, err = bookletTable(r, q, booklets)
		return err
	})
	if err != nil {
		return err
	}
	page.Title = "Carnets de la commande " + page.Order.Reference
	page.Back = web.Link{Label: "Commande " + page.Order.Reference, Path: "/commandes/" + page.Order.ID.String()}
	if r.WantsCSV() {
		return web.CSV(w, r, "carnets-"+page.Order.Reference, page.List)
	}
	if page.Pager, err = r.Pager(more, filter.After); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, http.StatusOK, "booklets", page)
}

func orderOf(r *web.Request, q db.Q) (funding.Order, error) {
	id, err := r.PathID("id")
	if err != nil {
		return funding.Order{}, funding.ErrUnknownOrder
	}
	return funding.OrderByID(r.Context(), q, id)
}

func bookletTable(r *web.Request, q db.Q, booklets []voucher.Booklet) (web.Table, error) {
	table := web.Table{
		Caption: "Carnets", Quiet: true,
		Columns: []web.Column{{Label: "Carnet"}, {Label: "Guichet"}, {Label: "État"}, {Label: "Chèques utilisés", Number: true}, {Label: "Part utilisée", Quiet: true}, {Label: "Valable jusqu’au"}},
	}
	names := map[db.ID]string{}
	for _, booklet := range booklets {
		if err := learn(r, q, names, booklet.Desk); err != nil {
			return table, err
		}
		used := booklet.Size - booklet.Left
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(voucher.Group(booklet.Number)), web.Text(names[booklet.Desk]), web.InState(kindOf(booklet.State), stateWord(booklet.State)),
			web.Whole(used), web.Drawn(web.Bar{Value: int64(used), Most: int64(booklet.Size)}), web.Day(booklet.ValidUntil),
		})
	}
	return table, nil
}

func kindOf(state string) string {
	switch state {
	case voucher.BookletLive, voucher.BookletUsedUp:
		return "ok"
	case voucher.BookletBlocked, voucher.BookletExpired:
		return "no"
	}
	return ""
}

// desksFor are the counters into whose stock the actor may print.
func desksFor(r *web.Request, q db.Q, order funding.Order) ([]web.Option, error) {
	if account.Require(r.Actor(), account.ActBookletPrint, order.Organisation) == nil {
		return organisations(r, q, account.RoleDesk)
	}
	own, err := account.OrganisationByID(r.Context(), q, r.Actor().Organisation)
	return []web.Option{{Value: own.ID.String(), Label: own.Name}}, err
}
