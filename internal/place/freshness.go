package place

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
)

// Rhythm says how often a place is asked, how long its silence lasts, and how
// many messages leave in one night, so that a first import is not a flood.
var Rhythm = struct {
	ConfirmEvery int // months after which the hours are to be confirmed again
	RemindAfter  int // days without answer after which it is asked once more
	StaleAfter   int // months without a sign of life after which a place is stale
	LinkLasts    int // days
	PerNight     int // messages of one kind
}{ConfirmEvery: 6, RemindAfter: 30, StaleAfter: 12, LinkLasts: 30, PerNight: 200}

// The signs of life, codes of Signs.
const (
	SignConfirmed = "confirmed"
	SignSession   = "session"
	SignCoupon    = "coupon"
	SignSource    = "source"
)

// Sign is one sign of life: on which day, and which (a code of Signs).
type Sign struct {
	On   civil.Date
	Code string
}

// Latest is the last of some signs that are not after today; the zero Sign when
// there is none. On one day the first of the vocabulary counts.
func Latest(today civil.Date, signs ...Sign) Sign {
	var last Sign
	for _, sign := range signs {
		if sign.On.IsZero() || sign.On.After(today) {
			continue
		}
		if cmp.Or(sign.On.Compare(last.On), rankOf(last.Code)-rankOf(sign.Code)) > 0 {
			last = sign
		}
	}
	return last
}

func rankOf(code string) int {
	return slices.IndexFunc(Signs, func(word Word) bool { return word.Code == code })
}

// Why is the reason for which a place is stale.
type Why string

// The reasons, the heaviest first.
const (
	WhyDoubtful Why = "doubtful" // an agent, or two people, say that it closed, and nobody answered
	WhyBounced  Why = "bounced"  // its mail is refused for good, and it gave no sign since
	WhySilent   Why = "silent"   // no sign for Rhythm.StaleAfter months
)

// Life is what a place's freshness is judged by.
type Life struct {
	Last      Sign
	ArrivedOn civil.Date // when it came into the directory: counts for one that gave no sign
	BouncedOn civil.Date // its mail was refused for good; zero when it was not
	Doubtful  bool
}

// Judge tells whether a place is stale on a day, and why; nothing when it is not.
func (l Life) Judge(today civil.Date) Why {
	since := l.Last.On
	if since.IsZero() {
		since = l.ArrivedOn
	}
	switch {
	case l.Doubtful:
		return WhyDoubtful
	case !l.BouncedOn.IsZero() && since.Before(l.BouncedOn):
		return WhyBounced
	case since.AddMonths(Rhythm.StaleAfter).Before(today):
		return WhySilent
	}
	return ""
}

// Freshness is what is shown of a place's life.
type Freshness struct {
	Last  Sign
	Stale bool
}

// Freshness is what the directory holds of the place's.
func (p Place) Freshness() Freshness {
	return Freshness{Last: Sign{p.FreshOn, p.FreshSign}, Stale: p.Stale}
}

// FreshnessText says in one sentence how far the place's facts can be believed;
// nothing before the first nightly look at it. What people did there is told by
// its month only.
func (p Place) FreshnessText(today civil.Date) string {
	switch {
	case !p.ClosedOn.IsZero():
		return "Ce lieu a fermé."
	case p.Stale && p.FreshOn.IsZero():
		return "À vérifier\u00a0: pas de nouvelle de ce lieu. Appelez avant de venir."
	case p.Stale && p.FreshOn.AddMonths(Rhythm.StaleAfter).Before(today):
		return fmt.Sprintf("À vérifier\u00a0: pas de nouvelle depuis %d\u00a0mois. Appelez avant de venir.", monthsBetween(p.FreshOn, today))
	case p.Stale:
		return "À vérifier\u00a0: quelque chose a changé. Appelez avant de venir."
	case p.FreshSign == SignConfirmed:
		return "Horaires confirmés le " + p.FreshOn.FrenchLong() + "."
	case p.FreshSign == SignSession || p.FreshSign == SignCoupon:
		return "En activité en " + p.FreshOn.Month().French() + "."
	case p.FreshSign == SignSource:
		return "Fiche mise à jour le " + p.FreshOn.FrenchLong() + "."
	}
	return ""
}

// HoursText is the hours for people, a line for each group of days, or the words
// that are kept; nothing when they are not known.
func (p Place) HoursText() []string {
	if p.Hours == "" {
		return nil
	}
	hours, err := p.OpeningHours()
	if err != nil {
		return []string{p.Hours}
	}
	return hours.FrenchWeek()
}

