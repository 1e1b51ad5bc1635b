package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/printing"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// groupPath is an address of a group's.
func groupPath(id db.ID, rest string) string { return "/guichet/groupes/" + id.String() + rest }

// groupOf reads the group of the address.
func groupOf(r *web.Request, q db.Q) (orientation.Group, error) {
	id, err := r.PathID("id")
	if err != nil {
		return orientation.Group{}, orientation.ErrUnknownGroup
	}
	return orientation.GroupByID(r.Context(), q, id)
}

// changeGroup runs one act on the group of the address.
func changeGroup(r *web.Request, act func(tx *db.Tx, id db.ID) (orientation.Group, error)) (group orientation.Group, err error) {
	id, err := r.PathID("id")
	if err != nil {
		return orientation.Group{}, orientation.ErrUnknownGroup
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		group, err = act(tx, id)
		return err
	})
	return group, err
}

// groupMoved answers a request for a page of a group that is over.
func groupMoved(w http.ResponseWriter, r *web.Request, group orientation.Group, err error) (bool, error) {
	switch {
	case err != nil:
		return true, err
	case group.State == orientation.Done:
		return true, web.SeeOther(w, r, groupPath(group.ID, "/pages"))
	case group.State == orientation.Left:
		return true, orientation.ErrVisitOver
	}
	return false, nil
}

// resumeGroup answers GET /guichet/groupes/{id}: the step where it was left.
func resumeGroup(w http.ResponseWriter, r *web.Request) error {
	var group orientation.Group
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		group, err = groupOf(r, q)
		return err
	})
	if moved, err := groupMoved(w, r, group, err); moved {
		return err
	}
	return web.SeeOther(w, r, groupPath(group.ID, groupStep(group)))
}

// groupStep is where a group is taken up again.
func groupStep(group orientation.Group) string {
	switch {
	case group.State == orientation.Done:
		return "/pages"
	case group.Session.IsZero():
		return "/places"
	case !group.Named:
		return "/personnes"
	}
	return "/verification"
}

type groupPage struct {
	web.Page
	Days, Levels, Topics, Travels, Languages []web.Option
}

// askGroup answers GET /guichet/groupes: how many people, and what they need.
func askGroup(w http.ResponseWriter, r *web.Request) error {
	form := web.NewForm()
	near, err := nearDesk(r)
	if err != nil {
		return err
	}
	if near.Code != "" {
		form.Set("commune", near.Label())
	}
	return showGroup(w, r, form)
}

func showGroup(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	return web.Render(w, r, form.Status(), "group", &groupPage{
		Page: web.Page{Title: "Orienter un groupe", Layout: web.Ask, Form: form, Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"}},
		Days: dayOptions(readDays(form.Values("jours"))), Levels: levelChoices(form.Value("niveau")), Topics: topicChoices(readTopics(form.Values("sujet"))),
		Travels: travelOptions(form.Value("aller")), Languages: languageChoices(form.Value("langue")),
	})
}

// gather answers POST /guichet/groupes: sent twice, it is one group.
func gather(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	near, err := nearDesk(r)
	if err != nil {
		return err
	}
	size := form.Number("nombre", orientation.LeastGroup, orientation.MostGroup)
	commune := readCommune(form, "commune", "Écrivez la commune d’où partent ces personnes", near)
	need := orientation.Need{}
	readHours(form, &need)
	level, _ := workshop.ParseLevel(form.Value("niveau"))
	search := orientation.Search{
		Commune: commune.Code, Days: readDays(form.Values("jours")), Travel: form.Value("aller"), Level: level.Code,
		Topics: readTopics(form.Values("sujet")), From: need.From, To: need.To, Language: readLanguage(form.Value("langue")),
	}
	var group orientation.Group
	if form.Valid() {
		err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
			group, err = db.Once(r.Context(), tx, form.Key(r),
				func(id db.ID) (orientation.Group, error) { return orientation.GroupByID(r.Context(), tx, id) },
				func(id db.ID) (orientation.Group, error) {
					return orientation.Gather(r.Context(), tx, id, size, search)
				})
			return err
		})
		if fault.KindOf(err) == fault.Invalid {
			for _, field := range fault.Of(err).Fields {
				form.Wrong(map[string]string{"size": "nombre", "to": "avant", "commune": "commune"}[field.Name], field.Code, field.Message)
			}
		} else if err != nil {
			return err
		}
	}
	if !form.Valid() {
		return showGroup(w, r, form)
	}
	return web.SeeOther(w, r, groupPath(group.ID, "/places"))
}

