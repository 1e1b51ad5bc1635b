package api

import (
	"context"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/workshop"
)

type pathwayStepView struct {
	Workshop  string     `json:"workshop" doc:"Le code d’un atelier prêt."`
	Title     string     `json:"title"`
	State     string     `json:"state" enum:"done,booked,waiting,to_book"`
	BookingID *id        `json:"booking_id" nullable:"true"`
	StartsAt  *time.Time `json:"starts_at"`
}

type pathwayView struct {
	ID          id                `json:"id"`
	HolderID    id                `json:"holder_id"`
	State       string            `json:"state" enum:"proposed,accepted,finished,stopped"`
	Level       string            `json:"level" enum:"discover,master,empower"`
	LevelAfter  string            `json:"level_after" doc:"Le niveau au second repérage ; vide sans lui."`
	ShareLevel  bool              `json:"share_level"`
	DiagnosisID *id               `json:"diagnosis_id" nullable:"true"`
	ProposedAt  time.Time         `json:"proposed_at"`
	AcceptedAt  *time.Time        `json:"accepted_at"`
	EndedAt     *time.Time        `json:"ended_at"`
	Done        int               `json:"done"`
	Minutes     int               `json:"minutes" doc:"Passées en séance, sur 30 heures au plus."`
	Steps       []pathwayStepView `json:"steps"`
}

func viewPathway(ctx context.Context, q db.Q, p workshop.Pathway) (pathwayView, error) {
	progress, err := workshop.ProgressOn(ctx, q, p)
	return pathwayView{
		ID: id{p.ID}, HolderID: id{p.Holder}, State: p.State, Level: p.Level, LevelAfter: p.LevelAfter, ShareLevel: p.ShareLevel,
		DiagnosisID: reference(p.Diagnosis), ProposedAt: p.ProposedAt.UTC(), AcceptedAt: instant(p.AcceptedAt), EndedAt: instant(p.EndedAt),
		Done: progress.Done, Minutes: int(progress.Time.Minutes()),
		Steps: each(progress.Steps, func(s workshop.Followed) pathwayStepView {
			return pathwayStepView{s.Code, s.Title, s.State, reference(s.Booking), instant(s.Session.StartsAt)}
		}),
	}, err
}

type listPathwaysInput struct {
	Holder string `query:"holder" doc:"Les parcours d’une personne ; sinon ceux de votre organisation."`
	State  string `query:"state" enum:"proposed,accepted,finished,stopped"`
}

func listPathways(ctx context.Context, q db.Q, in *listPathwaysInput) (page[pathwayView], error) {
	var found []workshop.Pathway
	who, err := optionalID(in.Holder)
	switch {
	case err != nil:
		return page[pathwayView]{}, err
	case who.IsZero():
		found, err = workshop.Pathways(ctx, q, q.Actor().Organisation, in.State)
	default:
		found, err = workshop.PathwaysOf(ctx, q, who)
	}
	if err != nil {
		return page[pathwayView]{}, err
	}
	items := make([]pathwayView, len(found))
	for i, one := range found {
		if items[i], err = viewPathway(ctx, q, one); err != nil {
			return page[pathwayView]{}, err
		}
	}
	return page[pathwayView]{Items: items}, nil
}

type pathwayInput struct {
	ID string `path:"id"`
}

func readPathway(ctx context.Context, q db.Q, in *pathwayInput) (pathwayView, error) {
	wanted, err := db.ParseID(in.ID)
	if err != nil {
		return pathwayView{}, err
	}
	found, err := workshop.PathwayByID(ctx, q, wanted)
	if err != nil {
		return pathwayView{}, err
	}
	return viewPathway(ctx, q, found)
}

type proposeInput struct {
	Body struct {
		Holder    id       `json:"holder"`
		Workshops []string `json:"workshops,omitempty" doc:"Les codes d’ateliers prêts, dans l’ordre ; sans eux, d’après le repérage."`
	}
}

func proposePathway(ctx context.Context, tx *db.Tx, row db.ID, in *proposeInput) (pathwayView, error) {
	if _, err := workshop.ProposePathway(ctx, tx, row, in.Body.Holder.ID, in.Body.Workshops); err != nil {
		return pathwayView{}, err
	}
	return readPathway(ctx, tx, &pathwayInput{ID: row.String()})
}

func proposePathwayAgain(ctx context.Context, tx *db.Tx, row db.ID, _ *proposeInput) (pathwayView, error) {
	return readPathway(ctx, tx, &pathwayInput{ID: row.String()})
}

type pathwayActInput struct {
	ID   string `path:"id"`
	Body struct {
		Workshops  []string `json:"workshops,omitempty" doc:"Pour accepter : les séances gardées, dans l’ordre."`
		ShareLevel bool     `json:"share_level,omitempty" doc:"Pour finir : la personne veut que l’attestation dise son niveau."`
		Reason     string   `json:"reason,omitempty" doc:"Pour arrêter : pourquoi."`
	}
}

// onPathway makes the operation of one act on a pathway.
func onPathway(act func(ctx context.Context, tx *db.Tx, wanted db.ID, in *pathwayActInput) error) writer[pathwayActInput, pathwayView] {
	return func(ctx context.Context, tx *db.Tx, _ db.ID, in *pathwayActInput) (pathwayView, error) {
		wanted, err := db.ParseID(in.ID)
		if err == nil {
			err = act(ctx, tx, wanted, in)
		}
		if err != nil {
			return pathwayView{}, err
		}
		return readPathway(ctx, tx, &pathwayInput{ID: in.ID})
	}
}

func onPathwayAgain(ctx context.Context, tx *db.Tx, _ db.ID, in *pathwayActInput) (pathwayView, error) {
	return readPathway(ctx, tx, &pathwayInput{ID: in.ID})
}

var (
	acceptPathway = onPathway(func(ctx context.Context, tx *db.Tx, wanted db.ID, in *pathwayActInput) error {
		_, err := workshop.AcceptPathway(ctx, tx, wanted, in.Body.Workshops)
		return err
	})
	finishPathway = onPathway(func(ctx context.Context, tx *db.Tx, wanted db.ID, in *pathwayActInput) error {
		_, err := workshop.FinishPathway(ctx, tx, wanted, in.Body.ShareLevel)
		return err
	})
	stopPathway = onPathway(func(ctx context.Context, tx *db.Tx, wanted db.ID, in *pathwayActInput) error {
		_, err := workshop.StopPathway(ctx, tx, wanted, in.Body.Reason)
		return err
	})
)
