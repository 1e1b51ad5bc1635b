package desk

import (
	"bytes"
	"net/http"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/printing"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

// bookletStates are the states in words, as lists filter them.
var bookletStates = []struct{ code, kind, word, filter string }{
	{voucher.InStock, "", "En stock", "En stock, à remettre"},
	{voucher.BookletLive, "ok", "Remis", "Remis"},
	{voucher.BookletUsedUp, "", "Utilisé", "Tout utilisé"},
	{voucher.BookletExpired, "wait", "Expiré", "Expirés"},
	{voucher.BookletBlocked, "no", "Bloqué", "Bloqués"},
	{voucher.BookletReplaced, "", "Remplacé", "Remplacés"},
	{voucher.BookletVoid, "", "Rappelé", "Rappelés"},
}

func bookletState(code string) web.State {
	for _, state := range bookletStates {
		if state.code == code {
			return web.State{Kind: state.kind, Word: state.word}
		}
	}
	return web.State{Word: code}
}

type bookletsPage struct {
	web.Page
	States   []web.Option
	Table    web.Table
	Pager    web.Pager
	MayPrint bool
	Empty    web.None
}

// booklets answers GET /guichet/carnets.
func booklets(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	state := form.Value("etat")
	page := &bookletsPage{
		Page:     web.Page{Title: "Les carnets du guichet", Form: form},
		MayPrint: account.May(r.Actor(), account.ActBookletPrint),
		Empty:    web.None{Title: "Pas de carnet ici", Text: "Imprimez des carnets d’une commande, ou demandez-en à la collectivité."},
	}
	page.States = []web.Option{{Value: "", Label: "Tous"}}
	for _, one := range bookletStates {
		page.States = append(page.States, web.Option{Value: one.code, Label: one.filter})
	}
	var after db.ID
	if err := r.After(&after); err != nil {
		return err
	}
	limit := web.PageSize + 1
	if r.WantsCSV() {
		limit = mostExported
	}
	var found []voucher.Booklet
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		found, err = voucher.Booklets(r.Context(), q, voucher.Filter{State: state, After: after, Limit: limit})
		return err
	}); err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "carnets", bookletTable(found))
	}
	found, more := web.Cut(found)
	page.Table = bookletTable(found)
	var last db.ID
	if len(found) > 0 {
		last = found[len(found)-1].ID
	}
	pager, err := r.Pager(more, last)
	if err != nil {
		return err
	}
	page.Pager = pager.Exported(r)
	return web.Render(w, r, form.Status(), "booklets", page)
}

// mostExported bounds a file; the filters make it smaller.
const mostExported = 10_000

func bookletTable(found []voucher.Booklet) web.Table {
	table := web.Table{Caption: "Carnets, dans l’ordre d’impression", Columns: []web.Column{
		{Label: "Numéro"}, {Label: "État"}, {Label: "Chèques restants", Number: true}, {Label: "Chèques", Number: true}, {Label: "Valable jusqu’au"},
	}}
	for _, one := range found {
		state := bookletState(one.State)
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(voucher.Group(one.Number)).To(bookletPath(one.ID, "")), web.InState(state.Kind, state.Word),
			web.Whole(one.Left), web.Whole(one.Size), web.Day(one.ValidUntil),
		})
	}
	return table
}

func bookletPath(id db.ID, rest string) string { return "/guichet/carnets/" + id.String() + rest }

type bookletPage struct {
	web.Page
	Base     string
	State    web.State
	Lines    []web.Line
	Coupons  web.Table
	MayBlock bool
	MayPrint bool
}

// bookletOf reads the booklet of the address.
func bookletOf(r *web.Request, q db.Q) (voucher.Booklet, error) {
	id, err := r.PathID("id")
	if err != nil {
		return voucher.Booklet{}, voucher.ErrUnknownBooklet
	}
	return voucher.BookletByID(r.Context(), q, id)
}

// booklet answers GET /guichet/carnets/{id}.
func booklet(w http.ResponseWriter, r *web.Request) error {
	page := &bookletPage{Page: web.Page{Back: web.Link{Label: "Les carnets du guichet", Path: "/guichet/carnets"}}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		found, err := bookletOf(r, q)
		if err != nil {
			return err
		}
		return page.fill(r, q, found)
	}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "booklet", page)
}

