package public

import (
	"context"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/geography"
	"passerelle/internal/place"
	"passerelle/internal/web"
)

// advice is what to do when no place answers, or none near.
type advice struct {
	Title     string
	Without   []web.Link // the same question less one thing, when that finds a place
	Remote    web.Link   // places that help from afar
	Telephone string
}

// farAway is the straight line in metres beyond which nobody is sent without
// being told what else there is.
const farAway = 40_000

// narrowing is one thing asked, and the question without it.
type narrowing struct {
	word    string
	without question
}

// narrowings are the things asked one by one, each as the list tells it.
func (a question) narrowings() []narrowing {
	var all []narrowing
	add := func(asked bool, word string, drop func(*question)) {
		if asked {
			without := a
			drop(&without)
			all = append(all, narrowing{word, without})
		}
	}
	f := a.filter
	add(a.territory.Kind != 0, a.territory.Name, func(q *question) { q.territory, q.filter.Territory = geography.Territory{}, geography.Territory{} })
	add(a.half != "", "à cette heure", func(q *question) { q.half, q.filter.OpenHalf = "", "" })
	add(a.day != "", "ce jour-là", func(q *question) {
		q.day, q.half, q.filter.OpenHalf = "", "", ""
		q.filter.OpenAt, q.filter.OpenOn = time.Time{}, civil.Date{}
	})
	add(f.Text != "", "« "+f.Text+" »", func(q *question) { q.filter.Text = "" })
	add(f.Language != "", "la langue", func(q *question) { q.filter.Language = "" })
	add(f.Equipment != "", "le matériel", func(q *question) { q.filter.Equipment = "" })
	add(f.AccessWay != "" || f.Support != "", "la façon d’être aidé", func(q *question) { q.filter.AccessWay, q.filter.Support = "", "" })
	add(f.SpecialNeed != "", "le besoin particulier", func(q *question) { q.filter.SpecialNeed = "" })
	add(f.Public != "", "le public", func(q *question) { q.filter.Public = "" })
	add(f.Accessible, "l’accès en fauteuil", func(q *question) { q.filter.Accessible = false })
	add(f.Fee != "", "la gratuité", func(q *question) { q.filter.Fee = "" })
	add(!f.Pass.IsZero(), "le pass", func(q *question) { q.filter.Pass = civil.Date{} })
	add(f.AidantsConnect, "Aidants Connect", func(q *question) { q.filter.AidantsConnect = false })
	add(!f.Labelled.IsZero(), "le label", func(q *question) { q.filter.Labelled = civil.Date{} })
	add(f.Service != "", "l’aide voulue", func(q *question) { q.filter.Service = "" })
	return all
}

// advise looks for what else can be asked. Found is whether some place answers,
// though far.
func (a question) advise(ctx context.Context, q db.Q, telephone string, found bool) (*advice, error) {
	told := &advice{Title: "Aucun lieu ne répond à tout cela.", Telephone: telephone}
	if found {
		told.Title = "Le lieu le plus proche est loin."
	}
	for _, one := range a.narrowings() {
		better, err := one.without.answers(ctx, q)
		if err != nil {
			return nil, err
		}
		if better {
			told.Without = append(told.Without, web.Link{Label: web.French("Sans demander : " + one.word), Path: one.without.path("/lieux")})
		}
	}
	whole := question{typed: a.typed, spot: a.spot, located: a.located, today: a.today}
	whole.filter.Near = a.filter.Near
	if len(told.Without) == 0 && len(a.narrowings()) > 0 && !found {
		told.Without = []web.Link{{Label: "Voir tous les lieux", Path: whole.path("/lieux")}}
	}
	if a.filter.Support == place.SupportRemote {
		return told, nil
	}
	remote := whole
	remote.filter.Support, remote.filter.Service = place.SupportRemote, a.filter.Service
	remote.filter.Limit = 1
	places, _, err := place.Search(ctx, q, remote.filter)
	if err == nil && len(places) > 0 {
		told.Remote = web.Link{Label: "Voir qui aide à distance, par téléphone ou en visio", Path: remote.path("/lieux")}
	}
	return told, err
}

// answers tells whether some place answers a question, and near enough when it
// says from where.
func (a question) answers(ctx context.Context, q db.Q) (bool, error) {
	filter := a.filter
	filter.Limit, filter.After = 1, ""
	found, _, err := place.Search(ctx, q, filter)
	return slices.ContainsFunc(found, func(one place.Found) bool { return one.Metres <= farAway }), err
}
