package public

import (
	"net/http"
	"net/url"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

type originPage struct {
	web.Page
	Place   place.Place
	Fields  web.Table
	Records web.Table
	Twins   []web.Link // pairs that this place is in, for those who decide on them
}

// showOrigin answers GET /provenance/{id}: which source says each field of a
// place, and when.
func showOrigin(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	page := &originPage{}
	moved := false
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		known, origins, err := place.Provenance(r.Context(), q, id)
		if err != nil {
			return err
		}
		page.Place, moved = known, known.ID != id
		records, err := place.Records(r.Context(), q, known.ID)
		if err != nil {
			return err
		}
		names, err := speakers(r, q, records)
		if err != nil {
			return err
		}
		page.Fields, page.Records = originTable(known, origins, names), recordsTable(records, names)
		page.Twins, err = twinsOf(r, q, known.ID)
		return err
	}); err != nil {
		return err
	}
	if moved {
		return leadTo(w, r, "/provenance/"+page.Place.ID.String())
	}
	page.Page = web.Page{
		Title: "D’où vient cette fiche : " + page.Place.Name, Menu: "/",
		Back: web.Link{Label: page.Place.Name, Path: "/lieux/" + page.Place.ID.String()},
	}
	return web.Render(w, r, http.StatusOK, "provenance", page)
}

// leadTo answers that a place is now found at another's address. Nobody keeps
// the answer: a merge can be taken back.
func leadTo(w http.ResponseWriter, r *web.Request, path string) error {
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r.Request, path, http.StatusMovedPermanently)
	return nil
}

// speakers are the names of the organisations that said something by hand.
func speakers(r *web.Request, q db.Q, records []place.Record) (map[db.ID]string, error) {
	names := map[db.ID]string{}
	for _, record := range records {
		if _, known := names[record.SaidBy]; known || record.SaidBy.IsZero() {
			continue
		}
		by, err := account.OrganisationByID(r.Context(), q, record.SaidBy)
		if err != nil {
			return nil, err
		}
		names[record.SaidBy] = by.Name
	}
	return names, nil
}

func originTable(known place.Place, origins []place.Origin, names map[db.ID]string) web.Table {
	table := web.Table{
		Caption: "Champ par champ", Quiet: true,
		Columns: []web.Column{{Label: "Champ"}, {Label: "Ce que dit la fiche"}, {Label: "Source"}, {Label: "Date"}},
	}
	for _, origin := range origins {
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(origin.Field.Label), web.Text(web.French(origin.Field.Text(known))), web.Text(speaker(origin.Record, names)), dated(origin.Record.DatedOn),
		})
	}
	return table
}

func recordsTable(records []place.Record, names map[db.ID]string) web.Table {
	table := web.Table{
		Caption: "Les sources de cette fiche", Quiet: true, Columns: []web.Column{{Label: "Source"}, {Label: "Son numéro là-bas"}, {Label: "Sa date"}, {Label: "Changée ici le"}},
	}
	for _, record := range records {
		number := web.Text(record.SourceID)
		if record.ByHand() {
			number = web.Text("")
		}
		if isAddress(record.SourceID) {
			number = number.To(record.SourceID)
		}
		table.Rows = append(table.Rows, []web.Cell{
			web.Head(speaker(record, names)), number, dated(record.DatedOn), dated(civil.DateOf(record.ReadAt, civil.Paris)),
		})
	}
	return table
}

// speaker is who says a record: a file's source, or who corrected it here.
func speaker(record place.Record, names map[db.ID]string) string {
	switch {
	case !record.ByHand():
		return record.Source
	case names[record.SaidBy] != "":
		return "Corrigé ici par " + names[record.SaidBy]
	}
	return "Corrigé ici"
}

func dated(on civil.Date) web.Cell {
	if on.IsZero() {
		return web.Text("sans date")
	}
	return web.Day(on)
}

func isAddress(text string) bool {
	parsed, err := url.Parse(text)
	return err == nil && parsed.Host != "" && strings.HasPrefix(parsed.Scheme, "http")
}

// twinsOf links the pairs of a place that wait, for those who decide on them.
func twinsOf(r *web.Request, q db.Q, id db.ID) ([]web.Link, error) {
	if !account.May(r.Actor(), account.ActPlaceMerge) {
		return nil, nil
	}
	var links []web.Link
	for _, state := range place.TwinStates {
		twins, err := place.Twins(r.Context(), q, place.TwinFilter{State: state, Place: id})
		if fault.HasCode(err, account.ErrNoTerritory.Code) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		words := map[place.TwinState]string{place.TwinProposed: "à regarder", place.TwinMerged: "réunis", place.TwinApart: "gardés à part"}[state]
		for _, twin := range twins {
			links = append(links, web.Link{Label: twin.One.Name + " et " + twin.Other.Name + ", " + words, Path: "/doublons/" + twin.ID.String()})
		}
	}
	return links, nil
}
