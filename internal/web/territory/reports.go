package territory

import (
	"cmp"
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// wordsOfStates are the states of a report as addresses name them.
var wordsOfStates = map[string]place.ReportState{
	"attente": place.ReportOpen, "corriges": place.ReportCorrected, "justes": place.ReportRefused, "fermes": place.ReportEnded, "tous": "",
}

type reportsPage struct {
	web.Page
	States []web.Option
	List   web.Table
	Empty  web.None
	Pager  web.Pager
	About  place.Place // when one place is asked for
}

// reportMenu is the menu's entry of a reader.
func reportMenu(r *web.Request) string {
	if r.Actor().Role == account.RoleSite {
		return "/mon-lieu"
	}
	return "/fraicheur"
}

func reportsBack(r *web.Request) web.Link {
	if r.Actor().Role == account.RoleSite {
		return web.Link{Label: "Mon lieu", Path: "/mon-lieu"}
	}
	return web.Link{Label: "L’annuaire est-il à jour", Path: "/fraicheur"}
}

// listReports answers GET /signalements?etat=&lieu=: what people reported, the
// newest first.
func listReports(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	word := form.Value("etat")
	if _, known := wordsOfStates[word]; !known {
		word = "attente"
		if form.Value("lieu") != "" {
			word = "tous"
		}
		form.Set("etat", word)
	}
	page := &reportsPage{
		Page: web.Page{Title: "Erreurs signalées", Form: form, Menu: reportMenu(r), Back: reportsBack(r)},
		States: []web.Option{
			{Value: "attente", Label: "Qui attendent une réponse"}, {Value: "corriges", Label: "Fiche corrigée"}, {Value: "justes", Label: "Fiche juste"},
			{Value: "fermes", Label: "Lieu fermé"}, {Value: "tous", Label: "Tous"},
		},
		Empty: web.None{Title: "Aucun signalement dans cette liste", Text: "Chacun peut en faire un, depuis la page d’un lieu.", Act: web.Link{Label: "Voir tous les signalements", Path: "/signalements?etat=tous"}},
	}
	filter := place.ReportFilter{State: wordsOfStates[word], Limit: web.PageSize + 1}
	if text := form.Value("lieu"); text != "" {
		if filter.Place, err = db.ParseID(text); err != nil {
			return err
		}
	}
	if err := r.After(&filter.Before); err != nil {
		return err
	}
	if r.WantsCSV() {
		filter.Limit = mostWatched
	}
	var found []place.ErrorReport
	if err := view(r, func(q db.Q) (err error) {
		found, err = place.Reports(r.Context(), q, filter)
		return err
	}); err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "signalements", reportTable(found))
	}
	found, more := web.Cut(found)
	var last db.ID
	if more {
		last = found[len(found)-1].ID
	}
	page.List = reportTable(found)
	if page.Pager, err = r.Pager(more, last); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, http.StatusOK, "reports", page)
}

func reportTable(found []place.ErrorReport) web.Table {
	table := web.Table{
		Caption: "Erreurs signalées, la dernière d’abord", Quiet: true,
		Columns: []web.Column{{Label: "Signalé"}, {Label: "Lieu"}, {Label: "Ce qui est écrit"}, {Label: "Par"}, {Label: "Réponse"}},
	}
	for _, one := range found {
		state := reportState(one.State)
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(place.ReportKinds.Label(one.Kind)).To("/signalements/"+one.ID.String(), "à "+one.PlaceName).Noted(civil.DateOf(one.MadeAt, civil.Paris).FrenchLong()),
			web.Text(one.PlaceName).Noted(one.Commune), web.Text(one.Text), web.Text(reporter(one)), web.InState(state.Kind, state.Word),
		})
	}
	return table
}

func reporter(one place.ErrorReport) string {
	if one.Agent {
		return "une équipe du programme"
	}
	return "un visiteur"
}

