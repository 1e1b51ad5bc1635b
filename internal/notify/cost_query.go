package notify

import (
	"context"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/money"
)

// MonthCost is what the text messages of a month cost.
type MonthCost struct {
	Month              civil.Month
	Thousandths        int64 // of a euro
	Messages, Segments int
	Held               int // not sent: the ceiling was reached
}

// Cents is the cost, rounded up to the cent.
func (m MonthCost) Cents() money.Cents {
	return money.Cents((m.Thousandths + perCent - 1) / perCent)
}

// Outcome counts the messages of a month that went one way and ended one way.
type Outcome struct {
	Channel Channel
	State   WordState
	Reason  Reason
	Count   int
}

// Costs lists the months of the last year, the last first. It names nobody.
// Faults of account.Require for message_cost.read.
func Costs(ctx context.Context, q db.Q) ([]MonthCost, error) {
	if err := account.Require(q.Actor(), account.ActMessageCostRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, func(row db.Scanner) (MonthCost, error) {
		var m MonthCost
		err := row.Scan(&m.Month, &m.Thousandths, &m.Messages, &m.Segments, &m.Held)
		return m, err
	}, `SELECT month, cost, messages, segments, held FROM message_month ORDER BY month DESC LIMIT 12`)
}

// Outcomes counts what became of the messages made since the first of this month,
// by way, state and reason. It names nobody. Faults of account.Require for
// message_cost.read.
func Outcomes(ctx context.Context, q db.Q) ([]Outcome, error) {
	if err := account.Require(q.Actor(), account.ActMessageCostRead, db.ID{}); err != nil {
		return nil, err
	}
	return db.All(ctx, q, func(row db.Scanner) (Outcome, error) {
		var o Outcome
		err := row.Scan((*string)(&o.Channel), (*string)(&o.State), (*string)(&o.Reason), &o.Count)
		return o, err
	}, `SELECT channel, state, reason, COUNT(*) FROM person_message WHERE made_at >= $1 GROUP BY channel, state, reason ORDER BY channel, state, reason`,
		monthOf(q).First().In(civil.Paris))
}
