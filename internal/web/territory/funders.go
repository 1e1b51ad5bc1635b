package territory

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/funding"
	"passerelle/internal/web"
)

type fundersPage struct {
	web.Page
	List    web.Table
	Choices []web.Option
}

// listFunders answers GET /financeurs.
func listFunders(w http.ResponseWriter, r *web.Request) error {
	return showFunders(w, r, web.NewForm())
}

func showFunders(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &fundersPage{
		Page: web.Page{Title: "Financeurs du programme", Form: form},
		List: web.Table{Caption: "Financeurs", Quiet: true, Columns: []web.Column{{Label: "Financeur"}, {Label: "Depuis le"}}},
	}
	err := view(r, func(q db.Q) error {
		funders, err := funding.Funders(r.Context(), q)
		if err != nil {
			return err
		}
		known := map[db.ID]bool{}
		for _, funder := range funders {
			known[funder.Organisation] = true
			page.List.Rows = append(page.List.Rows, []web.Cell{web.Head(funder.Name), web.Day(civil.DateOf(funder.AddedAt, civil.Paris))})
		}
		organisations, err := account.OrganisationsWith(r.Context(), q, account.RoleFunder)
		for _, organisation := range organisations {
			if !known[organisation.ID] {
				page.Choices = append(page.Choices, web.Option{Value: organisation.ID.String(), Label: organisation.Name})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "funders", page)
}

// addFunder answers POST /financeurs.
func addFunder(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	added := funding.Funder{Organisation: form.ID("organisation", "Choisissez une organisation")}
	if !form.Valid() {
		return showFunders(w, r, form)
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		organisation, err := account.OrganisationByID(r.Context(), tx, added.Organisation)
		if err != nil {
			return err
		}
		added.Name = organisation.Name
		_, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (funding.Funder, error) {
			return funding.FunderByID(r.Context(), tx, id)
		}, func(id db.ID) (funding.Funder, error) {
			added.ID = id
			return funding.AddFunder(r.Context(), tx, added)
		})
		return err
	})
	if form.Refused(err) {
		return showFunders(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/financeurs")
}