// groupWish is what sessions are looked for, for all of them at once.
func groupWish(group orientation.Group) wish {
	commune, _ := geography.CommuneByCode(group.Search.Commune)
	return wish{Asked: orientation.Asked{Commune: commune, Need: group.Need()}}
}

// groupSeats answers GET /guichet/groupes/{id}/places.
func groupSeats(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	return showGroupSeats(w, r, form, nil)
}

func showGroupSeats(w http.ResponseWriter, r *web.Request, form, refused *web.Form) error {
	page := &seatsPage{Page: web.Page{Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"}, Form: form}}
	var group orientation.Group
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if group, err = groupOf(r, q); err != nil || group.State != orientation.Open {
			return err
		}
		page.List, err = newGroupList(r, q, form, group)
		return err
	})
	if moved, err := groupMoved(w, r, group, err); moved {
		return err
	}
	page.Base = groupPath(group.ID, "")
	page.Title = "Une séance pour " + count(len(group.Members), "personne", "personnes") + ", près de " + page.List.Commune
	page.Empty = web.None{
		Title: "Aucune séance n’a assez de places", Text: "Changez un filtre. Ou accueillez les personnes une par une, dans plusieurs séances.",
		Act: web.Link{Label: "Accueillir une personne", Path: "/guichet"},
	}
	status := form.Status()
	if refused != nil {
		page.Form, status = refused, refused.Status()
	}
	return web.Render(w, r, status, "seats", page)
}

// newGroupList lists the sessions with a seat for each of the group; the others
// are shown without their button.
func newGroupList(r *web.Request, q db.Q, form *web.Form, group orientation.Group) (seatList, error) {
	list, err := newSeatList(r, q, form, readWish(form, groupWish(group)))
	list.Post = groupPath(group.ID, "/places")
	for i := range list.Seats {
		if list.Seats[i].Free() < len(group.Members) {
			list.Seats[i].Act = ""
		}
	}
	// Nobody waits as a group.
	list.Others = slices.DeleteFunc(list.Others, func(o otherWay) bool { return o.Kind == orientation.Waiting || o.Kind == orientation.Remote })
	return list, err
}

// chooseGroupSeats answers POST /guichet/groupes/{id}/places: a seat for each is
// kept ten minutes.
func chooseGroupSeats(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	session, err := db.ParseID(form.Value("seance"))
	if err != nil {
		return workshop.ErrUnknownSession
	}
	group, err := changeGroup(r, func(tx *db.Tx, id db.ID) (orientation.Group, error) {
		return orientation.ChooseForGroup(r.Context(), tx, id, session)
	})
	if fault.KindOf(err) == fault.Conflict && !fault.HasCode(err, orientation.ErrVisitOver.Code) {
		form.Refused(err)
		return showGroupSeats(w, r, web.NewForm(), form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, groupPath(group.ID, ""))
}

// memberFields are the questions about one person of the group.
type memberFields struct {
	Rank                            int
	Name, Telephone, Consent, Known string // of the fields
	Acquaintances                   []web.Option
}

type namesPage struct {
	web.Page
	Members []memberFields
}

// askNames answers GET /guichet/groupes/{id}/personnes.
func askNames(w http.ResponseWriter, r *web.Request) error { return showNames(w, r, nil, nil) }

func showNames(w http.ResponseWriter, r *web.Request, form *web.Form, known map[int][]holder.Acquaintance) error {
	var group orientation.Group
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		group, err = groupOf(r, q)
		return err
	})
	if moved, err := groupMoved(w, r, group, err); moved {
		return err
	}
	if group.Session.IsZero() {
		return web.SeeOther(w, r, groupPath(group.ID, "/places"))
	}
	page := &namesPage{Page: web.Page{Title: "Qui sont ces personnes\u202f?", Layout: web.Ask, Back: web.Link{Label: "Choisir une autre séance", Path: groupPath(group.ID, "/places")}}}
	if form == nil {
		form = web.NewForm()
		for _, member := range group.Members {
			fields := fieldsOf(member.Rank)
			form.Set(fields.Name, member.Name)
			form.Set(fields.Telephone, member.Telephone)
			if member.Consent {
				form.Set(fields.Consent, "oui")
			}
		}
	}
	page.Form = form
	for _, member := range group.Members {
		fields := fieldsOf(member.Rank)
		fields.Acquaintances = acquaintances(known[member.Rank])
		page.Members = append(page.Members, fields)
	}
	return web.Render(w, r, form.Status(), "group-names", page)
}