func (p *bookletPage) fill(r *web.Request, q db.Q, found voucher.Booklet) error {
	p.Title, p.Base, p.State = "Carnet "+voucher.Group(found.Number), bookletPath(found.ID, ""), bookletState(found.State)
	p.Lines = []web.Line{{Label: "Chèques restants", Value: count(found.Left, "chèque", "chèques") + " sur " + count(found.Size, "chèque", "chèques")}}
	if !found.ValidUntil.IsZero() {
		p.Lines = append(p.Lines, web.Line{Label: "Valable jusqu’au", Value: found.ValidUntil.FrenchLong()})
	}
	if !found.Holder.IsZero() {
		known, err := holder.ByID(r.Context(), q, found.Holder)
		if err != nil {
			return err
		}
		p.Lines = append(p.Lines, web.Line{
			Label: "Remis à", Value: known.Called(), Note: known.Pseudonym, Change: web.Link{Label: "Voir sa page", Path: personPath(known.ID, "")},
		})
	}
	live := found.State == voucher.BookletLive || found.State == voucher.InStock
	p.MayBlock = live && account.May(r.Actor(), account.ActBookletBlock)
	p.MayPrint = live && account.May(r.Actor(), account.ActBookletPrint)
	p.Coupons = web.Table{Caption: "Ses chèques", Columns: []web.Column{{Label: "Chèque"}, {Label: "État"}, {Label: "Utilisé le"}, {Label: "Valeur", Number: true}}}
	for i, coupon := range found.Coupons {
		state := couponState(coupon.State)
		var day civil.Date
		if !coupon.RedeemedAt.IsZero() {
			day = civil.DateOf(coupon.RedeemedAt, civil.Paris)
		}
		p.Coupons.Rows = append(p.Coupons.Rows, []web.Cell{
			web.Head("Chèque " + strconv.Itoa(i+1)), web.InState(state.Kind, state.Word), web.Day(day), web.Amount(coupon.Amount),
		})
	}
	return nil
}

// couponState says where a coupon stands, as its holder would.
func couponState(code string) web.State {
	switch code {
	case voucher.Idle:
		return web.State{Word: "À remettre"}
	case voucher.Live:
		return web.State{Kind: "ok", Word: "Utilisable"}
	case voucher.Redeemed, voucher.Stated, voucher.Sent, voucher.Paid:
		return web.State{Word: "Utilisé"}
	case voucher.Expired:
		return web.State{Kind: "wait", Word: "Expiré"}
	case voucher.Blocked:
		return web.State{Kind: "no", Word: "Bloqué"}
	}
	return web.State{Word: "Annulé"}
}

type bookletPaperPage struct {
	web.Page
	Booklet printing.Booklet
	PDF     string
}

// bookletPaper answers GET /guichet/carnets/{id}/papier.
func bookletPaper(w http.ResponseWriter, r *web.Request) error {
	page := &bookletPaperPage{Page: web.Page{Layout: web.Paper, Back: web.Link{Label: "Le carnet"}}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		found, err := bookletOf(r, q)
		if err != nil {
			return err
		}
		page.Back.Path, page.PDF = bookletPath(found.ID, ""), bookletPath(found.ID, "/pdf")
		page.Booklet, err = printing.BookletOf(r.Context(), q, found.Number, issuer(r))
		return err
	})
	if err != nil {
		return err
	}
	page.Title = page.Booklet.Title()
	return web.Render(w, r, http.StatusOK, "booklet-paper", page)
}

// bookletPDF answers GET /guichet/carnets/{id}/pdf.
func bookletPDF(w http.ResponseWriter, r *web.Request) error {
	var made printing.Booklet
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		found, err := bookletOf(r, q)
		if err != nil {
			return err
		}
		made, err = printing.BookletOf(r.Context(), q, found.Number, issuer(r))
		return err
	}); err != nil {
		return err
	}
	return sendBooklets(w, r, "carnet", made)
}

// sidesOf reads for which printer a booklet is: one that prints both sides, unless
// the address says "recto".
func sidesOf(r *web.Request) printing.Sides {
	if r.URL.Query().Has("recto") {
		return printing.OneSide
	}
	return printing.BothSides
}

func sendBooklets(w http.ResponseWriter, r *web.Request, name string, made ...printing.Booklet) error {
	var file bytes.Buffer
	if err := printing.WriteBooklets(&file, r.App.Clock.Now(), sidesOf(r), made...); err != nil {
		return err
	}
	return sendPDF(w, name, file.Bytes())
}

type blockPage struct {
	web.Page
	Number string
	Left   int
	Holder db.ID
	Kinds  []web.Option
}

// askBlock answers GET /guichet/carnets/{id}/blocage.
func askBlock(w http.ResponseWriter, r *web.Request) error { return showBlock(w, r, web.NewForm()) }

