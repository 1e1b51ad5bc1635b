package departure

import (
	"net/http"
	"strconv"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/departure"
	"passerelle/internal/holder"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

type stopPage struct {
	web.Page
	Step    string
	Said    string
	Facts   []web.Line
	Left    web.Table
	Nobody  web.None
	Settled web.Table
	Next    []web.Line
	CSV     string
	NoNames bool
}

// show answers GET /departs/{id}: who is still to be re-homed from a place, who
// was, and what happens next.
func show(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	path := "/departs/" + id.String()
	page := &stopPage{
		Page:    web.Page{Menu: menuOf(r), Back: web.Link{Label: "Les lieux qui partent", Path: "/departs"}},
		NoNames: !account.May(r.Actor(), account.ActBookingRead), CSV: path + "?format=csv",
	}
	if r.Actor().Role == account.RoleDesk {
		page.Back.Label = "Les personnes à replacer"
	}
	var stop departure.Stop
	var left int
	var now civil.Date
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if stop, err = departure.Of(r.Context(), q, id); err != nil {
			return err
		}
		now = civil.DateOf(q.Now(), stop.Site.Zone())
		if page.NoNames {
			left, err = page.count(r, q, id)
			return err
		}
		people, err := departure.People(r.Context(), q, id)
		if err != nil {
			return err
		}
		left = len(people)
		desk := r.Actor().Role == account.RoleDesk
		page.Left = peopleTable(people, path, account.May(r.Actor(), account.ActBookingRehome), desk)
		settled, err := departure.SettledAt(r.Context(), q, id)
		page.Settled = settledTable(settled, desk)
		return err
	})
	if err != nil {
		return err
	}
	if r.WantsCSV() {
		return web.CSV(w, r, "personnes-a-replacer", page.Left)
	}
	page.tell(stop, left, now)
	page.Said = said(r)
	return web.Render(w, r, http.StatusOK, "stop", page)
}

// count fills in the sessions, for who reads no name.
func (p *stopPage) count(r *web.Request, q db.Q, id db.ID) (left int, err error) {
	sessions, err := departure.SessionsLeft(r.Context(), q, id)
	p.Left = web.Table{Caption: "Séances où des personnes sont attendues", Columns: []web.Column{{Label: "Séance"}, {Label: "Quand"}, {Label: "Inscrites", Number: true}, {Label: "En attente", Number: true}}}
	for _, one := range sessions {
		left += one.Seated + one.Waiting
		p.Left.Rows = append(p.Left.Rows, []web.Cell{web.Head(one.Title), web.Text(one.WhenText()), web.Whole(one.Seated), web.Whole(one.Waiting)})
	}
	return left, err
}

func said(r *web.Request) string {
	switch query := r.URL.Query(); {
	case query.Has("annonce"):
		return "Le départ est annoncé. L’annuaire le dit déjà."
	case query.Has("replacee"):
		return "La personne a une autre place."
	case query.Has("prevenue"):
		return "C’est noté\u00a0: la personne n’est plus attendue."
	}
	return ""
}

func (p *stopPage) tell(stop departure.Stop, left int, today civil.Date) {
	p.Step = stop.Site.Name + ", " + stop.Site.CommuneName
	switch left {
	case 0:
		p.Title = "Plus personne à replacer"
	case 1:
		p.Title = "1 personne à replacer"
	default:
		p.Title = strconv.Itoa(left) + " personnes à replacer"
	}
	p.Facts = []web.Line{
		{Label: kindWords[stop.Kind], Value: "Dernier jour\u00a0: " + stop.LastOn.French()}, {Label: "Pourquoi", Value: stop.Reason},
	}
	if !stop.Until.IsZero() {
		p.Facts = append(p.Facts, web.Line{Label: "Jusqu’au", Value: stop.Until.French(), Note: "Les séances d’après ont lieu."})
	}
	p.Nobody = web.None{Title: "Personne n’attend ici", Text: "Chaque personne inscrite après le dernier jour a une autre place, ou sait que la séance n’aura pas lieu."}
	p.Next = next(stop, left, today)
}

