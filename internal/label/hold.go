package label

import (
	"context"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Suspend stops the labels that came from an application, from today to a day
// included; coupons are no longer taken there. Any certifier without interest
// may. Faults: forbidden, unknown_application, own_organisation, wrong_state,
// duty_taken, invalid (reason, until), conflict.
func Suspend(ctx context.Context, tx *db.Tx, id db.ID, reason string, until civil.Date) (Application, error) {
	application, err := overseen(ctx, tx, id, ActSuspend)
	if err != nil {
		return Application{}, err
	}
	var wrong fault.Collector
	checkReason(reason, &wrong)
	wrong.Check(!until.IsZero() && !until.Before(today(tx)) && !until.After(today(tx).AddMonths(longestSuspension)), "until", "out_of_range",
		"Donnez le dernier jour de la suspension, dans les six prochains mois.")
	if err := wrong.Err(); err != nil {
		return Application{}, err
	}
	return holdBack(ctx, tx, application, ActSuspend, verbSuspend, reason, until)
}

// longestSuspension is in months: past it, the label is withdrawn or it holds.
const longestSuspension = 6

// Resume lifts a suspension before its end. Faults: forbidden,
// unknown_application, own_organisation, wrong_state, duty_taken, invalid
// (reason), conflict.
func Resume(ctx context.Context, tx *db.Tx, id db.ID, reason string) (Application, error) {
	application, err := overseen(ctx, tx, id, ActResume)
	if err != nil {
		return Application{}, err
	}
	if err := reasoned(reason); err != nil {
		return Application{}, err
	}
	return holdBack(ctx, tx, application, ActResume, verbResume, reason, civil.Date{})
}

// Revoke withdraws the labels that came from an application, from today on.
// Faults: those of Resume.
func Revoke(ctx context.Context, tx *db.Tx, id db.ID, reason string) (Application, error) {
	application, err := overseen(ctx, tx, id, ActWithdraw)
	if err != nil {
		return Application{}, err
	}
	if err := reasoned(reason); err != nil {
		return Application{}, err
	}
	return holdBack(ctx, tx, application, ActWithdraw, verbWithdraw, reason, civil.Date{})
}

// overseen reads an application for an act on labels that were granted.
func overseen(ctx context.Context, tx *db.Tx, id db.ID, act Act) (Application, error) {
	application, err := applicationByID(ctx, tx, id)
	if err != nil {
		return Application{}, err
	}
	if _, err := reviewer(ctx, tx, account.ActLabelReview, application.Organisation); err != nil {
		return Application{}, err
	}
	_, err = application.State.next(act)
	return application, err
}

var noticeOf = map[Act]NoticeKind{ActSuspend: NoticeSuspended, ActResume: NoticeResumed, ActWithdraw: NoticeWithdrawn}

// holdBack does one act on every label that came from an application and still
// stands, then moves the application.
func holdBack(ctx context.Context, tx *db.Tx, application Application, act Act, verb, reason string, until civil.Date) (Application, error) {
	sites, err := standing(ctx, tx, application)
	if err != nil {
		return Application{}, err
	}
	for _, site := range sites {
		resumable := site.Label.State == Suspended && !today(tx).After(site.Label.Resumes)
		holding := site.Label.State == Granted && site.LabelledOn(today(tx))
		if act == ActResume && !resumable || act == ActSuspend && !holding || !resumable && !holding {
			continue
		}
		if _, err := rule(ctx, tx, Decision{Site: site.ID, On: today(tx), Reason: reason}, verb); err != nil {
			return Application{}, err
		}
	}
	after, err := advance(ctx, tx, application, act, reason, func(a *Application) { a.SuspendedUntil = until })
	if err != nil {
		return Application{}, err
	}
	return after, tell(ctx, tx, application.ID, noticeOf[act])
}

// standing lists the places whose label comes from this application and from no
// later one.
func standing(ctx context.Context, q db.Q, application Application) ([]Site, error) {
	var sites []Site
	for _, covered := range application.Places {
		from, err := grantedBy(ctx, q, covered.ID)
		if err != nil {
			return nil, err
		}
		if from != application.ID {
			continue
		}
		site, err := SiteByID(ctx, q, covered.ID)
		if err != nil {
			return nil, err
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// grantedBy is the application from which a place last got the label; zero for
// a label granted without one.
func grantedBy(ctx context.Context, q db.Q, placeID db.ID) (db.ID, error) {
	found, err := db.All(ctx, q, db.Value[db.ID], `SELECT application FROM label_outcome WHERE place = $1 AND outcome = 'granted' ORDER BY at DESC, id DESC LIMIT 1`, placeID)
	if err != nil || len(found) == 0 {
		return db.ID{}, err
	}
	return found[0], nil
}

// withdrawEmptied moves an application once the last label that came from it
// was withdrawn by a decision on its place.
func withdrawEmptied(ctx context.Context, tx *db.Tx, placeID db.ID, reason string) error {
	from, err := grantedBy(ctx, tx, placeID)
	if err != nil || from.IsZero() {
		return err
	}
	application, err := applicationByID(ctx, tx, from)
	if err != nil || application.State != Granted && application.State != Suspended {
		return err
	}
	sites, err := standing(ctx, tx, application)
	if err != nil {
		return err
	}
	for _, site := range sites {
		if site.Label.State != Withdrawn {
			return nil
		}
	}
	if _, err := advance(ctx, tx, application, ActWithdraw, reason, nil); err != nil {
		return err
	}
	return tell(ctx, tx, application.ID, NoticeWithdrawn)
}
