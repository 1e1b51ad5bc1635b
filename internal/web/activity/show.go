package activity

import (
	"net/http"
	"strconv"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/activity"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

func joined(labels []string) string { return strings.Join(labels, ", ") }

type showPage struct {
	web.Page
	ID        db.ID
	Lines     []web.Line
	Said      web.Table
	Withdrawn bool
	MayChange bool
}

func activityOf(r *web.Request, q db.Q) (activity.Activity, error) {
	id, err := r.PathID("id")
	if err != nil {
		return activity.Activity{}, activity.ErrUnknownActivity
	}
	return activity.ByID(r.Context(), q, id)
}

// show answers GET /aides/{id}: what is told of a help, and what was before.
func show(w http.ResponseWriter, r *web.Request) error {
	page := &showPage{Page: web.Page{Menu: "/aides", Back: web.Link{Label: "Les aides données", Path: "/aides"}}}
	err := view(r, func(q db.Q) error {
		told, err := activityOf(r, q)
		if err != nil {
			return err
		}
		page.ID, page.Withdrawn = told.ID, told.State == activity.Withdrawn
		page.Title = activity.Kinds.Label(told.Kind) + " du " + told.Day.FrenchLong()
		page.Back.Path += "?mois=" + told.Day.Month().String()
		page.MayChange = account.Require(r.Actor(), account.ActActivityRecord, told.Organisation) == nil && !page.Withdrawn
		if page.Lines, err = lines(r, q, told); err != nil {
			return err
		}
		page.Said, err = said(r, q, told)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "show", page)
}

func lines(r *web.Request, q db.Q, told activity.Activity) ([]web.Line, error) {
	name, err := account.NameOf(r.Context(), q, told.Author)
	if err != nil {
		return nil, err
	}
	made := []web.Line{
		{Label: "Personnes", Value: strconv.Itoa(told.People)}, {Label: "Durée", Value: lasting(told.Minutes)},
		{Label: "Thèmes", Value: joined(activity.Themes.Labels(told.Themes))}, {Label: "Où", Value: activity.Channels.Label(told.Channel)},
	}
	add := func(label, value string) {
		if value != "" {
			made = append(made, web.Line{Label: label, Value: value})
		}
	}
	if !told.Place.IsZero() {
		at, err := place.ByID(r.Context(), q, told.Place)
		if err != nil {
			return nil, err
		}
		add("Lieu", at.Name+", "+at.CommuneName)
	}
	add("Titre", told.Title)
	add("Par", name)
	add("Démarche", told.Formality)
	add("Matériel", joined(activity.Equipments.Labels(told.Equipment)))
	add("Niveau", activity.LevelName(told.Kind, told.Level))
	if told.Redirected != "" {
		add("Envoyé vers", activity.Redirections.Label(told.Redirected))
	}
	add("Genre", countsText(told.Publics.Genders, activity.Genders))
	add("Âge", countsText(told.Publics.Ages, activity.Ages))
	add("Situation", countsText(told.Publics.Statuses, activity.Statuses))
	if !told.Redemption.IsZero() {
		taken, err := voucher.RedemptionByID(r.Context(), q, told.Redemption)
		if err != nil {
			return nil, err
		}
		add("Chèque", voucher.Group(taken.Number))
	}
	add("Note", told.Note)
	return made, nil
}

// countsText is "Féminin 3, Masculin 2".
func countsText(counts map[string]int, words activity.Words) string {
	var told []string
	for _, word := range words {
		if count := counts[word.Code]; count > 0 {
			told = append(told, word.Label+"\u00a0"+strconv.Itoa(count))
		}
	}
	return joined(told)
}

// said lists what the activity said, each time it was written.
func said(r *web.Request, q db.Q, told activity.Activity) (web.Table, error) {
	table := web.Table{Caption: "Ce qui a été écrit", Columns: []web.Column{{Label: "Quand"}, {Label: "Par"}, {Label: "Ce qui était dit"}, {Label: "Pourquoi"}}}
	revisions, err := activity.Revisions(r.Context(), q, told.ID)
	if err != nil || len(revisions) < 2 {
		return web.Table{}, err
	}
	zone := civil.ZoneOf(told.Commune)
	for _, one := range revisions {
		name, err := account.NameOf(r.Context(), q, one.By)
		if err != nil {
			return web.Table{}, err
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(civil.DateOf(one.At, zone).FrenchShort() + " à " + civil.FrenchHour(one.At.In(zone))), web.Text(name), web.Text(summary(one.Content)), web.Text(one.Reason),
		})
	}
	return table, nil
}

// askCorrection answers GET /aides/{id}/correction.
func askCorrection(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	if err := view(r, func(q db.Q) error {
		told, err := activityOf(r, q)
		if err == nil && told.State == activity.Withdrawn {
			err = activity.ErrWithdrawn
		}
		fill(form, told)
		return err
	}); err != nil {
		return err
	}
	return showCorrection(w, r, form)
}

// fill writes what is told in the form's fields.
func fill(form *web.Form, told activity.Activity) {
	form.Set("genre", told.Kind)
	form.Set("revision", strconv.Itoa(told.Revision))
	form.Set("people", strconv.Itoa(told.People))
	form.Set("themes", told.Themes...)
	form.Set("minutes", strconv.Itoa(told.Minutes))
	form.Set("day", told.Day.String())
	form.Set("lieu", told.Place.String())
	form.Set("channel", told.Channel)
	form.Set("title", told.Title)
	form.Set("level", strconv.Itoa(told.Level))
	if told.Level == 0 {
		form.Set("level", "")
	}
	form.Set("equipment", told.Equipment...)
	form.Set("formality", told.Formality)
	form.Set("redirected", told.Redirected)
	form.Set("note", told.Note)
	for name, counts := range map[string]map[string]int{"genders": told.Publics.Genders, "ages": told.Publics.Ages, "statuses": told.Publics.Statuses} {
		for code, count := range counts {
			if told.Kind == activity.Individual {
				form.Set(name, code)
			} else {
				form.Set(name+"-"+code, strconv.Itoa(count))
			}
		}
	}
}

func showCorrection(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	id, err := r.PathID("id")
	if err != nil {
		return activity.ErrUnknownActivity
	}
	page := &recordPage{Correcting: true, Reason: true, Page: web.Page{
		Title: "Corriger une aide", Layout: web.Ask, Form: form, Menu: "/aides", Back: web.Link{Label: "L’aide", Path: path(id, "")},
	}}
	page.Hidden = []web.Option{{Label: "revision", Value: form.Value("revision")}}
	if err := view(r, func(q db.Q) error { return page.fill(r, q) }); err != nil {
		return err
	}
	// What was told stays in sight.
	page.More = true
	return web.Render(w, r, form.Status(), "record", page)
}

// correct answers POST /aides/{id}/correction.
func correct(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return activity.ErrUnknownActivity
	}
	told := activity.Correction{Activity: id, Content: read(form), Note: form.Text("note"), Reason: form.Text("reason")}
	told.Revision, err = strconv.Atoi(form.Value("revision"))
	if err != nil {
		return activity.ErrUnknownActivity
	}
	if !form.Valid() {
		return showCorrection(w, r, form)
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := activity.Correct(r.Context(), tx, told)
		return err
	})
	if form.RefusedAs(err, fieldNames(told.Kind)) {
		return showCorrection(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, path(id, ""))
}

// askWithdrawal answers GET /aides/{id}/retrait.
func askWithdrawal(w http.ResponseWriter, r *web.Request) error {
	return showWithdrawal(w, r, web.NewForm())
}

func showWithdrawal(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &showPage{Page: web.Page{Title: "Retirer cette aide des chiffres ?", Layout: web.Ask, Form: form, Menu: "/aides"}}
	err := view(r, func(q db.Q) error {
		told, err := activityOf(r, q)
		if err != nil {
			return err
		}
		page.ID, page.Back = told.ID, web.Link{Label: "L’aide", Path: path(told.ID, "")}
		page.Lines, err = lines(r, q, told)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "withdraw", page)
}

// withdraw answers POST /aides/{id}/retrait.
func withdraw(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return activity.ErrUnknownActivity
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := activity.Withdraw(r.Context(), tx, id, form.Text("reason"))
		return err
	})
	if form.Refused(err) {
		return showWithdrawal(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, path(id, ""))
}
