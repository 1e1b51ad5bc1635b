package notify

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
	"passerelle/internal/money"
)

// Rules are what an instance sets of its messages to the people helped.
type Rules struct {
	QuietFrom  civil.TimeOfDay `json:"quiet_from"` // nothing is sent from then
	QuietUntil civil.TimeOfDay `json:"quiet_until"`
	// OnSundays lets messages leave on Sundays and public holidays.
	OnSundays bool `json:"on_sundays"`
	// ReminderAt is the hour at which a day's reminders leave.
	ReminderAt civil.TimeOfDay `json:"reminder_at"`
	// Price of one text message, in thousandths of a euro.
	Price int64 `json:"price"`
	// Ceiling of what the text messages of a month may cost; zero is no ceiling.
	Ceiling money.Cents `json:"ceiling"`
}

// UsualRules are those of an instance that has set none.
var UsualRules = Rules{QuietFrom: 20 * 60, QuietUntil: 8 * 60, ReminderAt: 10 * 60, Price: 45, Ceiling: 20_000}

const settingRules = "message rules"

// RulesOf reads the instance's rules.
func RulesOf(ctx context.Context, q db.Q) (Rules, error) {
	text, err := db.Setting(ctx, q, settingRules)
	if errors.Is(err, fault.ErrNotFound) {
		return UsualRules, nil
	}
	if err != nil {
		return Rules{}, err
	}
	var rules Rules
	return rules, json.Unmarshal([]byte(text), &rules)
}

const minutesOfDay = 24 * 60

// SetRules keeps the instance's rules. Faults by field: bad_time (quiet_until,
// reminder_at), bad_number (price, ceiling); those of account.Require for
// message_template.edit.
func SetRules(ctx context.Context, tx *db.Tx, rules Rules) error {
	if err := account.Require(tx.Actor(), account.ActMessageTemplateEdit, db.ID{}); err != nil {
		return err
	}
	var wrong fault.Collector
	wrong.Check(rules.QuietUntil >= 0 && rules.QuietUntil < rules.QuietFrom && rules.QuietFrom <= minutesOfDay, "quiet_until", "bad_time",
		"Donnez une heure du matin, puis une heure du soir plus tard")
	wrong.Check(rules.ReminderAt >= rules.QuietUntil && rules.ReminderAt < rules.QuietFrom, "reminder_at", "bad_time",
		"Donnez une heure à laquelle les messages partent")
	wrong.Check(rules.Price >= 0 && rules.Price <= 1000, "price", "bad_number", "Donnez un prix entre 0 et 1\u00a0€")
	wrong.Check(rules.Ceiling >= 0, "ceiling", "bad_number", "Donnez un plafond en euros, ou 0 pour ne pas en mettre")
	if err := wrong.Err(); err != nil {
		return err
	}
	text, err := json.Marshal(rules)
	if err != nil {
		return err
	}
	return db.Set(ctx, tx, settingRules, string(text))
}

// Allows tells whether a message may leave at an instant, where the person lives
// (INSEE code of the commune; empty is the metropole).
func (r Rules) Allows(at time.Time, commune string) bool {
	local := at.In(civil.ZoneOf(commune))
	day := civil.DateOf(at, local.Location())
	if !r.OnSundays && (day.Weekday() == time.Sunday || civil.IsHoliday(day, commune)) {
		return false
	}
	hour := civil.TimeOfDayOf(local)
	return hour >= r.QuietUntil && hour < r.QuietFrom
}

// NextAllowed is the first instant from one on at which a message may leave.
func (r Rules) NextAllowed(from time.Time, commune string) time.Time {
	if r.Allows(from, commune) {
		return from
	}
	zone := civil.ZoneOf(commune)
	day := civil.DateOf(from, zone)
	// No run of Sundays and public holidays is as long.
	const longest = 14
	for range longest {
		morning := day.At(r.QuietUntil, zone)
		if morning.After(from) && r.Allows(morning, commune) {
			return morning
		}
		day = day.AddDays(1)
	}
	return day.At(r.QuietUntil, zone)
}
