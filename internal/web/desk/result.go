package desk

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
)

type resultPage struct {
	web.Page
	Base       string // of the visit's addresses
	Step       string
	Lead       string
	Reasons    []string
	Proposed   string // the route proposed, when the agent chose another
	WhyOther   string
	Scores     web.Table
	Brakes     []string
	Asked      string // "Diagnostic complet, version 1, sur papier, rempli le …"
	Weak       bool   // a domain at 0, as the national measure counts a weakness
	None       bool   // illectronisme, as it counts it
	Supplies   []supply
	Concludes  bool // the person is known here: the diagnosis may be kept alone
	Urgent     bool
	UrgentDone bool
	Route      string
	Days       []web.Option
	Travels    []web.Option
	Topics     []web.Option
	Languages  []web.Option
	Narrowed   bool // hours, a subject or a language are asked
	Routes     []web.Option
	RouteForm  *web.Form
}

// result answers GET /guichet/passages/{id}/resultat.
func result(w http.ResponseWriter, r *web.Request) error {
	return showResult(w, r, web.NewForm(), web.NewForm())
}

// showResult shows the proposal with the two forms it has: where the person can
// come, and another route.
func showResult(w http.ResponseWriter, r *web.Request, search, other *web.Form) error {
	var visit routed
	var near geography.Commune
	var lacking []supply
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if visit, err = routedOf(r, q); err != nil {
			return err
		}
		if near, _, err = home(r, q); err != nil {
			return err
		}
		lacking, err = suppliesOf(r, q, visit, near)
		return err
	})
	if moved, err := elsewhere(w, r, visit.Visit, err); moved {
		return err
	}
	if search.Valid() && search.Value("commune") == "" {
		fillSearch(search, visit.Search, near)
	}
	page := newResultPage(visit)
	page.Supplies = lacking
	page.Narrowed = search.Value("des") != "" || search.Value("avant") != "" || len(visit.Search.Topics) > 0 || visit.Search.Language != ""
	page.Form, page.RouteForm = search, other
	status := search.Status()
	if !other.Valid() {
		// The summary tells what is wrong with the form that was sent.
		other.Set("commune", search.Value("commune"))
		page.Form, status = other, other.Status()
	}
	return web.Render(w, r, status, "result", page)
}

func newResultPage(visit routed) *resultPage {
	route := visit.Route()
	last := len(visit.Asked.Questions)
	page := &resultPage{
		Page: web.Page{Title: diagnosis.RouteTitle(route), Back: web.Link{Label: "Revoir les réponses", Path: visitPath(visit.ID, questionPath(last))}},
		Base: visitPath(visit.ID, ""), Route: route, Reasons: visit.Found.Route.Reasons, Urgent: visit.Found.Urgent, UrgentDone: visit.UrgentDone,
		Step: visit.Asked.Title + ", terminé", Lead: leads[route], Concludes: visit.Draft.Returning,
		Asked: askedText(visit.Found, visit.Asked), Weak: len(visit.Found.Weak()) > 0, None: visit.Found.Illectronisme(),
	}
	if called := visit.Called(); called != "" {
		page.Step = visit.Asked.Title + " de " + called + ", terminé"
	}
	if visit.Found.Override.Route != "" && visit.Found.Override.Route != visit.Found.Route.Code {
		page.Proposed, page.WhyOther = diagnosis.RouteTitle(visit.Found.Route.Code), visit.Found.Override.Reason
	}
	page.Scores = web.Table{Caption: "Niveau par domaine", Quiet: true, Columns: []web.Column{{Label: "Domaine"}, {Label: "Niveau"}}}
	for _, domain := range diagnosis.Domains {
		page.Scores.Rows = append(page.Scores.Rows, []web.Cell{web.Head(domain.Name), web.Text(diagnosis.ScoreText(visit.Found.Scores[domain.Code]))})
	}
	for _, brake := range visit.Found.Brakes {
		page.Brakes = append(page.Brakes, diagnosis.BrakeName(brake))
	}
	page.Days = dayOptions(visit.Search.Days)
	page.Travels = travelOptions(visit.Search.Travel)
	page.Topics = topicChoices(visit.Search.Topics)
	page.Languages = languageChoices(visit.Search.Language)
	for _, words := range diagnosis.Routes {
		page.Routes = append(page.Routes, web.Option{Value: words.Code, Label: words.Title, Hint: words.Hint, Chosen: words.Code == route})
	}
	return page
}

// fillSearch writes what is known of where and when the person can come.
func fillSearch(form *web.Form, known orientation.Search, near geography.Commune) {
	commune := near
	if own, err := geography.CommuneByCode(known.Commune); err == nil {
		commune = own
	}
	switch {
	case known.Address.Text != "":
		form.Set("commune", known.Address.Text)
	case commune.Code != "":
		form.Set("commune", commune.Label())
	}
	if known.From > 0 {
		form.Set("des", known.From.String())
	}
	if known.To > 0 {
		form.Set("avant", known.To.String())
	}
}

