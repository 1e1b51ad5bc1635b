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

type rulePage struct {
	web.Page
	New     bool
	Base    string
	Routes  []web.Option
	Numbers map[string][]web.Option
	Values  web.Table // the questions' short names and their answers'
}

// ruleAt is the rule of the address: its index, or -1 for a new one.
func ruleAt(r *web.Request, draft diagnosis.Draft) (int, error) {
	if r.PathValue("rang") == newPart {
		return -1, nil
	}
	rank, err := strconv.Atoi(r.PathValue("rang"))
	if err != nil || rank < 1 || rank > len(draft.Rules) {
		return 0, fault.ErrNotFound
	}
	return rank - 1, nil
}

// askRule answers GET …/brouillon/regles/{rang}.
func askRule(w http.ResponseWriter, r *web.Request) error {
	draft, _, err := loadDraft(r)
	if err != nil {
		return err
	}
	at, err := ruleAt(r, draft)
	if err != nil {
		return err
	}
	form := web.NewForm()
	rule, rank := diagnosis.Rule{}, max(1, len(draft.Rules))
	if at >= 0 {
		rule, rank = draft.Rules[at], at+1
	}
	form.Set("voie", rule.Route)
	form.Set("raison", rule.Reason)
	form.Set("rang", strconv.Itoa(rank))
	form.Set("si", conditionLines(rule.When.Answers))
	form.Set("sauf", conditionLines(rule.When.Unless))
	form.Set("connus", strconv.Itoa(rule.When.Known))
	form.Set("deux", strconv.Itoa(rule.When.Twos))
	for name, bound := range map[string]*int{"moins": rule.When.Least, "plus": rule.When.Most} {
		if bound != nil {
			form.Set(name, strconv.Itoa(*bound))
		}
	}
	form.Set("revision", strconv.Itoa(draft.Revision))
	return renderRule(w, r, draft, form)
}

func renderRule(w http.ResponseWriter, r *web.Request, draft diagnosis.Draft, form *web.Form) error {
	page := &rulePage{
		Page: web.Page{Title: "Règle " + r.PathValue("rang"), Form: form, Back: web.Link{Label: "Brouillon\u00a0: " + draft.Title, Path: draftPath(draft.Code, "")}},
		New:  r.PathValue("rang") == newPart, Base: draftPath(draft.Code, ""), Numbers: map[string][]web.Option{},
	}
	if page.New {
		page.Title = "Une nouvelle règle"
	}
	for _, route := range diagnosis.Routes {
		page.Routes = append(page.Routes, web.Option{Value: route.Code, Label: route.Title, Chosen: form.Value("voie") == route.Code})
	}
	for name, words := range map[string][]string{
		"connus": {"Peu importe", "1", "2", "3", "4", "5"}, "deux": {"Peu importe", "1", "2", "3", "4", "5"},
	} {
		for number, word := range words {
			page.Numbers[name] = append(page.Numbers[name], web.Option{Value: strconv.Itoa(number), Label: word, Chosen: form.Value(name) == strconv.Itoa(number)})
		}
	}
	for _, name := range []string{"moins", "plus"} {
		page.Numbers[name] = []web.Option{{Value: "", Label: "Peu importe"}}
		for _, score := range []string{"0", "1", "2"} {
			page.Numbers[name] = append(page.Numbers[name], web.Option{Value: score, Label: score, Chosen: form.Value(name) == score})
		}
	}
	page.Values = web.Table{Caption: "Les noms courts des questions et des réponses", Columns: []web.Column{{Label: "Question"}, {Label: "Réponses"}}}
	for _, question := range draft.Questions {
		var values []string
		for _, choice := range question.Choices {
			values = append(values, choice.Value)
		}
		page.Values.Rows = append(page.Values.Rows, []web.Cell{web.Head(question.ID), web.Text(strings.Join(values, ", "))})
	}
	return web.Render(w, r, form.Status(), "rule", page)
}

// conditionLines writes conditions one a line: "use = never, long_ago".
func conditionLines(conditions map[string][]string) string {
	var lines []string
	for id, values := range conditions {
		lines = append(lines, id+" = "+strings.Join(values, ", "))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// readConditions reads what conditionLines writes; a line that is not of that
// form, or names what the draft has not, is refused.
func readConditions(form *web.Form, name string, asked diagnosis.Questionnaire) map[string][]string {
	read := map[string][]string{}
	for line := range strings.Lines(form.Value(name)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		id, values, cut := strings.Cut(line, "=")
		question, known := asked.Question(strings.TrimSpace(id))
		if !cut || !known {
			form.Wrong(name, "unknown_question", "Écrivez une question par ligne, par son nom court\u00a0: use = never, long_ago. À revoir\u00a0: "+line)
			return nil
		}
		for value := range strings.SplitSeq(values, ",") {
			value = strings.TrimSpace(value)
			if len(question.Chosen(value)) == 0 {
				form.Wrong(name, "unknown_choice", "La question «\u00a0"+question.ID+"\u00a0» n’a pas la réponse «\u00a0"+value+"\u00a0». Prenez un nom du tableau")
				return nil
			}
			read[question.ID] = append(read[question.ID], value)
		}
	}
	if len(read) == 0 {
		return nil
	}
	return read
}

// saveRule answers POST …/brouillon/regles/{rang}.
func saveRule(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	draft, _, err := loadDraft(r)
	if err != nil {
		return err
	}
	at, err := ruleAt(r, draft)
	if err != nil {
		return err
	}
	again := func() error { return renderRule(w, r, draft, form) }
	draft.Revision = form.Number("revision", 1, 1<<30)
	kept := slices.Clone(draft.Rules)
	if at >= 0 {
		kept = slices.Delete(kept, at, at+1)
	}
	if form.Value("acte") == "retirer" {
		draft.Rules = kept
		return save(w, r, form, draft, again)
	}
	var codes []string
	for _, route := range diagnosis.Routes {
		codes = append(codes, route.Code)
	}
	rule := diagnosis.Rule{
		Route:  form.Choice("voie", "Choisissez une voie", codes...),
		Reason: web.French(form.Required("raison", "Écrivez la raison, comme elle sera lue")),
		When: diagnosis.Condition{
			Answers: readConditions(form, "si", draft.Questionnaire), Unless: readConditions(form, "sauf", draft.Questionnaire),
			Known: form.Number("connus", 0, len(diagnosis.Domains)), Twos: form.Number("deux", 0, len(diagnosis.Domains)),
			Least: readScore(form, "moins"), Most: readScore(form, "plus"),
		},
	}
	rank := form.Number("rang", 1, len(kept)+1)
	if !form.Valid() {
		return again()
	}
	draft.Rules = slices.Insert(kept, rank-1, rule)
	return save(w, r, form, draft, again)
}

func readScore(form *web.Form, name string) *int {
	if form.Value(name) == "" {
		return nil
	}
	score := form.Number(name, 0, 2)
	return &score
}