func showBlock(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &blockPage{Page: web.Page{Title: "Bloquer un carnet perdu", Layout: web.Ask, Form: form, Back: web.Link{Label: "Le carnet"}}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		found, err := bookletOf(r, q)
		page.Number, page.Left, page.Holder = voucher.Group(found.Number), found.Left, found.Holder
		page.Back.Path = bookletPath(found.ID, "")
		return err
	}); err != nil {
		return err
	}
	page.Kinds = []web.Option{
		{Value: voucher.Lost, Label: "Perdu"}, {Value: voucher.Stolen, Label: "Volé"}, {Value: voucher.Damaged, Label: "Abîmé, illisible"},
	}
	return web.Render(w, r, form.Status(), "block", page)
}

// block answers POST /guichet/carnets/{id}/blocage.
func block(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var blocked voucher.Booklet
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		found, err := bookletOf(r, tx)
		if err != nil {
			return err
		}
		blocked, err = db.Once(r.Context(), tx, form.Key(r),
			func(db.ID) (voucher.Booklet, error) { return found, nil },
			func(id db.ID) (voucher.Booklet, error) {
				return voucher.Block(r.Context(), tx, voucher.Loss{ID: id, Number: found.Number, Kind: form.Value("cause"), Reason: form.Text("raison")})
			})
		return err
	})
	if fault.KindOf(err) == fault.Invalid {
		for _, field := range fault.Of(err).Fields {
			form.Wrong(map[string]string{"kind": "cause", "reason": "raison"}[field.Name], field.Code, field.Message)
		}
	} else if err != nil && !form.Refused(err) {
		return err
	}
	if !form.Valid() {
		return showBlock(w, r, form)
	}
	if blocked.Holder.IsZero() {
		return web.SeeOther(w, r, bookletPath(blocked.ID, ""))
	}
	return web.SeeOther(w, r, personPath(blocked.Holder, "?bloque"))
}

type printPage struct {
	web.Page
	Orders  []web.Option
	Batches []web.Link // prints under way or kept
}

// askPrint answers GET /guichet/carnets/impression.
func askPrint(w http.ResponseWriter, r *web.Request) error { return showPrint(w, r, web.NewForm()) }

func showPrint(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &printPage{Page: web.Page{
		Title: "Imprimer des carnets", Layout: web.Ask, Form: form, Back: web.Link{Label: "Les carnets du guichet", Path: "/guichet/carnets"},
	}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		orders, err := orientation.PrintableOrders(r.Context(), q)
		for i, order := range orders {
			page.Orders = append(page.Orders, web.Option{
				Value: order.ID.String(), Label: "Commande " + order.Reference + ", carnets de " + count(order.Coupons, "chèque", "chèques") + ", reste " + count(order.Remaining, "carnet", "carnets"),
				Chosen: i == 0,
			})
		}
		if err != nil {
			return err
		}
		batches, err := printing.BatchesFor(r.Context(), q, mostBatches)
		for _, batch := range batches {
			made, _ := batch.Made()
			page.Batches = append(page.Batches, web.Link{
				Label: count(batch.Count, "carnet", "carnets") + ", " + civil.DateOf(batch.At, civil.Paris).FrenchLong() + ", " + count(made, "prêt", "prêts"),
				Path:  "/impressions/" + batch.ID.String(),
			})
		}
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "print", page)
}

// mostBatches is how many prints by batch the page shows.
const mostBatches = 10

// mostAtOnce bounds one printing at a counter.
const mostAtOnce = 100

// printBooklets answers POST /guichet/carnets/impression: into the stock, and
// the PDF to print.
func printBooklets(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	order := form.ID("commande", "Choisissez une commande")
	wanted := form.Number("nombre", 1, mostAtOnce)
	var run db.ID
	if form.Valid() {
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
			run, err = db.Once(r.Context(), tx, form.Key(r),
				func(id db.ID) (db.ID, error) { return id, nil },
				func(id db.ID) (db.ID, error) {
					_, err := voucher.Print(r.Context(), tx, voucher.PrintRun{ID: id, Order: order, Desk: r.Actor().Organisation, Count: wanted})
					return id, err
				})
			return err
		})
		if err != nil && !form.Refused(err) {
			return err
		}
	}
	if !form.Valid() {
		return showPrint(w, r, form)
	}
	return web.SeeOther(w, r, "/guichet/carnets/impression/"+run.String()+"/pdf")
}

// printedPDF answers GET /guichet/carnets/impression/{id}/pdf.
func printedPDF(w http.ResponseWriter, r *web.Request) error {
	run, err := r.PathID("id")
	if err != nil {
		return err
	}
	var papers []printing.Booklet
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		papers, err = printing.PrintedOf(r.Context(), q, run, issuer(r))
		return err
	}); err != nil {
		return err
	}
	return sendBooklets(w, r, "carnets", papers...)
}
