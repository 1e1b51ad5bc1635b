package desk

import (
	"net/http"
	"strings"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

type helpPage struct {
	web.Page
	Base   string
	Near   string
	Places []web.Option
	Lines  []helper
	Empty  web.None
	Map    *web.Map
	Far    bool // by telephone or by video: nobody moves
}

// helper is one place where someone does it with or for the person.
type helper struct {
	Number             int
	Name, Where, Hours string
	Telephone          string
	Way                string
}

// help answers GET /guichet/passages/{id}/aide: where someone does it with or
// for the person.
func help(w http.ResponseWriter, r *web.Request) error { return showHelp(w, r, web.NewForm(), false) }

// farHelps answers GET /guichet/passages/{id}/a-distance: who helps from afar.
func farHelps(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	return showHelp(w, r, form, true)
}

func showHelp(w http.ResponseWriter, r *web.Request, form *web.Form, far bool) error {
	page := &helpPage{Page: web.Page{Form: form, Back: web.Link{Label: "Résultat du repérage"}}, Far: far}
	var visit routed
	var near geography.Commune
	var found []place.Found
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if visit, err = routedOf(r, q); err != nil {
			return err
		}
		if near, err = geography.CommuneByCode(visit.Search.Commune); err != nil {
			return orientation.ErrUnfinished
		}
		if !near.HasCentre() {
			return nil
		}
		const shown = 5
		from := geography.Point{Latitude: near.Latitude, Longitude: near.Longitude}
		if far {
			found, err = orientation.RemoteHelp(r.Context(), q, from, shown)
		} else {
			found, err = orientation.NearestHelp(r.Context(), q, from, shown)
		}
		return err
	})
	if moved, err := elsewhere(w, r, visit.Visit, err); moved {
		return err
	}
	page.Base, page.Near = visitPath(visit.ID, ""), near.Name
	page.Back.Path = page.Base + "/resultat"
	page.Title = "Quelqu’un fait la démarche avec la personne, près de " + near.Name
	if far {
		page.Title, page.Back = "Quelqu’un aide la personne à distance", web.Link{Label: "Places libres", Path: page.Base + "/places"}
	}
	chosen := form.Value("lieu")
	if chosen == "" && !visit.Draft.Place.IsZero() {
		chosen = visit.Draft.Place.String()
	}
	var points []seat
	for i, one := range found {
		travel := geography.TravelOver(one.Metres)
		line := helper{
			Number: i + 1, Name: one.Name, Where: one.AddressLine(), Telephone: holder.TelephoneText(one.Telephone),
			Way: travel.DistanceText() + ", " + travel.ByCarText(), Hours: one.Hours,
		}
		page.Lines = append(page.Lines, line)
		page.Places = append(page.Places, web.Option{
			Value: one.ID.String(), Label: one.Name + ", " + one.CommuneName, Hint: line.Way, Chosen: chosen == one.ID.String() || chosen == "" && i == 0,
		})
		point := seat{Number: i + 1}
		point.Site, point.Latitude, point.Longitude, point.Place = one.ID, one.Latitude, one.Longitude, one.Place
		points = append(points, point)
	}
	if !far {
		page.Map = seatMap(near, points)
	}
	page.Empty = web.None{
		Title: "L’annuaire ne connaît pas de lieu Aidants Connect", Text: "Faites la démarche ici, avec la personne, ou sur papier.",
		Act: web.Link{Label: "Choisir une autre voie", Path: page.Base + "/resultat#autre"},
	}
	if far {
		page.Empty = web.None{
			Title: "L’annuaire ne connaît pas de lieu qui aide à distance", Text: "Cherchez un lieu où venir, ou faites la démarche ici.",
			Act: web.Link{Label: "Chercher un lieu qui aide", Path: page.Base + "/aide"},
		}
	}
	if form.Valid() && !visit.Draft.Day.IsZero() {
		form.Set("jour", visit.Draft.Day.String())
		if visit.Draft.At > 0 {
			form.Set("heure", visit.Draft.At.String())
		}
	}
	return web.Render(w, r, form.Status(), "help", page)
}

// chooseHelp answers POST /guichet/passages/{id}/aide.
func chooseHelp(w http.ResponseWriter, r *web.Request) error { return noteMeeting(w, r, false) }

// chooseFarHelp answers POST /guichet/passages/{id}/a-distance.
func chooseFarHelp(w http.ResponseWriter, r *web.Request) error { return noteMeeting(w, r, true) }

func noteMeeting(w http.ResponseWriter, r *web.Request, far bool) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	where := form.ID("lieu", "Choisissez un lieu")
	var day civil.Date
	if strings.TrimSpace(form.Value("jour")) != "" {
		day = form.Date("jour")
	}
	var at civil.TimeOfDay
	if strings.TrimSpace(form.Value("heure")) != "" {
		at = form.Time("heure")
	}
	var visit orientation.Visit
	if form.Valid() {
		visit, err = change(r, func(tx *db.Tx, id db.ID) (orientation.Visit, error) {
			return orientation.ChoosePlace(r.Context(), tx, id, orientation.Meeting{Place: where, Day: day, At: at, Remote: far})
		})
		if fault.KindOf(err) == fault.Invalid {
			for _, field := range fault.Of(err).Fields {
				form.Wrong("jour", field.Code, field.Message)
			}
		} else if err != nil {
			return err
		}
	}
	if !form.Valid() {
		return showHelp(w, r, form, far)
	}
	return web.SeeOther(w, r, visitPath(visit.ID, ""))
}
