package desk

import (
	"net/http"
	"strconv"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
)

// question is one question as its form asks it.
type question struct {
	diagnosis.Question
	Kind    string // "choices" or "ticks"
	Options []web.Option
}

type questionPage struct {
	web.Page
	question
	Rank, Of int
	Asked    string // the questionnaire's title
	Steps    bool   // few enough to be drawn
	All      string // address of the page with every question
}

// mostSteps is how many steps can be drawn.
const mostSteps = 8

type questionsPage struct {
	web.Page
	From      string // how the answers come, where not at the counter
	Questions []question
}

func questionPath(rank int) string { return "/questions/" + strconv.Itoa(rank) }

// ask answers GET /guichet/passages/{id}/questions/{rang}.
func ask(w http.ResponseWriter, r *web.Request) error {
	visit, asked, err := loadAsked(r)
	if moved, err := elsewhere(w, r, visit, err); moved {
		return err
	}
	return showQuestion(w, r, visit, asked, web.NewForm())
}

// rankOf is the question's place in the address, from 1.
func rankOf(r *web.Request, asked diagnosis.Questionnaire) (int, error) {
	rank, err := strconv.Atoi(r.PathValue("rang"))
	if err != nil || rank < 1 || rank > len(asked.Questions) {
		return 0, fault.ErrNotFound
	}
	return rank, nil
}

func showQuestion(w http.ResponseWriter, r *web.Request, visit orientation.Visit, asked diagnosis.Questionnaire, form *web.Form) error {
	rank, err := rankOf(r, asked)
	if err != nil {
		return err
	}
	if r.URL.Query().Has("toutes") {
		page := &questionsPage{Page: web.Page{
			Title: asked.Title + "\u00a0: les " + strconv.Itoa(len(asked.Questions)) + " questions", Form: form, Layout: web.Ask,
			Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"},
		}}
		page.From = provenance(visit)
		for _, one := range asked.Questions {
			page.Questions = append(page.Questions, newQuestion(one, visit.Answers[one.ID]))
		}
		return web.Render(w, r, form.Status(), "questions", page)
	}
	page := &questionPage{
		Page:     web.Page{Layout: web.Ask, Form: form, Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"}},
		question: newQuestion(asked.Questions[rank-1], visit.Answers[asked.Questions[rank-1].ID]), Rank: rank, Of: len(asked.Questions),
		Asked: asked.Title, Steps: len(asked.Questions) <= mostSteps,
	}
	page.Title = "Question " + strconv.Itoa(rank) + " sur " + strconv.Itoa(page.Of)
	if rank > 1 {
		page.Back = web.Link{Label: "Question précédente", Path: visitPath(visit.ID, questionPath(rank-1))}
	} else {
		page.All = visitPath(visit.ID, questionPath(1)+"?toutes=1")
	}
	return web.Render(w, r, form.Status(), "question", page)
}

func newQuestion(asked diagnosis.Question, answered string) question {
	made := question{Question: asked, Kind: "choices"}
	if asked.Multiple {
		made.Kind = "ticks"
	}
	for _, choice := range asked.Choices {
		chosen := false
		for _, known := range asked.Chosen(answered) {
			chosen = chosen || known.Value == choice.Value
		}
		made.Options = append(made.Options, web.Option{Value: choice.Value, Label: choice.Text, Chosen: chosen})
	}
	return made
}

// answer answers POST /guichet/passages/{id}/questions/{rang}.
func answer(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	visit, all, err := loadAsked(r)
	if err != nil {
		return err
	}
	rank, err := rankOf(r, all)
	if err != nil {
		return err
	}
	asked := all.Questions[rank-1 : rank]
	if r.URL.Query().Has("toutes") {
		asked, rank = all.Questions, len(all.Questions)
	}
	answers := map[string]string{}
	for _, one := range asked {
		answers[one.ID] = strings.Join(form.Values(one.ID), ",")
		if answers[one.ID] == "" && !one.Multiple && visit.Manner == diagnosis.AtCounter {
			form.Wrong(one.ID, "required", "Choisissez une réponse, ou «\u00a0Je ne sais pas\u00a0»")
		}
	}
	if form.Valid() {
		visit, err = change(r, func(tx *db.Tx, id db.ID) (orientation.Visit, error) {
			return orientation.Answer(r.Context(), tx, id, answers)
		})
		if err != nil && (fault.KindOf(err) != fault.Invalid || !form.Refused(err)) {
			return err
		}
	}
	if !form.Valid() {
		if visit, err = loadVisit(r); err != nil {
			return err
		}
		return showQuestion(w, r, visit, all, form)
	}
	next := "/resultat"
	if rank < len(all.Questions) {
		next = questionPath(rank + 1)
	} else if missing := visit.FirstUnanswered(all); missing > 0 {
		next = questionPath(missing)
	}
	return web.SeeOther(w, r, visitPath(visit.ID, next))
}