func reportState(state place.ReportState) web.State {
	switch state {
	case place.ReportCorrected:
		return web.State{Kind: "ok", Word: "Corrigé"}
	case place.ReportRefused:
		return web.State{Word: "Fiche juste"}
	case place.ReportEnded:
		return web.State{Kind: "no", Word: "Lieu fermé"}
	}
	return web.State{Kind: "wait", Word: "En attente"}
}

type reportPage struct {
	web.Page
	Report  place.ErrorReport
	Place   place.Place
	State   web.State
	Facts   []web.Line // what the directory says
	Told    []web.Line // what was reported
	Answers []web.Option
	MayAct  bool
	Correct web.Link // where the page of the place is corrected
	Said    bool
}

// showReported answers GET /signalements/{id}.
func showReported(w http.ResponseWriter, r *web.Request) error {
	return renderReport(w, r, web.NewForm())
}

func renderReport(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	page := &reportPage{MayAct: account.May(r.Actor(), account.ActPlaceReportAnswer), Said: r.URL.Query().Has("repondu")}
	if err := view(r, func(q db.Q) (err error) {
		if page.Report, err = place.ReportByID(r.Context(), q, id); err != nil {
			return err
		}
		page.Place, err = place.ByID(r.Context(), q, page.Report.Place)
		return err
	}); err != nil {
		return err
	}
	one, p := page.Report, page.Place
	page.Page = web.Page{
		Title: place.ReportKinds.Plain(one.Kind), Form: form, Menu: reportMenu(r), Back: web.Link{Label: "Erreurs signalées", Path: "/signalements"},
	}
	page.State = reportState(one.State)
	page.Told = []web.Line{
		{Label: "Ce qui est écrit", Value: cmp.Or(one.Text, "rien de plus")},
		{Label: "Quand", Value: "le " + civil.DateOf(one.MadeAt, civil.Paris).FrenchLong(), Note: "par " + reporter(one)},
	}
	if one.WantsReply && one.State == place.ReportOpen {
		page.Told = append(page.Told, web.Line{Label: "Réponse", Value: "attendue par e-mail", Note: "L’adresse n’est montrée à personne."})
	}
	if one.State != place.ReportOpen {
		page.Told = append(page.Told, web.Line{Label: "Répondu", Value: "le " + civil.DateOf(one.AnsweredAt, civil.Paris).FrenchLong(), Note: one.Reason})
	}
	page.Facts = []web.Line{
		{Label: "Adresse", Value: p.AddressLine()}, {Label: "Téléphone", Value: cmp.Or(p.TelephoneText(), "aucun")},
		{Label: "Courriels", Value: cmp.Or(listed(p.Emails), "aucun")}, {Label: "Horaires", Value: cmp.Or(listed(p.HoursText()), "aucun")},
		{Label: "Services", Value: cmp.Or(listed(place.Services.Labels(p.Services)), "aucun")},
	}
	page.Answers = []web.Option{
		{Value: string(place.ReportCorrected), Label: "La fiche est corrigée"},
		{Value: string(place.ReportRefused), Label: "La fiche est juste", Hint: "Dites pourquoi ci-dessous."},
		{Value: string(place.ReportEnded), Label: "Le lieu a fermé", Hint: "Il sort des listes. Cela se défait."},
	}
	page.Correct = web.Link{Label: "Voir ce lieu et ce qu’on peut faire", Path: "/fraicheur/" + p.ID.String()}
	if r.Actor().Role == account.RoleSite {
		page.Correct = web.Link{Label: "Corriger la fiche dans Mon lieu", Path: "/mon-lieu?lieu=" + p.ID.String()}
	}
	return web.Render(w, r, form.Status(), "report", page)
}

// answerReport answers POST /signalements/{id}.
func answerReport(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		return place.AnswerReport(r.Context(), tx, id, place.ReportAnswer{State: place.ReportState(form.Value("reponse")), Reason: form.Text("raison")})
	})
	if form.RefusedAs(err, map[string]string{"state": "reponse", "reason": "raison"}) {
		return renderReport(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/signalements/"+id.String()+"?repondu")
}