// monthsBetween counts the whole months.
func monthsBetween(from, to civil.Date) int {
	months := (to.Year()-from.Year())*12 + monthOf(to) - monthOf(from)
	if from.AddMonths(months).After(to) {
		months--
	}
	return months
}

func monthOf(day civil.Date) int { return int(day.In(time.UTC).Month()) }

// SetFreshness writes what a look at a place found, and tells whether that
// changed anything. A place that becomes stale is noted as not yet told of.
// Package departure calls it for every place, each night.
func SetFreshness(ctx context.Context, tx *db.Tx, id db.ID, found Freshness) (changed bool, err error) {
	turned, err := tx.Exec(ctx, `UPDATE place SET stale = $2 WHERE id = $1 AND stale <> $2`, id, found.Stale)
	if err != nil {
		return false, err
	}
	if turned == 1 {
		var since civil.Date
		if found.Stale {
			since = today(tx)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO place_watch (place, stale_since) VALUES ($1, $2)
			ON CONFLICT (place) DO UPDATE SET stale_since = $2, told_at = NULL`, id, since); err != nil {
			return false, err
		}
	}
	moved, err := tx.Exec(ctx, `UPDATE place SET fresh_on = $2, fresh_sign = $3 WHERE id = $1 AND (fresh_on IS DISTINCT FROM $2 OR fresh_sign <> $3)`,
		id, found.Last.On, found.Last.Code)
	return turned+moved > 0, err
}

// today is the day of a transaction, in the programme's own zone.
func today(q db.Q) civil.Date { return civil.DateOf(q.Now(), civil.Paris) }

// Living is a place as the nightly look reads it.
type Living struct {
	ID    db.ID
	Life  Life      // Last is the latest of what the place itself tells: confirmed, or its file's date
	Shown Freshness // what the directory holds
}

// LivingAfter reads the places after one, by ID, at most so many: those that
// the directory shows.
func LivingAfter(ctx context.Context, q db.Q, after db.ID, limit int) ([]Living, error) {
	return living(ctx, q, `p.id > $1 AND p.merged_into IS NULL AND p.closed_on IS NULL ORDER BY p.id LIMIT $2`, after[:], limit)
}

func living(ctx context.Context, q db.Q, condition string, args ...any) ([]Living, error) {
	day := today(q)
	found, err := db.All(ctx, q, func(row db.Scanner) (Living, error) {
		var l Living
		var confirmed, updated civil.Date
		err := row.Scan(&l.ID, &confirmed, &updated, &l.Shown.Last.On, &l.Shown.Last.Code, &l.Shown.Stale, &l.Life.BouncedOn)
		l.Life.Last = Latest(day, Sign{confirmed, SignConfirmed}, Sign{updated, SignSource})
		l.Life.ArrivedOn = civil.DateOf(l.ID.Born(), civil.Paris)
		return l, err
	}, `SELECT p.id, p.confirmed_on, p.updated_on, p.fresh_on, p.fresh_sign, p.stale, w.bounced_on
		FROM place p LEFT JOIN place_watch w ON w.place = p.id WHERE `+condition, args...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	doubtful, err := db.All(ctx, q, db.Value[db.ID], `SELECT place FROM place_report
		WHERE kind = 'closed' AND state = 'open' AND place >= $1 AND place <= $2
		GROUP BY place HAVING COUNT(*) FILTER (WHERE agent) > 0 OR COUNT(DISTINCT reporter) > 1`, found[0].ID, found[len(found)-1].ID)
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i].Life.Doubtful = slices.Contains(doubtful, found[i].ID)
	}
	return found, nil
}

// judge looks at one place again, after an act that its freshness depends on:
// what others would add to it is what the last nightly look found.
func judge(ctx context.Context, tx *db.Tx, id db.ID) error {
	found, err := living(ctx, tx, `p.id = $1`, id)
	if err != nil || len(found) == 0 {
		return err
	}
	life := found[0].Life
	life.Last = Latest(today(tx), life.Last, found[0].Shown.Last)
	_, err = SetFreshness(ctx, tx, id, Freshness{Last: life.Last, Stale: life.Judge(today(tx)) != ""})
	return err
}

// Bounced notes that a mail about a place was refused for good. It is told to
// address, which is not written to about this place again. Package notify calls it.
func Bounced(ctx context.Context, tx *db.Tx, id db.ID, address string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO place_watch (place, bounced_on, bounced) VALUES ($1, $2, $3)
		ON CONFLICT (place) DO UPDATE SET bounced_on = $2, bounced = $3`, id, today(tx), bouncedMatch(tx, id, address)); err != nil {
		return err
	}
	return judge(ctx, tx, id)
}

func bouncedMatch(q db.Q, id db.ID, address string) []byte {
	return db.Match(q, id, "bounced\x00"+address)
}
