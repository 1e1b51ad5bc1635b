package api

import (
	"context"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/label"
)

type reasonInput struct {
	OneApplication
	Body struct {
		Reason string `json:"reason"`
	}
}

type textInput struct {
	OneApplication
	Body struct {
		Text string `json:"text"`
	}
}

type suspensionInput struct {
	OneApplication
	Body struct {
		Reason string     `json:"reason"`
		Until  civil.Date `json:"until" format:"date" doc:"Le dernier jour de la suspension."`
	}
}

// moved answers an act on an application.
func moved(tx *db.Tx, in interface{ application() (db.ID, error) }, act func(db.ID) (label.Application, error)) (ApplicationView, error) {
	wanted, err := in.application()
	if err != nil {
		return ApplicationView{}, err
	}
	after, err := act(wanted)
	if err != nil {
		return ApplicationView{}, err
	}
	return viewApplication(tx)(after), nil
}

// movedApplication answers again where an application stands.
func movedApplication[I applicationInput](ctx context.Context, tx *db.Tx, _ db.ID, in *I) (ApplicationView, error) {
	return moved(tx, *in, func(wanted db.ID) (label.Application, error) { return label.ApplicationByID(ctx, tx, wanted) })
}

func sendApplication(ctx context.Context, tx *db.Tx, _ db.ID, in *OneApplication) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) {
		application, err := label.ApplicationByID(ctx, tx, wanted)
		if err != nil {
			return label.Application{}, err
		}
		if application.State == label.MoreAsked {
			return label.Complete(ctx, tx, wanted)
		}
		return label.Send(ctx, tx, wanted)
	})
}

func giveUpApplication(ctx context.Context, tx *db.Tx, _ db.ID, in *reasonInput) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) {
		return label.GiveUp(ctx, tx, wanted, in.Body.Reason)
	})
}

func appealApplication(ctx context.Context, tx *db.Tx, _ db.ID, in *reasonInput) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) {
		return label.Appeal(ctx, tx, wanted, in.Body.Reason)
	})
}

func takeApplication(ctx context.Context, tx *db.Tx, _ db.ID, in *OneApplication) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) { return label.Take(ctx, tx, wanted) })
}

func releaseApplication(ctx context.Context, tx *db.Tx, _ db.ID, in *reasonInput) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) {
		return label.Release(ctx, tx, wanted, in.Body.Reason)
	})
}

func askApplicant(ctx context.Context, tx *db.Tx, _ db.ID, in *textInput) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) {
		return label.Ask(ctx, tx, wanted, in.Body.Text)
	})
}

func concludeApplication(ctx context.Context, tx *db.Tx, _ db.ID, in *reasonInput) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) {
		return label.Conclude(ctx, tx, wanted, in.Body.Reason)
	})
}

func suspendLabel(ctx context.Context, tx *db.Tx, _ db.ID, in *suspensionInput) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) {
		return label.Suspend(ctx, tx, wanted, in.Body.Reason, in.Body.Until)
	})
}

func resumeLabel(ctx context.Context, tx *db.Tx, _ db.ID, in *reasonInput) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) {
		return label.Resume(ctx, tx, wanted, in.Body.Reason)
	})
}

func revokeLabel(ctx context.Context, tx *db.Tx, _ db.ID, in *reasonInput) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) {
		return label.Revoke(ctx, tx, wanted, in.Body.Reason)
	})
}

type judgeInput struct {
	OneApplication
	Body struct {
		Judgements []judgementView `json:"judgements" minItems:"1" maxItems:"1000"`
	}
}

func judge(ctx context.Context, tx *db.Tx, _ db.ID, in *judgeInput) (ApplicationView, error) {
	return moved(tx, in, func(wanted db.ID) (label.Application, error) {
		if err := label.Judge(ctx, tx, wanted, each(in.Body.Judgements, judgementOf)); err != nil {
			return label.Application{}, err
		}
		return label.ApplicationByID(ctx, tx, wanted)
	})
}

func judgementOf(j judgementView) label.Judgement {
	return label.Judgement{Place: j.Place.ID, Criterion: j.Criterion, Verdict: label.Verdict(j.Verdict), Word: j.Word}
}

