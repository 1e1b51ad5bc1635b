package orientation

import (
	"context"
	"maps"
	"slices"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
	"passerelle/internal/geography"
	"passerelle/internal/holder"
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// Beginning is how a visit begins; its zero value asks the quick detection.
type Beginning struct {
	ID            db.ID
	Questionnaire string            // empty: the quick one
	Version       int               // 0: the current one
	Manner        string            // how the answers come; empty: at the counter
	TakenOn       civil.Date        // the day they were given; zero: today
	Answers       map[string]string // those already given
	Known         db.ID             // a person already known here
}

// Welcome begins a visit at the actor's desk; begun again under the same
// identifier it is the same visit. Faults: those of account.Require for
// visit.keep, and those of Begin.
func Welcome(ctx context.Context, tx *db.Tx, id db.ID) (Visit, error) {
	return Begin(ctx, tx, Beginning{ID: id})
}

// Begin begins a visit with a questionnaire, for a person already known or not,
// with the answers that a form or a phone already gave. Faults:
// unknown_questionnaire; not_found (the person); by field: unknown_choice (the
// question's id), bad_date (taken_on); those of account.Require for visit.keep.
func Begin(ctx context.Context, tx *db.Tx, in Beginning) (Visit, error) {
	actor := tx.Actor()
	if err := account.Require(actor, account.ActVisitKeep, actor.Organisation); err != nil {
		return Visit{}, err
	}
	if in.ID.IsZero() {
		in.ID = tx.NewID()
	}
	if in.Questionnaire == "" {
		in.Questionnaire = diagnosis.QuickCode
	}
	if in.Manner == "" {
		in.Manner = diagnosis.AtCounter
	}
	asked, err := diagnosis.ByVersion(ctx, tx, in.Questionnaire, in.Version)
	if err != nil {
		return Visit{}, err
	}
	if err := diagnosis.CheckTaken(in.TakenOn, tx.Now()); err != nil {
		return Visit{}, err
	}
	made, err := tx.Exec(ctx, `INSERT INTO visit (id, organisation, person, questionnaire, version, manner, taken_on, started_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (id) DO NOTHING`,
		in.ID, actor.Organisation, actor.ID, asked.Code, asked.Version, in.Manner, in.TakenOn, tx.Now())
	if err != nil {
		return Visit{}, err
	}
	if made == 1 && !in.Known.IsZero() {
		if err := beginKnown(ctx, tx, in); err != nil {
			return Visit{}, err
		}
	}
	if made == 1 && len(in.Answers) > 0 {
		return Answer(ctx, tx, in.ID, in.Answers)
	}
	return ByID(ctx, tx, in.ID)
}

// beginKnown writes a person already known into a new visit.
func beginKnown(ctx context.Context, tx *db.Tx, in Beginning) error {
	known, err := holder.ByID(ctx, tx, in.Known)
	if err != nil {
		return err
	}
	visit, err := ByID(ctx, tx, in.ID)
	if err != nil {
		return err
	}
	visit.Draft = Draft{
		Name: known.Name, Telephone: known.Telephone, Recipient: known.Recipient, Manner: known.Manner,
		Note: known.Note, Consent: known.Consent, Known: known.ID, Returning: true,
	}
	visit.Search.Commune = known.Commune
	_, err = visit.store(ctx, tx)
	return err
}

// Conclude ends the visit of a person already known with the diagnosis alone:
// nothing is booked nor handed over. Concluded again it answers the same visit.
// Faults: unknown_visit, visit_over (given up), visit_unfinished.
func Conclude(ctx context.Context, tx *db.Tx, id db.ID) (Visit, error) {
	visit, err := ByID(ctx, tx, id)
	if err != nil || visit.State == Done {
		return visit, err
	}
	if visit.State == Left {
		return Visit{}, ErrVisitOver
	}
	if visit.Diagnosis.IsZero() || visit.Draft.Known.IsZero() {
		return Visit{}, ErrUnfinished
	}
	if err := workshop.LetGo(ctx, tx, visit.ID); err != nil {
		return Visit{}, err
	}
	visit.Holder, visit.Session = visit.Draft.Known, db.ID{}
	if err := diagnosis.Attach(ctx, tx, visit.Diagnosis, visit.Holder); err != nil {
		return Visit{}, err
	}
	visit.State, visit.EndedAt, visit.Draft = Done, tx.Now(), Draft{}
	closed, err := tx.Exec(ctx, `UPDATE visit SET state = 'done', draft = NULL, session = NULL, kept_until = NULL, holder = $2, ended_at = $3, changed_at = $3
		WHERE id = $1 AND state = 'open'`, id, visit.Holder, tx.Now())
	if err != nil {
		return Visit{}, err
	}
	if closed == 0 {
		return ByID(ctx, tx, id)
	}
	if err := db.Erase(ctx, tx, id); err != nil {
		return Visit{}, err
	}
	_, err = audit.Record(ctx, tx, "visit.conclude", id, struct {
		ID, Organisation, Diagnosis, Holder db.ID
		At                                  time.Time
	}{id, visit.Organisation, visit.Diagnosis, visit.Holder, visit.EndedAt})
	return visit, err
}

// open loads a visit that still can change.
func open(ctx context.Context, tx *db.Tx, id db.ID) (Visit, error) {
	visit, err := ByID(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	if visit.State != Open {
		return Visit{}, ErrVisitOver
	}
	return visit, nil
}

// store writes what may change of an open visit.
func (v Visit) store(ctx context.Context, tx *db.Tx) (Visit, error) {
	answers, err := encode(v.Answers)
	if err != nil {
		return Visit{}, err
	}
	search, err := encode(v.Search)
	if err != nil {
		return Visit{}, err
	}
	var sealed []byte
	if v.Draft != (Draft{}) {
		text, err := encode(v.Draft)
		if err != nil {
			return Visit{}, err
		}
		if sealed, err = db.Seal(ctx, tx, v.ID, text); err != nil {
			return Visit{}, err
		}
	}
	v.ChangedAt = tx.Now()
	changed, err := tx.Exec(ctx, `UPDATE visit SET answers = $2, diagnosis = $3, search = $4, session = $5, kept_until = $6, draft = $7,
			urgent_done = $8, changed_at = $9 WHERE id = $1 AND state = 'open'`,
		v.ID, answers, v.Diagnosis, search, v.Session, v.KeptUntil, sealed, v.UrgentDone, v.ChangedAt)
	if err != nil {
		return Visit{}, err
	}
	if changed == 0 {
		return Visit{}, ErrVisitOver
	}
	return v, nil
}

// Answer keeps answers to the visit's questionnaire, one or several, and records the
// diagnosis when every question has its answer. Answers that change after that
// make a new diagnosis. Faults: unknown_visit, visit_over; by field:
// unknown_choice (the question's id).
func Answer(ctx context.Context, tx *db.Tx, id db.ID, answers map[string]string) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	before := maps.Clone(visit.Answers)
	asked, err := visit.Asked(ctx, tx)
	if err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	for _, question := range asked.Questions {
		answer, given := answers[question.ID]
		if !given {
			continue
		}
		read, known := question.Read(answer)
		wrong.Check(known, question.ID, "unknown_choice", "Choisissez une des réponses proposées")
		visit.Answers[question.ID] = read
	}
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	complete := visit.FirstUnanswered(asked) == 0
	if complete && (visit.Diagnosis.IsZero() || !maps.Equal(before, visit.Answers)) {
		found, err := diagnosis.Record(ctx, tx, diagnosis.Input{
			Questionnaire: visit.Questionnaire, Version: visit.Version, Manner: visit.Manner, TakenOn: visit.TakenOn,
			Answers: visit.Answers, Commune: visit.Search.Commune,
		})
		if err != nil {
			return Visit{}, err
		}
		visit.Diagnosis = found.ID
	}
	return visit.store(ctx, tx)
}

// Seek keeps where, when and how the person can come. A filter that changes
// frees no chosen seat. Faults: unknown_visit, visit_over; by field:
// unknown_commune (commune), unknown_choice (travel, level, topic, days).
func Seek(ctx context.Context, tx *db.Tx, id db.ID, search Search) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	if _, err := geography.CommuneByCode(search.Commune); err != nil {
		wrong.Add("commune", "unknown_commune", fault.Of(err).Message)
	}
	_, levelKnown := workshop.ParseLevel(search.Level)
	wrong.Check(search.Level == "" || levelKnown, "level", "unknown_choice", "Choisissez un niveau de la liste")
	_, topicKnown := workshop.ParseTopic(search.Topic)
	wrong.Check(search.Topic == "" || topicKnown, "topic", "unknown_choice", "Choisissez un sujet de la liste")
	wrong.Check(slices.Contains([]string{"", OnFoot, ByBicycle, ByCar}, search.Travel), "travel", "unknown_choice", "Choisissez un moyen de la liste")
	for _, day := range search.Days {
		wrong.Check(day >= time.Sunday && day <= time.Saturday, "days", "unknown_choice", "Choisissez des jours de la semaine")
	}
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	visit.Search = search
	return visit.store(ctx, tx)
}

