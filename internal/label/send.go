package label

import (
	"context"
	"strings"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Missing lists what keeps an application from being sent, one fault field per
// thing: siret, representative.name, representative.function,
// "answers/PLACE/CRITERION", "attachments/CRITERION".
func (f File) Missing() []fault.Field {
	var missing []fault.Field
	add := func(name, message string) {
		missing = append(missing, fault.Field{Name: name, Code: "required", Message: message})
	}
	if f.SIRET == "" {
		add("siret", "Donnez le SIRET de l’organisation.")
	}
	if f.Representative.Name == "" {
		add("representative.name", "Donnez le nom de la personne qui représente l’organisation.")
	}
	if f.Representative.Function == "" {
		add("representative.function", "Donnez la fonction de cette personne.")
	}
	for _, item := range f.Rules().Items {
		for _, covered := range f.Places {
			answer := f.Answer(covered.ID, item.Code)
			if !item.Answer.answered(answer.Value, answer.Detail) {
				where := ""
				if len(f.Places) > 1 {
					where = ", pour " + covered.Name
				}
				add("answers/"+covered.ID.String()+"/"+item.Code, "Répondez au critère «\u00a0"+item.Title+"\u00a0»"+where+".")
			}
		}
		if item.Attachment.Needed && !f.attaches(item.Code) {
			add("attachments/"+item.Code, "Joignez une pièce\u00a0: "+lowerFirst(item.Attachment.Expected))
		}
	}
	return missing
}

// attaches tells whether a paper goes with a criterion, for any of the places.
func (f File) attaches(criterion string) bool {
	for _, attachment := range f.Attachments {
		if attachment.Criterion == criterion {
			return true
		}
	}
	return false
}

func lowerFirst(text string) string {
	first, rest, _ := strings.Cut(text, " ")
	return strings.ToLower(first) + " " + rest
}

// Send signs an application and starts its clock. Only an owner of the
// organisation may. Faults: forbidden, owner_only, other_organisation,
// unknown_application, wrong_state, incomplete (its fields are Missing's), conflict.
func Send(ctx context.Context, tx *db.Tx, id db.ID) (Application, error) {
	application, err := whole(ctx, tx, id, ActSend)
	if err != nil {
		return Application{}, err
	}
	sent, err := advance(ctx, tx, application, ActSend, "", func(a *Application) { a.SentAt = tx.Now() })
	if err != nil {
		return Application{}, err
	}
	return sent, tell(ctx, tx, sent.ID, NoticeReceived)
}

// Complete answers what was asked: the review and its clock go on. Only an
// owner may. Faults: those of Send.
func Complete(ctx context.Context, tx *db.Tx, id db.ID) (Application, error) {
	application, err := whole(ctx, tx, id, ActComplete)
	if err != nil {
		return Application{}, err
	}
	completed, err := advance(ctx, tx, application, ActComplete, "", nil)
	if err != nil {
		return Application{}, err
	}
	return completed, tell(ctx, tx, completed.ID, NoticeCompleted)
}

// whole reads an application that an owner signs, and refuses it with its gaps.
func whole(ctx context.Context, tx *db.Tx, id db.ID, act Act) (Application, error) {
	application, err := applied(ctx, tx, id, account.ActLabelSend)
	if err != nil {
		return Application{}, err
	}
	if _, err := application.State.next(act); err != nil {
		return Application{}, err
	}
	file, err := fileOf(ctx, tx, application, applicant)
	if err != nil {
		return Application{}, err
	}
	if missing := file.Missing(); len(missing) > 0 {
		refused := *ErrIncomplete
		refused.Fields = missing
		return Application{}, &refused
	}
	return application, nil
}

// GiveUp ends an application before its decision. Only an owner may. Faults:
// forbidden, owner_only, other_organisation, unknown_application, wrong_state, conflict.
func GiveUp(ctx context.Context, tx *db.Tx, id db.ID, reason string) (Application, error) {
	application, err := applied(ctx, tx, id, account.ActLabelSend)
	if err != nil {
		return Application{}, err
	}
	return advance(ctx, tx, application, ActGiveUp, reason, nil)
}

// Appeal brings the refused places of an application before another certifier,
// once, within two months. Only an owner may. Faults: forbidden, owner_only,
// other_organisation, unknown_application, wrong_state, appeal_over,
// nothing_to_appeal, already_applied, invalid (reason), conflict.
func Appeal(ctx context.Context, tx *db.Tx, id db.ID, reason string) (Application, error) {
	application, err := applied(ctx, tx, id, account.ActLabelSend)
	if err != nil {
		return Application{}, err
	}
	if _, err := application.State.next(ActAppeal); err != nil {
		return Application{}, err
	}
	if application.Round != 1 {
		return Application{}, ErrAppealOver
	}
	until := application.Appealable()
	if until.IsZero() {
		return Application{}, ErrNothingToAppeal
	}
	if today(tx).After(until) {
		return Application{}, ErrAppealOver
	}
	if err := reasoned(reason); err != nil {
		return Application{}, err
	}
	appealed, err := advance(ctx, tx, application, ActAppeal, reason, func(a *Application) {
		a.Round, a.FirstCertifier, a.Certifier = 2, a.Certifier, db.ID{}
	})
	if err != nil {
		return Application{}, err
	}
	for _, covered := range application.Places {
		if covered.Outcome != Refused {
			continue
		}
		opened, err := tx.Exec(ctx, `INSERT INTO label_application_open (place, application) VALUES ($1, $2) ON CONFLICT (place) DO NOTHING`, covered.ID, id)
		if err != nil {
			return Application{}, err
		}
		if opened == 0 {
			return Application{}, ErrAlreadyApplied
		}
	}
	return appealed, tell(ctx, tx, id, NoticeReceived)
}

// today is the civil day of a transaction, in Paris: the clocks are the programme's.
func today(q db.Q) civil.Date { return civil.DateOf(q.Now(), civil.Paris) }
