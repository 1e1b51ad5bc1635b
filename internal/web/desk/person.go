package desk

import (
	"context"
	"net/http"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/activity"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// bookedSeat is a line of a person's sessions.
type bookedSeat struct {
	Title, When, Where string
	State              web.State
	Rank               int // on the waiting list
	Standing           bool
	Page, Cancel, Move string
	Wait               string // what they said of a freed seat
	Offer              bool
}

// met is an appointment of a person.
type met struct {
	Where, When, Page string
	Change            string // address to move or cancel it; empty once it is off
}

type personPage struct {
	web.Page
	Base      string
	Pseudonym string
	Lines     []web.Line
	ID        string
	Diagnoses []web.Line
	Progress  []progress
	Pix       []pixLine
	Kept      bool // a diagnosis was kept just now
	Coming    []bookedSeat
	Past      []bookedSeat
	Meetings  []met
	Booklets  web.Table
	Helped    []web.Line // help given here without a session
	MayBook   bool
	MayHand   bool
	MayEdit   bool
	Saved     bool
	Blocked   bool
}

// person answers GET /guichet/personnes/{id}.
func person(w http.ResponseWriter, r *web.Request) error {
	query := r.URL.Query()
	page := &personPage{
		Page:    web.Page{Back: web.Link{Label: "Les personnes accueillies ici", Path: "/guichet/personnes"}},
		MayBook: may(r, account.ActBookingMake), MayHand: may(r, account.ActBookletHandOver), MayEdit: may(r, account.ActHolderRegister),
		Saved: query.Has("enregistre"), Blocked: query.Has("bloque"), Kept: query.Has("diagnostic"),
	}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		known, err := personOf(r, q)
		if err != nil {
			return err
		}
		page.Title, page.Base, page.Pseudonym, page.ID = known.Called(), personPath(known.ID, ""), known.Pseudonym, known.ID.String()
		page.contact(known)
		for _, part := range []func(context.Context, db.Q, holder.Holder) error{page.visits, page.pix, page.seats, page.meetings, page.helped, page.booklets} {
			if err := part(r.Context(), q, known); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "person", page)
}

func (p *personPage) contact(known holder.Holder) {
	add := func(label, value, note string) {
		if value != "" {
			p.Lines = append(p.Lines, web.Line{Label: label, Value: value, Note: note})
		}
	}
	if commune, err := geography.CommuneByCode(known.Commune); err == nil {
		add("Commune", commune.Label(), "")
	}
	note := "Pas d’accord pour des rappels"
	if known.Consent {
		note = "Accord donné à voix haute le " + civil.DateOf(known.ConsentAt, civil.Paris).FrenchLong()
	}
	telephone := ""
	if known.Telephone != "" {
		telephone = holder.TelephoneText(known.Telephone)
		if !known.Recipient.IsSelf() {
			telephone = "Celui de " + known.Recipient.Whose() + ", " + telephone
		}
	}
	add("Téléphone", telephone, note)
	add("Adresse e-mail", known.Email, "")
	add("Adresse", strings.ReplaceAll(known.Address, "\n", ", "), "")
	add("Comment lui parler", strings.Join(known.Manner.Words(), ", "), "")
	add("Note", known.Note, "")
	add("Accueillie le", civil.DateOf(known.RegisteredAt, civil.Paris).FrenchLong(), "")
}

func (p *personPage) visits(ctx context.Context, q db.Q, known holder.Holder) error {
	found, err := diagnosis.Of(ctx, q, known.ID)
	if err != nil {
		return err
	}
	for _, one := range found {
		asked, err := diagnosis.ByVersion(ctx, q, one.Questionnaire, one.Version)
		if err != nil {
			return err
		}
		note := askedText(one, asked)
		if one.Override.Route != "" {
			note += ". Choix du guichet\u00a0: " + one.Override.Reason
		}
		p.Diagnoses = append(p.Diagnoses, web.Line{Label: one.Day().FrenchLong(), Value: diagnosis.RouteTitle(one.Chosen()), Note: note})
	}
	return p.progress(ctx, q, known)
}

var presenceStates = map[string]web.State{
	workshop.Booked: {Kind: "ok", Word: "Place gardée"}, workshop.Waiting: {Kind: "wait", Word: "Liste d’attente"},
	workshop.Came: {Kind: "ok", Word: "Venu"}, workshop.Excused: {Word: "Excusé"}, workshop.Cancelled: {Kind: "no", Word: "Annulé"},
	workshop.Absent: {Kind: "no", Word: "Pas venu"}, workshop.ToFill: {Kind: "wait", Word: "À remplir par le lieu"},
}

func (p *personPage) seats(ctx context.Context, q db.Q, known holder.Holder) error {
	found, err := workshop.Of(ctx, q, known.ID)
	if err != nil {
		return err
	}
	for _, one := range found {
		site, err := place.ByID(ctx, q, one.Session.Site)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		line := bookedSeat{
			Title: one.Session.Title, When: one.Session.WhenText(), Where: site.Name + ", " + site.CommuneName,
			State: presenceStates[one.Presence(one.Session, q.Now())],
		}
		base := "/guichet/inscriptions/" + one.ID.String()
		if !one.Session.StartsAt.After(q.Now()) || one.State != workshop.Booked && one.State != workshop.Waiting {
			p.Past = append(p.Past, line)
			continue
		}
		line.Standing, line.Cancel, line.Move = true, base+"/annulation", base+"/changement"
		line.Page = base + "/page"
		if one.State == workshop.Waiting {
			line.Wait = base + "/attente"
			if one.Offered() {
				line.State = web.State{Kind: "wait", Word: "Une place est gardée\u00a0: à répondre"}
			}
			line.Rank, err = workshop.Rank(ctx, q, one.Booking)
			if err != nil {
				return err
			}
		}
		p.Coming = append(p.Coming, line)
	}
	return nil
}

func (p *personPage) meetings(ctx context.Context, q db.Q, known holder.Holder) error {
	found, err := orientation.AppointmentsOf(ctx, q, known.ID)
	if err != nil {
		return err
	}
	for _, one := range found {
		where, err := place.ByID(ctx, q, one.Place)
		if err != nil {
			return err
		}
		line := met{Where: where.Name + ", " + where.CommuneName, When: one.When()}
		if one.State == orientation.Noted {
			line.Page, line.Change = appointmentPath(one.ID, "/page"), appointmentPath(one.ID, "")
		}
		p.Meetings = append(p.Meetings, line)
	}
	return nil
}

func (p *personPage) booklets(ctx context.Context, q db.Q, known holder.Holder) error {
	found, err := voucher.Booklets(ctx, q, voucher.Filter{Holder: known.ID})
	p.Booklets = bookletTable(found)
	p.Booklets.Caption, p.Booklets.Quiet = "Ses carnets", true
	return err
}

func (p *personPage) helped(ctx context.Context, q db.Q, known holder.Holder) error {
	found, err := activity.OfHolder(ctx, q, known.ID)
	for _, one := range found {
		p.Helped = append(p.Helped, web.Line{
			Label: strings.Join(activity.Themes.Labels(one.Themes), ", "), Value: "le " + one.Day.FrenchLong(), Change: web.Link{Path: "/aides/" + one.ID.String()},
		})
	}
	return err
}

// draftOf is what a page of answers shows of a registered person.
func draftOf(known holder.Holder) orientation.Draft {
	return orientation.Draft{
		Name: known.Name, Telephone: known.Telephone, Recipient: known.Recipient, Manner: known.Manner, Note: known.Note, Consent: known.Consent,
	}
}

type handOverPage struct {
	web.Page
	Base    string
	Papers  []web.Option
	Orders  []web.Option
	NoPaper string
}

// askHandOver answers GET /guichet/personnes/{id}/carnet: another booklet, for
// someone already known.
func askHandOver(w http.ResponseWriter, r *web.Request) error {
	return showHandOver(w, r, web.NewForm())
}

func showHandOver(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &handOverPage{Page: web.Page{Layout: web.Ask, Form: form}}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		known, err := personOf(r, q)
		if err != nil {
			return err
		}
		page.Title, page.Base = "Remettre un carnet à "+known.Called(), personPath(known.ID, "")
		page.Back = web.Link{Label: known.Called(), Path: page.Base}
		stock, err := voucher.Booklets(r.Context(), q, voucher.Filter{State: voucher.InStock, Limit: 1})
		if err != nil {
			return err
		}
		orders, err := orientation.PrintableOrders(r.Context(), q)
		offered := &identityPage{}
		offered.papers(routed{Found: pathway}, len(stock) > 0, orders)
		page.Papers, page.Orders, page.NoPaper = offered.Papers[:len(offered.Papers)-1], offered.Orders, offered.NoPaper
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "handover", page)
}

