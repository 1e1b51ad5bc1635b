package money

import (
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/money"
	"passerelle/internal/web"
)

type receiptPage struct {
	web.Page
	Orders   []web.Option
	Funders  []web.Option
	Standing funding.Standing // of the chosen order
	Order    string
	Check    []web.Line
	Told     web.Confirmation
}

// askReceipt answers GET /comptable/encaissements/nouveau.
func askReceipt(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	for _, name := range []string{"commande", "financeur"} {
		if value := r.URL.Query().Get(name); value != "" {
			form.Set(name, value)
		}
	}
	form.Set("date", today(r).String())
	return showReceiptForm(w, r, form)
}

// showReceiptForm asks for the order first, then for the receipt of one of its
// funders.
func showReceiptForm(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &receiptPage{
		Page: web.Page{
			Title: "Quel versement avez-vous reçu ?", Layout: web.Ask, Form: form, Menu: "/comptable",
			Back: web.Link{Label: "Ce qui attend", Path: "/comptable"},
		},
		Order: form.Value("commande"),
	}
	err := view(r, func(q db.Q) error {
		if page.Order == "" {
			page.Title = "Pour quelle commande ?"
			return page.orders(r, q)
		}
		id, err := db.ParseID(page.Order)
		if err != nil {
			return funding.ErrUnknownOrder
		}
		if page.Standing, err = funding.Balance(r.Context(), q, id); err != nil {
			return err
		}
		for _, funder := range page.Standing.ByFunder {
			missing := funder.Share - funder.Received
			hint := "Part de " + funder.Share.Short() + ", reste " + missing.Short()
			if missing == 0 {
				hint = "Part de " + funder.Share.Short() + ", versée en entier"
			}
			page.Funders = append(page.Funders, web.Option{Value: funder.Funder.ID.String(), Label: funder.Funder.Name, Hint: hint})
			if form.Value("financeur") == funder.Funder.ID.String() && form.Value("montant") == "" && missing > 0 {
				form.Set("montant", missing.Decimal())
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "receipt", page)
}

func (p *receiptPage) orders(r *web.Request, q db.Q) error {
	orders, err := funding.Orders(r.Context(), q, db.ID{}, 200)
	for _, order := range orders {
		if order.State != funding.Closed {
			p.Orders = append(p.Orders, web.Option{Value: order.ID.String(), Label: "Commande " + order.Reference + ", " + order.Amount.Short()})
		}
	}
	return err
}

// recordReceipt answers POST /comptable/encaissements/nouveau: the answers to
// check, then the receipt is recorded.
func recordReceipt(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	receipt := funding.Receipt{
		Order: form.ID("commande", "Choisissez la commande"), Funder: form.ID("financeur", "Choisissez le financeur"),
		Reference: form.Text("reference"), On: form.Date("date"),
	}
	receipt.Amount = form.Cents("montant")
	if !form.Valid() || form.Checked("modifier") {
		return showReceiptForm(w, r, form)
	}
	var made funding.Receipt
	var funder funding.Funder
	var order funding.Order
	err = r.Act(form, func(tx *db.Tx) error {
		var err error
		made, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (funding.Receipt, error) {
			return funding.ReceiptByID(r.Context(), tx, id)
		}, func(id db.ID) (funding.Receipt, error) {
			receipt.ID = id
			return funding.Receive(r.Context(), tx, receipt)
		})
		if err != nil {
			return err
		}
		if funder, err = funding.FunderByID(r.Context(), tx, made.Funder); err != nil {
			return err
		}
		order, err = funding.OrderByID(r.Context(), tx, made.Order)
		return err
	})
	if form.RefusedAs(err, map[string]string{"amount": "montant", "on": "date", "reference": "reference", "funder": "financeur"}) {
		return showReceiptForm(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/comptable/encaissements/"+made.ID.String())
	}
	page := &receiptPage{
		Page: web.Page{Title: "Vérifiez le versement avant de l’enregistrer", Layout: web.Ask, Form: form, Menu: "/comptable"},
		Check: []web.Line{
			{Label: "Financeur", Value: funder.Name},
			{Label: "Commande", Value: order.Reference},
			{Label: "Montant", Value: made.Amount.String()},
			{Label: "Date sur le relevé de la banque", Value: made.On.French()},
			{Label: "Libellé", Value: orNone(made.Reference)},
		},
	}
	return web.Render(w, r, http.StatusOK, "receipt-check", page)
}

func orNone(text string) string {
	if text == "" {
		return "aucun"
	}
	return text
}

// showReceipt answers GET /comptable/encaissements/{id}.
func showReceipt(w http.ResponseWriter, r *web.Request) error {
	page := &receiptPage{Page: web.Page{Title: "Le versement est enregistré", Layout: web.Ask, Menu: "/comptable", Back: web.Link{Label: "Ce qui attend", Path: "/comptable"}}}
	err := view(r, func(q db.Q) error {
		id, err := r.PathID("id")
		if err != nil {
			return err
		}
		receipt, err := funding.ReceiptByID(r.Context(), q, id)
		if err != nil {
			return err
		}
		standing, err := funding.Balance(r.Context(), q, receipt.Order)
		if err != nil {
			return err
		}
		page.Told = told(receipt, standing)
		return nil
	})
	if err != nil {
		return err
	}
	page.Title = page.Told.Title
	return web.Render(w, r, http.StatusOK, "told", page)
}

func told(receipt funding.Receipt, standing funding.Standing) web.Confirmation {
	confirmation := web.Confirmation{
		Label: "Commande", Reference: standing.Order.Reference, Leaf: receipt.Leaf,
		Next: []web.Line{
			{Label: "Maintenant", Value: standing.Available.Short() + " sont disponibles. Les guichets peuvent remettre des carnets."},
		},
		Keep: []web.Link{{Label: "Revenir à ce qui attend", Path: "/comptable"}, {Label: "Voir la commande", Path: "/commandes/" + standing.Order.ID.String()}},
	}
	var missing money.Cents
	for _, funder := range standing.ByFunder {
		missing += funder.Share - funder.Received
		if funder.Funder.ID == receipt.Funder {
			confirmation.Title = receipt.Amount.Short() + " de " + funder.Funder.Name + " sont enregistrés"
		}
	}
	if missing > 0 {
		confirmation.Next = append(confirmation.Next, web.Line{Label: "Ensuite", Value: missing.Short() + " restent attendus sur cette commande."})
	}
	return confirmation
}

// Names are the answers that travel through the check.
func (p *receiptPage) Names() []string {
	return []string{"commande", "financeur", "montant", "date", "reference"}
}
