package departure

import (
	"net/http"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// none is the answer that no session suits.
const none = "aucune"

type rehomePage struct {
	web.Page
	Site, Lost string
	Caller     []web.Line // whom to call
	Script     []string   // what to say
	Choices    []web.Option
	Reasons    []web.Option
	Action     string
}

// askRehome answers GET /departs/{id}/personnes/{inscription}: whom to call, what
// to say, and where the person could go.
func askRehome(w http.ResponseWriter, r *web.Request) error {
	return showRehome(w, r, web.NewForm())
}

// personOf reads the person of the address. Fault: not_found when they are
// expected at another place.
func personOf(r *web.Request, q db.Q) (departure.Person, departure.Stop, error) {
	site, err := r.PathID("id")
	if err != nil {
		return departure.Person{}, departure.Stop{}, err
	}
	booking, err := r.PathID("inscription")
	if err != nil {
		return departure.Person{}, departure.Stop{}, err
	}
	someone, stop, err := departure.PersonOf(r.Context(), q, booking)
	if err == nil && stop.Site.ID != site {
		err = fault.ErrNotFound
	}
	return someone, stop, err
}

func showRehome(w http.ResponseWriter, r *web.Request, form *web.Form) error {
	page := &rehomePage{Page: web.Page{Form: form, Menu: menuOf(r), Layout: web.Ask}, Action: r.URL.Path}
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		someone, stop, err := personOf(r, q)
		if err != nil {
			return err
		}
		choices, err := departure.Proposals(r.Context(), q, someone)
		if err != nil {
			return err
		}
		page.Title, page.Site = "Replacer "+someone.Called.Name, stop.Site.Name
		page.Back = web.Link{Label: "Les personnes à replacer", Path: "/departs/" + stop.Site.ID.String()}
		page.Lost = "«\u00a0" + someone.Session.Title + "\u00a0», " + someone.Session.WhenText()
		page.Script = script(someone, stop, choices)
		page.Choices = choiceOptions(choices)
		for _, reason := range departure.Reasons {
			page.Reasons = append(page.Reasons, web.Option{Value: reason.Code, Label: reason.Label})
		}
		page.Caller, err = callLines(r, q, someone)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, form.Status(), "rehome", page)
}

// callLines are whom to call: a desk knows the person's own telephone, a site
// that of the counter that sent them.
func callLines(r *web.Request, q db.Q, someone departure.Person) ([]web.Line, error) {
	if r.Actor().Role != account.RoleDesk {
		lines := []web.Line{{Label: "Envoyée par", Value: someone.Sender.Name, Note: "Ce guichet connaît le téléphone de la personne."}}
		if someone.Sender.Telephone != "" {
			lines = append(lines, web.Line{Label: "Téléphone du guichet", Value: holder.TelephoneText(someone.Sender.Telephone)})
		}
		return lines, nil
	}
	known, err := holder.ByID(r.Context(), q, someone.Holder)
	if err != nil {
		return nil, err
	}
	line := web.Line{Label: "Téléphone", Value: holder.TelephoneText(known.Telephone), Change: web.Link{Label: "Ouvrir sa fiche", Path: "/guichet/personnes/" + known.ID.String()}}
	if known.Telephone == "" {
		line.Value = "Non donné"
	}
	return []web.Line{line}, nil
}

// script is what to say by telephone, in plain words.
func script(someone departure.Person, stop departure.Stop, choices []orientation.Choice) []string {
	why := "Ce lieu ne reçoit plus après le " + stop.LastOn.FrenchLong() + "."
	switch stop.Kind {
	case departure.Shuts:
		why = "Le lieu ferme."
	case departure.Suspended:
		why = "Le lieu est arrêté pour un temps."
	}
	said := []string{
		"Bonjour. Je vous appelle pour votre atelier.",
		"L’atelier «\u00a0" + someone.Session.Title + "\u00a0» du " + day(someone.Session) + " n’aura pas lieu.", why, "Vos chèques restent valables.",
	}
	if len(choices) > 0 {
		best := choices[0]
		said = append(said, "Une place est libre le "+day(best.Session)+" à "+civil.FrenchHour(best.StartsAt.In(best.Zone()))+", à "+best.Place.CommuneName+".", "Est-ce que cela vous convient\u202f?")
	}
	return said
}

// day is "mardi 8 décembre".
func day(session workshop.Session) string {
	before, _, _ := strings.Cut(session.ShortWhenText(), ",")
	return before
}

func choiceOptions(choices []orientation.Choice) []web.Option {
	made := make([]web.Option, 0, len(choices)+1)
	for _, choice := range choices {
		made = append(made, web.Option{
			Value: choice.ID.String(), Label: choice.WhenText(),
			Hint: "«\u00a0" + choice.Title + "\u00a0», " + choice.Place.Name + ", " + choice.Place.CommuneName + ". " +
				"À " + choice.Travel.DistanceText() + ", " + plural(choice.Free(), "place libre", "places libres") + ".",
		})
	}
	return append(made, web.Option{Value: none, Label: "Aucune", Hint: "La personne sait que la séance n’aura pas lieu, et n’en prend pas d’autre."})
}

// rehome answers POST /departs/{id}/personnes/{inscription}.
func rehome(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	chosen := form.Required("seance", "Choisissez une séance, ou «\u00a0Aucune\u00a0»")
	why := form.Value("why")
	if chosen == none {
		why = form.Choice("why", "Dites pourquoi la personne ne va nulle part ailleurs", codes()...)
	} else if chosen != "" && !form.Checked("accord") {
		form.Wrong("accord", "required", "Appelez d’abord\u00a0: personne n’est déplacé sans avoir dit oui")
	}
	answer := "?replacee"
	if chosen == none {
		answer = "?prevenue"
	}
	var site db.ID
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		if site, err = r.PathID("id"); err != nil || !form.Valid() {
			return err
		}
		_, err := db.Once(r.Context(), tx, form.Key(r), func(id db.ID) (db.ID, error) { return id, nil }, func(id db.ID) (db.ID, error) {
			someone, _, err := personOf(r, tx)
			if err != nil {
				return id, err
			}
			if chosen == none {
				_, err := departure.GiveUp(r.Context(), tx, someone.ID, why)
				return id, err
			}
			session, err := db.ParseID(chosen)
			if err != nil {
				return id, workshop.ErrUnknownSession
			}
			_, err = departure.Move(r.Context(), tx, departure.Moving{ID: id, Booking: someone.ID, Session: session})
			return id, err
		})
		return err
	})
	if !form.Valid() || form.Refused(err) {
		return showRehome(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/departs/"+site.String()+answer)
}

func codes() []string {
	made := make([]string, len(departure.Reasons))
	for i, reason := range departure.Reasons {
		made[i] = reason.Code
	}
	return made
}
