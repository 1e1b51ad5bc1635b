package label_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/label"
	"passerelle/internal/place"
)

// pdf is the least that is taken for one.
var pdf = []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")

// bench is an organisation with two places, its owner, and three certifiers.
type bench struct {
	*dbtest.DB
	t            *testing.T
	organisation db.ID
	places       []db.ID
	owner        db.Actor
	first        db.Actor // certifiers
	second       db.Actor
	third        db.Actor
}

func newBench(t *testing.T, d *dbtest.DB) *bench {
	t.Helper()
	b := &bench{DB: d, t: t}
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
		body, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Association du Bourg", SIRET: "73282932000074", Roles: []string{account.RoleSite}})
		if err != nil {
			return err
		}
		b.organisation = body.ID
		for _, name := range []string{"Annexe", "Maison"} {
			saved, _, err := place.Save(ctx, tx, place.Place{Source: "own", SourceID: name, Name: name, Commune: "23096", Organisation: body.ID})
			if err != nil {
				return err
			}
			b.places = append(b.places, saved.ID)
		}
		b.owner = b.person(ctx, tx, account.RoleSite, account.LevelOwner, body.ID, "owner")
		board, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Comité", Roles: []string{account.RoleCertifier}})
		if err != nil {
			return err
		}
		for i, certifier := range []*db.Actor{&b.first, &b.second, &b.third} {
			*certifier = b.person(ctx, tx, account.RoleCertifier, account.LevelMember, board.ID, string(rune('a'+i)))
		}
		return nil
	})
	return b
}

var hash = account.HashPassword("quatre chevaux dans un pré")

