package bearer

import (
	"net/http"
	"strconv"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// seat is a seat, or a waiting place, as its owner reads it.
type seat struct {
	ID      db.ID
	Title   string
	When    string
	Where   string
	Waits   string // "Vous êtes la personne 2 de la liste."
	Offered string // until when to answer; empty when nothing is offered
}

type homePage struct {
	web.Page
	Seats  []seat
	Told   string
	Lines  []string // what remains
	Choose string
}

// showHome shows what is kept and what remains.
func showHome(w http.ResponseWriter, r *web.Request, actor db.Actor) error {
	page := &homePage{Page: web.Page{Title: "Votre carnet", Layout: web.Ask}, Told: told(r)}
	err := r.App.DB.View(r.Context(), actor, func(q db.Q) error {
		seats, err := workshop.Own(r.Context(), q)
		if err != nil {
			return err
		}
		for _, one := range seats {
			made, err := newSeat(r, q, one)
			if err != nil {
				return err
			}
			page.Seats = append(page.Seats, made)
		}
		remains, err := voucher.OwnRemains(r.Context(), q)
		page.Lines = remainLines(remains, civil.DateOf(q.Now(), civil.Paris))
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "home", page)
}

func told(r *web.Request) string {
	switch query := r.URL.Query(); {
	case query.Has("prise"):
		return "Votre place est gardée."
	case query.Has("attente"):
		return "Vous êtes sur la liste d’attente."
	case query.Has("rendue"):
		return "Votre place est rendue."
	}
	return ""
}

// when is "mardi 8 décembre 2026 à 14 heures".
func when(session workshop.Session) string {
	return session.Day().French() + " à " + civil.FrenchHourLong(session.StartsAt.In(session.Zone()))
}

func newSeat(r *web.Request, q db.Q, one workshop.Seat) (seat, error) {
	site, err := place.ByID(r.Context(), q, one.Session.Site)
	if err != nil {
		return seat{}, err
	}
	made := seat{ID: one.ID, Title: one.Session.Title, When: when(one.Session), Where: site.Name + ", " + site.CommuneName}
	if one.State != workshop.Waiting {
		return made, nil
	}
	rank, err := workshop.Rank(r.Context(), q, one.Booking)
	made.Waits = "Vous êtes la personne " + strconv.Itoa(rank) + " de la liste."
	if one.OfferedUntil.After(q.Now()) {
		made.Offered = instant(one.OfferedUntil, one.Session.Zone())
	}
	return made, err
}

func instant(at time.Time, zone *time.Location) string {
	return civil.DateOf(at, zone).French() + " à " + civil.FrenchHourLong(at.In(zone))
}

// remainLines tells what remains, one idea a line.
func remainLines(remains voucher.Remains, today civil.Date) []string {
	if today.After(remains.ValidUntil) {
		return []string{"Votre carnet est terminé depuis le " + remains.ValidUntil.French() + ".", "Demandez un autre carnet au guichet."}
	}
	if remains.Left == 0 {
		return []string{"Tous vos chèques sont utilisés.", "Demandez un autre carnet au guichet."}
	}
	lines := []string{"Il reste " + count(remains.Left) + " sur " + strconv.Itoa(remains.Size) + "."}
	switch remains.Kept {
	case 0:
	case 1:
		lines = append(lines, "1 chèque est gardé pour votre place.")
	default:
		lines = append(lines, count(remains.Kept)+" sont gardés pour vos places.")
	}
	return append(lines, "Vos chèques servent jusqu’au "+remains.ValidUntil.French()+".")
}

func count(coupons int) string {
	if coupons < 2 {
		return strconv.Itoa(coupons) + "\u00a0chèque"
	}
	return strconv.Itoa(coupons) + "\u00a0chèques"
}
