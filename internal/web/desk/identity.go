package desk

import (
	"net/http"
	"slices"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
)

// personFields are the answers about a person, as two pages ask them.
type personFields struct {
	Form       *web.Form
	Recipients []web.Option
	Manners    []web.Option
	Languages  []web.Option
	Reader     string // who will read the note
}

type identityPage struct {
	web.Page
	Base     string
	Fields   personFields
	Known    []web.Option
	Papers   []web.Option
	Orders   []web.Option
	NoPaper  string // why no booklet can be given
	WithPage bool   // a booklet may be given on this route
	Returns  string // how the person is called, when they came back and are known
	File     string // address of their page
}

// identity answers GET /guichet/passages/{id}/personne.
func identity(w http.ResponseWriter, r *web.Request) error {
	return showIdentity(w, r, nil, nil)
}

// showIdentity asks who the person is and which booklet they get; form is what
// was typed and refused, known those who may be the same person.
func showIdentity(w http.ResponseWriter, r *web.Request, form *web.Form, known []holder.Acquaintance) error {
	page := &identityPage{Page: web.Page{Title: "Qui est la personne\u202f?", Layout: web.Ask}}
	var visit routed
	var stock int
	var orders []orientation.Printable
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if visit, err = routedOf(r, q); err != nil {
			return err
		}
		if orders, err = orientation.PrintableOrders(r.Context(), q); err != nil {
			return err
		}
		inStock, err := voucher.Booklets(r.Context(), q, voucher.Filter{State: voucher.InStock, Limit: 1})
		stock = len(inStock)
		return err
	})
	if moved, err := elsewhere(w, r, visit.Visit, err); moved {
		return err
	}
	page.Base = visitPath(visit.ID, "")
	page.Back = backFromIdentity(visit)
	if form == nil {
		form = web.NewForm()
		fillPerson(form, visit.Draft)
		if !visit.Draft.Identified && visit.Search.Language != "" {
			form.Set("langue", visit.Search.Language)
		}
	}
	page.Form = form
	if visit.Draft.Returning {
		page.Title, page.Returns, page.File = "Une personne connue ici", visit.Called(), personPath(visit.Draft.Known, "")
	}
	page.Fields = newPersonFields(form, "Lue au guichet et par le lieu.")
	page.Known = acquaintances(known)
	page.WithPage = visit.Route() == diagnosis.Pathway || visit.Route() == diagnosis.OneOff
	page.papers(visit, stock > 0, orders)
	return web.Render(w, r, form.Status(), "identity", page)
}

// acquaintances asks whether the person is one of those who may be the same.
func acquaintances(known []holder.Acquaintance) (options []web.Option) {
	for _, one := range known {
		options = append(options, web.Option{
			Value: one.ID.String(), Label: "Oui\u00a0: " + one.Pseudonym,
			Hint: "Téléphone qui finit par " + one.Ending + ". Connue ici depuis le " + civil.DateOf(one.RegisteredAt, civil.Paris).FrenchLong(),
		})
	}
	if len(known) > 0 {
		options = append(options, web.Option{Value: "non", Label: "Non, c’est une autre personne"})
	}
	return options
}

func backFromIdentity(visit routed) web.Link {
	switch {
	case visit.Route() == diagnosis.OnPaper:
		return web.Link{Label: "Résultat du repérage", Path: visitPath(visit.ID, "/resultat")}
	case visit.Draft.Remote:
		return web.Link{Label: "Choisir un autre lieu", Path: visitPath(visit.ID, "/a-distance")}
	case !visit.Draft.Place.IsZero() || visit.Route() == diagnosis.FarAway:
		return web.Link{Label: "Choisir un autre lieu", Path: visitPath(visit.ID, "/aide")}
	}
	return web.Link{Label: "Choisir une autre place", Path: visitPath(visit.ID, "/places")}
}

// papers offers the ways to give a booklet that are open to this desk now.
func (p *identityPage) papers(visit routed, stock bool, orders []orientation.Printable) {
	chosen := visit.Draft.Paper
	if chosen == "" {
		switch {
		case visit.Route() != diagnosis.Pathway:
			chosen = orientation.NoBooklet
		case stock:
			chosen = orientation.FromStock
		case len(orders) > 0:
			chosen = orientation.PrintNow
		}
	}
	offer := func(value, label, hint string) {
		p.Papers = append(p.Papers, web.Option{Value: value, Label: label, Hint: hint, Chosen: chosen == value})
	}
	if stock {
		offer(orientation.FromStock, "Un carnet de votre stock", "Écrivez son numéro ci-dessous, ou lisez-le")
	}
	if len(orders) > 0 {
		offer(orientation.PrintNow, "Un carnet imprimé maintenant", "Il sort avec la page du rendez-vous")
	}
	offer(orientation.NoBooklet, "Pas de carnet aujourd’hui", "La personne en a déjà un, ou l’aide est gratuite")
	for _, order := range orders {
		p.Orders = append(p.Orders, web.Option{
			Value: order.ID.String(), Label: "Commande " + order.Reference + ", carnets de " + count(order.Coupons, "chèque", "chèques"),
			Hint: "Reste " + count(order.Remaining, "carnet", "carnets"), Chosen: order.ID == visit.Draft.Order,
		})
	}
	if !stock && len(orders) == 0 {
		p.NoPaper = "Votre stock est vide et aucune commande n’est à imprimer. Demandez des carnets à la collectivité."
	}
}

