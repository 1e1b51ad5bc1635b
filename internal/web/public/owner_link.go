package public

import (
	"net/http"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// ownerPage is what a person of a place finds behind its link: opening it
// changes nothing, however often a mail program or a browser does.
type ownerPage struct {
	web.Page
	Place     place.Place
	Path      string // of the link
	Facts     []web.Line
	Freshness string
	Kept      bool
	Undone    bool
	Hours     web.HoursEditor

	Services, Publics, Fees, Ways, Equipment []web.Option
}

func newOwnerPage(r *web.Request, found place.Place, title string) *ownerPage {
	return &ownerPage{
		Page: web.Page{Title: title, Menu: "/"}, Place: found, Path: ownerPath(r.PathValue("jeton"), ""),
		Kept: !found.Organisation.IsZero(), Freshness: found.FreshnessText(todayAt(r, found)),
	}
}

func todayAt(r *web.Request, p place.Place) civil.Date {
	return civil.DateOf(r.App.Clock.Now(), p.Zone())
}

// unlisted keeps an address that opens something out of search engines.
func unlisted(w http.ResponseWriter) {
	w.Header().Set("X-Robots-Tag", "noindex")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// showOwner answers GET /corriger/{jeton}: what the directory says, and the
// choice to confirm or to correct it.
func showOwner(w http.ResponseWriter, r *web.Request) error {
	unlisted(w)
	found, err := linkedPlace(r, r.PathValue("jeton"))
	if err != nil {
		return err
	}
	page := newOwnerPage(r, found, "Cette fiche est-elle toujours juste ?")
	page.Facts, page.Undone = factLines(found.Correctable()), r.URL.Query().Has("annulee")
	return web.Render(w, r, http.StatusOK, "owner", page)
}

// confirmOwner answers POST /corriger/{jeton}/confirmation: nothing changed.
func confirmOwner(w http.ResponseWriter, r *web.Request) error {
	unlisted(w)
	if _, err := linkedPlace(r, r.PathValue("jeton")); err != nil {
		return err
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		_, err := place.ConfirmByLink(r.Context(), tx, r.PathValue("jeton"))
		return err
	}); err != nil {
		return err
	}
	return web.SeeOther(w, r, ownerPath(r.PathValue("jeton"), "/merci"))
}

// askCorrection answers GET /corriger/{jeton}/fiche.
func askCorrection(w http.ResponseWriter, r *web.Request) error {
	unlisted(w)
	found, err := linkedPlace(r, r.PathValue("jeton"))
	if err != nil {
		return err
	}
	form := web.NewForm()
	fillCorrection(form, found)
	form.FillHours(found.Hours, r.URL.Query().Get("horaires"))
	return showCorrection(w, r, found, form)
}

func showCorrection(w http.ResponseWriter, r *web.Request, found place.Place, form *web.Form) error {
	page := newOwnerPage(r, found, "Corriger la fiche")
	if page.Kept {
		return place.ErrKept
	}
	page.Form, page.Back = form, web.Link{Label: found.Name, Path: page.Path}
	page.Services, page.Publics, page.Fees = wordOptions(place.Services), wordOptions(place.Publics), wordOptions(place.Fees)
	page.Ways, page.Equipment = wordOptions(place.AccessWays), wordOptions(place.Equipments)
	var err error
	if page.Hours, err = web.NewHoursEditor(form, page.Path+"/fiche"); err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "owner-correct", page)
}

func wordOptions(words place.Vocabulary) []web.Option {
	made := make([]web.Option, 0, len(words))
	for _, word := range words {
		made = append(made, web.Option{Value: word.Code, Label: word.Label})
	}
	return made
}

func townOf(p place.Place) string { return p.PostalCode + " " + p.CommuneName }

func fillCorrection(form *web.Form, p place.Place) {
	for name, value := range map[string]string{
		"nom": p.Name, "adresse": p.Address, "complement": p.AddressComplement, "commune": townOf(p), "telephone": p.TelephoneText(),
		"courriels": strings.Join(p.Emails, "\n"), "sites": strings.Join(p.Websites, "\n"), "prix": p.Prices,
		"langues": strings.Join(p.Languages, "\n"),
	} {
		form.Set(name, value)
	}
	form.Set("services", p.Services...)
	form.Set("publics", p.Publics...)
	form.Set("frais", p.Fees...)
	form.Set("modalites", p.AccessWays...)
	form.Set("equipement", p.Equipment...)
	if p.Wheelchair {
		form.Set("fauteuil", "oui")
	}
}

// correctionFields leads from the capability's names to the form's.
var correctionFields = map[string]string{
	"name": "nom", "address": "adresse", "address_complement": "complement", "commune": "commune", "telephone": "telephone", "emails": "courriels",
	"websites": "sites", "hours": "horaires-texte", "prices": "prix", "publics_specifiquement_adresses": "publics", "frais_a_charge": "frais",
	"languages": "langues",
}

