package territory

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// wordsOfLists are the lists of freshness as addresses name them.
var wordsOfLists = map[string]string{
	"sans-nouvelle": place.WatchStale, "signales": place.WatchReported, "courriel-refuse": place.WatchBounced,
	"a-confirmer": place.WatchToConfirm, "avec-nouvelles": place.WatchFresh, "fermes": place.WatchClosed,
}

func listPath(code string) string {
	for word, list := range wordsOfLists {
		if list == code {
			return "/fraicheur?etat=" + word
		}
	}
	return "/fraicheur"
}

type freshnessPage struct {
	web.Page
	Figures []web.Figure
	List    web.Table
	Empty   web.None
	Pager   web.Pager
}

// mostWatched bounds a file of places.
const mostWatched = 100_000

// showFreshness answers GET /fraicheur?etat=: how fresh the directory is, and
// the places to call, those that nobody heard of for the longest time first.
func showFreshness(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	word := form.Value("etat")
	if wordsOfLists[word] == "" {
		word = "sans-nouvelle"
		form.Set("etat", word)
	}
	page := &freshnessPage{
		Page:  web.Page{Title: "L’annuaire est-il à jour ?", Form: form, Menu: "/fraicheur"},
		Empty: web.None{Title: "Aucun lieu dans cette liste", Text: "Chaque nuit, le programme regarde de quand date la dernière nouvelle de chaque lieu.", Act: web.Link{Label: "Voir les lieux sans nouvelle", Path: "/fraicheur"}},
	}
	filter := place.WatchFilter{List: wordsOfLists[word], Commune: form.Text("commune"), Limit: web.PageSize + 1}
	if err := r.After(&filter.Since, &filter.After); err != nil {
		return err
	}
	if r.WantsCSV() {
		filter.Limit = mostWatched
	}
	var found []place.WatchedPlace
	more := false
	err = view(r, func(q db.Q) error {
		counts, err := place.WatchCounts(r.Context(), q)
		if err != nil {
			return err
		}
		for _, list := range place.WatchLists {
			page.Figures = append(page.Figures, web.Figure{Number: web.Whole(counts[list.Code]).Text, Label: list.Label, Path: listPath(list.Code)})
		}
		if found, err = place.WatchPlaces(r.Context(), q, filter); err != nil {
			return err
		}
		if !r.WantsCSV() {
			found, more = web.Cut(found)
		}
		page.List, err = watchedTable(r, q, found, word)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "fraicheur-"+word, page.List)
	}
	var last place.WatchedPlace
	if more {
		last = found[len(found)-1]
	}
	if page.Pager, err = r.Pager(more, last.FreshOn, last.ID); err != nil {
		return err
	}
	page.Pager = page.Pager.Exported(r)
	return web.Render(w, r, http.StatusOK, "freshness", page)
}

// signs are when a place last showed that people come.
type signs struct{ held, taken time.Time }

func signsOf(r *web.Request, q db.Q, id db.ID) (signs, error) {
	held, err := workshop.LastHeld(r.Context(), q, id, id)
	if err != nil {
		return signs{}, err
	}
	taken, err := voucher.LastRedeemed(r.Context(), q, id, id)
	return signs{held[id], taken[id]}, err
}

// dayCell is a day, or nothing.
func dayCell(day civil.Date) web.Cell {
	if day.IsZero() {
		return web.Text("–")
	}
	return web.Day(day)
}

func instantCell(at time.Time) web.Cell {
	if at.IsZero() {
		return web.Text("–")
	}
	return web.Day(civil.DateOf(at, civil.Paris))
}

func watchedTable(r *web.Request, q db.Q, found []place.WatchedPlace, word string) (web.Table, error) {
	table := web.Table{
		Caption: place.WatchLists.Label(wordsOfLists[word]),
		Note:    "Le plus longtemps sans nouvelle d’abord.",
		Columns: []web.Column{
			{Label: "Lieu"}, {Label: "Dernière nouvelle"}, {Label: "Horaires confirmés"}, {Label: "Séance tenue"}, {Label: "Chèque lu"},
			{Label: "Courriel refusé"}, {Label: "Signalements", Number: true}, {Label: "Téléphone"},
		},
	}
	for _, one := range found {
		shown, err := signsOf(r, q, one.ID)
		if err != nil {
			return table, err
		}
		reports := web.Whole(one.Open)
		if one.Open > 0 {
			reports = reports.To("/signalements?lieu="+one.ID.String(), "signalements sur "+one.Name)
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(one.Name).To("/fraicheur/" + one.ID.String()).Noted(one.CommuneName),
			dayCell(one.FreshOn).Noted(place.Signs.Label(one.FreshSign)), dayCell(one.ConfirmedOn), instantCell(shown.held), instantCell(shown.taken),
			dayCell(one.BouncedOn), reports, web.Text(one.TelephoneText()),
		})
	}
	return table, nil
}

type placeFreshnessPage struct {
	web.Page
	Place         place.WatchedPlace
	Freshness     string
	State         web.State
	Signs         []web.Line
	Script        []string // what to say on the telephone
	Reports       web.Table
	Corrections   []correctionLine
	Confirmations web.Table
	Email         string // masked: where a link would go
	Said          string
	MayAct        bool
	Kept          bool
}

// correctionLine is a correction by a person of the place.
type correctionLine struct {
	ID, On, What string
	Undone       bool
}

// saidOf tells what the form before did.
var saidOf = map[string]string{
	"lien": "Le lien est parti.", "confirme": "C’est noté : la fiche est juste aujourd’hui.", "ferme": "Le lieu est sorti des listes.",
	"rouvert": "Le lieu est revenu dans les listes.", "annulee": "La correction est annulée.",
}

// mostSigns is how many confirmations and reports the page of a place shows.
const mostSigns = 12

