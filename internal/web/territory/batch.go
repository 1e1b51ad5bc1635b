package territory

import (
	"net/http"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/printing"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

type batchesPage struct {
	web.Page
	Order funding.Order
	Desks []web.Option
	Left  int
	Sides []web.Option
	List  web.Table
}

// listBatches answers GET /commandes/{id}/lots: the prints by batch of an order,
// and the way to ask for one.
func listBatches(w http.ResponseWriter, r *web.Request) error {
	return showBatches(w, r, web.NewForm())
}

func showBatches(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &batchesPage{Page: web.Page{Title: "Imprimer par lots", Form: form, Menu: "/commandes"}}
	var batches []printing.Batch
	err := view(r, func(q db.Q) (err error) {
		if page.Order, err = orderOf(r, q); err != nil {
			return err
		}
		if page.Desks, err = desksFor(r, q, page.Order); err != nil {
			return err
		}
		batches, err = printing.BatchesOf(r.Context(), q, page.Order.ID)
		return err
	})
	if err != nil {
		return err
	}
	page.Left = page.Order.Booklets - page.Order.Printed
	page.Back = web.Link{Label: "Commande " + page.Order.Reference, Path: "/commandes/" + page.Order.ID.String()}
	page.Sides = []web.Option{
		{Value: "recto-verso", Label: "Elle imprime recto verso", Chosen: form.Value("imprimante") != "recto"},
		{Value: "recto", Label: "Elle imprime une face à la fois", Chosen: form.Value("imprimante") == "recto"},
	}
	for name, value := range map[string]string{"carnets": strconv.Itoa(page.Left), "par-fichier": strconv.Itoa(printing.UsualPerFile), "guichet": page.Order.Desk.String()} {
		if form.Value(name) == "" {
			form.Set(name, value)
		}
	}
	page.List = batchTable(batches)
	return web.Render(w, r, form.Status(), "batches", page)
}

func batchTable(batches []printing.Batch) web.Table {
	table := web.Table{Caption: "Impressions par lots, la dernière d’abord", Columns: []web.Column{
		{Label: "Demandée le"}, {Label: "État"}, {Label: "Carnets", Number: true}, {Label: "Prêts", Number: true}, {Label: "Fichiers", Number: true},
	}}
	for _, batch := range batches {
		state := batchState(batch)
		made, _ := batch.Made()
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(civil.DateOf(batch.At, civil.Paris).FrenchLong()).To("/impressions/" + batch.ID.String()),
			web.InState(state.Kind, state.Word), web.Whole(batch.Count), web.Whole(made), web.Whole(len(batch.Files)),
		})
	}
	return table
}

func batchState(batch printing.Batch) web.State {
	switch {
	case batch.Failure != "":
		return web.State{Kind: "no", Word: "Arrêtée"}
	case !batch.DeletedAt.IsZero():
		return web.State{Word: "Fichiers supprimés"}
	case batch.EndedAt.IsZero():
		return web.State{Kind: "wait", Word: "En cours"}
	}
	return web.State{Kind: "ok", Word: "Prête"}
}

// beginBatch answers POST /commandes/{id}/lots.
func beginBatch(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	order, err := r.PathID("id")
	if err != nil {
		return funding.ErrUnknownOrder
	}
	const most = 100_000
	batch := printing.Batch{
		Order: order, Count: form.Number("carnets", 1, most), PerFile: form.Number("par-fichier", printing.LeastPerFile, printing.MostPerFile),
		Desk: form.ID("guichet", "Choisissez le guichet"),
	}
	if form.Value("imprimante") == "recto" {
		batch.Sides = printing.OneSide
	}
	if !form.Valid() || form.Checked("modifier") {
		return showBatches(w, r, form)
	}
	page := &printPage{Page: web.Page{Title: "Vérifiez avant d’imprimer", Layout: web.Ask, Form: form, Menu: "/commandes"}}
	var made db.ID
	err = r.Act(form, func(tx *db.Tx) error {
		names := map[db.ID]string{}
		if err := learn(r, tx, names, batch.Desk); err != nil {
			return err
		}
		if page.Order, err = funding.OrderByID(r.Context(), tx, order); err != nil {
			return err
		}
		files := (batch.Count + batch.PerFile - 1) / batch.PerFile
		page.Check = []web.Line{
			{Label: "Commande", Value: page.Order.Reference},
			{Label: "Carnets", Value: count(batch.Count, "carnet", "carnets")},
			{Label: "Fichiers", Value: count(files, "fichier", "fichiers"), Note: "Chacun commence par son bordereau."},
			{Label: "Dans le stock de", Value: names[batch.Desk]},
		}
		made, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (db.ID, error) { return id, nil }, func(id db.ID) (db.ID, error) {
			batch.ID = id
			_, err := printing.BeginBatch(r.Context(), tx, batch)
			return id, err
		})
		return err
	})
	if form.RefusedAs(err, map[string]string{"count": "carnets", "per_file": "par-fichier", "desk": "guichet"}) {
		return showBatches(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/impressions/"+made.String())
	}
	return web.Render(w, r, http.StatusOK, "batch-check", page)
}