// readCorrection reads what the place is to be. What was left as it stood stays
// so, to the letter.
func readCorrection(form *web.Form, known place.Place, today civil.Date) place.Correction {
	wanted := known.Correctable()
	wanted.Name, wanted.Address, wanted.AddressComplement = form.Required("nom", "Écrivez le nom du lieu"), form.Text("adresse"), form.Text("complement")
	if form.Text("commune") != townOf(known) {
		commune := form.Commune("commune", "Écrivez la commune du lieu")
		wanted.Commune, wanted.PostalCode = commune.Code, ""
	}
	if typed := form.Text("telephone"); typed != strings.TrimSpace(known.TelephoneText()) {
		wanted.Telephone = typed
	}
	wanted.Emails, wanted.Websites = strings.Split(form.Text("courriels"), "\n"), strings.Split(form.Text("sites"), "\n")
	if hours := form.Hours(today); hours != canonical(known.Hours) {
		wanted.Hours = hours
	}
	wanted.Services, wanted.Publics, wanted.Fees = among(form, "services", known.Services, place.Services), among(form, "publics", known.Publics, place.Publics), among(form, "frais", known.Fees, place.Fees)
	wanted.AccessWays, wanted.Equipment = among(form, "modalites", known.AccessWays, place.AccessWays), among(form, "equipement", known.Equipment, place.Equipments)
	wanted.Prices, wanted.Wheelchair, wanted.Languages = form.Text("prix"), form.Checked("fauteuil"), strings.Split(form.Text("langues"), "\n")
	return wanted
}

// canonical is hours as the editor writes them.
func canonical(text string) string {
	hours, err := civil.ParseHours(text)
	if err != nil {
		return text
	}
	return hours.String()
}

// among are the answers that are words of a vocabulary; the known list itself
// when it holds the same ones in another order.
func among(form *web.Form, name string, known []string, words place.Vocabulary) []string {
	chosen := map[string]bool{}
	for _, code := range form.Values(name) {
		chosen[code] = true
	}
	var read []string
	for _, word := range words {
		if chosen[word.Code] {
			read = append(read, word.Code)
		}
	}
	if len(read) != len(known) {
		return read
	}
	for _, code := range known {
		if !chosen[code] {
			return read
		}
	}
	return known
}

// factLines tells what a person of the place may correct.
func factLines(c place.Correction) []web.Line {
	town := c.PostalCode
	if commune, err := geography.CommuneByCode(c.Commune); err == nil {
		town = strings.TrimSpace(c.PostalCode + " " + commune.Name)
	}
	p := place.Place{Hours: c.Hours, Telephone: c.Telephone}
	return []web.Line{
		{Label: "Nom", Value: c.Name},
		{Label: "Adresse", Value: strings.Join(lines(c.AddressComplement, c.Address, town), ", ")},
		{Label: "Téléphone", Value: p.TelephoneText()},
		{Label: "Adresses e-mail", Value: strings.Join(c.Emails, ", ")},
		{Label: "Sites internet", Value: strings.Join(c.Websites, ", ")},
		{Label: "Horaires", Value: hoursLine(p)},
		{Label: "Ce que l’on y apprend", Value: strings.Join(place.Services.Labels(c.Services), ", ")},
		{Label: "Publics", Value: strings.Join(place.Publics.Labels(c.Publics), ", ")},
		{Label: "Tarif", Value: strings.Join(place.Fees.Labels(c.Fees), ", ")},
		{Label: "Les prix", Value: c.Prices},
		{Label: "Pour venir", Value: strings.Join(place.AccessWays.Labels(c.AccessWays), ", ")},
		{Label: "En fauteuil roulant", Value: map[bool]string{true: "on entre et on circule"}[c.Wheelchair]},
		{Label: "Langues", Value: strings.Join(c.Languages, ", ")},
		{Label: "Équipement", Value: strings.Join(place.Equipments.Labels(c.Equipment), ", ")},
	}
}

// hoursLine is the week, its closed holidays and its closings in one line.
func hoursLine(p place.Place) string {
	told := p.HoursText()
	if hours, err := p.OpeningHours(); err == nil {
		if spans, own := hours.OnHolidays(); own {
			told = append(told, "Jours fériés\u00a0: "+civil.FrenchSpans(spans))
		}
		for _, closing := range hours.Closings() {
			told = append(told, "Fermé "+closing.French())
		}
	}
	return strings.Join(told, "\u00a0; ")
}

// lines are the texts that say something.
func lines(texts ...string) []string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// changedLines are the lines that a correction changes, with what stood before.
func changedLines(before, after place.Correction) []web.Line {
	old, changed := factLines(before), []web.Line{}
	for i, line := range factLines(after) {
		if line.Value == old[i].Value {
			continue
		}
		if line.Value == "" {
			line.Value = "rien"
		}
		line.Note = "Avant\u00a0: " + old[i].Value
		if old[i].Value == "" {
			line.Note = "Avant\u00a0: rien"
		}
		changed = append(changed, line)
	}
	return changed
}
