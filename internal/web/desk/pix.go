package desk

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"

	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/web"
)

// pixLine is a Pix result of a person, in our levels.
type pixLine struct {
	When, From string
	Table      web.Table
	Paper      string
}

var pixOrigins = map[string]string{
	diagnosis.PixTyped: "recopié ici", diagnosis.PixImported: "venu d’un fichier de Pix", diagnosis.PixAttached: "avec son attestation",
}

func (p *personPage) pix(ctx context.Context, q db.Q, known holder.Holder) error {
	found, err := diagnosis.PixOf(ctx, q, known.ID)
	if err != nil {
		return err
	}
	for _, one := range found {
		p.Pix = append(p.Pix, newPixLine(one, p.Base))
	}
	return nil
}

func newPixLine(found diagnosis.PixResult, base string) pixLine {
	line := pixLine{When: found.TakenOn.FrenchLong(), From: pixOrigins[found.Origin]}
	if found.Pix > 0 {
		line.From = count(found.Pix, "pix", "pix") + ", " + line.From
	}
	if found.Paper {
		line.Paper = base + "/pix/" + found.ID.String() + "/attestation"
	}
	if len(found.Levels) == 0 {
		return line
	}
	line.Table = web.Table{Caption: "Pix du " + line.When + ", dans nos niveaux", Quiet: true, Columns: []web.Column{{Label: "Domaine"}, {Label: "Niveau"}, {Label: "D’après Pix"}}}
	scores := found.Scores()
	for _, domain := range diagnosis.Domains {
		var from []string
		for _, one := range diagnosis.PixFrame().Competences() {
			if level, measured := found.Levels[one.Code]; measured && one.Domain == domain.Code {
				from = append(from, one.Code+" niveau "+strconv.Itoa(level))
			}
		}
		told := "pas mesuré"
		if scores[domain.Code] != nil {
			told = diagnosis.ScoreText(scores[domain.Code])
		}
		line.Table.Rows = append(line.Table.Rows, []web.Cell{web.Head(domain.Name), web.Text(told), web.Text(strings.Join(from, ", "))})
	}
	return line
}

type pixPage struct {
	web.Page
	Base  string
	Areas []pixArea
}

type pixArea struct {
	Name   string
	Fields []pixField
}

type pixField struct {
	Name, Label string
	Options     []web.Option
}

func levelField(code string) string { return "niveau-" + strings.ReplaceAll(code, ".", "-") }

// askPix answers GET /guichet/personnes/{id}/pix: a result, copied from the
// person's screen or their certificate.
func askPix(w http.ResponseWriter, r *web.Request) error { return showPix(w, r, web.NewForm()) }

func showPix(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &pixPage{Page: web.Page{Layout: web.Ask, Form: form}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		known, err := personOf(r, q)
		page.Title, page.Base = "Un résultat Pix de "+known.Called(), personPath(known.ID, "")
		page.Back = web.Link{Label: known.Called(), Path: page.Base}
		return err
	}); err != nil {
		return err
	}
	for _, area := range diagnosis.PixFrame().Areas {
		made := pixArea{Name: area.Name}
		for _, one := range area.Competences {
			field := pixField{Name: levelField(one.Code), Label: one.Code + " " + one.Name, Options: []web.Option{{Value: "", Label: "Pas mesuré"}}}
			for level := range diagnosis.MostPixLevel + 1 {
				text := strconv.Itoa(level)
				field.Options = append(field.Options, web.Option{Value: text, Label: "Niveau " + text, Chosen: form.Value(field.Name) == text})
			}
			made.Fields = append(made.Fields, field)
		}
		page.Areas = append(page.Areas, made)
	}
	return web.Render(w, r, form.Status(), "pix", page)
}

