package admin

import (
	"context"
	"net/http"
	"strings"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/web"
)

// jobState is one list of the page of jobs: its word in the address, its name,
// what is said when it is empty.
type jobState struct {
	State             job.State
	Word, Label, None string
}

// jobStates has what stopped first.
var jobStates = []jobState{
	{job.Dead, "arretes", "Arrêtés", "Aucun travail n’est arrêté"},
	{job.Waiting, "attente", "En attente", "Aucun travail n’attend"},
	{job.Running, "cours", "En cours", "Aucun travail n’est en cours"},
	{job.Done, "finis", "Finis cette semaine", "Aucun travail n’a fini cette semaine"},
}

type jobsPage struct {
	web.Page
	Figures []web.Figure
	List    web.Table
	Nothing web.None
	Pager   web.Pager
}

// listJobs answers GET /administration/travaux?etat=: how many jobs stand
// where, and those of one state.
func listJobs(w http.ResponseWriter, r *web.Request) error {
	shown := jobStates[0]
	for _, state := range jobStates {
		if state.Word == r.URL.Query().Get("etat") {
			shown = state
		}
	}
	page := &jobsPage{Page: web.Page{Title: "Travaux"}, Nothing: web.None{Title: shown.None, Text: "Cette liste se met à jour quand vous rechargez la page."}}
	var before db.ID
	if err := r.After(&before); err != nil {
		return err
	}
	var counts map[job.State]int
	var found []job.Job
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if counts, err = job.Counts(r.Context(), q); err != nil {
			return err
		}
		found, err = job.List(r.Context(), q, shown.State, before, web.PageSize+1)
		return err
	})
	if err != nil {
		return err
	}
	for _, state := range jobStates {
		page.Figures = append(page.Figures, web.Figure{Number: web.Whole(counts[state.State]).Text, Label: state.Label, Path: "/administration/travaux?etat=" + state.Word})
	}
	found, more := web.Cut(found)
	page.List = jobTable(shown.Label, shown.State, found)
	if len(found) > 0 {
		if page.Pager, err = r.Pager(more, found[len(found)-1].ID); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, "jobs", page)
}

func jobTable(caption string, state job.State, found []job.Job) web.Table {
	table := web.Table{
		Caption: caption,
		Columns: []web.Column{{Label: "Travail"}, {Label: "Demandé"}, {Label: "Prochain essai"}, {Label: "Essais", Number: true}, {Label: "Dernière erreur"}},
	}
	if state == job.Dead {
		table.Columns = append(table.Columns, web.Column{Label: "Relancer"})
	}
	for _, one := range found {
		row := []web.Cell{web.Head(one.Kind).Noted(one.ID.String()), web.Text(instant(one.EnqueuedAt)), web.Text(instant(one.RunAt)), web.Whole(one.Attempts), web.Text(short(one.LastError))}
		if state == job.Dead {
			row = append(row, web.Text("Relancer").To("/administration/travaux/"+one.ID.String()+"/reprise", "le travail "+one.Kind+" "+one.ID.String()))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	at = at.In(civil.Paris)
	return civil.DateOf(at, civil.Paris).FrenchShort() + ", " + civil.FrenchHour(at)
}

// short is the first line of an error, as far as a table can show.
func short(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	const most = 200
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}

// retryQuestion asks before a job that gave up is tried again.
func retryQuestion(r *web.Request, q db.Q) (question, error) {
	id, err := r.PathID("id")
	if err != nil {
		return question{}, err
	}
	found, err := job.ByID(r.Context(), q, id)
	if err != nil {
		return question{}, err
	}
	return question{
		Title: "Relancer ce travail\u202f?", Text: "Réparez d’abord ce qui l’a arrêté, sinon il s’arrêtera de nouveau.",
		Button: "Relancer", Keep: "Le laisser arrêté", Back: web.Link{Label: "Travaux", Path: "/administration/travaux"},
		Lines: []web.Line{
			{Label: "Travail", Value: found.Kind, Note: found.ID.String()},
			{Label: "Demandé", Value: instant(found.EnqueuedAt)},
			{Label: "Dernière erreur", Value: short(found.LastError)},
		},
		Do: func(ctx context.Context, tx *db.Tx) error { return job.Retry(ctx, tx, id) },
	}, nil
}

var messageStates = []struct {
	State notify.State
	Word  string
	Label string
}{
	{notify.Refused, "refuses", "Refusés"},
	{notify.Waiting, "attente", "En attente"},
	{notify.Sent, "envoyes", "Envoyés"},
}

var messageKinds = map[string]string{
	"invitation": "Invitation", "password-reset": "Nouveau mot de passe", "password-changed": "Mot de passe changé",
	"second-factor-reset": "Code enlevé", "appointment": "Rendez-vous",
	"hours-confirmation": "Horaires à confirmer", "owner-link": "Lien pour corriger une fiche", "stale-place": "Lieu sans nouvelle",
	"freshness-digest": "Lieux sans nouvelle, chaque semaine", "report-answered": "Réponse à un signalement",
}

type messagesPage struct {
	web.Page
	Lists   []web.Link
	List    web.Table
	Nothing web.None
	Pager   web.Pager
}

// listMessages answers GET /administration/messages?etat=: e-mails without
// their recipients.
func listMessages(w http.ResponseWriter, r *web.Request) error {
	shown := messageStates[0]
	page := &messagesPage{Page: web.Page{Title: "Messages"}}
	for _, state := range messageStates {
		if state.Word == r.URL.Query().Get("etat") {
			shown = state
		}
		page.Lists = append(page.Lists, web.Link{Label: state.Label, Path: "/administration/messages?etat=" + state.Word})
	}
	var before db.ID
	if err := r.After(&before); err != nil {
		return err
	}
	var found []notify.Message
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		found, err = notify.Messages(r.Context(), q, shown.State, before, web.PageSize+1)
		return err
	})
	if err != nil {
		return err
	}
	found, more := web.Cut(found)
	page.List = web.Table{Caption: shown.Label, Columns: []web.Column{{Label: "Message"}, {Label: "Demandé"}, {Label: "Parti ou refusé"}, {Label: "Raison"}}}
	for _, one := range found {
		page.List.Rows = append(page.List.Rows, []web.Cell{
			web.Head(messageKinds[one.Kind]).Noted(one.ID.String()), web.Text(instant(one.MadeAt)), web.Text(instant(one.EndedAt)), web.Text(one.Reason),
		})
	}
	page.Nothing = web.None{Title: "Aucun message dans cette liste", Text: "Un message y entre dès qu’il change d’état."}
	if len(found) > 0 {
		if page.Pager, err = r.Pager(more, found[len(found)-1].ID); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, "messages", page)
}
