package programme

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/notify"
	"passerelle/internal/web"
)

type messagesPage struct {
	web.Page
	Spent, Ceiling, Price, Quiet string
	Reached                      bool
	Months, Outcomes             web.Table
	MayEdit, Saved               bool
}

var wayWords = map[notify.Channel]string{notify.SMS: "SMS", notify.Email: "E-mail", notify.Letter: "Courrier", notify.None: "Aucun moyen"}

var endWords = map[notify.WordState]string{
	notify.WordWaiting: "À envoyer", notify.WordSent: "Envoyé", notify.WordDelivered: "Reçu", notify.WordFailed: "Pas arrivé",
	notify.WordDropped: "Pas envoyé", notify.WordUnreachable: "À appeler",
}

// messages answers GET /messages: what messages cost, and what became of them.
func messages(w http.ResponseWriter, r *web.Request) error {
	page := &messagesPage{
		Page:    web.Page{Title: "Les messages aux personnes"},
		MayEdit: account.May(r.Actor(), account.ActMessageTemplateEdit), Saved: r.URL.Query().Has("regle"),
		Months: web.Table{Caption: "Dépense des SMS, mois par mois", Columns: []web.Column{
			{Label: "Mois"}, {Label: "Messages", Number: true}, {Label: "SMS payés", Number: true}, {Label: "Coût", Number: true}, {Label: "Retenus par le plafond", Number: true},
		}},
		Outcomes: web.Table{Caption: "Ce que sont devenus les messages du mois", Columns: []web.Column{
			{Label: "Moyen"}, {Label: "État"}, {Label: "Raison"}, {Label: "Messages", Number: true},
		}},
	}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		rules, err := notify.RulesOf(r.Context(), q)
		if err != nil {
			return err
		}
		page.Price, page.Quiet = euros(rules.Price), "de "+rules.QuietFrom.French()+" à "+rules.QuietUntil.French()
		if !rules.OnSundays {
			page.Quiet += ", les dimanches et les jours fériés"
		}
		if rules.Ceiling > 0 {
			page.Ceiling = rules.Ceiling.String()
		}
		months, err := notify.Costs(r.Context(), q)
		if err != nil {
			return err
		}
		for _, one := range months {
			if one.Month == civil.MonthOf(q.Now(), civil.Paris) {
				page.Spent, page.Reached = one.Cents().String(), one.Held > 0
			}
			page.Months.Rows = append(page.Months.Rows, []web.Cell{
				web.Head(one.Month.French()), web.Whole(one.Messages), web.Whole(one.Segments), web.Amount(one.Cents()), web.Whole(one.Held),
			})
		}
		outcomes, err := notify.Outcomes(r.Context(), q)
		for _, one := range outcomes {
			page.Outcomes.Rows = append(page.Outcomes.Rows, []web.Cell{
				web.Head(wayWords[one.Channel]), web.Text(endWords[one.State]), web.Text(notify.Reasons[one.Reason]), web.Whole(one.Count),
			})
		}
		return err
	}); err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "messages", page.Months)
	}
	return web.Render(w, r, http.StatusOK, "messages", page)
}

// euros writes thousandths of a euro: "0,045 €".
func euros(thousandths int64) string {
	return fmt.Sprintf("%d,%03d\u00a0€", thousandths/1000, thousandths%1000)
}

type templatesPage struct {
	web.Page
	Templates web.Table
	Saved     bool
}

// templatesList answers GET /messages/modeles.
func templatesList(w http.ResponseWriter, r *web.Request) error {
	page := &templatesPage{
		Page:  web.Page{Title: "Les modèles de messages", Back: web.Link{Label: "Les messages aux personnes", Path: "/messages"}},
		Saved: r.URL.Query().Has("enregistre"),
		Templates: web.Table{Caption: "Modèles", Columns: []web.Column{
			{Label: "Message"}, {Label: "Quand"}, {Label: "Longueur d’exemple", Number: true}, {Label: "Texte"},
		}},
	}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		for _, info := range notify.Kinds {
			serves, err := notify.TemplateOf(r.Context(), q, info.Kind)
			if err != nil {
				return err
			}
			preview, err := serves.Preview()
			if err != nil {
				return err
			}
			state := web.InState("", "D’origine")
			if !serves.Original {
				state = web.InState("ok", "Modifié, version "+strconv.Itoa(serves.Version))
			}
			page.Templates.Rows = append(page.Templates.Rows, []web.Cell{
				web.Head(info.Name).To("/messages/modeles/" + string(info.Kind)), web.Text(info.When), web.Text(lengthText(preview.Length)), state,
			})
		}
		return nil
	}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "messages-templates", page)
}

func lengthText(length notify.Length) string {
	return fmt.Sprintf("%d\u00a0caractères, %d\u00a0SMS", length.Size, length.Segments)
}

type templatePage struct {
	web.Page
	Kind     string
	When     string
	Preview  notify.Preview
	Length   string
	Shown    bool
	Facts    []web.Line
	Versions web.Table
	MayEdit  bool
	Changed  bool // another text than the program's own serves
}

// showTemplate answers GET /messages/modeles/{modele}.
func showTemplate(w http.ResponseWriter, r *web.Request) error { return renderTemplate(w, r, nil, nil) }