// showPlaceFreshness answers GET /fraicheur/{id}: each sign of a place, and
// what a team can do.
func showPlaceFreshness(w http.ResponseWriter, r *web.Request) error {
	return renderPlaceFreshness(w, r, web.NewForm())
}

func renderPlaceFreshness(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	page := &placeFreshnessPage{Said: saidOf[r.URL.Query().Get("fait")], MayAct: mayAct(r)}
	if err := view(r, func(q db.Q) error { return page.read(r, q, id) }); err != nil {
		return err
	}
	p := page.Place
	page.Page = web.Page{Title: p.Name + ", " + p.CommuneName, Form: form, Menu: "/fraicheur", Back: web.Link{Label: "L’annuaire est-il à jour", Path: "/fraicheur"}}
	page.Kept = !p.Organisation.IsZero()
	today := civil.DateOf(r.App.Clock.Now(), p.Zone())
	page.State = freshState(p.Place)
	// The state says the first words.
	told := strings.TrimPrefix(strings.TrimPrefix(p.FreshnessText(today), page.State.Word), "\u00a0: ")
	page.Freshness = web.French(strings.ToUpper(told[:min(1, len(told))]) + told[min(1, len(told)):])
	page.Script = script(p.Place, r.App.Settings.Name)
	return web.Render(w, r, form.Status(), "freshness-place", page)
}

func freshState(p place.Place) web.State {
	switch {
	case !p.ClosedOn.IsZero():
		return web.State{Kind: "no", Word: "Fermé"}
	case p.Stale:
		return web.State{Kind: "wait", Word: "À vérifier"}
	case p.FreshOn.IsZero():
		return web.State{Word: "Pas encore regardé"}
	}
	return web.State{Kind: "ok", Word: "À jour"}
}

func (page *placeFreshnessPage) read(r *web.Request, q db.Q, id db.ID) (err error) {
	if page.Place, err = place.WatchedByID(r.Context(), q, id); err != nil {
		return err
	}
	p := page.Place
	shown, err := signsOf(r, q, p.ID)
	if err != nil {
		return err
	}
	page.Signs = signLines(p, shown)
	email, err := place.Reachable(r.Context(), q, p.Place)
	if err != nil {
		return err
	}
	page.Email = place.MaskedEmail(email)
	reports, err := place.Reports(r.Context(), q, place.ReportFilter{Place: p.ID, Limit: mostSigns})
	if err != nil {
		return err
	}
	page.Reports = reportTable(reports)
	page.Reports.Caption, page.Reports.Quiet = "Signalements", true
	corrections, err := place.CorrectionsOf(r.Context(), q, p.ID)
	if err != nil {
		return err
	}
	for _, made := range corrections[:min(len(corrections), mostSigns)] {
		page.Corrections = append(page.Corrections, correctionLine{
			ID: made.ID.String(), On: civil.DateOf(made.At, civil.Paris).FrenchLong(), What: listed(made.Changes()), Undone: !made.UndoneAt.IsZero(),
		})
	}
	confirmations, err := place.ConfirmationsOf(r.Context(), q, p.ID, mostSigns)
	if err != nil {
		return err
	}
	page.Confirmations = web.Table{Caption: "Confirmations, la dernière d’abord", Quiet: true, Columns: []web.Column{{Label: "Jour"}, {Label: "Par qui"}}}
	for _, one := range confirmations {
		page.Confirmations.Rows = append(page.Confirmations.Rows, []web.Cell{web.Day(one.On), web.Text(place.ConfirmedBy.Label(one.How))})
	}
	return nil
}

func signLines(p place.WatchedPlace, shown signs) []web.Line {
	told := []web.Line{
		{Label: "Horaires confirmés", Value: longDay(p.ConfirmedOn)},
		{Label: "Dernière séance tenue", Value: longDay(dayOf(shown.held))},
		{Label: "Dernier chèque lu", Value: longDay(dayOf(shown.taken))},
		{Label: "Fiche mise à jour", Value: longDay(p.UpdatedOn), Note: p.Source},
		{Label: "Courriel refusé", Value: longDay(p.BouncedOn)},
		{Label: "Horaires demandés", Value: longDay(dayOf(p.AskedAt))},
	}
	if p.Stale {
		told = append(told, web.Line{Label: "À vérifier depuis", Value: longDay(p.StaleSince), Note: "Le lieu passe après les autres dans les listes."})
	}
	return told
}

func dayOf(at time.Time) civil.Date {
	if at.IsZero() {
		return civil.Date{}
	}
	return civil.DateOf(at, civil.Paris)
}

func longDay(day civil.Date) string {
	if day.IsZero() {
		return "jamais"
	}
	return "le " + day.FrenchLong()
}

// script is what to say to whoever answers.
func script(p place.Place, name string) []string {
	hours := "Je n’ai pas vos horaires. Quels sont-ils ?"
	if told := p.HoursText(); len(told) > 0 {
		hours = "J’ai ces horaires : " + listed(told) + ". Sont-ils justes ?"
	}
	lines := []string{
		"Bonjour, je vous appelle pour l’annuaire des lieux d’aide au numérique, " + name + ".",
		"Je suis bien à " + p.Name + ", " + p.AddressLine() + " ?", hours,
		"Aidez-vous encore les personnes avec le numérique ?", "Quelle adresse e-mail pouvons-nous publier ?",
	}
	for i := range lines {
		lines[i] = web.French(lines[i])
	}
	return lines
}

func listed(texts []string) string {
	told := ""
	for i, text := range texts {
		if i > 0 {
			told += ", "
		}
		told += text
	}
	return told
}

func donePath(id db.ID, done string) string {
	return "/fraicheur/" + id.String() + "?fait=" + url.QueryEscape(done)
}