// pathway is the route on which a booklet is proposed first.
var pathway = diagnosis.Diagnosis{Finding: diagnosis.Finding{Route: diagnosis.Route{Code: diagnosis.Pathway}}}

// handOver answers POST /guichet/personnes/{id}/carnet.
func handOver(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	paper := form.Choice("papier", "Dites quel carnet vous remettez", orientation.FromStock, orientation.PrintNow)
	var order db.ID
	if paper == orientation.PrintNow {
		order = form.ID("commande", "Choisissez une commande")
	} else if paper == orientation.FromStock {
		form.Required("carnet", "Écrivez les 12 chiffres du carnet")
	}
	var given voucher.Booklet
	if form.Valid() {
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
			known, err := personOf(r, tx)
			if err != nil {
				return err
			}
			given, err = db.Once(r.Context(), tx, form.Key(r),
				func(id db.ID) (voucher.Booklet, error) { return voucher.HandedOver(r.Context(), tx, id) },
				func(id db.ID) (voucher.Booklet, error) {
					number := form.Value("carnet")
					if paper == orientation.PrintNow {
						printed, err := voucher.Print(r.Context(), tx, voucher.PrintRun{Order: order, Desk: r.Actor().Organisation, Count: 1})
						if err != nil {
							return voucher.Booklet{}, err
						}
						number = printed[0].Number
					}
					return voucher.HandOver(r.Context(), tx, voucher.Handover{ID: id, Number: number, Holder: known.ID})
				})
			return err
		})
		switch code := fault.Of(err); {
		case err == nil:
		case code.Code == "bad_number" || code.Code == voucher.ErrUnknownBooklet.Code:
			form.Wrong("carnet", code.Code, code.Message)
		case !form.Refused(err):
			return err
		}
	}
	if !form.Valid() {
		return showHandOver(w, r, form)
	}
	if paper == orientation.PrintNow {
		return web.SeeOther(w, r, bookletPath(given.ID, "/papier"))
	}
	return web.SeeOther(w, r, personPath(given.Holder, "?enregistre"))
}
