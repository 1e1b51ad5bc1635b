package label

import (
	"net/http"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

type sendPage struct {
	web.Page
	Application label.Application
	Sections    []sendSection
	Missing     []web.Link
	Signs       bool
	Owners      string // who can sign, for who cannot
	Completes   bool
	Due         string
}

// sendSection is one part of an application to check.
type sendSection struct {
	Title string
	Lines []web.Line
}

// askSend answers GET /demande-label/{id}/verification.
func askSend(w http.ResponseWriter, r *web.Request) error {
	return showSend(w, r, web.NewForm())
}

func showSend(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	file, err := editedFile(r)
	if err != nil {
		return err
	}
	page := &sendPage{
		Page: web.Page{
			Title: "Vérifiez, puis envoyez", Form: form, Menu: "/demande-label", Layout: web.Ask,
			Back: web.Link{Label: "Demande de label\u00a0: " + placesTitle(file.Application), Path: "/demande-label/" + file.ID.String()},
		},
		Application: file.Application, Signs: account.May(r.Actor(), account.ActLabelSend), Completes: file.State == label.MoreAsked,
	}
	var owners []string
	var accounts []accountView
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if owners, err = account.Owners(r.Context(), q); err != nil {
			return err
		}
		accounts, err = accountsOf(r, q, file)
		return err
	}); err != nil {
		return err
	}
	page.Owners = strings.Join(owners, ", ")
	for _, one := range partsOf(file) {
		for _, gap := range one.Missing {
			page.Missing = append(page.Missing, web.Link{Label: gap, Path: one.Path + "?retour=verification"})
		}
	}
	page.Sections = sectionsOf(file, accounts)
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	page.Due = today.AddMonths(label.Promised).FrenchLong()
	return web.Render(w, r, form.Status(), "apply-send", page)
}

// sectionsOf lays an application out to be checked, each line with its way back.
func sectionsOf(file label.File, accounts []accountView) []sendSection {
	base := "/demande-label/" + file.ID.String()
	change := func(path, about string) web.Link {
		return web.Link{Label: "Modifier", Path: base + path + "?retour=verification", About: about}
	}
	who := sendSection{Title: "Votre organisation", Lines: []web.Line{
		{Label: "Lieux", Value: file.PlaceNames()},
		{Label: "SIRET", Value: orMissing(grouped(file.SIRET)), Change: change("/organisation", "le SIRET")},
		{Label: "Représentant légal", Value: orMissing(file.Representative.Name), Note: file.Representative.Function, Change: change("/organisation", "le représentant légal")},
	}}
	for _, one := range accounts {
		line := web.Line{Label: "Compte bancaire, " + one.Name, Value: "Pas encore donné", Note: "À part de la demande. Il n’empêche pas de l’envoyer."}
		if one.Known {
			line.Value, line.Note = "Enregistré", ""
		}
		who.Lines = append(who.Lines, line)
	}
	sections := []sendSection{who}
	for _, item := range file.Rules().Items {
		item = set(item)
		section := sendSection{Title: item.Title}
		path := "/criteres/" + item.Code
		for _, covered := range file.Places {
			answer := file.Answer(covered.ID, item.Code)
			line := web.Line{Label: "Réponse", Value: item.Answer.Say(answer.Value), Note: answer.Detail, Change: change(path, "la réponse, "+item.Title)}
			if len(file.Places) > 1 {
				line.Label = covered.Name
			}
			if item.Answer.Kind == label.AnswerText {
				line.Value, line.Note = answer.Detail, ""
			}
			line.Value = orMissing(line.Value)
			section.Lines = append(section.Lines, line)
		}
		var names []string
		for _, paper := range papersOf(file, db.ID{}, "") {
			if paperCriterion(file, paper.ID) == item.Code {
				names = append(names, paper.Label)
			}
		}
		if len(names) > 0 || item.Attachment.Needed {
			section.Lines = append(section.Lines, web.Line{Label: "Pièces", Value: orMissing(strings.Join(names, ", ")), Change: change(path, "les pièces, "+item.Title)})
		}
		sections = append(sections, section)
	}
	return sections
}

func paperCriterion(file label.File, id db.ID) string {
	for _, paper := range file.Attachments {
		if paper.ID == id {
			return paper.Criterion
		}
	}
	return ""
}

func orMissing(text string) string {
	if text == "" {
		return "À remplir"
	}
	return text
}

// send answers POST /demande-label/{id}/verification: an owner signs.
func send(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	if !form.Checked("exact") {
		form.Wrong("exact", "required", "Cochez la case pour signer\u00a0: ces réponses sont exactes")
		return showSend(w, r, form)
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		return once(r, tx, form, func() error {
			application, err := label.ApplicationByID(r.Context(), tx, id)
			if err != nil {
				return err
			}
			if application.State == label.MoreAsked {
				_, err = label.Complete(r.Context(), tx, id)
			} else {
				_, err = label.Send(r.Context(), tx, id)
			}
			return err
		})
	})
	if form.Refused(err) {
		return showSend(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/demande-label/"+id.String()+"/envoyee")
}

// showSent answers GET /demande-label/{id}/envoyee: what happens next, and when.
func showSent(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	var application label.Application
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		application, err = label.ApplicationByID(r.Context(), q, id)
		return err
	}); err != nil {
		return err
	}
	if application.State.Editable() {
		return web.SeeOther(w, r, "/demande-label/"+id.String())
	}
	clock := application.Clock(civil.DateOf(r.App.Clock.Now(), civil.Paris))
	next := []web.Line{
		{Label: "Dans les jours qui viennent", Value: "Un certificateur prend le dossier. Il peut vous écrire ou venir vous voir."},
		{Label: "Avant la fin du " + clock.Due.FrenchLong(), Value: "Vous recevez la décision, le score et ses raisons. Le délai s’arrête si l’on vous demande un complément."},
		{Label: "En cas de refus", Value: "Vous avez deux mois pour faire appel. Un autre certificateur juge."},
	}
	done := web.Confirmation{
		Title: "La demande est envoyée", Label: "Réponse avant la fin du", Reference: clock.Due.FrenchLong(), Next: next,
		Keep: []web.Link{{Label: "Suivre la demande", Path: "/demande-label/" + id.String()}},
	}
	if application.Round > 1 {
		done.Title = "L’appel est envoyé"
		done.Next[0].Value = "Un autre certificateur que le premier prend le dossier."
		done.Next = done.Next[:2]
	}
	if telephone := r.App.Settings.Telephone; telephone != "" {
		done.Contact = "Une question\u202f? Appelez le " + strings.ReplaceAll(telephone, " ", "\u00a0") + "."
	}
	return web.Render(w, r, http.StatusOK, "decision", &donePage{
		Page: web.Page{Title: done.Title, Layout: web.Ask, Menu: "/demande-label", Back: web.Link{Label: "Le label de vos lieux", Path: "/demande-label"}}, Done: done,
	})
}
