package programme

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/web"
)

// newPart is the address's last part for what is added.
const newPart = "nouvelle"

// choiceFields are the fields of one answer, by their rank.
type choiceFields struct {
	Rank   int
	Legend string
	Scores []web.Option
	Brakes []web.Option
}

type questionPage struct {
	web.Page
	New       bool
	Base      string
	Domains   []web.Option
	Choices   []choiceFields
	Blank     int // how many answers are empty, to add
	Revision  int
	Removable bool
}

// blankChoices is how many empty answers a page offers.
const blankChoices = 2

// askQuestion answers GET …/brouillon/questions/{question}.
func askQuestion(w http.ResponseWriter, r *web.Request) error {
	draft, _, err := loadDraft(r)
	if err != nil {
		return err
	}
	form := web.NewForm()
	at := slices.IndexFunc(draft.Questions, func(q diagnosis.Question) bool { return q.ID == r.PathValue("question") })
	if at < 0 && r.PathValue("question") != newPart {
		return fault.ErrNotFound
	}
	fill := diagnosis.Question{Choices: []diagnosis.Choice{{Value: diagnosis.Unknown, Text: "Je ne sais pas"}}}
	rank := len(draft.Questions) + 1
	if at >= 0 {
		fill, rank = draft.Questions[at], at+1
	}
	fillQuestion(form, fill, rank, draft.Revision)
	return renderQuestion(w, r, draft, form, len(fill.Choices)+blankChoices)
}

func field(rank int, name string) string { return name + "-" + strconv.Itoa(rank) }

func fillQuestion(form *web.Form, question diagnosis.Question, rank, revision int) {
	form.Set("id", question.ID)
	form.Set("texte", question.Text)
	form.Set("aide", question.Hint)
	form.Set("pourquoi", question.Why)
	form.Set("domaine", question.Domain)
	form.Set("rang", strconv.Itoa(rank))
	form.Set("revision", strconv.Itoa(revision))
	if question.Multiple {
		form.Set("plusieurs", "oui")
	}
	for i, count := range question.Counts {
		form.Set(field(i+1, "seuil"), strconv.Itoa(count))
	}
	for i, reason := range question.Says {
		form.Set(field(i, "dit"), reason)
	}
	for i, choice := range question.Choices {
		form.Set(field(i+1, "valeur"), choice.Value)
		form.Set(field(i+1, "reponse"), choice.Text)
		form.Set(field(i+1, "raison"), choice.Reason)
		form.Set(field(i+1, "frein"), choice.Brake)
		if choice.Score != nil {
			form.Set(field(i+1, "note"), strconv.Itoa(*choice.Score))
		}
		if choice.Urgent {
			form.Set(field(i+1, "urgent"), "oui")
		}
		if choice.NoUse {
			form.Set(field(i+1, "sans"), "oui")
		}
	}
}

func renderQuestion(w http.ResponseWriter, r *web.Request, draft diagnosis.Draft, form *web.Form, choices int) error {
	page := &questionPage{
		Page: web.Page{Title: "Question «\u00a0" + r.PathValue("question") + "\u00a0»", Form: form, Back: web.Link{Label: "Brouillon\u00a0: " + draft.Title, Path: draftPath(draft.Code, "")}},
		New:  r.PathValue("question") == newPart, Base: draftPath(draft.Code, ""), Revision: draft.Revision, Removable: len(draft.Questions) > 1,
	}
	if page.New {
		page.Title = "Une nouvelle question"
	}
	page.Domains = []web.Option{{Value: "", Label: "Aucun\u00a0: elle ne se note pas"}}
	for _, domain := range diagnosis.Domains {
		page.Domains = append(page.Domains, web.Option{Value: domain.Code, Label: domain.Name, Chosen: form.Value("domaine") == domain.Code})
	}
	for rank := range choices {
		rank++
		made := choiceFields{Rank: rank, Legend: "Réponse " + strconv.Itoa(rank)}
		made.Scores = []web.Option{{Value: "", Label: "Pas de note"}}
		for _, score := range []string{"0", "1", "2"} {
			made.Scores = append(made.Scores, web.Option{Value: score, Label: score, Chosen: form.Value(field(rank, "note")) == score})
		}
		made.Brakes = []web.Option{{Value: "", Label: "Aucun"}}
		for _, brake := range diagnosis.Brakes {
			made.Brakes = append(made.Brakes, web.Option{Value: brake.Code, Label: brake.Name, Chosen: form.Value(field(rank, "frein")) == brake.Code})
		}
		page.Choices = append(page.Choices, made)
	}
	return web.Render(w, r, form.Status(), "question", page)
}