// ChooseSession keeps a seat of a session for ten minutes, in place of the one
// kept before. Faults: unknown_visit, visit_over, and those of workshop.Keep.
func ChooseSession(ctx context.Context, tx *db.Tx, id, session db.ID) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	until, err := workshop.Keep(ctx, tx, visit.ID, session)
	if err != nil {
		return Visit{}, err
	}
	visit.Session, visit.KeptUntil = session, until
	visit.Draft.Place, visit.Draft.Day, visit.Draft.At = db.ID{}, civil.Date{}, 0
	return visit.store(ctx, tx)
}

// ChoosePlace notes an appointment at a place of the directory, in place of a
// chosen seat. A zero day is to be agreed by telephone. Faults: unknown_visit,
// visit_over, unknown_place; by field: bad_date (day).
func ChoosePlace(ctx context.Context, tx *db.Tx, id, where db.ID, day civil.Date, at civil.TimeOfDay) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	known, err := place.ByID(ctx, tx, where)
	if err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	wrong.Check(day.IsZero() || !day.Before(civil.DateOf(tx.Now(), known.Zone())), "day", "bad_date", "Choisissez un jour à venir, ou laissez vide")
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	if err := workshop.LetGo(ctx, tx, visit.ID); err != nil {
		return Visit{}, err
	}
	visit.Session, visit.KeptUntil = db.ID{}, time.Time{}
	visit.Draft.Place, visit.Draft.Day, visit.Draft.At = where, day, at
	return visit.store(ctx, tx)
}

