package workshop_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/workshop"
)

func TestAPathwayIsProposedFromTheLevelAndTheScores(t *testing.T) {
	zero, one, two := 0, 1, 2
	for name, c := range map[string]struct {
		level  string
		scores map[string]*int
		steps  int
		holds  string
	}{
		"a beginner":             {workshop.Discover, nil, 10, "first-steps"},
		"one who cannot protect": {workshop.Master, map[string]*int{"information": &two, "communication": &two, "problem_solving": &two, "software": &two, "privacy": &one}, 7, "fraud"},
		"nearly at ease":         {workshop.Empower, map[string]*int{"privacy": &zero}, 5, "traces"},
	} {
		steps := workshop.Propose(workshop.Current().Workshops, c.level, c.scores, nil)
		found := false
		for i, step := range steps {
			found = found || step.Code == c.holds
			if i > 0 && steps[i-1].Level > step.Level && step.Level == c.level {
				t.Errorf("%s: %s comes after a harder one", name, step.Code)
			}
		}
		if len(steps) != c.steps || !found {
			t.Errorf("%s: %d steps, %s among them: %v", name, len(steps), c.holds, found)
		}
	}
	wished := workshop.Propose(workshop.Current().Workshops, workshop.Empower, nil, []string{"photos"})
	if !contains(wished, "film") {
		t.Error("a wish is not followed")
	}
}

func contains(steps []workshop.Ready, code string) bool {
	for _, step := range steps {
		if step.Code == code {
			return true
		}
	}
	return false
}

func TestAPathwayFollowsTheBookings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		w := newTown(t, d)
		who := w.register("Monique")
		keep := func(act func(ctx context.Context, tx *db.Tx) (workshop.Pathway, error)) (made workshop.Pathway, err error) {
			err = d.Update(t.Context(), w.desk, func(tx *db.Tx) (err error) {
				made, err = act(t.Context(), tx)
				return err
			})
			return made, err
		}
		proposed, err := keep(func(ctx context.Context, tx *db.Tx) (workshop.Pathway, error) {
			return workshop.ProposePathway(ctx, tx, db.ID{}, who, nil)
		})
		if err != nil || len(proposed.ReadyWorkshops) != 10 || proposed.Level != workshop.Discover {
			t.Fatalf("%v %+v", err, proposed)
		}
		if _, err := keep(func(ctx context.Context, tx *db.Tx) (workshop.Pathway, error) {
			return workshop.ProposePathway(ctx, tx, db.ID{}, who, nil)
		}); !fault.HasCode(err, "pathway_under_way") {
			t.Errorf("a second one: %v", err)
		}
		accepted, err := keep(func(ctx context.Context, tx *db.Tx) (workshop.Pathway, error) {
			return workshop.AcceptPathway(ctx, tx, proposed.ID, []string{"mailbox", "formality", "fraud", "photos", "school"})
		})
		if err != nil || accepted.State != workshop.PathwayAccepted {
			t.Fatal(err, accepted.State)
		}
		progress := func(actor db.Actor) (found workshop.Progress) {
			w.read(actor, func(ctx context.Context, q db.Q) error {
				known, err := workshop.PathwayByID(ctx, q, proposed.ID)
				if err == nil {
					found, err = workshop.ProgressOn(ctx, q, known)
				}
				return err
			})
			return found
		}
		if err := d.View(t.Context(), w.mediator, func(q db.Q) error {
			_, err := workshop.PathwayByID(t.Context(), q, proposed.ID)
			return err
		}); !fault.HasCode(err, "unknown_pathway") {
			t.Errorf("a site that does not expect them: %v", err)
		}
		mailbox := w.plan(workshop.New{Topic: "mailbox", StartsAt: dbtest.Start.Add(48 * time.Hour)})
		formality := w.plan(workshop.New{Topic: "formality", StartsAt: dbtest.Start.Add(72 * time.Hour)})
		later := w.plan(workshop.New{Topic: "formality", StartsAt: dbtest.Start.Add(96 * time.Hour)})
		beside := w.plan(workshop.New{Topic: "travel", StartsAt: dbtest.Start.Add(120 * time.Hour)})
		seats := map[string]workshop.Booking{}
		for name, session := range map[string]workshop.Session{"mailbox": mailbox, "formality": formality, "beside": beside} {
			if seats[name], err = w.book(w.desk, workshop.Reservation{Session: session.ID, Holder: who}); err != nil {
				t.Fatal(err)
			}
		}
		if now := progress(w.mediator); now.Steps[0].State != workshop.StepBooked || now.Steps[1].Booking != seats["formality"].ID || len(now.Beside) != 1 ||
			now.NextSeat.Session.ID != mailbox.ID || now.NextReady.Code != "fraud" {
			t.Errorf("booked: %+v", now)
		}
		// A move is followed, a cancellation too.
		w.Must(t, w.desk, func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.Move(ctx, tx, workshop.Change{Booking: seats["formality"].ID, Session: later.ID})
			return err
		})
		if now := progress(w.desk); now.Steps[1].Session.ID != later.ID {
			t.Errorf("moved: %+v", now.Steps[1])
		}
		w.cancel(seats["beside"].ID)
		d.Clock.Set(mailbox.StartsAt.Add(time.Hour))
		w.Must(t, w.mediator, func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.Attend(ctx, tx, mailbox.ID, who, workshop.Came)
			return err
		})
		if now := progress(w.desk); now.Done != 1 || now.Time != 2*time.Hour || now.HoursText() != "2\u00a0h" || len(now.Beside) != 0 {
			t.Errorf("after one session: %+v", now)
		}
		// The end measures again, and the certificate tells the level with their word.
		if _, err := keep(func(ctx context.Context, tx *db.Tx) (workshop.Pathway, error) {
			again, err := diagnosis.Record(ctx, tx, diagnosis.Input{Answers: map[string]string{}})
			if err == nil {
				err = diagnosis.Attach(ctx, tx, again.ID, who)
			}
			if err != nil {
				return workshop.Pathway{}, err
			}
			return workshop.FinishPathway(ctx, tx, proposed.ID, true)
		}); err != nil {
			t.Fatal(err)
		}
		w.read(w.desk, func(ctx context.Context, q db.Q) error {
			all, err := workshop.PathwaysOf(ctx, q, who)
			if len(all) != 1 || all[0].State != workshop.PathwayFinished || all[0].LevelAfter != workshop.Discover || all[0].LastDiagnosis.IsZero() || !all[0].ShareLevel {
				t.Errorf("finished: %+v", all)
			}
			return err
		})
		if _, err := keep(func(ctx context.Context, tx *db.Tx) (workshop.Pathway, error) {
			return workshop.StopPathway(ctx, tx, proposed.ID, "Trop loin.")
		}); !fault.HasCode(err, "pathway_over") {
			t.Errorf("stopped once over: %v", err)
		}
	})
}
