package public

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/notify"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// How many links are sent about one place in a day, and how many codes or links
// one address tries, before it waits.
const (
	linksByPlace   = 3
	linksWindow    = 24 * time.Hour
	linksByAddress = 20
)

type ownerAskPage struct {
	web.Page
	Place  place.Place // zero when no place is named
	Masked string      // the published address to which a link is sent
}

// askOwner answers GET /corriger: those who work in a place type the code of a
// letter, or have a link sent to the address that the directory publishes.
func askOwner(w http.ResponseWriter, r *web.Request) error {
	return showOwnerAsk(w, r, web.NewForm(), r.URL.Query().Get("lieu"))
}

func showOwnerAsk(w http.ResponseWriter, r *web.Request, form *web.Form, lieu string) error {
	page := &ownerAskPage{Page: web.Page{Title: "Corriger la fiche de votre lieu", Form: form, Menu: "/", Layout: web.Ask, Back: web.Link{Label: "Les lieux", Path: "/lieux"}}}
	if lieu != "" {
		found, err := aboutPlace(r, lieu)
		if err != nil {
			return err
		}
		page.Place, page.Back = found, web.Link{Label: found.Name, Path: placePath(found)}
		if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
			email, err := place.Reachable(r.Context(), q, found)
			page.Masked = place.MaskedEmail(email)
			return err
		}); err != nil {
			return err
		}
	}
	return web.Render(w, r, form.Status(), "owner-ask", page)
}

// typeCode answers POST /corriger: the code of a letter leads to its place.
func typeCode(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	again := func(w http.ResponseWriter, r *web.Request, form *web.Form) error {
		return showOwnerAsk(w, r, form, form.Value("lieu"))
	}
	code := strings.ToUpper(strings.NewReplacer(" ", "", "\u00a0", "", "-", "").Replace(form.Required("code", "Écrivez le code de la lettre")))
	if !form.Valid() {
		return again(w, r, form)
	}
	_, err = linkedPlace(r, code)
	switch {
	case errors.Is(err, place.ErrLinkGone):
		form.Wrong("code", place.ErrLinkGone.Code, "Ce code ne sert plus, ou il est mal recopié. Vérifiez ses 16 lettres et chiffres")
		return again(w, r, form)
	case fault.KindOf(err) == fault.TooMany:
		return refuse(w, r, form, err, again)
	case err != nil:
		return err
	}
	return web.SeeOther(w, r, ownerPath(code, ""))
}

// linkedPlace reads the place of a link. What leads nowhere is counted against
// the address that tries, so that nobody tries them all.
func linkedPlace(r *web.Request, secret string) (found place.Place, err error) {
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		found, err = place.LinkedPlace(r.Context(), q, secret)
		return err
	})
	if !errors.Is(err, place.ErrLinkGone) {
		return found, err
	}
	if limited := r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		return account.Throttle(r.Context(), tx, "owner_link_tried", address(r), linksByAddress, triesWindow)
	}); limited != nil {
		return found, limited
	}
	return found, err
}

func ownerPath(secret, below string) string { return "/corriger/" + url.PathEscape(secret) + below }

// sendOwnerLink answers POST /corriger/envoi.
func sendOwnerLink(w http.ResponseWriter, r *web.Request) error {
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	found, err := aboutPlace(r, form.Value("lieu"))
	if err != nil {
		return err
	}
	again := func(w http.ResponseWriter, r *web.Request, form *web.Form) error {
		return showOwnerAsk(w, r, form, found.ID.String())
	}
	if err := r.App.DB.Update(r.Context(), db.Actor{}, func(tx *db.Tx) error {
		if err := account.Throttle(r.Context(), tx, "owner_link_asked", found.ID.String(), linksByPlace, linksWindow); err != nil {
			return err
		}
		return account.Throttle(r.Context(), tx, "owner_link_asked_from", address(r), linksByAddress, triesWindow)
	}); err != nil {
		return refuse(w, r, form, err, again)
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) error {
		linked, err := place.AskLink(r.Context(), tx, found.ID)
		if err != nil {
			return err
		}
		for _, email := range linked.Emails {
			if _, err := notify.EnqueueAbout(r.Context(), tx, email, linked.Place.ID, notify.OwnerLink{
				PlaceName: linked.Place.Name, Commune: linked.Place.CommuneName,
				Link: r.App.Settings.BaseURL + ownerPath(linked.Secret, ""), EndsAt: linked.EndsAt.In(linked.Place.Zone()),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if form.Refused(err) {
		return again(w, r, form)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/corriger/envoye?lieu="+found.ID.String())
}

// ownerLinkSent answers GET /corriger/envoye.
func ownerLinkSent(w http.ResponseWriter, r *web.Request) error {
	found, err := aboutPlace(r, r.URL.Query().Get("lieu"))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "thanks", &thanksPage{
		Page: web.Page{Title: "Le lien est parti", Layout: web.Ask, Menu: "/"},
		Done: web.Confirmation{
			Title: "Le lien est parti",
			Next: []web.Line{{
				Label: "Dans quelques minutes", Value: web.French("Un message arrive à l’adresse publiée de " + found.Name + "."),
				Note: web.French("Son lien sert 30 jours. Rien ne vient ? Regardez dans les courriers indésirables."),
			}},
			Keep: []web.Link{{Label: "Revenir au lieu", Path: placePath(found)}},
		},
	})
}
