package notify

import (
	"context"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
	"passerelle/internal/voucher"
)

// The results of a call.
const (
	Reached     = "reached"
	CallBooked  = "booked"
	NoAnswer    = "no_answer"
	WrongNumber = "wrong_number"
	Refuses     = "refuses"
)

// CallResults lists them, as a form asks for them.
var CallResults = []struct{ Code, Label string }{
	{CallBooked, "Une place est gardée"}, {Reached, "Jointe, sans date encore"}, {NoAnswer, "Pas de réponse"},
	{WrongNumber, "Mauvais numéro"}, {Refuses, "Ne veut pas"},
}

// CallResultText is a result in French.
func CallResultText(code string) string {
	for _, one := range CallResults {
		if one.Code == code {
			return one.Label
		}
	}
	return code
}

// The days after its handover at which a booklet that has not started brings its
// holder to the counter's list of calls.
const (
	FirstCall  = 30
	SecondCall = 60
)

// Call is one call that was made.
type Call struct {
	Result string
	At     time.Time
	By     db.ID
}

// ToCall is a line of a counter's list: someone whose booklet has not started.
type ToCall struct {
	Booklet voucher.Asleep
	Person  holder.Holder
	Since   int    // days from the handover
	Stage   int    // FirstCall or SecondCall
	Calls   []Call // made since this stage began, the last first
}

// Open tells whether the person is still to be called: nobody answered yet.
func (c ToCall) Open() bool { return len(c.Calls) == 0 || c.Calls[0].Result == NoAnswer }

// callReason names what a call was about: the stage of a booklet.
func callReason(stage int) string { return "idle_" + number(stage) }

// ToCallAt lists the holders of a counter's booklets that have not started since
// 30 or 60 days, the longest first. Faults of account.Require for message.read.
func ToCallAt(ctx context.Context, q db.Q, desk db.ID) ([]ToCall, error) {
	if err := account.Require(q.Actor(), account.ActMessageRead, desk); err != nil {
		return nil, err
	}
	asleep, err := voucher.Unstarted(ctx, q, desk, q.Now().AddDate(0, 0, -FirstCall))
	if err != nil {
		return nil, err
	}
	var list []ToCall
	for _, one := range asleep {
		line := ToCall{Booklet: one, Since: civil.DateOf(one.HandedAt, civil.Paris).DaysUntil(civil.DateOf(q.Now(), civil.Paris)), Stage: FirstCall}
		if line.Since >= SecondCall {
			line.Stage = SecondCall
		}
		if line.Person, err = holder.ByID(ctx, q, one.Holder); err != nil {
			return nil, err
		}
		if line.Calls, err = db.All(ctx, q, func(row db.Scanner) (Call, error) {
			var c Call
			err := row.Scan(&c.Result, &c.At, &c.By)
			return c, err
		}, `SELECT result, at, made_by FROM phone_call WHERE about = $1 AND reason = $2 ORDER BY at DESC, id DESC`, one.ID, callReason(line.Stage)); err != nil {
			return nil, err
		}
		list = append(list, line)
	}
	return list, nil
}

// RecordCall notes what became of a call to the holder of a booklet that has not
// started; who does not want, or whose number is wrong, is not called again at
// this stage. Faults: not_to_call (the booklet is not on the counter's list);
// by field: unknown_choice (result); those of account.Require for message.send.
func RecordCall(ctx context.Context, tx *db.Tx, id, booklet db.ID, result string) error {
	actor := tx.Actor()
	if err := account.Require(actor, account.ActMessageSend, actor.Organisation); err != nil {
		return err
	}
	var wrong fault.Collector
	wrong.Check(CallResultText(result) != result, "result", "unknown_choice", "Choisissez ce que l’appel a donné")
	if err := wrong.Err(); err != nil {
		return err
	}
	list, err := ToCallAt(ctx, tx, actor.Organisation)
	if err != nil {
		return err
	}
	for _, line := range list {
		if line.Booklet.ID != booklet {
			continue
		}
		_, err := tx.Exec(ctx, `INSERT INTO phone_call (id, holder, organisation, about, reason, result, at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			id, line.Person.ID, actor.Organisation, booklet, callReason(line.Stage), result, tx.Now(), actor.ID)
		return err
	}
	return ErrNotToCall
}

// ErrNotToCall refuses a call about a booklet that is not on the list.
var ErrNotToCall = fault.Define(fault.NotFound, "not_to_call", "Ce carnet n’est pas, ou plus, dans votre liste d’appels. Rechargez la liste.")