func writeMessage(ctx context.Context, tx *db.Tx, row db.ID, in *textInput) (messageView, error) {
	wanted, err := in.application()
	if err != nil {
		return messageView{}, err
	}
	written, err := label.Write(ctx, tx, row, wanted, in.Body.Text)
	return viewMessage(written), err
}

func writeMessageAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *textInput) (messageView, error) {
	written, err := label.MessageByID(ctx, tx, row)
	return viewMessage(written), err
}

type visitView struct {
	ID        id              `json:"id"`
	PlaceID   id              `json:"place_id"`
	PlannedOn civil.Date      `json:"planned_on" format:"date"`
	DoneOn    *civil.Date     `json:"done_on" format:"date"`
	Cancelled *time.Time      `json:"cancelled_at"`
	Note      string          `json:"note"`
	Findings  []judgementView `json:"findings"`
}

func viewVisit(v label.Visit) visitView {
	return visitView{
		ID: id{v.ID}, PlaceID: id{v.Place}, PlannedOn: v.PlannedOn, DoneOn: day(v.DoneOn), Cancelled: instant(v.CancelledAt), Note: v.Note,
		Findings: each(v.Findings, viewJudgement),
	}
}

type planVisitInput struct {
	OneApplication
	Body struct {
		Place id         `json:"place"`
		On    civil.Date `json:"on" format:"date"`
	}
}

func planVisit(ctx context.Context, tx *db.Tx, row db.ID, in *planVisitInput) (visitView, error) {
	wanted, err := in.application()
	if err != nil {
		return visitView{}, err
	}
	visit, err := label.PlanVisit(ctx, tx, label.Visit{ID: row, Application: wanted, Place: in.Body.Place.ID, PlannedOn: in.Body.On})
	return viewVisit(visit), err
}

func planVisitAgain(ctx context.Context, tx *db.Tx, row db.ID, in *planVisitInput) (visitView, error) {
	return visitOf(ctx, tx, in.OneApplication, row)
}

// visitOf reads a visit of the application that the address names.
func visitOf(ctx context.Context, q db.Q, in OneApplication, wanted db.ID) (visitView, error) {
	about, err := in.application()
	if err != nil {
		return visitView{}, err
	}
	file, err := label.FileByID(ctx, q, about)
	if err != nil {
		return visitView{}, err
	}
	for _, visit := range file.Visits {
		if visit.ID == wanted {
			return viewVisit(visit), nil
		}
	}
	return visitView{}, label.ErrUnknownVisit
}

// VisitInput is the address of a visit.
type VisitInput struct {
	OneApplication
	Visit string `path:"visit"`
}

type recordVisitInput struct {
	VisitInput
	Body struct {
		On       civil.Date      `json:"on" format:"date"`
		Note     string          `json:"note"`
		Findings []judgementView `json:"findings,omitempty" maxItems:"100"`
	}
}

func recordVisit(ctx context.Context, tx *db.Tx, _ db.ID, in *recordVisitInput) (visitView, error) {
	wanted, err := db.ParseID(in.Visit)
	if err != nil {
		return visitView{}, err
	}
	if _, err := visitOf(ctx, tx, in.OneApplication, wanted); err != nil {
		return visitView{}, err
	}
	visit, err := label.RecordVisit(ctx, tx, wanted, in.Body.On, in.Body.Note, each(in.Body.Findings, judgementOf))
	return viewVisit(visit), err
}

func recordVisitAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *recordVisitInput) (visitView, error) {
	wanted, err := db.ParseID(in.Visit)
	if err != nil {
		return visitView{}, err
	}
	return visitOf(ctx, tx, in.OneApplication, wanted)
}

func cancelVisit(ctx context.Context, tx *db.Tx, _ db.ID, in *VisitInput) (visitView, error) {
	wanted, err := db.ParseID(in.Visit)
	if err != nil {
		return visitView{}, err
	}
	before, err := visitOf(ctx, tx, in.OneApplication, wanted)
	if err != nil || before.Cancelled != nil {
		return before, err
	}
	if err := label.CancelVisit(ctx, tx, wanted); err != nil {
		return visitView{}, err
	}
	return visitOf(ctx, tx, in.OneApplication, wanted)
}
