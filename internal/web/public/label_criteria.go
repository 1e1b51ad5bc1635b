package public

import (
	"fmt"
	"net/http"

	"passerelle/internal/civil"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

type criteriaPage struct {
	web.Page
	Criteria label.Criteria
	Standing web.State // in force, to come, or former
	Since    string
	Index    web.Table
	Items    []criterionView
	Versions []web.Link // the others
	Export   string
}

// criterionView is one criterion, with the spaces of French typography.
type criterionView struct {
	label.Criterion
	Number int
	Weighs string // "Obligatoire, 11 points sur 100"
	Paper  string
}

// showCriteriaOfToday answers GET /label/criteres: the version in force.
func showCriteriaOfToday(w http.ResponseWriter, r *web.Request) error {
	return answerCriteria(w, r, label.CriteriaOn(civil.DateOf(r.App.Clock.Now(), civil.Paris)))
}

// showCriteria answers GET /label/criteres/{version}.
func showCriteria(w http.ResponseWriter, r *web.Request) error {
	criteria, err := label.CriteriaByVersion(r.PathValue("version"))
	if err != nil {
		return err
	}
	return answerCriteria(w, r, criteria)
}

func answerCriteria(w http.ResponseWriter, r *web.Request, criteria label.Criteria) error {
	if r.WantsCSV() {
		return web.CSV(w, r, "criteres-"+criteria.Version, criteriaTable(criteria, true))
	}
	today := civil.DateOf(r.App.Clock.Now(), civil.Paris)
	page := &criteriaPage{
		Page: web.Page{
			Title: "Les critères du label, version " + criteria.Version, Back: backToLabel,
			Summary: "Chaque critère du label : pourquoi il est demandé, ce qui le prouve, ce qu’il pèse.",
		},
		Criteria: criteria, Index: criteriaTable(criteria, false), Export: "/label/criteres/" + criteria.Version + "?format=csv",
	}
	page.Criteria.ThresholdWhy = web.French(criteria.ThresholdWhy)
	switch {
	case criteria.Version == label.CriteriaOn(today).Version:
		page.Standing, page.Since = web.State{Kind: "ok", Word: "En vigueur"}, "Elle vaut pour les demandes commencées depuis le "+criteria.InForceFrom.FrenchLong()+"."
	case today.Before(criteria.InForceFrom):
		page.Standing, page.Since = web.State{Kind: "wait", Word: "À venir"}, "Elle vaudra pour les demandes commencées à partir du "+criteria.InForceFrom.FrenchLong()+"."
	default:
		page.Standing, page.Since = web.State{Word: "Ancienne version"}, "Les demandes commencées sous cette version la gardent jusqu’au bout."
	}
	for i, item := range criteria.Items {
		page.Items = append(page.Items, viewCriterion(item, i+1))
	}
	for _, one := range label.CriteriaVersions() {
		if one.Version != criteria.Version {
			page.Versions = append(page.Versions, web.Link{
				Label: fmt.Sprintf("Version %s, en vigueur à partir du %s", one.Version, one.InForceFrom.FrenchLong()), Path: "/label/criteres/" + one.Version,
			})
		}
	}
	return web.Render(w, r, http.StatusOK, "label-criteria", page)
}

func viewCriterion(item label.Criterion, number int) criterionView {
	view := criterionView{Criterion: item, Number: number, Weighs: weighs(item)}
	view.Title, view.Why, view.Proof, view.Answer.Text = web.French(item.Title), web.French(item.Why), web.French(item.Proof), web.French(item.Answer.Text)
	if item.Attachment.Expected != "" {
		view.Paper = web.French(item.Attachment.Expected)
		if !item.Attachment.Needed {
			view.Paper += " Elle n’est pas obligatoire."
		}
	}
	return view
}

// weighs tells what a criterion counts for, in a sentence.
func weighs(item label.Criterion) string {
	text := fmt.Sprintf("Facultatif, %d\u00a0%s.", item.Weight, ofMany(item.Weight, "point", "points"))
	if item.Required {
		text = fmt.Sprintf("Obligatoire, %d\u00a0%s.", item.Weight, ofMany(item.Weight, "point", "points"))
	}
	if item.PartlyEnough {
		text += " Rempli en partie suffit."
	}
	if item.MayNotApply {
		text += " Sans objet dans certains lieux\u00a0: il n’est alors pas compté."
	}
	return text
}

// criteriaTable is the version on one page; whole adds the reasons and proofs,
// as its file has them.
func criteriaTable(criteria label.Criteria, whole bool) web.Table {
	made := web.Table{
		Caption: "Les critères en un coup d’œil", Quiet: true,
		Columns: []web.Column{{Label: "Critère"}, {Label: "Obligatoire"}, {Label: "Points", Number: true}},
		Foot:    []web.Cell{web.Head("Total"), web.Text(""), web.Whole(criteria.Weight())},
	}
	if whole {
		made.Columns = append(made.Columns, web.Column{Label: "Pourquoi"}, web.Column{Label: "Ce qui le prouve"}, web.Column{Label: "Question posée"})
	}
	for _, item := range criteria.Items {
		view := viewCriterion(item, 0)
		row := []web.Cell{web.Head(view.Title).To("#" + item.Code), web.Text(yesOrNo(item.Required)), web.Whole(item.Weight)}
		if whole {
			row = append(row, web.Text(view.Why), web.Text(view.Proof), web.Text(view.Answer.Text))
		}
		made.Rows = append(made.Rows, row)
	}
	return made
}