func fieldsOf(rank int) memberFields {
	end := "-" + strconv.Itoa(rank)
	return memberFields{Rank: rank, Name: "nom" + end, Telephone: "telephone" + end, Consent: "accord" + end, Known: "connue" + end}
}

// nameGroup answers POST /guichet/groupes/{id}/personnes.
func nameGroup(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	var told []orientation.Member
	known := map[int][]holder.Acquaintance{}
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		group, err := groupOf(r, q)
		if err != nil {
			return err
		}
		for _, member := range group.Members {
			fields := fieldsOf(member.Rank)
			one := orientation.Member{Name: form.Text(fields.Name), Telephone: form.Text(fields.Telephone), Consent: form.Checked(fields.Consent)}
			if known[member.Rank], err = holder.Known(r.Context(), q, one.Name, one.Telephone); err != nil {
				return err
			}
			one.Known = sameAs(form, fields.Known, known[member.Rank])
			told = append(told, one)
		}
		return nil
	}); err != nil {
		return err
	}
	var group orientation.Group
	if form.Valid() {
		group, err = changeGroup(r, func(tx *db.Tx, id db.ID) (orientation.Group, error) {
			return orientation.NameGroup(r.Context(), tx, id, told)
		})
		if fault.KindOf(err) == fault.Invalid {
			for _, field := range fault.Of(err).Fields {
				name, rank, _ := strings.Cut(field.Name, ".")
				form.Wrong(frenchFields[name]+"-"+rank, field.Code, field.Message)
			}
		} else if err != nil {
			return err
		}
	}
	if !form.Valid() {
		return showNames(w, r, form, known)
	}
	return web.SeeOther(w, r, groupPath(group.ID, "/verification"))
}

// checkGroup answers GET /guichet/groupes/{id}/verification.
func checkGroup(w http.ResponseWriter, r *web.Request) error {
	return showCheckGroup(w, r, web.NewForm())
}

type checkGroupPage struct {
	checkPage
	People []string
}

func showCheckGroup(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &checkGroupPage{checkPage: checkPage{Page: web.Page{Title: "Vérifiez avant de terminer", Form: form, Back: web.Link{Label: "Qui sont ces personnes\u202f?"}}}}
	page.Button, page.Lead = "Réserver les places", "Rien n’est encore fait."
	var group orientation.Group
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if group, err = groupOf(r, q); err != nil || group.State != orientation.Open || group.Session.IsZero() || !group.Named {
			return err
		}
		page.Base = groupPath(group.ID, "")
		return page.group(r, q, group)
	})
	if moved, err := groupMoved(w, r, group, err); moved {
		return err
	}
	if group.Session.IsZero() || !group.Named {
		return web.SeeOther(w, r, groupPath(group.ID, ""))
	}
	page.Back.Path = page.Base + "/personnes"
	return web.Render(w, r, form.Status(), "group-check", page)
}