// Identify keeps what is told of the person and which booklet they get. The
// seat or the appointment chosen before stays; of someone who came back, only
// the booklet is taken. Faults: unknown_visit,
// visit_over, those of holder.New.Check by field; by field too: unknown_choice
// (paper), bad_number, unknown_booklet and what says why it cannot be handed
// over (number), unknown_order (order).
func Identify(ctx context.Context, tx *db.Tx, id db.ID, draft Draft) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	if visit.Draft.Returning {
		paper := draft
		draft = visit.Draft
		draft.Paper, draft.Number, draft.Order = paper.Paper, paper.Number, paper.Order
	}
	draft.Place, draft.Day, draft.At, draft.Identified = visit.Draft.Place, visit.Draft.Day, visit.Draft.At, true
	visit.Draft = draft
	var wrong fault.Collector
	if err := visit.person(db.ID{}).Check(); err != nil {
		for _, field := range fault.Of(err).Fields {
			wrong.Add(field.Name, field.Code, field.Message)
		}
	}
	if err := visit.checkPaper(ctx, tx, &wrong); err != nil {
		return Visit{}, err
	}
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	return visit.store(ctx, tx)
}

// checkPaper tells now what HandOver or Print would refuse at the end.
func (v *Visit) checkPaper(ctx context.Context, q db.Q, wrong *fault.Collector) error {
	switch v.Draft.Paper {
	case NoBooklet, "":
		v.Draft.Number, v.Draft.Order = "", db.ID{}
	case FromStock:
		v.Draft.Order = db.ID{}
		if v.Draft.Number == "" {
			wrong.Add("number", "required", "Écrivez le numéro du carnet, ou choisissez un autre carnet")
			return nil
		}
		booklet, err := voucher.BookletByNumber(ctx, q, v.Draft.Number)
		switch {
		case fault.KindOf(err) == fault.Internal && err != nil:
			return err
		case err != nil:
			wrong.Add("number", fault.Of(err).Code, fault.Of(err).Message)
		case booklet.State != voucher.InStock:
			wrong.Add("number", ErrUnfitBooklet.Code, ErrUnfitBooklet.Message)
		default:
			v.Draft.Number = booklet.Number
		}
	case PrintNow:
		v.Draft.Number = ""
		orders, err := PrintableOrders(ctx, q)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(orders, func(o Printable) bool { return o.ID == v.Draft.Order }) {
			wrong.Add("order", "unknown_order", "Choisissez une commande où il reste des carnets à imprimer")
		}
	default:
		wrong.Add("paper", "unknown_choice", "Dites quel carnet vous remettez")
	}
	return nil
}

