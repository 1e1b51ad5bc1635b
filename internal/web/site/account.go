package site

import (
	"net/http"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/bank"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

// accountLines tell the account on which a site is paid: masked to the owner,
// and only that it is there to the others.
func accountLines(r *web.Request, q db.Q, site label.Site) ([]web.Line, error) {
	known, err := label.HasBankDetails(r.Context(), q, site.ID)
	if err != nil || !known {
		return nil, err
	}
	if !account.May(q.Actor(), account.ActBankDetailsRead) {
		return []web.Line{{Label: "Compte bancaire", Value: "Enregistré", Note: "Seul un responsable de votre organisation le voit."}}, nil
	}
	details, err := label.BankDetailsOf(r.Context(), q, site.ID)
	if err != nil {
		return nil, err
	}
	whose := ""
	if details.Common {
		whose = "Tous vos lieux qui n’ont pas le leur"
	}
	return filledIn(
		web.Line{Label: "Pour", Value: whose},
		web.Line{Label: "Titulaire", Value: details.Holder},
		web.Line{Label: "IBAN", Value: strings.ReplaceAll(details.IBAN.Masked(), " ", "\u00a0")},
		web.Line{Label: "BIC", Value: string(details.BIC)},
	), nil
}

type accountPage struct {
	web.Page
	Site  label.Site
	Sites []web.Option
	Known bool       // this place is paid on some account
	For   string     // which places the account is for: all of them, or this one
	Check []web.Line // the answers to check; empty on the question
	Typed label.Details
}

// forAll is the answer that an account is for all of the organisation's places.
const forAll = "tous"

// payeeWords tell which places an account is for.
func payeeWords(page *accountPage) string {
	if page.For == forAll {
		return "Tous vos lieux qui n’ont pas leur propre compte"
	}
	return page.Site.Name
}

// askAccount answers GET /mon-lieu/compte.
func askAccount(w http.ResponseWriter, r *web.Request) error {
	return showAccount(w, r, web.NewForm(), r.URL.Query().Get("lieu"), nil)
}

// enterAccount answers POST /mon-lieu/compte: the answers to check first, then
// the account is kept.
func enterAccount(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	lieu := form.Value("lieu")
	details := label.Details{
		Holder: form.Text("holder"), IBAN: bank.IBAN(form.Text("iban")), BIC: bank.BIC(form.Text("bic")),
	}
	if form.Checked("modifier") {
		return showAccount(w, r, form, lieu, nil)
	}
	common := form.Value("pour") == forAll
	var entered label.Details
	enter := func(tx *db.Tx) error {
		site, _, err := chosen(r, tx, lieu)
		if err != nil {
			return err
		}
		enter := func(id db.ID) (label.Details, error) {
			details.ID = id
			return label.SetBankDetails(r.Context(), tx, site.ID, details)
		}
		again := func(db.ID) (label.Details, error) { return label.BankDetailsOf(r.Context(), tx, site.ID) }
		if common {
			enter = func(id db.ID) (label.Details, error) {
				details.ID = id
				return label.SetCommonDetails(r.Context(), tx, tx.Actor().Organisation, details)
			}
			again = func(db.ID) (label.Details, error) {
				return label.CommonDetailsOf(r.Context(), tx, tx.Actor().Organisation)
			}
		}
		entered, err = db.Once(r.Context(), tx, form.Key(r), again, enter)
		return err
	}
	err = r.Act(form, enter)
	if form.Refused(err) {
		return showAccount(w, r, form, lieu, nil)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/mon-lieu?enregistre&lieu="+lieu)
	}
	return showAccount(w, r, form, lieu, &entered)
}

func showAccount(w http.ResponseWriter, r *web.Request, form *web.Form, lieu string, check *label.Details) error {
	page := &accountPage{Page: web.Page{
		Title: "Sur quel compte payer votre lieu\u202f?", Layout: web.Ask, Form: form, Menu: "/mon-lieu",
		Back: web.Link{Label: "Mon lieu", Path: "/mon-lieu"},
	}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		site, sites, err := chosen(r, q, lieu)
		if err != nil {
			return err
		}
		page.Site, page.Sites = site, siteOptions(sites)
		page.For = form.Value("pour")
		page.Known, err = label.HasBankDetails(r.Context(), q, site.ID)
		return err
	})
	if err != nil {
		return err
	}
	page.Back.Path += "?lieu=" + page.Site.ID.String()
	if check == nil {
		return web.Render(w, r, form.Status(), "account", page)
	}
	page.Title, page.Typed = "Vérifiez le compte avant de l’enregistrer", *check
	page.Check = filledIn(
		web.Line{Label: "Lieu", Value: payeeWords(page)},
		web.Line{Label: "Titulaire", Value: check.Holder},
		web.Line{Label: "IBAN", Value: check.IBAN.Grouped()},
		web.Line{Label: "BIC", Value: string(check.BIC)},
	)
	return web.Render(w, r, http.StatusOK, "account-check", page)
}
