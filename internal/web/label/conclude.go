package label

import (
	"fmt"
	"net/http"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

type concludePage struct {
	web.Page
	Application label.Application
	Results     []placeResult
	Unjudged    []web.Link
	Proposed    string
	Check       []web.Line // the decision to check; empty on the question
	Reason      string
	Button      string
}

// placeResult is what the computed score gives one place.
type placeResult struct {
	Name    string
	State   web.State
	Score   string
	Reasons []string
	Path    string
}

// askConclude answers GET /labels/demandes/{id}/decision.
func askConclude(w http.ResponseWriter, r *web.Request) error {
	return showConclude(w, r, web.NewForm(), nil)
}

// showConclude shows the question, or the decision to check once after is what
// it would make of the application.
func showConclude(w http.ResponseWriter, r *web.Request, form *web.Form, after *label.Application) error {
	made, file, err := reviewed(r, form, "Décider")
	if err != nil {
		return err
	}
	path := "/labels/demandes/" + file.ID.String()
	page := &concludePage{Page: made.Page, Application: file.Application, Reason: strings.TrimSpace(form.Value("reason"))}
	for _, covered := range file.Places {
		if file.Round > 1 && covered.Outcome == label.Granted {
			continue // it has the label already
		}
		score := file.Score(covered.ID)
		result := placeResult{
			Name: covered.Name, Score: fmt.Sprintf("%d sur 100, il faut %d", score.Percent, score.Threshold), Path: path + "/lieux/" + covered.ID.String(),
			State: web.State{Kind: "no", Word: "Label refusé"},
		}
		if score.Grantable {
			result.State = web.State{Kind: "ok", Word: "Label accordé"}
		}
		for _, reason := range score.Reasons {
			result.Reasons = append(result.Reasons, web.French(reason))
		}
		if len(score.Unjudged) > 0 {
			page.Unjudged = append(page.Unjudged, web.Link{Label: "Finir l’examen de " + covered.Name, Path: result.Path})
		}
		page.Results = append(page.Results, result)
	}
	page.Proposed = proposedReason(page.Results)
	if after == nil {
		return web.Render(w, r, form.Status(), "conclude", page)
	}
	page.Title, page.Button = "Vérifiez la décision", "Refuser le label"
	page.Check = []web.Line{{Label: "Demande", Value: file.OrganisationName}}
	for _, covered := range after.Places {
		line := web.Line{Label: covered.Name, Value: "Label refusé", Note: fmt.Sprintf("Score de %d sur 100.", covered.Score)}
		if covered.Outcome == label.Granted {
			line.Value, page.Button = "Label accordé pour trois ans", "Accorder le label"
		}
		page.Check = append(page.Check, line)
	}
	if page.Button == "Accorder le label" && len(page.Check) > 2 {
		page.Button = "Décider ainsi"
	}
	page.Check = append(page.Check, web.Line{Label: "Raison", Value: page.Reason, Note: "Le lieu la lira, avec l’avis sur chaque critère."})
	return web.Render(w, r, http.StatusOK, "conclude-check", page)
}

// proposedReason writes the computed reasons in sentences, to be corrected.
func proposedReason(results []placeResult) string {
	var told []string
	for _, result := range results {
		text := strings.Join(result.Reasons, " ")
		if len(results) > 1 {
			text = result.Name + "\u00a0: " + text
		}
		told = append(told, text)
	}
	return strings.Join(told, "\n")
}

// conclude answers POST /labels/demandes/{id}/decision.
func conclude(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	if form.Checked("modifier") {
		return showConclude(w, r, form, nil)
	}
	var after label.Application
	err = r.Act(form, func(tx *db.Tx) error {
		return once(r, tx, form, func() (err error) {
			after, err = label.Conclude(r.Context(), tx, id, form.Text("reason"))
			return err
		})
	})
	if form.Refused(err) {
		return showConclude(w, r, form, nil)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/labels/demandes/"+id.String()+"/fait")
	}
	return showConclude(w, r, form, &after)
}

// showDone answers GET /labels/demandes/{id}/fait: what was decided, and what
// happens next.
func showDone(w http.ResponseWriter, r *web.Request) error {
	made, file, err := reviewed(r, nil, "La décision est enregistrée")
	if err != nil {
		return err
	}
	made.Page.Back = web.Link{Label: "Les demandes de label", Path: "/labels"}
	done := web.Confirmation{
		Title: "La décision est enregistrée", Label: file.OrganisationName, Reference: file.State.French(),
		Next: []web.Line{{Label: "Tout de suite", Value: "Les responsables du lieu reçoivent un courriel et lisent la décision, le score et vos raisons."}},
		Keep: []web.Link{{Label: "Prendre une autre demande", Path: "/labels?file=" + viewWaiting}, {Label: "Revoir le dossier", Path: "/labels/demandes/" + file.ID.String()}},
	}
	if until := file.Appealable(); !until.IsZero() {
		done.Next = append(done.Next, web.Line{Label: "Jusqu’au " + until.FrenchLong(), Value: "Le lieu peut faire appel. Un autre certificateur jugera."})
	}
	if file.State == label.Granted {
		done.Next = append(done.Next, web.Line{Label: "Dans le registre public", Value: "Le lieu y figure dès maintenant."})
	}
	return web.Render(w, r, http.StatusOK, "decision", &donePage{Page: made.Page, Done: done})
}
