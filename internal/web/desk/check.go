package desk

import (
	"net/http"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/funding"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

type checkPage struct {
	web.Page
	Base    string
	Lead    string
	Button  string
	Lines   []web.Line
	Number  string // of the booklet in hand, to compare
	Next    []string
	Payers  string
	Instead seatList // when the seat went: what is free next
}

// check answers GET /guichet/passages/{id}/verification.
func check(w http.ResponseWriter, r *web.Request) error { return showCheck(w, r, web.NewForm()) }

func showCheck(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &checkPage{Page: web.Page{Form: form, Back: web.Link{Label: "Qui est la personne\u202f?"}}}
	var visit routed
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if visit, err = routedOf(r, q); err != nil || visit.State != orientation.Open {
			return err
		}
		if visit.Next(visit.Route()) != orientation.StepCheck {
			return orientation.ErrUnfinished
		}
		page.Base = visitPath(visit.ID, "")
		visit.Visit = visit.Fitting(visit.Route())
		return page.fill(r, q, visit)
	})
	if moved, err := elsewhere(w, r, visit.Visit, err); moved {
		return err
	}
	page.Back.Path = page.Base + "/personne"
	return web.Render(w, r, form.Status(), "check", page)
}

func (p *checkPage) line(label, value, note, step, about string) {
	p.Lines = append(p.Lines, web.Line{Label: label, Value: value, Note: note, Change: web.Link{Label: "Modifier", Path: p.Base + step, About: about}})
}

func (p *checkPage) fill(r *web.Request, q db.Q, visit routed) error {
	draft := visit.Draft
	p.Title, p.Button, p.Lead = "Vérifiez avant de terminer", "Terminer", "Rien n’est encore fait."
	called := draft.Name
	if called == "" {
		called = "Sans nom"
	}
	if !draft.Known.IsZero() {
		known, err := holder.ByID(r.Context(), q, draft.Known)
		if err != nil {
			return err
		}
		called = known.Called() + ", déjà connue ici (" + known.Pseudonym + ")"
	}
	if commune, err := geography.CommuneByCode(visit.Search.Commune); err == nil {
		called += ", " + commune.Label()
	}
	p.line("Personne", called, "", "/personne", "la personne")
	if draft.Telephone != "" {
		p.telephone(draft)
	}
	if manner := draft.Manner.Words(); len(manner) > 0 {
		p.line("Comment lui parler", strings.Join(manner, ", "), "", "/personne", "comment lui parler")
	}
	if err := p.seat(r, q, visit); err != nil {
		return err
	}
	if err := p.meeting(r, q, visit); err != nil {
		return err
	}
	if visit.Route() == diagnosis.OnPaper {
		p.line("Voie", diagnosis.RouteTitle(visit.Route()), "", "/resultat#autre", "la voie")
		p.Next = append(p.Next, "Le papier se fait ici, aujourd’hui, avec la personne.")
	}
	if err := p.booklet(r, q, visit); err != nil {
		return err
	}
	if draft.Consent {
		whose := "La personne"
		if !draft.Recipient.IsSelf() {
			whose = strings.ToUpper(draft.Recipient.Whose()[:1]) + draft.Recipient.Whose()[1:]
		}
		p.Next = append(p.Next, whose+" a donné son accord pour les rappels.")
	}
	return nil
}

func (p *checkPage) telephone(draft orientation.Draft) {
	shown := holder.TelephoneMasked(draft.Telephone)
	if number, err := holder.ParseTelephone(draft.Telephone); err == nil {
		shown = holder.TelephoneMasked(number)
	}
	if !draft.Recipient.IsSelf() {
		shown = "Celui de " + draft.Recipient.Whose() + ", " + shown
	}
	note := "Pas d’accord pour des rappels"
	if draft.Consent {
		note = "Accord donné à voix haute, aujourd’hui"
	}
	p.line("Téléphone", shown, note, "/personne", "le téléphone")
}

func (p *checkPage) seat(r *web.Request, q db.Q, visit routed) error {
	if visit.Session.IsZero() {
		return nil
	}
	session, err := workshop.SessionByID(r.Context(), q, visit.Session)
	if err != nil {
		return err
	}
	site, err := place.ByID(r.Context(), q, session.Site)
	if err != nil {
		return err
	}
	label := "Premier atelier"
	if visit.Waits {
		label = "Liste d’attente"
	}
	p.line(label, session.Title, session.WhenText(), "/places", "l’atelier")
	way := ""
	if commune, err := geography.CommuneByCode(visit.Search.Commune); err == nil && commune.HasCentre() {
		travel := geography.TravelOver(session.MetresFrom(geography.Point{Latitude: commune.Latitude, Longitude: commune.Longitude}))
		way = "À " + travel.DistanceText() + ", " + travel.ByCarText()
	}
	p.line("Lieu", site.Name+", "+site.CommuneName, way, "/places", "le lieu")
	if visit.Waits {
		p.Next = append(p.Next, "La personne prend son rang sur la liste d’attente.", "Elle est prévenue quand une place se libère.", "Sa page s’imprime.")
		return nil
	}
	if visit.KeptUntil.After(q.Now()) {
		near, _, err := home(r, q)
		if err != nil {
			return err
		}
		p.Lead += " La place est gardée jusqu’à " + civil.FrenchHour(visit.KeptUntil.In(civil.ZoneOf(near.Code))) + "."
	} else {
		p.Lead += " La place n’est plus gardée\u00a0: terminez sans attendre."
	}
	p.Next = append(p.Next, "La place est réservée, et le lieu le voit.", "La page du rendez-vous s’imprime.")
	if p.Form.Valid() || session.Free() > 0 {
		return nil
	}
	asked := visitWish(visit)
	p.Instead, err = newSeatList(r, q, web.NewForm(), asked)
	const few = 3
	p.Instead.Seats, p.Instead.More = p.Instead.Seats[:min(few, len(p.Instead.Seats))], ""
	p.Instead.Post = p.Base + "/places"
	return err
}