// next says what happens and when.
func next(stop departure.Stop, left int, today civil.Date) []web.Line {
	over := today.After(stop.LastOn)
	var lines []web.Line
	if !over {
		lines = append(lines, web.Line{Label: "Jusqu’au " + stop.LastOn.FrenchLong(), Value: "Les séances ont lieu, les chèques sont acceptés."})
	}
	if left > 0 {
		lines = append(lines, web.Line{Label: "Maintenant", Value: "Chaque personne est appelée, puis replacée ou prévenue."})
	}
	switch {
	case stop.Departure.IsZero(), stop.Ended:
	case over:
		lines = append(lines, web.Line{Label: "Quand la liste est vide", Value: "Le départ se termine seul, la nuit suivante."})
	default:
		lines = append(lines, web.Line{Label: "Le " + stop.LastOn.AddDays(1).FrenchLong(), Value: "Si la liste est vide, le départ se termine seul."})
	}
	if stop.Kind != departure.Suspended {
		closes := stop.LastOn.AddDays(settlement.LastEntries + 1)
		if !today.After(closes) {
			lines = append(lines, web.Line{Label: "Le " + closes.FrenchLong(), Value: "Le dernier relevé du lieu se clôt seul. Il est payé comme les autres."})
		} else {
			lines = append(lines, web.Line{Label: "L’argent", Value: "Le dernier relevé est clos. Ce qui est dû au lieu lui est payé."})
		}
	}
	return lines
}

func peopleTable(people []departure.Person, path string, mayRehome, desk bool) web.Table {
	table := web.Table{
		Caption: "À replacer", Quiet: true,
		Columns: []web.Column{{Label: "Personne"}, {Label: "Séance qui n’aura pas lieu"}, {Label: "Place"}},
	}
	if !desk { // who sends their own people knows by whom
		table.Columns = append(table.Columns, web.Column{Label: "Envoyée par"}, web.Column{Label: "Téléphone du guichet"})
	}
	for _, one := range people {
		seat := web.InState("ok", "Inscrite")
		if one.State == workshop.Waiting {
			seat = web.InState("wait", "En attente")
		}
		if one.Holds {
			seat = seat.Noted("Un chèque est gardé\u00a0: il suit la personne")
		}
		called := web.Head(one.Called.Name)
		if mayRehome {
			called = called.To(path+"/personnes/"+one.ID.String(), "à replacer, "+one.Session.ShortWhenText())
		}
		row := []web.Cell{called, web.Text(one.Session.ShortWhenText()).Noted(one.Session.Title), seat}
		if !desk {
			row = append(row, web.Text(one.Sender.Name), telephone(one.Sender.Telephone))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func telephone(number string) web.Cell {
	if number == "" {
		return web.Text("Non donné")
	}
	return web.Text(holder.TelephoneText(number))
}

// settledTable is what became of the others; a desk prints the new page of its
// people from there.
func settledTable(settled []departure.Settled, desk bool) web.Table {
	table := web.Table{Caption: "Déjà replacées ou prévenues", Columns: []web.Column{{Label: "Personne"}, {Label: "Où"}, {Label: "Quand c’était"}}}
	for _, one := range settled {
		what := web.Text(reasonWords(one.Why))
		if !one.MovedTo.IsZero() {
			what = web.Text(one.To.ShortWhenText()).Noted(one.To.Title + ", " + one.ToPlace)
			if desk {
				what = what.To("/guichet/inscriptions/"+one.MovedTo.String()+"/page", "la page de "+one.Called.Name)
			}
		}
		table.Rows = append(table.Rows, []web.Cell{web.Head(one.Called.Name), what, web.Text(one.Session.ShortWhenText())})
	}
	return table
}

func reasonWords(code string) string {
	for _, reason := range departure.Reasons {
		if reason.Code == code {
			return reason.Label
		}
	}
	return ""
}
