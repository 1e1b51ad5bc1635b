package label

import (
	"context"
	"fmt"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/job"
)

// The terms that the night watches.
const (
	remindAfter   = 30  // days without answer to what was asked, then a reminder
	lapseAfter    = 90  // days without answer, then the application is closed
	dueSoon       = 14  // days before the end of the promise
	holdOnDays    = 31  // what one night adds to a label whose renewal is under review
	holdOnBefore  = 7   // days before its end
	keptYears     = 5   // after its end, an application is erased (code civil, art. 2224)
	draftMonths   = 12  // an untouched draft, likewise
	mostPerNight  = 500 // of each kind; the next night goes on
	firstAnnounce = RenewalMonths
	lastAnnounce  = 3 // months before the end
)

// Nightly does what dates ask for, in the name of the program: it lifts the
// suspensions that are over, keeps a label whose renewal is under review,
// closes what got no answer, says what expired, announces renewals six and three
// months before the end, reminds, and erases what its term has reached.
func Nightly(ctx context.Context, tx *db.Tx) error {
	for _, work := range []func(context.Context, *db.Tx) error{
		liftSuspensions, holdOn, lapse, expireApplications, announceRenewals, remindLate, forgetApplications,
	} {
		if err := work(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// each does an act on applications found by their ids. One that another act
// moved meanwhile waits for the next night.
func each(ctx context.Context, tx *db.Tx, ids []db.ID, act func(Application) error) error {
	for _, id := range ids {
		application, err := applicationByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := act(application); err != nil && fault.KindOf(err) != fault.Conflict {
			return fmt.Errorf("label: application %s: %w", id, err)
		}
	}
	return nil
}

func applicationIDs(ctx context.Context, q db.Q, where string, args ...any) ([]db.ID, error) {
	return db.All(ctx, q, db.Value[db.ID], fmt.Sprintf(`SELECT id FROM label_application WHERE %s ORDER BY id LIMIT %d`, where, mostPerNight), args...)
}

func liftSuspensions(ctx context.Context, tx *db.Tx) error {
	ids, err := applicationIDs(ctx, tx, `state = 'suspended' AND suspended_until < $1`, today(tx))
	if err != nil {
		return err
	}
	return each(ctx, tx, ids, func(a Application) error {
		_, err := holdBack(ctx, tx, a, ActResume, verbResume, "La suspension est arrivée à son terme.", civil.Date{})
		return err
	})
}

// holdOn keeps the label of a place whose renewal was sent before its end and
// is not decided yet: the delay is the certifier's, and people have seats booked
// there. It adds a month at a time. While more is asked for over two months
// without answer, the delay is the applicant's: lapse ends it.
func holdOn(ctx context.Context, tx *db.Tx) error {
	ending, err := db.All(ctx, tx, db.Value[db.ID], `SELECT held.place FROM label AS held
		JOIN label_application_open AS opened ON opened.place = held.place
		JOIN label_application AS renewal ON renewal.id = opened.application
		WHERE held.state = 'granted' AND renewal.state IN ('sent', 'in_review', 'more_asked')
			AND held.valid_until >= $1 AND held.valid_until <= $2 AND renewal.clock_started <= held.valid_until
		ORDER BY held.place`, today(tx), today(tx).AddDays(holdOnBefore))
	if err != nil {
		return err
	}
	for _, placeID := range ending {
		site, err := SiteByID(ctx, tx, placeID)
		if err != nil {
			return err
		}
		if _, err := rule(ctx, tx, Decision{
			Site: placeID, On: today(tx), Until: site.Label.Until.AddDays(holdOnDays),
			Reason: "La demande de renouvellement, envoyée à temps, n’est pas encore décidée\u00a0: le label est maintenu.",
		}, verbProlong); err != nil && fault.KindOf(err) != fault.Conflict {
			return err
		}
	}
	return nil
}

func lapse(ctx context.Context, tx *db.Tx) error {
	ids, err := applicationIDs(ctx, tx, `state = 'more_asked' AND clock_paused < $1`, today(tx).AddDays(-lapseAfter))
	if err != nil {
		return err
	}
	return each(ctx, tx, ids, func(a Application) error {
		reason := fmt.Sprintf("Aucune réponse en %d jours à ce qui était demandé.", lapseAfter)
		if _, err := advance(ctx, tx, a, ActLapse, reason, nil); err != nil {
			return err
		}
		return tell(ctx, tx, a.ID, NoticeLapsed)
	})
}

// expireApplications ends those whose labels are all over, or come from a later
// application.
func expireApplications(ctx context.Context, tx *db.Tx) error {
	ids, err := applicationIDs(ctx, tx, `state IN ('granted', 'suspended') AND NOT EXISTS (
		SELECT 1 FROM label_outcome AS mine JOIN label AS held ON held.place = mine.place
		WHERE mine.application = label_application.id AND mine.outcome = 'granted'
			AND (held.valid_until >= $1 OR held.state = 'suspended' AND held.resumes >= $1)
			AND NOT EXISTS (SELECT 1 FROM label_outcome AS later WHERE later.place = mine.place AND later.outcome = 'granted' AND later.at > mine.at))`, today(tx))
	if err != nil {
		return err
	}
	return each(ctx, tx, ids, func(a Application) error {
		sites, err := standing(ctx, tx, a)
		if err != nil {
			return err
		}
		if len(sites) == 0 {
			_, err := advance(ctx, tx, a, ActExpire, "Le label vient maintenant d’une demande plus récente.", nil)
			return err
		}
		if _, err := advance(ctx, tx, a, ActExpire, "Le label est arrivé à son terme.", nil); err != nil {
			return err
		}
		return tell(ctx, tx, a.ID, NoticeExpired)
	})
}

// announceRenewals tells the owners of places whose label ends in six and in
// three months, once each, unless they have already applied.
func announceRenewals(ctx context.Context, tx *db.Tx) error {
	for _, announce := range []struct {
		months int
		kind   NoticeKind
		beyond int // months: nearer than that, the other announcement speaks
	}{{firstAnnounce, NoticeRenewSoon, lastAnnounce}, {lastAnnounce, NoticeRenewNow, 0}} {
		type ending struct {
			place db.ID
			until civil.Date
		}
		due, err := db.All(ctx, tx, func(row db.Scanner) (ending, error) {
			var e ending
			err := row.Scan(&e.place, &e.until)
			return e, err
		}, `SELECT place, valid_until FROM label WHERE state = 'granted' AND valid_until <= $1 AND valid_until > $2
			AND NOT EXISTS (SELECT 1 FROM label_application_open AS opened JOIN label_application AS renewal ON renewal.id = opened.application
				WHERE opened.place = label.place AND renewal.sent_at IS NOT NULL) ORDER BY place`,
			today(tx).AddMonths(announce.months), today(tx).AddMonths(announce.beyond))
		if err != nil {
			return err
		}
		for _, one := range due {
			if err := tellOnce(ctx, tx, one.place, string(announce.kind)+" "+one.until.String(), Notice{Place: one.place, Kind: announce.kind}); err != nil {
				return err
			}
		}
	}
	return nil
}

// remindLate tells the applicant who has not answered for a month, and the
// certifier whose promise ends within two weeks.
func remindLate(ctx context.Context, tx *db.Tx) error {
	ids, err := applicationIDs(ctx, tx, `state = 'more_asked' AND clock_paused <= $1`, today(tx).AddDays(-remindAfter))
	if err != nil {
		return err
	}
	if err := each(ctx, tx, ids, func(a Application) error {
		return tellOnce(ctx, tx, a.ID, string(NoticeAskedAgain)+" "+a.counter.paused.String(), Notice{Application: a.ID, Kind: NoticeAskedAgain})
	}); err != nil {
		return err
	}
	ids, err = applicationIDs(ctx, tx, `state IN ('in_review', 'appealed') AND certifier IS NOT NULL AND clock_started <= $1`, today(tx).AddMonths(-Promised).AddDays(dueSoon))
	if err != nil {
		return err
	}
	return each(ctx, tx, ids, func(a Application) error {
		if a.ClockNow(tx).Due.After(today(tx).AddDays(dueSoon)) { // pauses have moved it
			return nil
		}
		return tellOnce(ctx, tx, a.ID, string(NoticeDueSoon)+" "+itoa(a.Round), Notice{Application: a.ID, Kind: NoticeDueSoon})
	})
}

// tellOnce enqueues a notice that is told a single time.
func tellOnce(ctx context.Context, tx *db.Tx, about db.ID, kind string, notice Notice) error {
	fresh, err := tx.Exec(ctx, `INSERT INTO label_told (about, kind, at) VALUES ($1, $2, $3) ON CONFLICT (about, kind) DO NOTHING`, about, kind, tx.Now())
	if err != nil || fresh == 0 {
		return err
	}
	return job.Enqueue(ctx, tx, JobNotice, notice)
}

// AnnouncedOn tells on which day the renewal of a label was last announced to
// its owners; zero until it is.
func AnnouncedOn(ctx context.Context, q db.Q, site Site) (civil.Date, error) {
	var at time.Time
	until := site.Label.Until.String()
	err := q.QueryRow(ctx, `SELECT MAX(at) FROM label_told WHERE about = $1 AND kind IN ($2, $3)`,
		site.ID, string(NoticeRenewSoon)+" "+until, string(NoticeRenewNow)+" "+until).Scan(&at)
	if err != nil || at.IsZero() {
		return civil.Date{}, err
	}
	return civil.DateOf(at, civil.Paris), nil
}

// forgetApplications destroys the key of applications that ended five years ago
// and of drafts left for a year, and removes their papers. The states, the
// decisions and the figures stay.
func forgetApplications(ctx context.Context, tx *db.Tx) error {
	ids, err := applicationIDs(ctx, tx, `erased_at IS NULL AND (ended_at < $1 AND state NOT IN ('granted', 'suspended') OR state = 'draft' AND changed_at < $2)`,
		tx.Now().AddDate(-keptYears, 0, 0), tx.Now().AddDate(0, -draftMonths, 0))
	if err != nil {
		return err
	}
	return each(ctx, tx, ids, func(a Application) error {
		if a.State == Draft {
			if a, err = advance(ctx, tx, a, ActGiveUp, "Brouillon laissé sans changement pendant un an.", nil); err != nil {
				return err
			}
		}
		if err := db.Erase(ctx, tx, a.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM label_attachment_content WHERE attachment IN (SELECT id FROM label_attachment WHERE application = $1)`, a.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE label_application SET erased_at = $2, representative = NULL, position = NULL WHERE id = $1`, a.ID, tx.Now())
		return err
	})
}
