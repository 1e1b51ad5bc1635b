package label

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

type reviewPage struct {
	web.Page
	Application label.Application
	State       web.State
	Clock       clockView
	Closed      string // why the content is not shown; empty when it is
	Facts       []web.Line
	Places      web.Table
	Acts        []actLink
	Papers      []paperView
	Visits      web.Table
	Messages    []messageView
	MayWrite    bool
	History     web.Table
	ToTake      bool
	ToRelease   bool
	Decided     bool
}

// actLink is something that the reader may do; the first one is filled.
type actLink struct {
	web.Link
	First bool
}

// paperView is an attachment in a list.
type paperView struct {
	web.Link
	ID    db.ID
	About string
}

// showReview answers GET /labels/demandes/{id}.
func showReview(w http.ResponseWriter, r *web.Request) error {
	return showReviewWith(w, r, web.NewForm(), 0)
}

// showReviewWith shows the page with what was refused; a status of zero is the
// form's own.
func showReviewWith(w http.ResponseWriter, r *web.Request, form *web.Form, status int) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if r.Actor().Role == account.RoleSite {
		return web.SeeOther(w, r, "/demande-label/"+id.String())
	}
	page := &reviewPage{}
	var file label.File
	var reviewer db.ID
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if reviewer, err = label.Reviewer(r.Context(), q); err != nil {
			return err
		}
		file, err = label.FileByID(r.Context(), q, id)
		if errors.Is(err, label.ErrNotAssigned) || errors.Is(err, label.ErrOwnOrganisation) {
			page.Closed = fault.Of(err).Message
			file = label.File{}
			file.Application, err = label.ApplicationByID(r.Context(), q, id)
		}
		return err
	}); err != nil {
		return err
	}
	page.tell(r, form, file, reviewer)
	if status == 0 {
		status = form.Status()
	}
	return web.Render(w, r, status, "review", page)
}

func (page *reviewPage) tell(r *web.Request, form *web.Form, file label.File, reviewer db.ID) {
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	a := file.Application
	certifies := account.May(r.Actor(), account.ActLabelReview)
	mine := certifies && a.Certifier == reviewer && page.Closed == ""
	path := "/labels/demandes/" + a.ID.String()
	page.Page = web.Page{
		Title: "Demande\u00a0: " + a.OrganisationName, Form: form,
		Back: web.Link{Label: "Les demandes de label", Path: "/labels"},
	}
	page.Application, page.State, page.Clock = a, stateOfApplication(a), clockOf(a, today)
	waits := a.Certifier.IsZero() && (a.State == label.Sent || a.State == label.Appealed)
	page.ToTake = certifies && waits && !barred(form)
	page.ToRelease = mine && (a.State == label.InReview || a.State == label.Appealed)
	page.Decided = !a.DecidedAt.IsZero()
	switch {
	case barred(form):
		page.Closed = "Vous ne pourrez jamais prendre ce dossier. Il reste dans la file, pour un autre certificateur."
	case waits && certifies && page.Closed == label.ErrNotAssigned.Message:
		page.Closed = "Ce dossier attend. Prenez-le pour lire les réponses et les pièces\u00a0: vous ne pourrez alors jamais payer ses lieux."
	}
	if certifies {
		page.Acts = page.acts(file, mine, path)
	}
	page.Facts = applicationFacts(file)
	page.Places = page.placesTable(file, path)
	page.Papers = papersOf(file, db.ID{}, "")
	page.Visits = visitsTable(file, mine, path)
	page.Messages = messagesOf(file)
	page.MayWrite = mine && !file.Erased
	page.History = historyTable(file)
}

// barred tells whether the reader was refused this application for good: their
// own organisation's, an appeal of their own decision, a place that they pay.
func barred(form *web.Form) bool {
	return slices.ContainsFunc(form.Errors(), func(wrong fault.Field) bool {
		return slices.Contains([]string{label.ErrOwnOrganisation.Code, label.ErrSameCertifier.Code, account.ErrDutyTaken.Code}, wrong.Code)
	})
}

// acts are what a certifier may do now.
func (page *reviewPage) acts(file label.File, mine bool, path string) []actLink {
	a := file.Application
	var links []actLink
	add := func(words, to string) {
		links = append(links, actLink{web.Link{Label: words, Path: path + to}, len(links) == 0})
	}
	if mine && (a.State == label.InReview || a.State == label.Appealed) {
		for _, covered := range a.Places { // the first that waits for a verdict, before the decision
			if len(file.Score(covered.ID).Unjudged) > 0 && (a.Round == 1 || covered.Outcome == label.Refused) {
				add("Examiner "+covered.Name, "/lieux/"+covered.ID.String())
				break
			}
		}
		add("Décider", "/decision")
		if a.State == label.InReview {
			add("Demander un complément", "/complement")
		}
		add("Prévoir une visite", "/visites/nouvelle")
	}
	switch a.State {
	case label.Granted:
		add("Suspendre le label", "/suspension")
		add("Retirer le label", "/retrait")
	case label.Suspended:
		add("Lever la suspension", "/reprise")
		add("Retirer le label", "/retrait")
	}
	return links
}