func (p *checkPage) meeting(r *web.Request, q db.Q, visit routed) error {
	if visit.Draft.Place.IsZero() {
		return nil
	}
	where, err := place.ByID(r.Context(), q, visit.Draft.Place)
	if err != nil {
		return err
	}
	day := "Jour à choisir par téléphone"
	if !visit.Draft.Day.IsZero() {
		day = visit.Draft.Day.French()
		if visit.Draft.At > 0 {
			day += ", " + visit.Draft.At.French()
		}
	}
	label, step := "Rendez-vous", "/aide"
	if visit.Draft.Remote {
		label, step = "Rendez-vous à distance", "/a-distance"
	}
	p.line(label, where.Name+", "+where.CommuneName, day, step, "le rendez-vous")
	p.Next = append(p.Next, "Le rendez-vous est noté.", "Sa page s’imprime.")
	return nil
}

func (p *checkPage) booklet(r *web.Request, q db.Q, visit routed) error {
	var order db.ID
	switch visit.Draft.Paper {
	case orientation.FromStock:
		booklet, err := voucher.BookletByNumber(r.Context(), q, visit.Draft.Number)
		if err != nil {
			return err
		}
		order = booklet.Order
		p.Number = voucher.Group(booklet.Number)
		p.line("Carnet", "Numéro "+p.Number+", "+count(booklet.Size, "chèque", "chèques")+", "+booklet.Value().Short(), "", "/personne", "le carnet")
	case orientation.PrintNow:
		known, err := funding.OrderByID(r.Context(), q, visit.Draft.Order)
		if err != nil {
			return err
		}
		order = known.ID
		p.line("Carnet", "Imprimé maintenant, "+count(known.CouponsPerBooklet, "chèque", "chèques"), "Commande "+known.Reference, "/personne", "le carnet")
	default:
		return nil
	}
	p.Title, p.Button = "Vérifiez avant de remettre le carnet", "Remettre le carnet"
	known, err := funding.TermsOf(r.Context(), q, order)
	if err != nil {
		return err
	}
	until := civil.DateOf(q.Now(), civil.ZoneOf(visit.Search.Commune)).AddMonths(known.ValidityMonths)
	p.line("Valable jusqu’au", until.FrenchLong(), "", "/personne", "le carnet")
	p.Next = append([]string{"Les chèques deviennent utilisables tout de suite."}, p.Next...)
	split, err := funding.SplitOf(r.Context(), q, order)
	if err != nil {
		return err
	}
	var names []string
	for _, id := range split.Funders {
		funder, err := funding.FunderByID(r.Context(), q, id)
		if err != nil {
			return err
		}
		names = append(names, funder.Name)
	}
	p.Payers = "Commande " + known.Reference + ", payée par\u00a0: " + strings.Join(names, ", ") + "."
	return nil
}

// confirm answers POST /guichet/passages/{id}/verification: everything at once,
// or nothing. Sent again, it leads to the same page.
func confirm(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	visit, err := loadVisit(r)
	if err != nil {
		return err
	}
	if visit.State == orientation.Open && visit.Draft.Paper == orientation.FromStock && !form.Checked("vu") {
		form.Wrong("vu", "required", "Comparez le numéro avec le carnet, puis cochez la case")
		return showCheck(w, r, form)
	}
	printed := visit.Draft.Paper == orientation.PrintNow
	visit, err = change(r, func(tx *db.Tx, id db.ID) (orientation.Visit, error) {
		return orientation.Confirm(r.Context(), tx, id)
	})
	if fault.HasCode(err, orientation.ErrUnfinished.Code) || fault.HasCode(err, orientation.ErrVisitOver.Code) {
		_, err = elsewhere(w, r, visit, err)
		return err
	}
	if form.Refused(err) {
		return showCheck(w, r, form)
	}
	if err != nil {
		return err
	}
	if printed {
		return web.SeeOther(w, r, visitPath(visit.ID, "/page?carnet"))
	}
	return web.SeeOther(w, r, visitPath(visit.ID, "/page"))
}
