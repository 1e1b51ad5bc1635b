package label

import (
	"context"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/job"
)

// JobNotice is the kind of the job that tells people of an application: an edge
// handles it, with TellOf and the messages of package notify. Its payload is a Notice.
const JobNotice = "label.notice"

// NoticeKind is what there is to tell.
type NoticeKind string

// The notices, by who is told.
const (
	// To the owners of the organisation that applied.
	NoticeReceived    NoticeKind = "received" // sent, or appealed: until when it is decided
	NoticeAsked       NoticeKind = "asked"
	NoticeAskedAgain  NoticeKind = "asked_again" // a month without answer
	NoticeToApplicant NoticeKind = "to_applicant"
	NoticeVisit       NoticeKind = "visit" // planned, or called off
	NoticeDecided     NoticeKind = "decided"
	NoticeSuspended   NoticeKind = "suspended"
	NoticeResumed     NoticeKind = "resumed"
	NoticeWithdrawn   NoticeKind = "withdrawn"
	NoticeLapsed      NoticeKind = "lapsed"
	NoticeExpired     NoticeKind = "expired"
	NoticeRenewSoon   NoticeKind = "renew_six_months"
	NoticeRenewNow    NoticeKind = "renew_three_months"
	// To the certifier who took it.
	NoticeToCertifier NoticeKind = "to_certifier"
	NoticeCompleted   NoticeKind = "completed"
	NoticeDueSoon     NoticeKind = "due_soon" // the promise ends within two weeks
)

// Notice is what a job tells: that something happened, never its content. A
// label without application is told of by its place.
type Notice struct {
	Application db.ID      `json:"application,omitzero"`
	Place       db.ID      `json:"place,omitzero"`
	Kind        NoticeKind `json:"kind"`
}

func tell(ctx context.Context, tx *db.Tx, application db.ID, kind NoticeKind) error {
	return job.Enqueue(ctx, tx, JobNotice, Notice{Application: application, Kind: kind})
}

// Told is what an edge needs to tell someone: who, and of which places.
type Told struct {
	Emails      []string // who is told; empty when nobody is left
	ToCertifier bool
	Places      string      // names, with commas
	Application Application // zero when the label has none
	Site        Site        // of a notice about one place
}

// TellOf finds who is to be told, in the name of the program. Faults:
// unknown_application, unknown_place.
func TellOf(ctx context.Context, q db.Q, notice Notice) (Told, error) {
	var told Told
	var err error
	var organisation db.ID
	if !notice.Application.IsZero() {
		if told.Application, err = applicationByID(ctx, q, notice.Application); err != nil {
			return Told{}, err
		}
		told.Places, organisation = told.Application.PlaceNames(), told.Application.Organisation
	}
	if !notice.Place.IsZero() {
		if told.Site, err = SiteByID(ctx, q, notice.Place); err != nil {
			return Told{}, err
		}
		told.Places, organisation = told.Site.Name, told.Site.Organisation
	}
	switch notice.Kind {
	case NoticeToCertifier, NoticeCompleted, NoticeDueSoon:
		told.ToCertifier = true
		if told.Application.Certifier.IsZero() {
			return told, nil
		}
		told.Emails, err = account.EmailOf(ctx, q, told.Application.Certifier)
	default:
		told.Emails, err = account.OwnerEmails(ctx, q, organisation)
	}
	return told, err
}