// mostChoices bounds the answers that a form is read for.
const mostChoices = 20

// readQuestion reads a question as its form has it, and how many answers were
// shown.
func readQuestion(form *web.Form) (question diagnosis.Question, shown int) {
	question = diagnosis.Question{
		ID: form.Text("id"), Text: web.French(form.Text("texte")), Hint: web.French(form.Text("aide")), Why: web.French(form.Text("pourquoi")),
		Domain: form.Value("domaine"), Multiple: form.Checked("plusieurs"),
	}
	for rank := 1; rank <= mostChoices; rank++ {
		if len(form.Values(field(rank, "valeur"))) == 0 {
			continue
		}
		shown = rank
		choice := diagnosis.Choice{
			Value: form.Text(field(rank, "valeur")), Text: web.French(form.Text(field(rank, "reponse"))), Reason: web.French(form.Text(field(rank, "raison"))),
			Brake: form.Value(field(rank, "frein")), Urgent: form.Checked(field(rank, "urgent")), NoUse: form.Checked(field(rank, "sans")),
		}
		if score, err := strconv.Atoi(form.Value(field(rank, "note"))); err == nil {
			choice.Score = &score
		}
		if choice.Value != "" || choice.Text != "" {
			question.Choices = append(question.Choices, choice)
		}
	}
	for _, name := range []string{"seuil-1", "seuil-2"} {
		if count, err := strconv.Atoi(strings.TrimSpace(form.Value(name))); err == nil {
			question.Counts = append(question.Counts, count)
		}
	}
	if len(question.Counts) > 0 {
		for score := range 3 {
			question.Says = append(question.Says, web.French(form.Text(field(score, "dit"))))
		}
	}
	return question, shown
}

// saveQuestion answers POST …/brouillon/questions/{question}.
func saveQuestion(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	draft, _, err := loadDraft(r)
	if err != nil {
		return err
	}
	question, shown := readQuestion(form)
	again := func() error { return renderQuestion(w, r, draft, form, max(shown, 1)) }
	at := slices.IndexFunc(draft.Questions, func(q diagnosis.Question) bool { return q.ID == r.PathValue("question") })
	if at < 0 && r.PathValue("question") != newPart {
		return fault.ErrNotFound
	}
	draft.Revision = form.Number("revision", 1, 1<<30)
	if form.Value("acte") == "retirer" {
		if at >= 0 {
			draft.Questions = slices.Delete(slices.Clone(draft.Questions), at, at+1)
		}
		return save(w, r, form, draft, again)
	}
	rank := form.Number("rang", 1, len(draft.Questions)+1)
	if question.ID == "" {
		form.Wrong("id", "required", "Donnez un nom court à la question, en lettres sans accent")
	}
	if taken := slices.IndexFunc(draft.Questions, func(q diagnosis.Question) bool { return q.ID == question.ID }); taken >= 0 && taken != at {
		form.Wrong("id", "already_taken", "Une autre question a déjà ce nom. Choisissez-en un autre")
	}
	if question.Text == "" {
		form.Wrong("texte", "required", "Écrivez la question, comme elle se lit à voix haute")
	}
	if !form.Valid() {
		return again()
	}
	kept := slices.Clone(draft.Questions)
	if at >= 0 {
		kept = slices.Delete(kept, at, at+1)
	}
	draft.Questions = slices.Insert(kept, min(rank-1, len(kept)), question)
	return save(w, r, form, draft, again)
}
