package territory

import (
	"net/http"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

type twinPage struct {
	web.Page
	Twin      place.Twin
	State     web.State
	Told      []string // who decided what, when
	Reasons   web.Table
	Sides     web.Table
	Survivors []web.Option // empty when nobody can choose
	Stays     string       // the name of the one that stays, then
	Why       []web.Option
	MayMerge  bool
	BothHeld  bool
	Fresh     bool // somebody has just decided
	Next      web.Link
	Standing  web.Link // of the place that stands for both
}

// showTwin answers GET /doublons/{id}: two places side by side, field by field,
// and what one may decide of them.
func showTwin(w http.ResponseWriter, r *web.Request) error {
	return showTwinWith(w, r, web.NewForm())
}

func showTwinWith(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	page := &twinPage{
		Page:  web.Page{Form: form, Menu: "/doublons", Back: web.Link{Label: "Les lieux en double", Path: "/doublons"}},
		Fresh: r.URL.Query().Has("fait"),
	}
	for _, reason := range place.ApartReasons {
		page.Why = append(page.Why, web.Option{Value: reason.Code, Label: reason.Label})
	}
	err = view(r, func(q db.Q) error {
		if page.Twin, err = place.TwinByID(r.Context(), q, id); err != nil {
			return err
		}
		one, other, err := page.Twin.Sides(r.Context(), q)
		if err != nil {
			return err
		}
		names, err := deciders(r, q, []place.Twin{page.Twin})
		if err != nil {
			return err
		}
		for _, side := range []place.TwinPlace{page.Twin.One, page.Twin.Other} {
			if side.Organisation.IsZero() {
				continue
			}
			if err := learn(r, q, names, side.Organisation); err != nil {
				return err
			}
		}
		page.Title = one.Place.Name + " et " + other.Place.Name
		page.tell(names)
		page.Sides = sidesTable(page.Twin, one, other, names)
		following, err := place.Twins(r.Context(), q, place.TwinFilter{Limit: 2})
		for _, twin := range following {
			if twin.ID != id && page.Next.Path == "" {
				page.Next = web.Link{Label: "Regarder la paire suivante", Path: "/doublons/" + twin.ID.String()}
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "twin", page)
}

// tell says where the pair stands, and why.
func (p *twinPage) tell(names map[db.ID]string) {
	twin := p.Twin
	p.State = web.State{Kind: map[place.TwinState]string{place.TwinProposed: "wait", place.TwinMerged: "ok"}[twin.State], Word: decided(twin)}
	if !twin.Decision.ID.IsZero() {
		told := map[place.TwinState]string{
			place.TwinMerged: "Réunis", place.TwinApart: "Gardés à part", place.TwinProposed: "De nouveau à regarder ; dernière décision prise",
		}[twin.State]
		told += " le " + civil.DateOf(twin.Decision.At, civil.Paris).FrenchLong() + " par " + decider(twin, names) + "."
		p.Told = append(p.Told, web.French(told))
	}
	if reason := place.ApartReasons.Label(twin.Decision.Reason); twin.State == place.TwinApart {
		p.Told = append(p.Told, web.French("Raison : "+reason+"."))
	}
	if twin.State == place.TwinMerged {
		p.Standing = web.Link{Label: "Voir la fiche réunie", Path: "/lieux/" + twin.Survivor().ID.String()}
	}
	p.Reasons = web.Table{
		Caption: "Pourquoi cette paire est proposée", Note: web.French("De 60, possible, à 100. Aucun signe ne suffit seul."), Columns: []web.Column{{Label: "Signe"}, {Label: "Points", Number: true}},
		Foot: []web.Cell{web.Head("Ressemblance, de 0 à 100").Noted(twin.Words()), web.Whole(twin.Score)},
	}
	for _, reason := range twin.Reasons {
		points := web.Whole(reason.Points)
		if reason.For() {
			points.Text = "+" + points.Text
		}
		p.Reasons.Rows = append(p.Reasons.Rows, []web.Cell{web.Head(reason.Says()), points})
	}
	p.BothHeld = twin.One.Held() && twin.Other.Held()
	p.MayMerge = twin.State != place.TwinMerged && twin.One.Alone && twin.Other.Alone && !p.BothHeld
	p.Stays = twin.Proposed().Name
	if !twin.One.Held() && !twin.Other.Held() {
		for _, side := range []place.TwinPlace{twin.One, twin.Other} {
			p.Survivors = append(p.Survivors, web.Option{
				Value: side.ID.String(), Label: side.Name, Hint: twinCell(side).Note, Chosen: side.ID == twin.Proposed().ID,
			})
		}
	}
}

// sidesTable sets two places side by side; a word tells whether they differ.
func sidesTable(twin place.Twin, one, other place.Side, names map[db.ID]string) web.Table {
	table := web.Table{
		Caption: "Les deux fiches, champ par champ", Note: "Sous chaque valeur, sa source et sa date.",
		Columns: []web.Column{{Label: "Champ"}, {Label: "Un lieu"}, {Label: "L’autre lieu"}, {Label: "Comparaison"}},
	}
	add := func(label string, left, right web.Cell) {
		kind, word := "", "Identique"
		switch {
		case left.Text == right.Text:
		case left.Text == "" || right.Text == "":
			word = "D’un seul côté"
		case geography.Fold(left.Text) == geography.Fold(right.Text):
			word = "Écrit autrement"
		default:
			kind, word = "no", "Différent"
		}
		table.Rows = append(table.Rows, []web.Cell{web.Head(label), told(left), told(right), web.InState(kind, word)})
	}
	for _, field := range place.Fields {
		left, right := sideCell(field, one), sideCell(field, other)
		if field.Label != "" && (left.Text != "" || right.Text != "") {
			add(field.Label, left, right)
		}
	}
	if twin.One.Held() || twin.Other.Held() {
		add("Tenu par", web.Text(keeper(twin.One, names)), web.Text(keeper(twin.Other, names)))
	}
	return table
}

func told(cell web.Cell) web.Cell {
	if cell.Text == "" {
		cell.Text = "rien"
	}
	return cell
}

func sideCell(field place.Field, side place.Side) web.Cell {
	record, there := side.Origins[field.Code]
	text := web.French(field.Text(side.Place))
	if !there || text == "" {
		return web.Text("")
	}
	return web.Text(text).Noted(saidBy(record.Source, record.DatedOn))
}

func keeper(p place.TwinPlace, names map[db.ID]string) string {
	name := names[p.Organisation]
	if p.Labelled {
		return name + ", labellisé"
	}
	return name
}

type twinCheckPage struct {
	web.Page
	Twin     place.Twin
	Decision string
	Survivor string
	Lines    []web.Line
	Result   web.Table
	Button   string
}

// What one may decide of a pair.
const (
	decisionMerge    = "reunir"
	decisionApart    = "garder"
	decisionSeparate = "defaire"
)

// decideTwin answers POST /doublons/{id}. A merge and its undoing are done and
// undone once, to show what they would make, before they are confirmed.
func decideTwin(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	decision := form.Choice("decision", "Choisissez ce que vous décidez", decisionMerge, decisionApart, decisionSeparate)
	survivor := db.ID{}
	if form.Value("reste") != "" {
		survivor = form.ID("reste", "Choisissez la fiche qui reste")
	}
	if !form.Valid() || form.Checked("modifier") {
		return showTwinWith(w, r, form)
	}
	page := &twinCheckPage{
		Page:     web.Page{Form: form, Menu: "/doublons", Back: web.Link{Label: "Les deux fiches", Path: "/doublons/" + id.String()}},
		Decision: decision, Survivor: form.Value("reste"),
	}
	err = r.Act(form, func(tx *db.Tx) (err error) {
		_, err = db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (db.ID, error) { return id, nil }, func(fresh db.ID) (db.ID, error) {
			if page.Twin, err = place.TwinByID(r.Context(), tx, id); err != nil {
				return fresh, err
			}
			var made place.Place
			switch decision {
			case decisionMerge:
				made, err = place.Merge(r.Context(), tx, id, survivor)
			case decisionSeparate:
				made, err = place.Separate(r.Context(), tx, id)
			default:
				err = place.KeepApart(r.Context(), tx, id, form.Value("raison"))
			}
			if err == nil && !form.Confirmed() {
				err = page.tell(r, tx, made)
			}
			return fresh, err
		})
		return err
	})
	if form.RefusedAs(err, map[string]string{"survivor": "reste", "reason": "raison"}) {
		return showTwinWith(w, r, form)
	}
	if err != nil {
		return err
	}
	if form.Confirmed() {
		return web.SeeOther(w, r, "/doublons/"+id.String()+"?fait")
	}
	return web.Render(w, r, http.StatusOK, "twin-check", page)
}

// tell shows what a decision would make, read while it is rehearsed.
func (p *twinCheckPage) tell(r *web.Request, q db.Q, made place.Place) error {
	if p.Decision == decisionSeparate {
		p.Title, p.Button = "Vérifiez avant de séparer", "Séparer les deux lieux"
		p.Lines = []web.Line{
			{Label: "De nouveau dans l’annuaire", Value: made.Name, Note: made.AddressLine()},
		}
		stays, err := place.ByID(r.Context(), q, p.Twin.Survivor().ID)
		p.Lines = append(p.Lines, web.Line{Label: "Y reste", Value: stays.Name, Note: stays.AddressLine()})
		return err
	}
	p.Title, p.Button = "Vérifiez la fiche réunie", "Réunir les deux lieux"
	stays, gone := p.Twin.One, p.Twin.Other
	if stays.ID != made.ID {
		stays, gone = gone, stays
	}
	p.Lines = []web.Line{
		{Label: "La fiche qui reste", Value: stays.Name, Note: twinCell(stays).Note},
		{Label: "Celle qui la rejoint", Value: gone.Name, Note: web.French("Son adresse mènera à la fiche qui reste ; sa source continue de la mettre à jour. C’est annulable.")},
	}
	_, origins, err := place.Provenance(r.Context(), q, made.ID)
	if err != nil {
		return err
	}
	p.Result = web.Table{Caption: "Ce que dira la fiche réunie", Columns: []web.Column{{Label: "Champ"}, {Label: "Valeur"}, {Label: "D’où elle vient"}}}
	for _, origin := range origins {
		p.Result.Rows = append(p.Result.Rows, []web.Cell{
			web.Head(origin.Field.Label), web.Text(web.French(origin.Field.Text(made))), web.Text(saidBy(origin.Record.Source, origin.Record.DatedOn)),
		})
	}
	return nil
}