// recordPix answers POST /guichet/personnes/{id}/pix.
func recordPix(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	in := diagnosis.PixResult{Levels: map[string]int{}, Origin: diagnosis.PixTyped, TakenOn: form.Date("jour")}
	for _, one := range diagnosis.PixFrame().Competences() {
		if form.Value(levelField(one.Code)) != "" {
			in.Levels[one.Code] = form.Number(levelField(one.Code), 0, diagnosis.MostPixLevel)
		}
	}
	const mostPix = 1024
	if strings.TrimSpace(form.Value("pix")) != "" {
		in.Pix = form.Number("pix", 0, mostPix)
	}
	var paper []byte
	if form.FileName("attestation") != "" {
		paper, in.Origin = form.File("attestation", "Choisissez le fichier de l’attestation"), diagnosis.PixAttached
	}
	var who db.ID
	if form.Valid() {
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			known, err := personOf(r, tx)
			if err != nil {
				return err
			}
			in.Holder, who = known.ID, known.ID
			_, err = db.Once(r.Context(), tx, form.Key(r),
				func(id db.ID) (diagnosis.PixResult, error) { return diagnosis.PixByID(r.Context(), tx, id) },
				func(id db.ID) (diagnosis.PixResult, error) {
					in.ID = id
					made, _, err := diagnosis.RecordPix(r.Context(), tx, in, paper)
					return made, err
				})
			return err
		})
		switch {
		case fault.HasCode(err, diagnosis.ErrPixPaper.Code):
			form.Wrong("attestation", diagnosis.ErrPixPaper.Code, diagnosis.ErrPixPaper.Message)
		case fault.KindOf(err) == fault.Invalid:
			for _, field := range fault.Of(err).Fields {
				name := map[string]string{"taken_on": "jour", "pix": "pix"}[field.Name]
				if name == "" {
					name = levelField("1.1")
				}
				form.Wrong(name, field.Code, field.Message)
			}
		case err != nil:
			return err
		}
	}
	if !form.Valid() {
		return showPix(w, r, form)
	}
	return web.SeeOther(w, r, personPath(who, "?enregistre"))
}

// pixPaper answers GET /guichet/personnes/{id}/pix/{resultat}/attestation: the
// certificate, always as a file to keep: it comes from outside.
func pixPaper(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("resultat")
	if err != nil {
		return diagnosis.ErrUnknownPix
	}
	var file []byte
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		known, err := personOf(r, q)
		if err != nil {
			return err
		}
		found, err := diagnosis.PixByID(r.Context(), q, id)
		if err != nil {
			return err
		}
		if found.Holder != known.ID {
			return diagnosis.ErrUnknownPix
		}
		file, err = diagnosis.PixPaper(r.Context(), q, id)
		return err
	}); err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "application/pdf")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	header.Set("Content-Disposition", `attachment; filename="attestation-pix.pdf"`)
	header.Set("Cache-Control", "no-store")
	_, _ = w.Write(file) // a browser that leaves is no fault
	return nil
}

type pixFilePage struct {
	web.Page
	Read   bool
	Counts exchange.Counts
	Table  web.Table
}

// askPixFile answers GET /guichet/pix: a file of Pix Orga, for several people.
func askPixFile(w http.ResponseWriter, r *web.Request) error {
	return showPixFile(w, r, web.NewForm(), nil)
}

func showPixFile(w http.ResponseWriter, r *web.Request, form *web.Form, page *pixFilePage) error {
	if page == nil {
		page = &pixFilePage{}
	}
	page.Page = web.Page{Title: "Des résultats Pix, par un fichier", Form: form, Back: web.Link{Label: "Sur papier, ou sur un téléphone", Path: "/guichet/questionnaires"}}
	return web.Render(w, r, form.Status(), "pix-file", page)
}

// bringPix answers POST /guichet/pix.
func bringPix(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	file := form.File("fichier", "Choisissez le fichier exporté de Pix Orga")
	if !form.Valid() {
		return showPixFile(w, r, form, nil)
	}
	counts, remarks, err := exchange.BringPix(r.Context(), r.App.DB, r.Actor(), bytes.NewReader(file), false)
	if fault.KindOf(err) == fault.Invalid {
		form.Wrong("fichier", fault.Of(err).Code, fault.Of(err).Message)
		return showPixFile(w, r, form, nil)
	}
	if err != nil {
		return err
	}
	page := &pixFilePage{Read: true, Counts: counts, Table: web.Table{Caption: "Lignes à revoir", Columns: []web.Column{{Label: "Ligne", Number: true}, {Label: "Ce qu’il faut faire"}}}}
	for _, remark := range remarks {
		page.Table.Rows = append(page.Table.Rows, []web.Cell{web.Whole(remark.Line), web.Text(remark.Message)})
	}
	return showPixFile(w, r, form, page)
}