var leads = map[string]string{
	diagnosis.Pathway: "Des ateliers près de chez elle, pas à pas. Un carnet de chèques les paie.",
	diagnosis.OneOff:  "Un seul rendez-vous suffit pour le point qui bloque.",
	diagnosis.FarAway: "Aujourd’hui, quelqu’un fait la démarche avec elle. Apprendre pourra venir plus tard.",
	diagnosis.OnPaper: "Faites le papier ici, avec elle. Rien d’autre n’est à prévoir.",
}

// week is the days that one can come, from Monday.
var week = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday}

func dayOptions(chosen []time.Weekday) []web.Option {
	var options []web.Option
	for _, day := range week {
		options = append(options, web.Option{Value: strconv.Itoa(int(day)), Label: civil.FrenchWeekday(day), Chosen: slices.Contains(chosen, day)})
	}
	return options
}

func travelOptions(chosen string) []web.Option {
	return []web.Option{
		{Value: "", Label: "On ne sait pas", Chosen: chosen == ""},
		{Value: orientation.OnFoot, Label: "À pied", Chosen: chosen == orientation.OnFoot},
		{Value: orientation.ByBicycle, Label: "À vélo", Chosen: chosen == orientation.ByBicycle},
		{Value: orientation.ByCar, Label: "En voiture", Chosen: chosen == orientation.ByCar},
	}
}

func readDays(values []string) []time.Weekday {
	var days []time.Weekday
	for _, day := range week {
		if slices.Contains(values, strconv.Itoa(int(day))) {
			days = append(days, day)
		}
	}
	return days
}

// seek answers POST /guichet/passages/{id}/resultat: where and when the person
// can come.
func seek(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	near, err := nearDesk(r)
	if err != nil {
		return err
	}
	commune, address := readWhere(r, form, "commune", "Écrivez la commune de la personne, ou celle du guichet", near)
	need := orientation.Need{Travel: form.Value("aller"), Language: readLanguage(form.Value("langue")), Topics: readTopics(form.Values("sujet"))}
	readHours(form, &need)
	var visit orientation.Visit
	if form.Valid() {
		visit, err = change(r, func(tx *db.Tx, id db.ID) (orientation.Visit, error) {
			known, err := orientation.ByID(r.Context(), tx, id)
			if err != nil {
				return orientation.Visit{}, err
			}
			search := known.Search
			search.Commune, search.Address, search.Days, search.Travel = commune.Code, address, readDays(form.Values("jours")), need.Travel
			search.From, search.To, search.Language, search.Topics = need.From, need.To, need.Language, need.Topics
			return orientation.Seek(r.Context(), tx, id, search)
		})
		if fault.KindOf(err) == fault.Invalid {
			for _, field := range fault.Of(err).Fields {
				form.Wrong(map[string]string{"commune": "commune", "to": "avant", "travel": "aller"}[field.Name], field.Code, field.Message)
			}
		} else if err != nil {
			return err
		}
	}
	if !form.Valid() {
		return showResult(w, r, form, web.NewForm())
	}
	return web.SeeOther(w, r, visitPath(visit.ID, "/places"))
}

// chooseRoute answers POST /guichet/passages/{id}/voie: the agent's own choice.
func chooseRoute(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var visit routed
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		if visit, err = routedOf(r, tx); err != nil {
			return err
		}
		if visit.State != orientation.Open {
			return orientation.ErrVisitOver
		}
		_, err = db.Once(r.Context(), tx, form.Key(r),
			func(db.ID) (diagnosis.Override, error) { return visit.Found.Override, nil },
			func(id db.ID) (diagnosis.Override, error) {
				return diagnosis.Choose(r.Context(), tx, diagnosis.Override{
					ID: id, Diagnosis: visit.Diagnosis, Route: form.Value("voie"), Reason: form.Value("raison"),
				})
			})
		return err
	})
	if fault.KindOf(err) == fault.Invalid {
		for _, field := range fault.Of(err).Fields {
			form.Wrong(map[string]string{"route": "voie", "reason": "raison"}[field.Name], field.Code, field.Message)
		}
		return showResult(w, r, web.NewForm(), form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, visitPath(visit.ID, "/resultat"))
}

// urgentDone answers POST /guichet/passages/{id}/urgence.
func urgentDone(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	visit, err := change(r, func(tx *db.Tx, id db.ID) (orientation.Visit, error) {
		return orientation.NoteUrgentDone(r.Context(), tx, id, form.Value("facon"))
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, visitPath(visit.ID, "/resultat"))
}

// conclude answers POST /guichet/passages/{id}/conclusion: the diagnosis alone,
// of someone already known here.
func conclude(w http.ResponseWriter, r *web.Request) error {
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	visit, err := change(r, func(tx *db.Tx, id db.ID) (orientation.Visit, error) {
		return orientation.Conclude(r.Context(), tx, id)
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, personPath(visit.Holder, "?diagnostic"))
}

// askedText says which questionnaire was answered, how and when.
func askedText(found diagnosis.Diagnosis, asked diagnosis.Questionnaire) string {
	text := asked.Title + ", version " + strconv.Itoa(asked.Version)
	if how := diagnosis.MannerText(found.Manner); how != "" {
		text += ", " + how
	}
	return text + ", le " + found.Day().FrenchLong()
}