func (b *bench) person(ctx context.Context, tx *db.Tx, role, level string, organisation db.ID, name string) db.Actor {
	b.t.Helper()
	added, err := account.AddPerson(ctx, tx, account.NewPerson{Name: name, Email: name + "@exemple.invalid", PasswordHash: hash})
	if err == nil {
		_, err = account.AddMember(ctx, tx, account.Member{Person: added.ID, Organisation: organisation, Role: role, Level: level})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return db.Actor{Kind: db.Person, ID: added.ID, Organisation: organisation, Role: role, Level: level}
}

// does runs one act a minute after the last, and answers its code.
func (b *bench) does(actor db.Actor, act func(ctx context.Context, tx *db.Tx) error) string {
	b.t.Helper()
	b.Clock.Advance(time.Minute)
	return codeOf(b.Update(b.t.Context(), actor, func(tx *db.Tx) error { return act(b.t.Context(), tx) }))
}

// begun opens an application for places.
func (b *bench) begun(places ...db.ID) (id db.ID) {
	b.t.Helper()
	b.must(b.owner, func(ctx context.Context, tx *db.Tx) error {
		made, err := label.Begin(ctx, tx, db.ID{}, places)
		id = made.ID
		return err
	})
	return id
}

func (b *bench) must(actor db.Actor, act func(ctx context.Context, tx *db.Tx) error) {
	b.t.Helper()
	b.Clock.Advance(time.Minute)
	b.Must(b.t, actor, act)
}

// filled answers everything that is asked.
func (b *bench) filled(ctx context.Context, tx *db.Tx, id db.ID) error {
	application, err := label.ApplicationByID(ctx, tx, id)
	if err != nil {
		return err
	}
	criteria, err := label.CriteriaByVersion(application.Criteria)
	if err != nil {
		return err
	}
	identity := label.Identity{SIRET: "732 829 320 00074", Representative: label.Representative{Name: "Jeanne Ruaud", Function: "Présidente"}}
	if err := label.Identify(ctx, tx, id, identity); err != nil {
		return err
	}
	var answers []label.Answer
	for _, item := range criteria.Items {
		for _, covered := range application.Places {
			answers = append(answers, label.Answer{Place: covered.ID, Criterion: item.Code, Value: valueFor(item.Answer), Detail: "Comme ceci."})
		}
		if item.Attachment.Needed {
			if _, err := label.Attach(ctx, tx, label.Attachment{Application: id, Criterion: item.Code, Name: "attestation.pdf"}, pdf); err != nil {
				return err
			}
		}
	}
	return label.Say(ctx, tx, id, answers)
}

func valueFor(question label.Question) string {
	switch question.Kind {
	case label.AnswerYesNo:
		return "yes"
	case label.AnswerNumber:
		return "4"
	case label.AnswerChoice:
		return question.Choices[0].Code
	}
	return ""
}

// judged gives the same verdict on everything in one place.
func judged(ctx context.Context, tx *db.Tx, id, placeID db.ID, verdict label.Verdict) error {
	application, err := label.ApplicationByID(ctx, tx, id)
	if err != nil {
		return err
	}
	criteria, err := label.CriteriaByVersion(application.Criteria)
	if err != nil {
		return err
	}
	var judgements []label.Judgement
	for _, item := range criteria.Items {
		judgements = append(judgements, label.Judgement{Place: placeID, Criterion: item.Code, Verdict: verdict, Word: "Vu sur place"})
	}
	return label.Judge(ctx, tx, id, judgements)
}

func (b *bench) file(id db.ID) (file label.File) {
	b.t.Helper()
	if err := b.View(b.t.Context(), console, func(q db.Q) (err error) {
		file, err = label.FileByID(b.t.Context(), q, id)
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return file
}

func (b *bench) today() civil.Date { return civil.DateOf(b.Clock.Now(), civil.Paris) }

// The whole life of an application, one line per act: what it answers, and
// where the application and its two places stand afterwards.
func TestTheLifeOfAnApplication(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		annexe, maison := b.places[0], b.places[1]
		id := b.begun(annexe, maison)
		type act = func(ctx context.Context, tx *db.Tx) error
		only := func(_ label.Application, err error) error { return err }
		send := act(func(ctx context.Context, tx *db.Tx) error { return only(label.Send(ctx, tx, id)) })
		take := act(func(ctx context.Context, tx *db.Tx) error { return only(label.Take(ctx, tx, id)) })
		conclude := act(func(ctx context.Context, tx *db.Tx) error {
			return only(label.Conclude(ctx, tx, id, "Au vu du dossier"))
		})
		ask := act(func(ctx context.Context, tx *db.Tx) error { return only(label.Ask(ctx, tx, id, "Et les tarifs ?")) })
		complete := act(func(ctx context.Context, tx *db.Tx) error { return only(label.Complete(ctx, tx, id)) })
		appeal := act(func(ctx context.Context, tx *db.Tx) error {
			return only(label.Appeal(ctx, tx, id, "La salle est accessible"))
		})
		giveUp := act(func(ctx context.Context, tx *db.Tx) error { return only(label.GiveUp(ctx, tx, id, "")) })
		resume := act(func(ctx context.Context, tx *db.Tx) error { return only(label.Resume(ctx, tx, id, "Réparé")) })
		revoke := act(func(ctx context.Context, tx *db.Tx) error { return only(label.Revoke(ctx, tx, id, "Fermé")) })
		suspend := act(func(ctx context.Context, tx *db.Tx) error {
			return only(label.Suspend(ctx, tx, id, "Travaux", b.today().AddDays(30)))
		})
		judge := func(placeID db.ID, verdict label.Verdict) act {
			return func(ctx context.Context, tx *db.Tx) error { return judged(ctx, tx, id, placeID, verdict) }
		}
		for number, step := range []struct {
			says  string
			actor db.Actor
			act   act
			days  int // before it
			want  string
			state label.State
			held  int // of the two places
		}{
			{"nothing is filled in", b.owner, send, 0, "incomplete", label.Draft, 0},
			{"a draft is nobody's to take", b.first, take, 0, "wrong_state", label.Draft, 0},
			{"fill in", b.owner, func(ctx context.Context, tx *db.Tx) error { return b.filled(ctx, tx, id) }, 0, "", label.Draft, 0},
			{"send", b.owner, send, 0, "", label.Sent, 0},
			{"sent is sent", b.owner, send, 0, "wrong_state", label.Sent, 0},
			{"too late to change", b.owner, func(ctx context.Context, tx *db.Tx) error { return b.filled(ctx, tx, id) }, 0, "wrong_state", label.Sent, 0},
			{"nobody took it", b.first, conclude, 0, "not_assigned", label.Sent, 0},
			{"take", b.first, take, 1, "", label.InReview, 0},
			{"it is the first's", b.second, take, 0, "wrong_state", label.InReview, 0},
			{"it is the first's to judge", b.second, judge(annexe, label.Met), 0, "not_assigned", label.InReview, 0},
			{"not judged yet", b.first, conclude, 0, "unjudged", label.InReview, 0},
			{"ask", b.first, ask, 3, "", label.MoreAsked, 0},
			{"no decision meanwhile", b.first, conclude, 0, "wrong_state", label.MoreAsked, 0},
			{"no judgement meanwhile", b.first, judge(annexe, label.Met), 0, "wrong_state", label.MoreAsked, 0},
			{"answer", b.owner, complete, 10, "", label.InReview, 0},
			{"everything applies but one", b.first, judge(annexe, label.NotApplicable), 0, "invalid", label.InReview, 0},
			{"one place meets all that applies", b.first, meetsAll(id, annexe), 0, "", label.InReview, 0},
			{"half of it is judged", b.first, conclude, 0, "unjudged", label.InReview, 0},
			{"the other meets nothing", b.first, judge(maison, label.NotMet), 0, "", label.InReview, 0},
			{"decide", b.first, conclude, 2, "", label.Granted, 1},
			{"decided is decided", b.first, conclude, 0, "wrong_state", label.Granted, 1},
			{"too late to give up", b.owner, giveUp, 0, "wrong_state", label.Granted, 1},
			{"appeal for the other", b.owner, appeal, 20, "", label.Appealed, 1},
			{"not to the same", b.first, take, 0, "same_certifier", label.Appealed, 1},
			{"to another", b.second, take, 0, "", label.Appealed, 1},
			{"the first no more", b.first, judge(maison, label.NotMet), 0, "not_assigned", label.Appealed, 1},
			{"only what is appealed", b.second, meetsAll(id, annexe), 0, "invalid", label.Appealed, 1},
			{"judge again", b.second, meetsAll(id, maison), 0, "", label.Appealed, 1},
			{"decide the appeal", b.second, conclude, 5, "", label.Granted, 2},
			{"one appeal", b.owner, appeal, 0, "appeal_over", label.Granted, 2},
			{"suspend", b.third, suspend, 90, "", label.Suspended, 0},
			{"resume", b.third, resume, 10, "", label.Granted, 2},
			{"not twice", b.third, resume, 0, "wrong_state", label.Granted, 2},
			{"withdraw", b.third, revoke, 30, "", label.Withdrawn, 0},
		} {
			d.Clock.Advance(time.Duration(step.days) * 24 * time.Hour)
			if got := b.does(step.actor, step.act); got != step.want {
				t.Fatalf("%d, %s: %q, want %q", number, step.says, got, step.want)
			}
			held := 0
			for _, known := range b.places {
				site := read(t, d, known)
				if site.LabelledOn(b.today()) != site.Place.LabelledOn(b.today()) {
					t.Errorf("%d, %s: the directory says otherwise", number, step.says)
				}
				if site.LabelledOn(b.today()) {
					held++
				}
			}
			if file := b.file(id); file.State != step.state || held != step.held {
				t.Fatalf("%d, %s: %s with %d labels, want %s with %d", number, step.says, file.State, held, step.state, step.held)
			}
			checked(t, d)
		}
		file := b.file(id)
		if len(file.History) != 12 || file.History[0].Act != label.ActBegin || file.History[11].Reason != "Fermé" || len(file.Messages) != 1 {
			t.Errorf("%d steps, %d messages", len(file.History), len(file.Messages))
		}
	})
}

// meetsAll gives "met" to everything, "not applicable" where that may be.
func meetsAll(id, placeID db.ID) func(ctx context.Context, tx *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		var judgements []label.Judgement
		for _, item := range label.CriteriaOn(today).Items {
			verdict := label.Met
			if item.MayNotApply {
				verdict = label.NotApplicable
			}
			judgements = append(judgements, label.Judgement{Place: placeID, Criterion: item.Code, Verdict: verdict, Word: "Vu sur place"})
		}
		return label.Judge(ctx, tx, id, judgements)
	}
}
