package territory

import (
	"bytes"
	"net/http"
	"strconv"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/printing"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

// mostPaper bounds one print from a page: its PDF is made while the person waits.
const mostPaper = 200

type printPage struct {
	web.Page
	Order funding.Order
	Desks []web.Option
	Left  int
	Most  int
	Check []web.Line
	Told  web.Confirmation
	List  web.Table
}

// askPrint answers GET /commandes/{id}/impression.
func askPrint(w http.ResponseWriter, r *web.Request) error {
	return showPrintForm(w, r, web.NewForm())
}

func showPrintForm(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &printPage{Page: web.Page{Title: "Combien de carnets imprimer\u202f?", Layout: web.Ask, Form: form}}
	err := view(r, func(q db.Q) (err error) {
		if page.Order, err = orderOf(r, q); err != nil {
			return err
		}
		page.Desks, err = desksFor(r, q, page.Order)
		return err
	})
	if err != nil {
		return err
	}
	page.Left = page.Order.Booklets - page.Order.Printed
	page.Most = min(page.Left, mostPaper)
	if form.Value("carnets") == "" {
		form.Set("carnets", strconv.Itoa(page.Most))
	}
	if form.Value("guichet") == "" {
		form.Set("guichet", page.Order.Desk.String())
	}
	page.Back = web.Link{Label: "Commande " + page.Order.Reference, Path: "/commandes/" + page.Order.ID.String()}
	return web.Render(w, r, form.Status(), "print", page)
}

// printBooklets answers POST /commandes/{id}/impression.
func printBooklets(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return funding.ErrUnknownOrder
	}
	run := voucher.PrintRun{Order: id, Count: form.Number("carnets", 1, mostPaper), Desk: form.ID("guichet", "Choisissez le guichet")}
	if !form.Valid() || form.Checked("modifier") {
		return showPrintForm(w, r, form)
	}
	page := &printPage{Page: web.Page{Title: "Vérifiez avant d’imprimer", Layout: web.Ask, Form: form, Menu: "/commandes"}}
	var made db.ID
	err = r.Act(form, func(tx *db.Tx) error {
		names := map[db.ID]string{}
		if err := learn(r, tx, names, run.Desk); err != nil {
			return err
		}
		if page.Order, err = funding.OrderByID(r.Context(), tx, id); err != nil {
			return err
		}
		page.Check = []web.Line{
			{Label: "Commande", Value: page.Order.Reference},
			{Label: "Carnets", Value: count(run.Count, "carnet", "carnets")},
			{Label: "Dans le stock de", Value: names[run.Desk]},
		}
		made, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (db.ID, error) { return id, nil }, func(id db.ID) (db.ID, error) {
			run.ID = id
			_, err := voucher.Print(r.Context(), tx, run)
			return id, err
		})
		return err
	})
	if form.RefusedAs(err, map[string]string{"count": "carnets", "desk": "guichet"}) {
		return showPrintForm(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/commandes/"+id.String()+"/impression/"+made.String())
	}
	return web.Render(w, r, http.StatusOK, "print-check", page)
}

// errOtherRun is a print that is not of this order.
var errOtherRun = fault.ErrNotFound

// printed reads the booklets of a print of this order.
func printed(r *web.Request, q db.Q) (funding.Order, []voucher.Booklet, db.ID, error) {
	order, err := orderOf(r, q)
	if err != nil {
		return funding.Order{}, nil, db.ID{}, err
	}
	run, err := r.PathID("run")
	if err != nil {
		return funding.Order{}, nil, db.ID{}, errOtherRun
	}
	booklets, err := voucher.Printed(r.Context(), q, run)
	if err == nil && (len(booklets) == 0 || booklets[0].Order != order.ID) {
		err = errOtherRun
	}
	return order, booklets, run, err
}

// showPrinted answers GET /commandes/{id}/impression/{run}.
func showPrinted(w http.ResponseWriter, r *web.Request) error {
	page := &printPage{Page: web.Page{Menu: "/commandes"}}
	var booklets []voucher.Booklet
	err := view(r, func(q db.Q) (err error) {
		var run db.ID
		if page.Order, booklets, run, err = printed(r, q); err != nil {
			return err
		}
		names := map[db.ID]string{}
		if err := learn(r, q, names, booklets[0].Desk); err != nil {
			return err
		}
		path := "/commandes/" + page.Order.ID.String()
		page.Back = web.Link{Label: "Commande " + page.Order.Reference, Path: path}
		page.Told = web.Confirmation{
			Title: count(len(booklets), "carnet est", "carnets sont") + " dans le stock de " + names[booklets[0].Desk],
			Label: "Du carnet", Reference: voucher.Group(booklets[0].Number),
			Next: []web.Line{
				{Label: "Maintenant", Value: "Imprimez le fichier, en A4 et en noir et blanc."},
				{Label: "Ensuite", Value: "Un carnet ne vaut rien avant sa remise à une personne."},
			},
			Keep: []web.Link{{Label: "Télécharger les carnets (PDF)", Path: path + "/impression/" + run.String() + "/pdf"}, {Label: "Revenir à la commande", Path: path}},
		}
		page.List, err = bookletTable(r, q, booklets)
		return err
	})
	if err != nil {
		return err
	}
	page.Title = page.Told.Title
	return web.Render(w, r, http.StatusOK, "printed", page)
}

// downloadPrinted answers GET /commandes/{id}/impression/{run}/pdf.
func downloadPrinted(w http.ResponseWriter, r *web.Request) error {
	var papers []printing.Booklet
	var order funding.Order
	err := view(r, func(q db.Q) (err error) {
		var run db.ID
		if order, _, run, err = printed(r, q); err != nil {
			return err
		}
		papers, err = printing.PrintedOf(r.Context(), q, run, issuer(r))
		return err
	})
	if err != nil {
		return err
	}
	var pdf bytes.Buffer
	if err := printing.WriteBooklets(&pdf, r.App.Clock.Now(), printing.BothSides, papers...); err != nil {
		return err
	}
	return web.Download(w, "application/pdf", "carnets-"+order.Reference+".pdf", pdf.Bytes())
}