type batchPage struct {
	web.Page
	Batch  printing.Batch
	State  web.State
	Made   int
	Facts  []web.Line
	Files  web.Table
	Making bool
	Ready  bool // every file can be printed, and removed
}

func batchOf(r *web.Request, q db.Q) (printing.Batch, error) {
	id, err := r.PathID("id")
	if err != nil {
		return printing.Batch{}, printing.ErrUnknownBatch
	}
	return printing.BatchByID(r.Context(), q, id)
}

// showBatch answers GET /impressions/{id}: how far it is, and its files.
func showBatch(w http.ResponseWriter, r *web.Request) error {
	page := &batchPage{Page: web.Page{Back: web.Link{Label: "Imprimer des carnets", Path: "/guichet/carnets/impression"}}}
	names := map[db.ID]string{}
	reference := ""
	if err := view(r, func(q db.Q) (err error) {
		if page.Batch, err = batchOf(r, q); err != nil {
			return err
		}
		terms, err := funding.TermsOf(r.Context(), q, page.Batch.Order)
		if err != nil {
			return err
		}
		reference = terms.Reference
		return learn(r, q, names, page.Batch.Desk)
	}); err != nil {
		return err
	}
	batch := page.Batch
	if r.Actor().Role != account.RoleDesk {
		page.Menu, page.Back = "/commandes", web.Link{Label: "Impressions de la commande " + reference, Path: "/commandes/" + batch.Order.String() + "/lots"}
	}
	files := 0
	page.Made, files = batch.Made()
	page.State, page.Making = batchState(batch), batch.EndedAt.IsZero()
	page.Ready = !page.Making && batch.DeletedAt.IsZero()
	page.Title = "Impression de " + count(batch.Count, "carnet", "carnets")
	if page.Making {
		w.Header().Set("Refresh", "3") // the page follows the work
	}
	sides := "recto verso, retournée sur le petit bord"
	if batch.Sides == printing.OneSide {
		sides = "une face à la fois"
	}
	page.Facts = []web.Line{
		{Label: "Commande", Value: reference},
		{Label: "Dans le stock de", Value: names[batch.Desk]},
		{Label: "Imprimante", Value: sides},
		{Label: "Fichiers prêts", Value: strconv.Itoa(files) + " sur " + strconv.Itoa(len(batch.Files))},
		{Label: "Gardés jusqu’au", Value: batch.KeptUntil.FrenchLong(), Note: "Ils sont ensuite supprimés\u00a0: ils portent les numéros et les codes des carnets."},
	}
	page.Files = fileTable(batch)
	return web.Render(w, r, http.StatusOK, "batch", page)
}

// fileTable is the slip of every file.
func fileTable(batch printing.Batch) web.Table {
	table := web.Table{Caption: "Les fichiers, dans l’ordre de la commande", Columns: []web.Column{
		{Label: "Fichier"}, {Label: "Carnets", Number: true}, {Label: "Premier carnet"}, {Label: "Dernier carnet"}, {Label: "Taille", Number: true},
	}}
	for _, file := range batch.Files {
		head := web.Head("Fichier " + strconv.Itoa(file.Rank))
		size, first, last := web.Text(""), web.Text("à faire"), web.Text("")
		if !file.MadeAt.IsZero() {
			first, last = web.Text(voucher.Group(file.First)), web.Text(voucher.Group(file.Last))
			const kilobyte = 1000
			size = web.Text(strconv.Itoa((file.Size+kilobyte-1)/kilobyte) + nbsp + "ko")
			if batch.DeletedAt.IsZero() {
				head = head.To("/impressions/" + batch.ID.String() + "/" + strconv.Itoa(file.Rank) + "/pdf")
			}
		}
		table.Rows = append(table.Rows, []web.Cell{head, web.Whole(file.Count), first, last, size})
	}
	return table
}

// downloadFile answers GET /impressions/{id}/{rang}/pdf.
func downloadFile(w http.ResponseWriter, r *web.Request) error {
	rank, err := strconv.Atoi(r.PathValue("rang"))
	if err != nil {
		return printing.ErrUnknownBatch
	}
	var content []byte
	if err := view(r, func(q db.Q) error {
		batch, err := batchOf(r, q)
		if err != nil {
			return err
		}
		content, err = printing.FileContent(r.Context(), q, batch.ID, rank)
		return err
	}); err != nil {
		return err
	}
	return web.Download(w, "application/pdf", "carnets-fichier-"+strconv.Itoa(rank)+".pdf", content)
}

// deleteFiles answers POST /impressions/{id}/suppression.
func deleteFiles(w http.ResponseWriter, r *web.Request) error {
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	var batch printing.Batch
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		if batch, err = batchOf(r, tx); err != nil {
			return err
		}
		batch, err = printing.DeleteBatchFiles(r.Context(), tx, batch.ID)
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/impressions/"+batch.ID.String())
}
