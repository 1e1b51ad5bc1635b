package site

import (
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/label"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// subject is one page of a place's profile: what it shows, asks and writes.
type subject struct {
	path, title string
	told        func(p place.Place) []web.Line
	fill        func(form *web.Form, p place.Place, shape string)
	// read notes what is wrong in the form and answers what changes the place.
	read func(form *web.Form, known place.Place, today civil.Date) func(p *place.Place)
}

// subjects are the pages of the profile, in the order in which they are told.
var subjects = []subject{
	{"coordonnees", "Nom, adresse et contacts", toldContacts, fillContacts, readContacts},
	{"horaires", "Horaires et fermetures", toldHours, fillHours, readHours},
	{"services", "Ce que l’on y apprend", toldServices, fillServices, readServices},
	{"publics", "Qui est accueilli", toldPublics, fillPublics, readPublics},
	{"acces", "Comment on vient", toldAccess, fillAccess, readAccess},
	{"langues", "Les langues parlées", toldLanguages, fillLanguages, readLanguages},
	{"equipement", "Ce que l’on peut utiliser", toldEquipment, fillEquipment, readEquipment},
	{"tarifs", "Ce que cela coûte", toldPrices, fillPrices, readPrices},
}

func toldContacts(p place.Place) []web.Line {
	return filledIn(
		web.Line{Label: "Nom", Value: p.Name},
		web.Line{Label: "Adresse", Value: p.AddressLine(), Note: p.AddressComplement},
		web.Line{Label: "Téléphone", Value: holder.TelephoneText(p.Telephone)},
		web.Line{Label: "Adresses e-mail", Value: strings.Join(p.Emails, ", ")},
		web.Line{Label: "Sites internet", Value: strings.Join(p.Websites, ", ")},
		web.Line{Label: "Présentation", Value: web.French(p.Summary)},
	)
}

func fillContacts(form *web.Form, p place.Place, _ string) {
	form.Set("nom", p.Name)
	form.Set("adresse", p.Address)
	form.Set("complement", p.AddressComplement)
	form.Set("commune", townOf(p))
	form.Set("telephone", holder.TelephoneText(p.Telephone))
	form.Set("courriels", strings.Join(p.Emails, "\n"))
	form.Set("sites", strings.Join(p.Websites, "\n"))
	form.Set("presentation", p.Summary)
}

func townOf(p place.Place) string { return p.PostalCode + " " + p.CommuneName }

func readContacts(form *web.Form, known place.Place, _ civil.Date) func(*place.Place) {
	name := form.Required("nom", "Donnez le nom du lieu")
	street, complement, summary := form.Text("adresse"), form.Text("complement"), form.Text("presentation")
	emails, sites := readEmails(form), readAddresses(form, "sites")
	telephone := known.Telephone
	if typed := form.Text("telephone"); typed != holder.TelephoneText(known.Telephone) {
		telephone = ""
		if typed != "" {
			var err error
			if telephone, err = holder.ParseTelephone(typed); err != nil {
				form.Wrong("telephone", fault.Of(err).Code, fault.Of(err).Message)
			}
		}
	}
	moved := form.Text("commune") != townOf(known)
	var town struct{ code, name, postal string }
	if moved {
		commune := form.Commune("commune", "Écrivez la commune du lieu")
		town.code, town.name = commune.Code, commune.Name
		if len(commune.PostalCodes) > 0 {
			town.postal = commune.PostalCodes[0]
		}
	}
	return func(p *place.Place) {
		p.Name, p.Address, p.AddressComplement, p.Telephone, p.Emails, p.Websites, p.Summary = name, street, complement, telephone, emails, sites, summary
		if moved {
			p.Commune, p.CommuneName, p.PostalCode = town.code, town.name, town.postal
			p.Latitude, p.Longitude = 0, 0 // the centre of the commune, until somebody knows better
		}
	}
}

// lines are what was typed one per line, or apart by commas.
func lines(text string) []string {
	var read []string
	for part := range strings.FieldsFuncSeq(text, func(letter rune) bool { return letter == '\n' || letter == ',' || letter == ';' }) {
		if part = strings.TrimSpace(part); part != "" {
			read = append(read, part)
		}
	}
	return read
}

func readEmails(form *web.Form) []string {
	read := lines(form.Text("courriels"))
	for _, one := range read {
		if address, err := mail.ParseAddress(one); err != nil || address.Address != one {
			form.Wrong("courriels", "bad_email", "«\u00a0"+one+"\u00a0» n’est pas une adresse e-mail. Écrivez par exemple nom@exemple.fr")
		}
	}
	return read
}

// readAddresses reads the addresses of pages, one per line; "www.exemple.fr" is
// one too.
func readAddresses(form *web.Form, name string) []string {
	var read []string
	for _, one := range lines(form.Text(name)) {
		if !strings.Contains(one, "://") {
			one = "https://" + one
		}
		parsed, err := url.Parse(one)
		if err != nil || parsed.Scheme != "https" && parsed.Scheme != "http" || !strings.Contains(parsed.Hostname(), ".") {
			form.Wrong(name, "bad_address", "«\u00a0"+one+"\u00a0» n’est pas une adresse de page. Écrivez par exemple https://exemple.fr")
			continue
		}
		read = append(read, one)
	}
	return read
}

func toldHours(p place.Place) []web.Line {
	lines := filledIn(web.Line{Label: "Horaires", Value: hoursInWords(p)})
	hours, err := p.OpeningHours()
	if err != nil {
		return lines
	}
	if spans, own := hours.OnHolidays(); own {
		lines = append(lines, web.Line{Label: "Jours fériés", Value: civil.FrenchSpans(spans)})
	}
	for _, closing := range hours.Closings() {
		lines = append(lines, web.Line{Label: "Fermé", Value: closing.French()})
	}
	return lines
}

func fillHours(form *web.Form, p place.Place, shape string) { form.FillHours(p.Hours, shape) }

func readHours(form *web.Form, _ place.Place, today civil.Date) func(*place.Place) {
	hours := form.Hours(today)
	return func(p *place.Place) { p.Hours = hours }
}

func toldServices(p place.Place) []web.Line {
	return filledIn(
		web.Line{Label: "Services", Value: labels(place.Services, p.Services)},
		web.Line{Label: "De quelle façon", Value: labels(place.Supports, p.Supports)},
	)
}

func fillServices(form *web.Form, p place.Place, _ string) {
	form.Set("services", p.Services...)
	form.Set("accompagnements", p.Supports...)
}

func readServices(form *web.Form, _ place.Place, _ civil.Date) func(*place.Place) {
	services, supports := among(form, "services", place.Services), among(form, "accompagnements", place.Supports)
	if len(services) == 0 {
		form.Wrong("services", "required", "Cochez au moins un service")
	}
	return func(p *place.Place) { p.Services, p.Supports = services, supports }
}

// among are the answers that are words of a vocabulary, in its order.
func among(form *web.Form, name string, words place.Vocabulary) []string {
	var read []string
	for _, word := range words {
		if slices.Contains(form.Values(name), word.Code) {
			read = append(read, word.Code)
		}
	}
	return read
}

func toldPublics(p place.Place) []web.Line {
	return filledIn(
		web.Line{Label: "Publics", Value: labels(place.Publics, p.Publics)},
		web.Line{Label: "Besoins particuliers", Value: labels(place.SpecialNeeds, p.SpecialNeeds)},
	)
}

func fillPublics(form *web.Form, p place.Place, _ string) {
	form.Set("publics", p.Publics...)
	form.Set("besoins", p.SpecialNeeds...)
}

func readPublics(form *web.Form, _ place.Place, _ civil.Date) func(*place.Place) {
	publics, needs := among(form, "publics", place.Publics), among(form, "besoins", place.SpecialNeeds)
	return func(p *place.Place) { p.Publics, p.SpecialNeeds = publics, needs }
}

func toldAccess(p place.Place) []web.Line {
	return filledIn(
		web.Line{Label: "Pour venir", Value: labels(place.AccessWays, p.AccessWays)},
		web.Line{Label: "Accessible en fauteuil roulant", Value: yes(p.Wheelchair)},
		web.Line{Label: "Prise de rendez-vous", Value: p.BookingURL},
		web.Line{Label: "Fiche d’accessibilité", Value: p.AccessibilityURL},
	)
}

func fillAccess(form *web.Form, p place.Place, _ string) {
	form.Set("modalites", p.AccessWays...)
	if p.Wheelchair {
		form.Set("fauteuil", "oui")
	}
	form.Set("rendez-vous", p.BookingURL)
	form.Set("fiche", p.AccessibilityURL)
}

func readAccess(form *web.Form, _ place.Place, _ civil.Date) func(*place.Place) {
	ways, wheelchair := among(form, "modalites", place.AccessWays), form.Checked("fauteuil")
	booking, sheet := readAddress(form, "rendez-vous"), readAddress(form, "fiche")
	return func(p *place.Place) {
		p.AccessWays, p.Wheelchair, p.BookingURL, p.AccessibilityURL = ways, wheelchair, booking, sheet
	}
}

func readAddress(form *web.Form, name string) string {
	read := readAddresses(form, name)
	if len(read) > 1 {
		form.Wrong(name, "too_many", "Gardez une seule adresse")
	}
	return strings.Join(read, "")
}

func toldLanguages(p place.Place) []web.Line {
	return filledIn(web.Line{Label: "Langues", Value: strings.Join(p.Languages, ", ")})
}

func fillLanguages(form *web.Form, p place.Place, _ string) {
	form.Set("langues", strings.Join(p.Languages, "\n"))
}

func readLanguages(form *web.Form, _ place.Place, _ civil.Date) func(*place.Place) {
	languages := lines(form.Text("langues"))
	return func(p *place.Place) { p.Languages = languages }
}

func toldEquipment(p place.Place) []web.Line {
	return filledIn(web.Line{Label: "Équipement", Value: labels(place.Equipments, p.Equipment)})
}

func fillEquipment(form *web.Form, p place.Place, _ string) { form.Set("equipement", p.Equipment...) }

func readEquipment(form *web.Form, _ place.Place, _ civil.Date) func(*place.Place) {
	equipment := among(form, "equipement", place.Equipments)
	return func(p *place.Place) { p.Equipment = equipment }
}

func toldPrices(p place.Place) []web.Line {
	return filledIn(
		web.Line{Label: "Tarif", Value: labels(place.Fees, p.Fees)},
		web.Line{Label: "Les prix", Value: web.French(p.Prices)},
	)
}

func fillPrices(form *web.Form, p place.Place, _ string) {
	form.Set("frais", p.Fees...)
	form.Set("prix", p.Prices)
}

func readPrices(form *web.Form, _ place.Place, _ civil.Date) func(*place.Place) {
	fees, prices := among(form, "frais", place.Fees), form.Text("prix")
	return func(p *place.Place) { p.Fees, p.Prices = fees, prices }
}

type profilePage struct {
	web.Page
	Subject string
	Site    label.Site
	Action  string
	Hours   web.HoursEditor

	Services, Supports, Publics, Needs, Ways, Equipment, Fees []web.Option
}

func subjectOf(r *web.Request) (subject, error) {
	at := slices.IndexFunc(subjects, func(s subject) bool { return s.path == r.PathValue("sujet") })
	if at < 0 {
		return subject{}, fault.ErrNotFound
	}
	return subjects[at], nil
}

// askProfile answers GET /mon-lieu/fiche/{sujet}.
func askProfile(w http.ResponseWriter, r *web.Request) error {
	asked, err := subjectOf(r)
	if err != nil {
		return err
	}
	return showProfile(w, r, asked, nil)
}

// showProfile shows a subject as the directory tells it, or a form that came back.
func showProfile(w http.ResponseWriter, r *web.Request, asked subject, form *web.Form) error {
	page := &profilePage{
		Page: web.Page{Title: asked.title, Menu: "/mon-lieu"}, Subject: asked.path,
		Services: wordOptions(place.Services), Supports: wordOptions(place.Supports), Publics: wordOptions(place.Publics),
		Needs: wordOptions(place.SpecialNeeds), Ways: wordOptions(place.AccessWays), Equipment: wordOptions(place.Equipments), Fees: wordOptions(place.Fees),
	}
	lieu := r.URL.Query().Get("lieu")
	if form != nil {
		lieu = form.Value("lieu")
	}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		page.Site, _, err = chosen(r, q, lieu)
		return err
	})
	if err != nil {
		return err
	}
	if form == nil {
		form = web.NewForm()
		asked.fill(form, page.Site.Place, r.URL.Query().Get("horaires"))
	}
	page.Form = form
	page.Back = web.Link{Label: page.Site.Name, Path: "/mon-lieu?lieu=" + page.Site.ID.String()}
	page.Action = "/mon-lieu/fiche/" + asked.path
	if asked.path == "horaires" {
		if page.Hours, err = web.NewHoursEditor(form, page.Action+"?lieu="+page.Site.ID.String()); err != nil {
			return err
		}
	}
	return web.Render(w, r, form.Status(), "profile", page)
}

func wordOptions(words place.Vocabulary) []web.Option {
	made := make([]web.Option, 0, len(words))
	for _, word := range words {
		made = append(made, web.Option{Value: word.Code, Label: word.Label})
	}
	return made
}

// saveProfile answers POST /mon-lieu/fiche/{sujet}: the keeper's word is
// believed before any file's.
func saveProfile(w http.ResponseWriter, r *web.Request) error {
	asked, err := subjectOf(r)
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var site label.Site
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		if site, _, err = chosen(r, tx, form.Value("lieu")); err != nil {
			return err
		}
		change := asked.read(form, site.Place, civil.DateOf(tx.Now(), site.Zone()))
		if !form.Valid() {
			return nil
		}
		_, _, err = place.Correct(r.Context(), tx, site.ID, change)
		return err
	})
	if !form.Valid() || form.Refused(err) {
		return showProfile(w, r, asked, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/mon-lieu?fiche&lieu="+site.ID.String())
}
