package money

import (
	"errors"
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/bank"
	"passerelle/internal/db"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
)

type issuerPage struct {
	web.Page
	Now   settlement.IssuerAccount
	Typed settlement.IssuerAccount
	Lines []web.Line
	May   bool
	Saved bool
}

// askAccount answers GET /comptable/compte.
func askAccount(w http.ResponseWriter, r *web.Request) error {
	return showIssuerForm(w, r, web.NewForm())
}

func showIssuerForm(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &issuerPage{
		Page: web.Page{Title: "Le compte qui paie les lieux", Layout: web.Ask, Form: form, Menu: "/comptable", Back: web.Link{Label: "Ce qui attend", Path: "/comptable"}},
		May:  account.May(r.Actor(), account.ActIssuerAccountSet), Saved: r.URL.Query().Has("fait"),
	}
	err := view(r, func(q db.Q) (err error) {
		page.Now, err = settlement.IssuerAccountNow(r.Context(), q)
		if errors.Is(err, settlement.ErrNoIssuerAccount) {
			return nil
		}
		page.Lines = accountLines(page.Now)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "issuer", page)
}

func accountLines(a settlement.IssuerAccount) []web.Line {
	lines := []web.Line{{Label: "Titulaire", Value: a.Name}, {Label: "IBAN", Value: a.IBAN.Grouped()}}
	if a.BIC != "" {
		lines = append(lines, web.Line{Label: "BIC", Value: string(a.BIC)})
	}
	return lines
}

// setAccount answers POST /comptable/compte: the account to check, then it is
// recorded.
func setAccount(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	typed := settlement.IssuerAccount{Name: form.Text("name"), IBAN: bank.IBAN(form.Text("iban")), BIC: bank.BIC(form.Text("bic"))}
	if form.Checked("modifier") {
		return showIssuerForm(w, r, form)
	}
	var set settlement.IssuerAccount
	err = r.Act(form, func(tx *db.Tx) (err error) {
		set, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (settlement.IssuerAccount, error) {
			return settlement.IssuerAccountByID(r.Context(), tx, id)
		}, func(id db.ID) (settlement.IssuerAccount, error) {
			typed.ID = id
			return settlement.SetIssuerAccount(r.Context(), tx, typed)
		})
		return err
	})
	if form.Refused(err) {
		return showIssuerForm(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/comptable/compte?fait")
	}
	page := &issuerPage{
		Page:  web.Page{Title: "Vérifiez le compte avant de l’enregistrer", Layout: web.Ask, Form: form, Menu: "/comptable"},
		Typed: set, Lines: accountLines(set),
	}
	return web.Render(w, r, http.StatusOK, "issuer-check", page)
}
