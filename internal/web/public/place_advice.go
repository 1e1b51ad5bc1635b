package public

import (
	"cmp"
	"context"
	"slices"
	"strings"
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
	Without   []web.Link // the same question less one thing, or each thing alone, when that finds a place
	Remote    web.Link   // places that help from afar
	Telephone string
}

// farAway is the straight line in metres beyond which nobody is sent without
// being told what else there is.
const farAway = 40_000

// narrowing is one thing asked, and how it is asked no more.
type narrowing struct {
	word string
	drop func(*question)
}

// narrowings are the things asked one by one, in the words of the list: without
// the place where, and without what the title says.
func (a question) narrowings() []narrowing {
	var all []narrowing
	add := func(asked bool, word string, drop func(*question)) {
		if asked {
			all = append(all, narrowing{web.French(word), drop})
		}
	}
	f := a.filter
	add(f.Service != "", place.Services.Plain(f.Service), func(q *question) { q.filter.Service = "" })
	add(a.day != "", inside(labelOf(openingOptions(), a.day)), func(q *question) {
		q.day, q.half = "", ""
		q.filter.OpenAt, q.filter.OpenOn, q.filter.OpenHalf = time.Time{}, civil.Date{}, ""
	})
	add(a.half != "", inside(labelOf(halfOptions, a.half)), func(q *question) { q.half, q.filter.OpenHalf = "", "" })
	add(f.Public != "", "pour "+place.Publics.Plain(f.Public), func(q *question) { q.filter.Public = "" })
	add(f.SpecialNeed != "", "pour "+place.SpecialNeeds.Plain(f.SpecialNeed), func(q *question) { q.filter.SpecialNeed = "" })
	add(f.Equipment != "", "avec "+place.Equipments.Plain(f.Equipment), func(q *question) { q.filter.Equipment = "" })
	way := cmp.Or(f.AccessWay, f.Support)
	add(way != "", inside(labelOf(ways, way)), func(q *question) { q.filter.AccessWay, q.filter.Support = "", "" })
	add(f.Language != "", "on y parle "+strings.ToLower(f.Language), func(q *question) { q.filter.Language = "" })
	add(f.Accessible, "accessible en fauteuil", func(q *question) { q.filter.Accessible = false })
	add(f.Fee == feeFree, "gratuit", func(q *question) { q.filter.Fee = "" })
	add(!f.Pass.IsZero(), "le pass y est accepté", func(q *question) { q.filter.Pass = civil.Date{} })
	add(f.AidantsConnect, "quelqu’un fait la démarche à votre place", func(q *question) { q.filter.AidantsConnect = false })
	add(!f.Labelled.IsZero(), "labellisé", func(q *question) { q.filter.Labelled = civil.Date{} })
	add(f.Text != "", "« "+f.Text+" »", func(q *question) { q.filter.Text = "" })
	return all
}

func labelOf(options []web.Option, value string) string {
	for _, option := range options {
		if option.Value == value {
			return option.Label
		}
	}
	return value
}

// advise looks for what else can be asked. Found is whether some place answers,
// though far.
func (a question) advise(ctx context.Context, q db.Q, telephone string, found bool) (*advice, error) {
	told := &advice{Title: "Aucun lieu ne répond à tout cela.", Telephone: telephone}
	if found {
		told.Title = "Le lieu le plus proche est loin."
	}
	asked := a.narrowings()
	propose := func(label string, other question) error {
		better, err := other.answers(ctx, q)
		if better {
			told.Without = append(told.Without, web.Link{Label: web.French(label), Path: other.path("/lieux")})
		}
		return err
	}
	if a.territory.Kind != 0 {
		other := a
		other.territory, other.filter.Territory = geography.Territory{}, geography.Territory{}
		if err := propose("Chercher au-delà : "+a.territory.Name, other); err != nil {
			return nil, err
		}
	}
	for _, one := range asked {
		other := a
		one.drop(&other)
		if err := propose("Sans demander : "+one.word, other); err != nil {
			return nil, err
		}
	}
	if len(told.Without) == 0 && len(asked) > 2 {
		for i, one := range asked {
			other := a
			for _, dropped := range slices.Concat(asked[:i], asked[i+1:]) {
				dropped.drop(&other)
			}
			if len(other.narrowings()) == 0 {
				continue // a half of a day is nothing without the day
			}
			if err := propose("Demander seulement : "+one.word, other); err != nil {
				return nil, err
			}
		}
	}
	whole := question{typed: a.typed, spot: a.spot, located: a.located, today: a.today}
	whole.filter.Near = a.filter.Near
	if len(told.Without) == 0 && !found {
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