func newPersonFields(form *web.Form, reader string) personFields {
	fields := personFields{Form: form, Reader: reader}
	fields.Recipients = []web.Option{{Value: "", Label: "À la personne"}}
	for _, relation := range holder.Relations {
		fields.Recipients = append(fields.Recipients, web.Option{Value: relation.Code, Label: "À un proche\u00a0: " + relation.Name})
	}
	fields.Manners = []web.Option{
		{Value: "gros", Label: "Gros caractères"}, {Value: "voix", Label: "Relire à voix haute"}, {Value: "sans-courrier", Label: "Pas de courrier"},
	}
	fields.Languages = languageChoices("")
	return fields
}

// fillPerson writes what is kept of a person into a form.
func fillPerson(form *web.Form, draft orientation.Draft) {
	set := func(name, value string) {
		if value != "" {
			form.Set(name, value)
		}
	}
	set("nom", draft.Name)
	if draft.Telephone != "" {
		if number, err := holder.ParseTelephone(draft.Telephone); err == nil {
			draft.Telephone = holder.TelephoneText(number)
		}
	}
	set("telephone", draft.Telephone)
	set("proche", draft.Recipient.Relation)
	set("langue", draft.Manner.Language)
	set("note", draft.Note)
	set("carnet", draft.Number)
	if draft.Consent {
		form.Set("accord", "oui")
	}
	var manners []string
	for value, chosen := range map[string]bool{"gros": draft.Manner.LargePrint, "voix": draft.Manner.ReadAloud, "sans-courrier": draft.Manner.NoLetters} {
		if chosen {
			manners = append(manners, value)
		}
	}
	form.Set("parler", manners...)
}

// readPerson reads what two pages ask of a person.
func readPerson(form *web.Form) orientation.Draft {
	manners := form.Values("parler")
	return orientation.Draft{
		Name: form.Text("nom"), Telephone: form.Text("telephone"), Note: form.Text("note"), Consent: form.Checked("accord"),
		Recipient: holder.Recipient{Relation: form.Value("proche")},
		Manner: holder.Manner{
			LargePrint: slices.Contains(manners, "gros"), ReadAloud: slices.Contains(manners, "voix"),
			NoLetters: slices.Contains(manners, "sans-courrier"), Language: form.Value("langue"),
		},
	}
}

// frenchFields are the names of the form's fields for those of the programme.
var frenchFields = map[string]string{
	"name": "nom", "telephone": "telephone", "recipient": "proche", "language": "langue", "note": "note",
	"email": "courriel", "address": "adresse", "commune": "commune", "paper": "papier", "number": "carnet", "order": "commande",
}

// complain puts a refusal's fields beside those of the page.
func complain(form *web.Form, err error) {
	for _, field := range fault.Of(err).Fields {
		name, known := frenchFields[field.Name]
		if !known {
			name = ""
		}
		form.Wrong(name, field.Code, field.Message)
	}
}

// identify answers POST /guichet/passages/{id}/personne.
func identify(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	draft := readPerson(form)
	draft.Paper, draft.Number = form.Value("papier"), form.Text("carnet")
	if order, err := db.ParseID(form.Value("commande")); err == nil {
		draft.Order = order
	}
	began, err := loadVisit(r)
	if err != nil {
		return err
	}
	var known []holder.Acquaintance
	if !began.Draft.Returning {
		if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
			known, err = holder.Known(r.Context(), q, draft.Name, draft.Telephone)
			return err
		}); err != nil {
			return err
		}
	}
	draft.Known = sameAs(form, "connue", known)
	var visit orientation.Visit
	if form.Valid() {
		visit, err = change(r, func(tx *db.Tx, id db.ID) (orientation.Visit, error) {
			return orientation.Identify(r.Context(), tx, id, draft)
		})
		if fault.KindOf(err) == fault.Invalid {
			complain(form, err)
		} else if err != nil {
			return err
		}
	}
	if !form.Valid() {
		return showIdentity(w, r, form, known)
	}
	return web.SeeOther(w, r, visitPath(visit.ID, "/verification"))
}

// sameAs reads the answer to "déjà connue ici ?", which must be given where
// somebody may be the same.
func sameAs(form *web.Form, name string, known []holder.Acquaintance) db.ID {
	if len(known) == 0 {
		return db.ID{}
	}
	allowed := []string{"non"}
	for _, one := range known {
		allowed = append(allowed, one.ID.String())
	}
	id, err := db.ParseID(form.Choice(name, "Déjà connue ici\u202f? Dites si c’est la même personne", allowed...))
	if err != nil {
		return db.ID{}
	}
	return id
}
