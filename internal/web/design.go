package web

import (
	"net/http"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/money"
)

// ownName is the seat of the pages that belong to no one in particular.
const ownName = "web"

// ownSeat is a function and not a variable, since its pages are rendered by
// what mounts it.
func ownSeat() Seat {
	return Seat{
		Name: ownName, Templates: templates,
		Routes: []Route{
			{Method: "GET", Path: "/communes", Act: account.ActPublic, Handle: suggestCommunes},
			{Method: "GET", Path: "/design", Act: account.ActPublic, Handle: showDesign},
			{Method: "GET", Path: "/design/question", Act: account.ActPublic, Handle: showDesignQuestion},
			{Method: "POST", Path: "/design/question", Act: account.ActPublic, Handle: answerDesignQuestion},
			{Method: "GET", Path: "/design/fait", Act: account.ActPublic, Handle: showDesignDone},
			{Method: "GET", Path: "/design/papier", Act: account.ActPublic, Handle: showDesignPaper},
		},
	}
}

// designPage shows every piece with when to use it, on invented data.
type designPage struct {
	Page
	Fields       *Form
	Wrong        *Form
	Levels, Days []Option
	Travel       []Option
	Presence     []Option
	Check        []Line
	Places       List
	Nowhere      None
	Figures      []Figure
	Way          Table
	Paid         Table
	Needs        Table
	Contrasts    Table
	Near         *Map
	Served       *Map
	Read, Reread Result
	Know         Notice
	Lost         Pager
	Steps        Step
	Coupon       string
	Opening      HoursEditor
}

func showDesign(w http.ResponseWriter, r *Request) error {
	contrasts, err := contrastTable(r.App.Settings.Style)
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return CSV(w, r, "contrastes", contrasts)
	}
	opening := NewForm()
	opening.FillHours("Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-13:00; PH off; 2026 Dec 24-2027 Jan 02 off", shapeTable)
	editor, err := NewHoursEditor(opening, "/design")
	if err != nil {
		return err
	}
	page := &designPage{
		Opening: editor,
		Page: Page{
			Title: "Les pièces de Passerelle", Summary: "Toutes les pièces dont les pages de Passerelle sont faites, et quand s’en servir.",
		},
		Fields: filled(), Wrong: refused(),
		Levels: levels, Days: days, Travel: travel, Presence: presence,
		Check: []Line{
			{Label: "Personne", Value: "Monique, Saint-Vaury", Change: Link{"Modifier", "#verifier", "la personne"}},
			{Label: "Téléphone pour les rappels", Value: "Celui de sa fille, 06 39 98 ·· 41", Note: "Accord donné à voix haute, aujourd’hui", Change: Link{"Modifier", "#verifier", "le téléphone"}},
			{Label: "Carnet", Value: "Numéro " + grouped("482107369185") + ", 10 chèques, 100 €", Change: Link{"Modifier", "#verifier", "le carnet"}},
		},
		Places: places(),
		Nowhere: None{
			Title: "Aucune séance n’a de place à moins de 20 km", Text: "Les séances des deux prochains mois sont complètes.",
			Act: Link{Label: "Voir les listes d’attente", Path: "#vide"},
		},
		Figures: []Figure{
			{Number: "42", Label: "chèques utilisés sur 100 remis", Path: "#chiffres"},
			{Number: "11", Label: "jours d’attente pour une première place", Path: "#chiffres"},
			{Number: money.Cents(9204000).Short(), Label: "versés à 27 lieux, par 3 financeurs", Path: "#chiffres"},
			{Number: "316", Label: "carnets qui dorment dans les guichets", Path: "#chiffres"},
		},
		Way: way(), Paid: paid(), Needs: needs(), Contrasts: contrasts,
		Near: nearMap(), Served: servedMap(),
		Read:   Result{Accepted: true, Words: "Accepté, 10 €", Text: "Monique, chèque 3 sur 10.", Act: Link{Label: "Annuler", Path: "#resultat", About: "ce passage"}},
		Reread: Result{Words: "Déjà utilisé", Text: "Ce chèque a servi le 24 novembre à La Souterraine. Demandez le chèque suivant du carnet.", Before: true},
		Know: Notice{
			Kind: "wait", Title: "Ce qui ne peut pas attendre",
			Text: []string{"Sa déclaration est à faire avant le 30 novembre. Faites-la avec elle maintenant, ou sur papier."},
			Act:  Link{Label: "Noter que c’est fait", Path: "#avis"},
		},
		Lost:   Pager{Next: "/design?apres=W10#liste", First: "/design#liste"}.Exported(r),
		Steps:  Step{Now: 3, Of: 6, Words: "Question 3 sur 6, repérage rapide. Personne reçue : Monique"},
		Coupon: "2914177763170674",
	}
	return Render(w, r, http.StatusOK, "design", page)
}

