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
	"passerelle/internal/place"
	"passerelle/internal/voucher"
	"passerelle/internal/workshop"
)

// Welcome begins a visit at the actor's desk; begun again under the same
// identifier it is the same visit. Faults: those of account.Require for
// visit.keep.
func Welcome(ctx context.Context, tx *db.Tx, id db.ID) (Visit, error) {
	actor := tx.Actor()
	if err := account.Require(actor, account.ActVisitKeep, actor.Organisation); err != nil {
		return Visit{}, err
	}
	if id.IsZero() {
		id = tx.NewID()
	}
	if _, err := tx.Exec(ctx, `INSERT INTO visit (id, organisation, person, started_at, changed_at) VALUES ($1, $2, $3, $4, $4) ON CONFLICT (id) DO NOTHING`,
		id, actor.Organisation, actor.ID, tx.Now()); err != nil {
		return Visit{}, err
	}
	return ByID(ctx, tx, id)
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

// Answer keeps answers to the quick detection, one or several, and records the
// diagnosis when every question has its answer. Answers that change after that
// make a new diagnosis. Faults: unknown_visit, visit_over; by field:
// unknown_choice (the question's id).
func Answer(ctx context.Context, tx *db.Tx, id db.ID, answers map[string]string) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
	}
	before := maps.Clone(visit.Answers)
	quick := diagnosis.Quick()
	var wrong fault.Collector
	for _, question := range quick.Questions {
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
	complete := visit.FirstUnanswered(quick) == 0
	if complete && (visit.Diagnosis.IsZero() || !maps.Equal(before, visit.Answers)) {
		found, err := diagnosis.Record(ctx, tx, diagnosis.Input{Answers: visit.Answers, Commune: visit.Search.Commune})
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
// seat or the appointment chosen before stays. Faults: unknown_visit,
// visit_over, those of holder.New.Check by field; by field too: unknown_choice
// (paper), bad_number, unknown_booklet and what says why it cannot be handed
// over (number), unknown_order (order).
func Identify(ctx context.Context, tx *db.Tx, id db.ID, draft Draft) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
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

// NoteUrgentDone notes that what could not wait was done here. Faults:
// unknown_visit, visit_over.
func NoteUrgentDone(ctx context.Context, tx *db.Tx, id db.ID) (Visit, error) {
	visit, err := open(ctx, tx, id)
	if err != nil {
		return Visit{}, err
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
