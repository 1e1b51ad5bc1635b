package orientation

import (
	"context"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/diagnosis"
	"passerelle/internal/holder"
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
