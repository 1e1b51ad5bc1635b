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
	All      string // address of the page with every question
}

type questionsPage struct {
	web.Page
	Questions []question
}

func questionPath(rank int) string { return "/questions/" + strconv.Itoa(rank) }

// ask answers GET /guichet/passages/{id}/questions/{rang}.
func ask(w http.ResponseWriter, r *web.Request) error {
	visit, err := loadVisit(r)
	if moved, err := elsewhere(w, r, visit, err); moved {
		return err
	}
	return showQuestion(w, r, visit, web.NewForm())
}

// rankOf is the question's place in the address, from 1.
func rankOf(r *web.Request) (int, error) {
	rank, err := strconv.Atoi(r.PathValue("rang"))
	if err != nil || rank < 1 || rank > len(diagnosis.Quick().Questions) {
		return 0, fault.ErrNotFound
	}
	return rank, nil
}

func showQuestion(w http.ResponseWriter, r *web.Request, visit orientation.Visit, form *web.Form) error {
	rank, err := rankOf(r)
	if err != nil {
		return err
	}
	quick := diagnosis.Quick()
	if r.URL.Query().Has("toutes") {
		page := &questionsPage{Page: web.Page{
			Title: quick.Title + "\u00a0: les " + strconv.Itoa(len(quick.Questions)) + " questions", Form: form, Layout: web.Ask,
			Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"},
		}}
		for _, one := range quick.Questions {
			page.Questions = append(page.Questions, newQuestion(one, visit.Answers[one.ID]))
		}
		return web.Render(w, r, form.Status(), "questions", page)
	}
	page := &questionPage{
		Page:     web.Page{Layout: web.Ask, Form: form, Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"}},
		question: newQuestion(quick.Questions[rank-1], visit.Answers[quick.Questions[rank-1].ID]), Rank: rank, Of: len(quick.Questions),
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
	rank, err := rankOf(r)
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	quick := diagnosis.Quick()
	asked := quick.Questions[rank-1 : rank]
	if r.URL.Query().Has("toutes") {
		asked, rank = quick.Questions, len(quick.Questions)
	}
	answers := map[string]string{}
	for _, one := range asked {
		answers[one.ID] = strings.Join(form.Values(one.ID), ",")
		if answers[one.ID] == "" && !one.Multiple {
			form.Wrong(one.ID, "required", "Choisissez une réponse, ou «\u00a0Je ne sais pas\u00a0»")
		}
	}
	var visit orientation.Visit
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
		return showQuestion(w, r, visit, form)
	}
	next := "/resultat"
	if rank < len(quick.Questions) {
		next = questionPath(rank + 1)
	} else if missing := visit.FirstUnanswered(quick); missing > 0 {
		next = questionPath(missing)
	}
	return web.SeeOther(w, r, visitPath(visit.ID, next))
}