// renderTemplate shows the words that serve, or those typed; previewed is what to
// show as an example, nil for the words that serve.
func renderTemplate(w http.ResponseWriter, r *web.Request, form *web.Form, previewed *notify.Template) error {
	kind := notify.Kind(r.PathValue("modele"))
	info, err := kind.Info()
	if err != nil {
		return err
	}
	page := &templatePage{
		Page: web.Page{Title: "Modèle\u00a0: " + info.Name, Back: web.Link{Label: "Les modèles de messages", Path: "/messages/modeles"}},
		Kind: string(kind), When: info.When, MayEdit: account.May(r.Actor(), account.ActMessageTemplateEdit),
		Versions: web.Table{Caption: "Versions", Columns: []web.Column{{Label: "Version"}, {Label: "Depuis"}, {Label: "Texte"}}},
	}
	for _, name := range notify.FactNames() {
		page.Facts = append(page.Facts, web.Line{Label: "{" + name[0] + "}", Value: name[1]})
	}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		serves, err := notify.TemplateOf(r.Context(), q, kind)
		if err != nil {
			return err
		}
		page.Changed = !serves.Original
		if previewed == nil {
			previewed = &serves
		}
		if form == nil {
			form = web.NewForm()
			form.Set("court", serves.Short)
			form.Set("objet", serves.Subject)
			form.Set("long", serves.Long)
		}
		versions, err := notify.TemplateVersions(r.Context(), q, kind)
		for _, one := range versions {
			words := web.Text("Modifié")
			if one.Original {
				words = web.Text("Retour au texte d’origine")
			}
			page.Versions.Rows = append(page.Versions.Rows, []web.Cell{web.Head(strconv.Itoa(one.Version)), web.Day(civil.DateOf(one.MadeAt, civil.Paris)), words})
		}
		return err
	}); err != nil {
		return err
	}
	if form.Valid() {
		if page.Preview, err = previewed.Preview(); err != nil {
			return err
		}
		page.Shown, page.Length = true, lengthText(page.Preview.Length)
	}
	page.Form = form
	return web.Render(w, r, form.Status(), "messages-template", page)
}

var templateFields = map[string]string{"short": "court", "subject": "objet", "long": "long"}

// saveTemplate answers POST /messages/modeles/{modele}: a preview, a new version,
// or the program's own words again.
func saveTemplate(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	kind := notify.Kind(r.PathValue("modele"))
	typed := notify.Template{Kind: kind, Short: form.Text("court"), Subject: form.Text("objet"), Long: form.Text("long"), Original: form.Value("acte") == "origine"}
	refused := func(err error) {
		for _, one := range web.FieldsOf(err) {
			form.Wrong(templateFields[one.Name], one.Code, one.Message)
		}
	}
	if form.Value("acte") == "apercu" {
		refused(typed.Check())
		return renderTemplate(w, r, form, &typed)
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := notify.SetTemplate(r.Context(), tx, tx.NewID(), typed)
		return err
	})
	if refused(err); !form.Valid() {
		return renderTemplate(w, r, form, &typed)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/messages/modeles?enregistre")
}

// askRules answers GET /messages/reglages.
func askRules(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		rules, err := notify.RulesOf(r.Context(), q)
		form.Set("soir", rules.QuietFrom.String())
		form.Set("matin", rules.QuietUntil.String())
		form.Set("rappel", rules.ReminderAt.String())
		form.Set("prix", strings.TrimSuffix(euros(rules.Price), "\u00a0€"))
		form.Set("plafond", strings.Replace(rules.Ceiling.Decimal(), ".", ",", 1))
		if rules.OnSundays {
			form.Set("dimanche", "oui")
		}
		return err
	}); err != nil {
		return err
	}
	return renderRules(w, r, form)
}

type rulesPage struct{ web.Page }

func renderRules(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &rulesPage{web.Page{Title: "Les règles d’envoi", Layout: web.Ask, Form: form, Back: web.Link{Label: "Les messages aux personnes", Path: "/messages"}}}
	return web.Render(w, r, form.Status(), "messages-rules", page)
}

var ruleFields = map[string]string{"quiet_until": "matin", "reminder_at": "rappel", "price": "prix", "ceiling": "plafond"}

// saveRules answers POST /messages/reglages.
func saveRules(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	rules := notify.Rules{QuietFrom: form.Time("soir"), QuietUntil: form.Time("matin"), ReminderAt: form.Time("rappel"), Ceiling: form.Cents("plafond"), OnSundays: form.Checked("dimanche")}
	price, err := strconv.ParseFloat(strings.Replace(form.Text("prix"), ",", ".", 1), 64)
	if err != nil || price < 0 {
		form.Wrong("prix", "bad_number", "Écrivez le prix d’un SMS en euros, comme 0,045")
	}
	rules.Price = int64(price*1000 + 0.5)
	if form.Valid() {
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return notify.SetRules(r.Context(), tx, rules) })
		for _, one := range web.FieldsOf(err) {
			form.Wrong(ruleFields[one.Name], one.Code, one.Message)
		}
	}
	if !form.Valid() {
		return renderRules(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/messages?regle")
}