func applicationFacts(file label.File) []web.Line {
	lines := []web.Line{
		{Label: "Organisation", Value: file.OrganisationName},
		{Label: "Critères", Value: "Version " + file.Criteria},
		{Label: "Envoyée", Value: when(file.SentAt)},
	}
	if file.Renewal {
		lines = append(lines, web.Line{Label: "Renouvellement", Value: "Oui"})
	}
	if file.SIRET != "" {
		lines = append(lines, web.Line{Label: "SIRET", Value: grouped(file.SIRET)})
	}
	if file.Representative.Name != "" {
		lines = append(lines, web.Line{Label: "Représentant légal", Value: file.Representative.Name, Note: file.Representative.Function})
	}
	if !file.SuspendedUntil.IsZero() && file.State == label.Suspended {
		lines = append(lines, web.Line{Label: "Suspension", Value: "jusqu’au " + file.SuspendedUntil.FrenchLong() + " compris"})
	}
	return lines
}

// grouped writes a SIRET as registers do: 732 829 320 00074.
func grouped(siret string) string {
	const length = 14
	if len(siret) != length {
		return siret
	}
	return siret[:3] + "\u00a0" + siret[3:6] + "\u00a0" + siret[6:9] + "\u00a0" + siret[9:]
}

// placesTable is where each place stands: what is judged, the score, the outcome.
func (page *reviewPage) placesTable(file label.File, path string) web.Table {
	made := web.Table{
		Caption: "Les lieux", Quiet: true,
		Columns: []web.Column{{Label: "Lieu"}, {Label: "Commune"}, {Label: "Critères examinés", Number: true}, {Label: "Score", Number: true}, {Label: "Décision"}},
	}
	for _, covered := range file.Places {
		name := web.Head(covered.Name)
		judged, points := web.Text("–"), web.Text("–")
		if page.Closed == "" {
			name = name.To(path + "/lieux/" + covered.ID.String())
			score := file.Score(covered.ID)
			done := len(score.Lines) - len(score.Unjudged)
			judged = web.Text(fmt.Sprintf("%d sur %d", done, len(score.Lines)))
			if done == len(score.Lines) {
				points = web.Text(fmt.Sprintf("%d sur 100", score.Percent))
			}
		}
		made.Rows = append(made.Rows, []web.Cell{name, web.Text(covered.CommuneName), judged, points, outcomeCell(covered)})
	}
	return made
}

func outcomeCell(covered label.Covered) web.Cell {
	switch covered.Outcome {
	case label.Granted:
		return web.InState("ok", "Accordé")
	case label.Refused:
		return web.InState("no", "Refusé")
	}
	return web.Text("Pas encore")
}

// papersOf lists the attachments about one criterion of one place; all of them
// without a criterion.
func papersOf(file label.File, placeID db.ID, criterion string) []paperView {
	var views []paperView
	for _, paper := range file.Attachments {
		if criterion != "" && (paper.Criterion != criterion || !paper.Place.IsZero() && paper.Place != placeID) {
			continue
		}
		view := paperLink(paper)
		if criterion == "" {
			view.About = aboutPaper(file, paper)
		}
		views = append(views, view)
	}
	return views
}

func paperLink(paper label.Attachment) paperView {
	return paperView{ID: paper.ID, Link: web.Link{Label: paper.Name + " (" + paper.SizeText() + ")", Path: "/labels/pieces/" + paper.ID.String()}}
}

// aboutPaper tells what a paper proves, and where.
func aboutPaper(file label.File, paper label.Attachment) string {
	told := ""
	if item, known := file.Rules().ByCode(paper.Criterion); known {
		told = web.French(item.Title)
	}
	for _, covered := range file.Places {
		if covered.ID == paper.Place {
			told += ", " + covered.Name
		}
	}
	return told
}

// take answers POST /labels/demandes/{id}/prise.
func take(w http.ResponseWriter, r *web.Request) error {
	return moveReview(w, r, func(tx *db.Tx, id db.ID, _ *web.Form) error {
		_, err := label.Take(r.Context(), tx, id)
		return err
	})
}

// release answers POST /labels/demandes/{id}/remise.
func release(w http.ResponseWriter, r *web.Request) error {
	return moveReview(w, r, func(tx *db.Tx, id db.ID, _ *web.Form) error {
		_, err := label.Release(r.Context(), tx, id, "")
		return err
	})
}

// writeReview answers POST /labels/demandes/{id}/messages.
func writeReview(w http.ResponseWriter, r *web.Request) error {
	return moveReview(w, r, func(tx *db.Tx, id db.ID, form *web.Form) error {
		return write(r, tx, id, form)
	})
}

// write sends a message once, whichever side writes.
func write(r *web.Request, tx *db.Tx, id db.ID, form *web.Form) error {
	_, err := db.Once(r.Context(), tx, form.Key(r),
		func(done db.ID) (label.Message, error) { return label.MessageByID(r.Context(), tx, done) },
		func(fresh db.ID) (label.Message, error) {
			return label.Write(r.Context(), tx, fresh, id, form.Text("text"))
		})
	return err
}

// moveReview does one act asked for on the page of an application, which comes
// back with what refused it.
func moveReview(w http.ResponseWriter, r *web.Request, act func(tx *db.Tx, id db.ID, form *web.Form) error) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return act(tx, id, form) })
	switch refusal := fault.Of(err); {
	case err == nil:
		return web.SeeOther(w, r, "/labels/demandes/"+id.String())
	case form.Refused(err):
		return showReviewWith(w, r, form, 0)
	case refusal.Kind == fault.Forbidden && account.May(r.Actor(), account.ActLabelReview):
		// The reader may review, but not this one: say why, where it was asked.
		form.Wrong("", refusal.Code, refusal.Message)
		return showReviewWith(w, r, form, http.StatusForbidden)
	}
	return err
}