func (p *checkGroupPage) group(r *web.Request, q db.Q, group orientation.Group) error {
	session, err := workshop.SessionByID(r.Context(), q, group.Session)
	if err != nil {
		return err
	}
	site, err := place.ByID(r.Context(), q, session.Site)
	if err != nil {
		return err
	}
	p.line("Atelier", session.Title, session.WhenText(), "/places", "l’atelier")
	p.line("Lieu", site.Name+", "+site.CommuneName, count(len(group.Members), "place", "places"), "/places", "le lieu")
	for _, member := range group.Members {
		called := member.Name
		if called == "" {
			called = "Sans nom"
		}
		note := ""
		if member.Telephone != "" {
			note = "Pas d’accord pour des rappels"
			if member.Consent {
				note = "Accord donné à voix haute, aujourd’hui"
			}
		}
		if !member.Known.IsZero() {
			note = "Déjà connue ici"
		}
		p.line("Personne "+strconv.Itoa(member.Rank), called, note, "/personnes", "la personne "+strconv.Itoa(member.Rank))
	}
	if group.KeptUntil.After(q.Now()) {
		p.Lead += " Les places sont gardées jusqu’à " + civil.FrenchHour(group.KeptUntil.In(session.Zone())) + "."
	} else {
		p.Lead += " Les places ne sont plus gardées\u00a0: terminez sans attendre."
	}
	p.Next = []string{"Chaque place est réservée, et le lieu le voit.", "Une page par personne s’imprime.", "Chacune a sa page ici, où lui remettre un carnet."}
	if p.Form.Valid() {
		return nil
	}
	p.Instead, err = newGroupList(r, q, web.NewForm(), group)
	const few = 3
	p.Instead.Seats = slices.DeleteFunc(p.Instead.Seats, func(s seat) bool { return s.Act == "" })
	p.Instead.Seats, p.Instead.More = p.Instead.Seats[:min(few, len(p.Instead.Seats))], ""
	return err
}

// confirmGroup answers POST /guichet/groupes/{id}/verification: everyone at
// once, or nobody.
func confirmGroup(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	group, err := changeGroup(r, func(tx *db.Tx, id db.ID) (orientation.Group, error) {
		return orientation.ConfirmGroup(r.Context(), tx, id)
	})
	if fault.KindOf(err) == fault.Conflict && !fault.HasCode(err, orientation.ErrVisitOver.Code) && form.Refused(err) {
		return showCheckGroup(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, groupPath(group.ID, "/pages"))
}

type groupPapersPage struct {
	web.Page
	People  []web.Link
	Letters []printing.Letter
}

// groupPapers answers GET /guichet/groupes/{id}/pages: one page for each person.
func groupPapers(w http.ResponseWriter, r *web.Request) error {
	page := &groupPapersPage{Page: web.Page{Title: "Les pages du groupe", Layout: web.Paper, Back: web.Link{Label: "Accueil du guichet", Path: "/guichet"}}}
	var group orientation.Group
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if group, err = groupOf(r, q); err != nil || group.State != orientation.Done {
			return err
		}
		for _, member := range group.Members {
			booking, _, err := workshop.BookingByID(r.Context(), q, member.Booking)
			if err != nil {
				return err
			}
			known, err := holder.ByID(r.Context(), q, member.Holder)
			if err != nil {
				return err
			}
			page.People = append(page.People, web.Link{Label: known.Called(), Path: personPath(known.ID, "")})
			if booking.State != workshop.Booked {
				continue // moved or given back since
			}
			letter, err := printing.LetterOf(r.Context(), q, booking.ID, issuer(r))
			if err != nil {
				return err
			}
			page.Letters = append(page.Letters, letter)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if group.State != orientation.Done {
		return web.SeeOther(w, r, groupPath(group.ID, ""))
	}
	return web.Render(w, r, http.StatusOK, "group-papers", page)
}

// leaveGroup answers POST /guichet/groupes/{id}/abandon.
func leaveGroup(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	if _, err := r.ReadForm(); err != nil {
		return err
	}
	if err := r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error { return orientation.LeaveGroup(r.Context(), tx, id) }); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/guichet")
}
