package label

import (
	"context"
	"errors"
	"net/http"

	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/label"
	"passerelle/internal/web"
)

type checkPage struct {
	web.Page
	Site     label.Site
	Lines    []web.Line
	Decision label.Decision
	Button   string
}

type donePage struct {
	web.Page
	Done web.Confirmation
}

// errRehearsed rolls a rehearsal back.
var errRehearsed = errors.New("label: rehearsed")

// decide answers POST /labels/lieux/{id}: the answers are checked by doing the act
// and undoing it, shown, and done once they are confirmed.
func decide(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	form, err := r.ReadForm()
	if err != nil {
		return err
	}
	decision := label.Decision{Site: id}
	decision.Verb = form.Choice("decision", "Choisissez ce que vous décidez", "grant", "withdraw")
	decision.On = form.Date("on")
	decision.Reason = form.Required("reason", "Écrivez la raison\u00a0: elle sera lue par le lieu")
	if !form.Valid() || form.Checked("modifier") {
		return showSiteWith(w, r, form)
	}
	confirmed := form.Checked("confirmer")
	var made label.Decision
	var site label.Site
	var left web.Line
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		made, err = db.Once(r.Context(), tx, form.Key(r),
			func(done db.ID) (label.Decision, error) { return label.DecisionByID(r.Context(), tx, done) },
			func(fresh db.ID) (label.Decision, error) {
				decision.ID = fresh
				site, err = act(decision.Verb)(r.Context(), tx, decision)
				if err != nil {
					return label.Decision{}, err
				}
				if left, err = leftLine(r, tx, id); err != nil {
					return label.Decision{}, err
				}
				return label.DecisionByID(r.Context(), tx, fresh)
			})
		if err == nil && !confirmed {
			return errRehearsed
		}
		return err
	})
	switch {
	case form.Refused(knownRefusal(err)):
		return showSiteWith(w, r, form)
	case errors.Is(err, errRehearsed):
		return showCheck(w, r, form, site, made, left)
	case err != nil:
		return err
	}
	return web.SeeOther(w, r, "/labels/lieux/"+id.String()+"/decisions/"+made.ID.String())
}

// knownRefusal keeps a rehearsal's end from being taken for a refusal.
func knownRefusal(err error) error {
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

func showCheck(w http.ResponseWriter, r *web.Request, form *web.Form, site label.Site, decision label.Decision, left web.Line) error {
	page := &checkPage{
		Page: web.Page{
			Title: "Vérifiez la décision", Layout: web.Ask, Form: form,
			Back: web.Link{Label: site.Name, Path: "/labels/lieux/" + site.ID.String()},
		},
		Site: site, Decision: decision, Button: "Accorder le label",
		Lines: []web.Line{
			{Label: "Lieu", Value: site.Name + ", " + site.CommuneName},
			{Label: "Décision", Value: verb(decision.Verb)},
			{Label: "Date", Value: decision.On.French()},
			{Label: "Raison", Value: decision.Reason},
			{Label: "Label", Value: "jusqu’au " + decision.Until.FrenchLong() + " compris"},
		},
	}
	if decision.Verb == "withdraw" {
		page.Button = "Retirer le label"
		page.Lines = append(page.Lines, left)
	}
	return web.Render(w, r, http.StatusOK, "decision-check", page)
}

// showDecision answers GET /labels/lieux/{id}/decisions/{decision}: that it is done,
// and what happens next.
func showDecision(w http.ResponseWriter, r *web.Request) error {
	id, err := r.PathID("id")
	if err != nil {
		return err
	}
	decided, err := r.PathID("decision")
	if err != nil {
		return err
	}
	var site label.Site
	var decision label.Decision
	if err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if site, err = readable(r, q, id); err != nil {
			return err
		}
		decision, err = label.DecisionByID(r.Context(), q, decided)
		if err == nil && decision.Site != id {
			return fault.ErrNotFound
		}
		return err
	}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, "decision", &donePage{
		Page: web.Page{Title: "La décision est enregistrée", Layout: web.Ask, Back: web.Link{Label: "Les lieux et leur label", Path: "/labels/lieux"}},
		Done: confirmation(site, decision),
	})
}

func confirmation(site label.Site, decision label.Decision) web.Confirmation {
	done := web.Confirmation{
		Title: site.Name + " a le label", Label: "Date de la décision", Reference: decision.On.FrenchLong(),
		Next: []web.Line{
			{Label: "Tout de suite", Value: "Le lieu figure parmi les lieux labellisés."},
			{Label: "Jusqu’au " + decision.Until.FrenchLong(), Value: "Il peut recevoir des chèques."},
			{Label: "Pour être payé", Value: "Son responsable donne ses coordonnées bancaires."},
		},
		Keep: []web.Link{{Label: "Voir le lieu et ses décisions", Path: "/labels/lieux/" + site.ID.String()}},
	}
	if decision.Verb == "withdraw" {
		done.Title = "Le label de " + site.Name + " est retiré"
		done.Next = []web.Line{
			{Label: "Après le " + decision.Until.FrenchLong(), Value: "Le lieu ne peut plus recevoir de chèques."},
			{Label: "Ce qui est déjà reçu", Value: "Les chèques utilisés avant restent dus au lieu."},
			{Label: "Les personnes inscrites", Value: "Le lieu et les guichets les appellent, et leur trouvent une autre place."},
		}
		done.Keep = append(done.Keep, web.Link{Label: "Voir combien sont à replacer", Path: "/departs/" + site.ID.String()})
	}
	return done
}

// act is the operation that a decision asks for.
func act(verb string) func(context.Context, *db.Tx, label.Decision) (label.Site, error) {
	if verb == "withdraw" {
		return label.Withdraw
	}
	return label.Grant
}