// contrastTable tells the ratios of this instance's own colours.
func contrastTable(style string) (Table, error) {
	sheet, err := staticFiles.ReadFile("static/passerelle.css")
	if err != nil {
		return Table{}, err
	}
	measured, err := Contrasts(string(sheet), style)
	if err != nil {
		return Table{}, err
	}
	table := Table{
		Caption: "Les contrastes, mesurés", Note: "De 1 à 21. Un texte demande 7, un bord 3.",
		Columns: []Column{{Label: "Pour"}, {Label: "Couleurs"}, {Label: "Demandé", Number: true}, {Label: "Le jour", Number: true}, {Label: "La nuit", Number: true}},
	}
	for _, pair := range measured {
		table.Rows = append(table.Rows, []Cell{
			Head(pair.For), Text(pair.Front + " sur " + pair.Ground), ratioCell(pair.Least), ratioCell(pair.Day), ratioCell(pair.Night),
		})
	}
	return table, nil
}

func showDesignDone(w http.ResponseWriter, r *Request) error {
	return Render(w, r, http.StatusOK, "design-done", &struct {
		Page
		Done Confirmation
	}{
		Page: Page{Title: "Le carnet est remis à Monique", Layout: Ask, Menu: "/design", Back: Link{Label: "Les pièces", Path: "/design"}},
		Done: Confirmation{
			Title: "Le carnet est remis à Monique", Label: "Numéro de la page", Reference: "G 4728",
			Next: []Line{
				{Label: "Maintenant", Value: "Les 10 chèques sont utilisables."},
				{Label: "Lundi 7 décembre", Value: "Sa fille reçoit un rappel.", Note: "Au 06 39 98 ·· 41"},
				{Label: "Mardi 8 décembre", Value: "Le Fil numérique (exemple) l’attend à 14 h."},
			},
			Contact: "Une question sur cette place ? Appelez Le Fil numérique (exemple), 05 36 49 12 08.",
			Keep:    []Link{{Label: "Imprimer la page du rendez-vous", Path: "/design/papier"}, {Label: "Accueillir quelqu’un d’autre", Path: "/design/question"}},
		},
	})
}

func showDesignPaper(w http.ResponseWriter, r *Request) error {
	return Render(w, r, http.StatusOK, "design-paper", &struct {
		Page
		Day    civil.Date
		Until  civil.Date
		Codes  []string
		Number string
	}{
		Page: Page{Title: "Votre atelier, mardi 8 décembre 2026", Layout: Paper, Back: Link{Label: "Les pièces", Path: "/design"}},
		Day:  civil.On(2026, 12, 8), Until: civil.On(2027, 11, 22),
		Codes: []string{"2914177763170674", "0115244939092619"}, Number: "482107369185",
	})
}

type designQuestionPage struct {
	Page
	Answers []Option
}

func showDesignQuestion(w http.ResponseWriter, r *Request) error {
	return renderDesignQuestion(w, r, NewForm())
}

func renderDesignQuestion(w http.ResponseWriter, r *Request, form *Form) error {
	return Render(w, r, form.Status(), "design-question", &designQuestionPage{
		Page: Page{
			Title: "Question 3 sur 6 : remplir une démarche", Layout: Ask, Menu: "/design", Form: form,
			Back: Link{Label: "Les pièces", Path: "/design"},
		},
		Answers: answers,
	})
}

func answerDesignQuestion(w http.ResponseWriter, r *Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var allowed []string
	for _, answer := range answers {
		allowed = append(allowed, answer.Value)
	}
	form.Choice("q3", "Choisissez une réponse ; « Je ne sais pas » en est une", allowed...)
	if name := form.Text("nom"); strings.ContainsAny(name, "0123456789") {
		form.Wrong("nom", "digits", "Retirez les chiffres du prénom")
	}
	if form.Text("commune") != "" {
		form.Commune("commune", "Écrivez une commune")
	}
	if !form.Valid() {
		return renderDesignQuestion(w, r, form)
	}
	return SeeOther(w, r, "/design/fait")
}
