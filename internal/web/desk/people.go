package desk

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/web"
)

func personPath(id db.ID, rest string) string { return "/guichet/personnes/" + id.String() + rest }

// personOf reads the person of the address.
func personOf(r *web.Request, q db.Q) (holder.Holder, error) {
	id, err := r.PathID("id")
	if err != nil {
		return holder.Holder{}, fault.ErrNotFound
	}
	return holder.ByID(r.Context(), q, id)
}

type peoplePage struct {
	web.Page
	Table web.Table
	Pager web.Pager
	Empty web.None
}

// people answers GET /guichet/personnes.
func people(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	page := &peoplePage{
		Page:  web.Page{Title: "Les personnes accueillies ici", Form: form},
		Empty: web.None{Title: "Personne ne répond", Text: "Écrivez un prénom entier, un téléphone, ou le numéro de la page.", Act: web.Link{Label: "Accueillir une personne", Path: "/guichet"}},
	}
	var after db.ID
	if err := r.After(&after); err != nil {
		return err
	}
	limit := web.PageSize
	if r.WantsCSV() {
		limit = mostExported
	}
	var found []holder.Holder
	var more bool
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		found, more, err = holder.List(r.Context(), q, holder.Filter{Text: form.Text("q"), After: after, Limit: limit})
		return err
	}); err != nil {
		return err
	}
	page.Table = peopleTable(found)
	if r.WantsCSV() {
		return web.CSV(w, r, "personnes", page.Table)
	}
	var last db.ID
	if len(found) > 0 {
		last = found[len(found)-1].ID
	}
	pager, err := r.Pager(more, last)
	if err != nil {
		return err
	}
	page.Pager = pager.Exported(r)
	return web.Render(w, r, form.Status(), "people", page)
}

func peopleTable(found []holder.Holder) web.Table {
	table := web.Table{Caption: "Personnes, la dernière accueillie d’abord", Columns: []web.Column{
		{Label: "Personne"}, {Label: "Numéro de la page"}, {Label: "Commune"}, {Label: "Rappels"}, {Label: "Accueillie le"},
	}}
	for _, one := range found {
		commune := one.Commune
		if known, err := geography.CommuneByCode(one.Commune); err == nil {
			commune = known.Name
		}
		reminders := web.Text("Non")
		if one.Consent {
			reminders = web.Text("Oui")
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(one.Called()).To(personPath(one.ID, "")), web.Text(one.Pseudonym), web.Text(commune), reminders,
			web.Day(civil.DateOf(one.RegisteredAt, civil.Paris)),
		})
	}
	return table
}

type correctionPage struct {
	web.Page
	Fields personFields
}

// askCorrection answers GET /guichet/personnes/{id}/fiche.
func askCorrection(w http.ResponseWriter, r *web.Request) error { return showCorrection(w, r, nil) }

func showCorrection(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &correctionPage{Page: web.Page{Layout: web.Ask}}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		known, err := personOf(r, q)
		if err != nil {
			return err
		}
		page.Title = "Ce que l’on garde de " + known.Called()
		page.Back = web.Link{Label: known.Called(), Path: personPath(known.ID, "")}
		if form != nil {
			return nil
		}
		form = web.NewForm()
		fillPerson(form, draftOf(known))
		form.Set("courriel", known.Email)
		form.Set("adresse", known.Address)
		if commune, err := geography.CommuneByCode(known.Commune); err == nil {
			form.Set("commune", commune.Label())
		}
		return nil
	})
	if err != nil {
		return err
	}
	page.Form, page.Fields = form, newPersonFields(form, "Lue au guichet et par le lieu.")
	return web.Render(w, r, form.Status(), "correction", page)
}

// correct answers POST /guichet/personnes/{id}/fiche.
func correct(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	told := readPerson(form)
	var commune geography.Commune
	if form.Text("commune") != "" {
		near, err := nearDesk(r)
		if err != nil {
			return err
		}
		commune = readCommune(form, "commune", "Écrivez une commune", near)
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if form.Valid() {
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			_, err := holder.Correct(r.Context(), tx, holder.Correction{
				Holder: id, Name: told.Name, Commune: commune.Code, Telephone: told.Telephone, Recipient: told.Recipient,
				Email: form.Text("courriel"), Address: form.Text("adresse"), Manner: told.Manner, Note: told.Note, Consent: told.Consent,
			})
			return err
		})
		if fault.KindOf(err) == fault.Invalid {
			complain(form, err)
		} else if err != nil {
			return err
		}
	}
	if !form.Valid() {
		return showCorrection(w, r, form)
	}
	return web.SeeOther(w, r, personPath(id, "?enregistre"))
}

// may tells whether the one who asks may do an act.
func may(r *web.Request, act account.Act) bool { return account.May(r.Actor(), act) }
