package money

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

type paymentPage struct {
	web.Page
	File       settlement.PaymentFile
	MadeOn     civil.Date
	List       web.Table
	Refused    int  // payments that the bank rejected or sent back
	Fresh      bool // just made
	MayAct     bool
	MayConfirm bool
	Check      []web.Line
	Date       string
	Sum        string
}

// showPayment answers GET /comptable/paiements/{id}.
func showPayment(w http.ResponseWriter, r *web.Request) error {
	page := &paymentPage{
		Page:  web.Page{Back: web.Link{Label: "Tous les paiements", Path: "/comptable/paiements"}, Menu: "/comptable/paiements"},
		Fresh: r.URL.Query().Has("fait"), MayAct: account.May(r.Actor(), account.ActPaymentSend),
	}
	err := view(r, func(q db.Q) (err error) {
		if page.File, err = fileOf(r, q); err != nil {
			return err
		}
		payments, err := settlement.PaymentsOf(r.Context(), q, page.File.ID)
		if err != nil {
			return err
		}
		for _, payment := range payments {
			if payment.Refused != "" {
				page.Refused++
			}
		}
		page.List, err = paymentTable(r, q, payments)
		return err
	})
	if err != nil {
		return err
	}
	page.MadeOn = civil.DateOf(page.File.At, civil.Paris)
	page.MayConfirm = page.File.DebitedOn.IsZero() && page.File.Due() > 0 && account.May(r.Actor(), account.ActPaymentConfirm)
	switch {
	case !page.File.DebitedOn.IsZero():
		page.Title = page.File.Due().Short() + " payés le " + page.File.DebitedOn.FrenchLong()
	case page.File.Due() == 0:
		page.Title = "La banque a rejeté tout le fichier"
	case page.Fresh:
		page.Title = "Le fichier de paiement est prêt"
	default:
		page.Title = page.File.Due().Short() + " en cours de paiement"
	}
	return web.Render(w, r, http.StatusOK, "payment", page)
}

func fileOf(r *web.Request, q db.Q) (settlement.PaymentFile, error) {
	id, err := r.PathID("id")
	if err != nil {
		return settlement.PaymentFile{}, settlement.ErrUnknownFile
	}
	return settlement.PaymentFileByID(r.Context(), q, id)
}

// downloadPayment answers GET /comptable/paiements/{id}/fichier.
func downloadPayment(w http.ResponseWriter, r *web.Request) error {
	var file settlement.PaymentFile
	if err := view(r, func(q db.Q) (err error) {
		file, err = fileOf(r, q)
		return err
	}); err != nil {
		return err
	}
	return web.Download(w, "application/xml; charset=utf-8", file.Name(), file.XML)
}

// askDebit answers GET /comptable/paiements/{id}/debit.
func askDebit(w http.ResponseWriter, r *web.Request) error {
	return showDebitForm(w, r, web.NewForm())
}

func showDebitForm(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &paymentPage{Page: web.Page{Title: "Quel débit avez-vous vu\u202f?", Layout: web.Ask, Form: form, Menu: "/comptable/paiements"}}
	if err := view(r, func(q db.Q) (err error) {
		page.File, err = fileOf(r, q)
		return err
	}); err != nil {
		return err
	}
	path := "/comptable/paiements/" + page.File.ID.String()
	if !page.File.DebitedOn.IsZero() {
		return web.SeeOther(w, r, path)
	}
	page.Back = web.Link{Label: "Le fichier " + page.File.MessageID, Path: path}
	return web.Render(w, r, form.Status(), "debit", page)
}

// seeDebit answers POST /comptable/paiements/{id}/debit.
func seeDebit(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return settlement.ErrUnknownFile
	}
	seen := settlement.Debit{File: id, On: form.Date("date"), Amount: form.Cents("montant")}
	if !form.Valid() || form.Checked("modifier") {
		return showDebitForm(w, r, form)
	}
	var file settlement.PaymentFile
	err = r.Act(form, func(tx *db.Tx) (err error) {
		file, err = settlement.SeenDebit(r.Context(), tx, seen)
		return err
	})
	if form.RefusedAs(err, map[string]string{"on": "date", "amount": "montant"}) {
		return showDebitForm(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/comptable/paiements/"+id.String())
	}
	page := &paymentPage{
		Page: web.Page{Title: "Vérifiez le débit avant de le confirmer", Layout: web.Ask, Form: form, Menu: "/comptable/paiements"},
		File: file, Date: seen.On.String(), Sum: seen.Amount.Decimal(),
		Check: []web.Line{
			{Label: "Fichier", Value: file.MessageID},
			{Label: "Montant débité", Value: seen.Amount.String()},
			{Label: "Date sur le relevé de la banque", Value: seen.On.French()},
		},
	}
	return web.Render(w, r, http.StatusOK, "debit-check", page)
}