// The ways to do at once what cannot wait.
const (
	UrgentOnPaper  = "paper"    // written on paper, here
	UrgentTogether = "together" // done on a screen, together
)

// NoteUrgentDone records that what could not wait was done here, today, and in
// which way; noted twice, the first stands. Faults: unknown_visit, visit_over;
// by field: unknown_choice (way).
func NoteUrgentDone(ctx context.Context, tx *db.Tx, id db.ID, way string) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	var wrong fault.Collector
	wrong.Check(way == UrgentOnPaper || way == UrgentTogether, "way", "unknown_choice", "Dites si cela a été fait sur papier, ou ensemble")
	if err := wrong.Err(); err != nil {
		return Visit{}, err
	}
	noted, err := tx.Exec(ctx, `INSERT INTO urgent_act (visit, organisation, way, at, by_person) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (visit) DO NOTHING`,
		id, visit.Organisation, way, tx.Now(), tx.Actor().ID)
	if err != nil {
		return Visit{}, err
	}
	if noted == 1 {
		if _, err := audit.Record(ctx, tx, "urgent.done", id, struct {
			Visit, Organisation db.ID
			Way                 string
			At                  time.Time
		}{id, visit.Organisation, way, tx.Now()}); err != nil {
			return Visit{}, err
		}
	}
	visit.UrgentDone = true
	return visit.store(ctx, tx)
}

// Leave gives a visit up: its seat is free again and what was typed is gone.
// Left again it stays left. Faults: unknown_visit, visit_over (it is done).
func Leave(ctx context.Context, tx *db.Tx, id db.ID) error {
	visit, err := ByID(ctx, tx, id)
	if err != nil || visit.State == Left {
		return err
	}
	if visit.State == Done {
		return ErrVisitOver
	}
	return visit.leave(ctx, tx)
}

func (v Visit) leave(ctx context.Context, tx *db.Tx) error {
	gone, err := tx.Exec(ctx, `UPDATE visit SET state = 'left', draft = NULL, session = NULL, kept_until = NULL, ended_at = $2, changed_at = $2
		WHERE id = $1 AND state = 'open'`, v.ID, tx.Now())
	if err != nil || gone == 0 {
		return err
	}
	if err := workshop.LetGo(ctx, tx, v.ID); err != nil {
		return err
	}
	if err := db.Erase(ctx, tx, v.ID); err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, "visit.leave", v.ID, struct{ ID, Organisation db.ID }{v.ID, v.Organisation})
	return err
}

// LeaveOld gives up the visits that nobody touched since an instant, for a
// nightly job: a draft is not a file on a person.
func LeaveOld(ctx context.Context, tx *db.Tx, since time.Time) (int, error) {
	old, err := visits(ctx, tx, ` WHERE state = 'open' AND changed_at < $1 ORDER BY id LIMIT 500`, since)
	if err != nil {
		return 0, err
	}
	for _, visit := range old {
		if err := visit.leave(ctx, tx); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}
