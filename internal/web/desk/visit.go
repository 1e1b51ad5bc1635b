package desk

import (
	"net/http"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/orientation"
	"passerelle/internal/web"
)

// visitOf reads the visit of the address.
func visitOf(r *web.Request, q db.Q) (orientation.Visit, error) {
	id, err := r.PathID("id")
	if err != nil {
		return orientation.Visit{}, orientation.ErrUnknownVisit
	}
	return orientation.ByID(r.Context(), q, id)
}

// loadAsked reads the visit of the address with its questionnaire.
func loadAsked(r *web.Request) (visit orientation.Visit, asked diagnosis.Questionnaire, err error) {
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		if visit, err = visitOf(r, q); err != nil {
			return err
		}
		asked, err = visit.Asked(r.Context(), q)
		return err
	})
	return visit, asked, err
}

func loadVisit(r *web.Request) (visit orientation.Visit, err error) {
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		visit, err = visitOf(r, q)
		return err
	})
	return visit, err
}

// change runs one act on the visit of the address.
func change(r *web.Request, act func(tx *db.Tx, id db.ID) (orientation.Visit, error)) (visit orientation.Visit, err error) {
	id, err := r.PathID("id")
	if err != nil {
		return orientation.Visit{}, orientation.ErrUnknownVisit
	}
	err = r.App.DB.Update(r.Context(), r.Actor(), func(tx *db.Tx) (err error) {
		visit, err = act(tx, id)
		return err
	})
	return visit, err
}

// routed is a visit with its diagnosis and what was asked.
type routed struct {
	orientation.Visit
	Found diagnosis.Diagnosis
	Asked diagnosis.Questionnaire
}

// Route is the route that stands.
func (v routed) Route() string { return v.Found.Chosen() }

// routedOf reads the visit of the address with its diagnosis; a visit without
// one is unfinished.
func routedOf(r *web.Request, q db.Q) (routed, error) {
	visit, err := visitOf(r, q)
	if err != nil {
		return routed{}, err
	}
	if visit.Diagnosis.IsZero() {
		return routed{}, orientation.ErrUnfinished
	}
	found, err := diagnosis.ByID(r.Context(), q, visit.Diagnosis)
	if err != nil {
		return routed{}, err
	}
	asked, err := visit.Asked(r.Context(), q)
	return routed{visit, found, asked}, err
}

// elsewhere tells whether a visit that a page was asked for is at another step
// already: over, or without its answers. It then answers the request.
func elsewhere(w http.ResponseWriter, r *web.Request, visit orientation.Visit, err error) (bool, error) {
	switch {
	case fault.HasCode(err, orientation.ErrUnfinished.Code):
		id, parseErr := r.PathID("id")
		if parseErr != nil {
			return true, parseErr
		}
		return true, web.SeeOther(w, r, visitPath(id, ""))
	case err != nil:
		return true, err
	case visit.State == orientation.Done:
		return true, web.SeeOther(w, r, visitPath(visit.ID, "/page"))
	case visit.State == orientation.Left:
		return true, orientation.ErrVisitOver
	}
	return false, nil
}

// resume answers GET /guichet/passages/{id}: the step where it was left.
func resume(w http.ResponseWriter, r *web.Request) error {
	var path string
	err := r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) error {
		visit, err := visitOf(r, q)
		if err != nil {
			return err
		}
		if visit.State == orientation.Left {
			return orientation.ErrVisitOver
		}
		if visit.Diagnosis.IsZero() {
			asked, err := visit.Asked(r.Context(), q)
			path = visitPath(visit.ID, questionPath(max(1, visit.FirstUnanswered(asked))))
			return err
		}
		known, err := routedOf(r, q)
		if err != nil {
			return err
		}
		path = visitPath(visit.ID, stepPaths[known.Next(known.Route())])
		return nil
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, path)
}

var stepPaths = map[orientation.Step]string{
	orientation.StepResult: "/resultat", orientation.StepSeats: "/places", orientation.StepPlaces: "/aide",
	orientation.StepIdentity: "/personne", orientation.StepCheck: "/verification", orientation.StepDone: "/page",
}

// home is the desk's own commune; false when its organisation has none.
func home(r *web.Request, q db.Q) (geography.Commune, bool, error) {
	organisation, err := account.OrganisationByID(r.Context(), q, r.Actor().Organisation)
	if fault.KindOf(err) == fault.NotFound {
		return geography.Commune{}, false, nil
	}
	if err != nil {
		return geography.Commune{}, false, err
	}
	commune, err := geography.CommuneByCode(organisation.Commune)
	return commune, err == nil, nil
}

// readCommune reads a commune as form.Commune does. Of several with one name it
// takes the one of the desk's own département, where there is only one: the
// pages that follow say which.
func readCommune(form *web.Form, name, sentence string, near geography.Commune) geography.Commune {
	_, err := geography.Find(form.Value(name))
	var own []geography.Commune
	for _, one := range geography.Candidates(err) {
		if one.Departement == near.Departement {
			own = append(own, one)
		}
	}
	if len(own) == 1 {
		return own[0]
	}
	return form.Commune(name, sentence)
}

// nearDesk is the desk's own commune, for readers of communes.
func nearDesk(r *web.Request) (near geography.Commune, err error) {
	err = r.App.DB.View(r.Context(), r.Actor(), func(q db.Q) (err error) {
		near, _, err = home(r, q)
		return err
	})
	return near, err
}
