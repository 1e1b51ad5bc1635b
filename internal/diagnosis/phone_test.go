package diagnosis_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/diagnosis"
	"passerelle/internal/fault"
)

func TestAPhoneAnswersForTheDeskThatAskedAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk, person := agent(), db.Actor{}
		var asked diagnosis.Phone
		d.Must(t, desk, func(ctx context.Context, tx *db.Tx) (err error) {
			asked, err = diagnosis.AskByPhone(ctx, tx, db.ID{}, diagnosis.QuickCode, "en")
			return err
		})
		answer := func(question, value string) error {
			return d.Update(t.Context(), person, func(tx *db.Tx) error {
				// As it is copied from a paper: small letters and a hyphen.
				_, err := diagnosis.AnswerByPhone(t.Context(), tx, strings.ToLower(diagnosis.GroupCode(asked.Code)), question, value)
				return err
			})
		}
		for question, value := range map[string]string{"use": "often", "needs": "near, words"} {
			if err := answer(question, value); err != nil {
				t.Fatal(err)
			}
		}
		if err := answer("use", "yesterday"); !fault.HasCode(err, "invalid") {
			t.Errorf("a wrong answer: %v", err)
		}
		take := func(actor db.Actor) (taken diagnosis.Phone, err error) {
			err = d.Update(t.Context(), actor, func(tx *db.Tx) (err error) {
				taken, err = diagnosis.TakeFromPhone(t.Context(), tx, asked.ID)
				return err
			})
			return taken, err
		}
		if _, err := take(desk); !fault.HasCode(err, "phone_ended") {
			t.Errorf("taken before it is sent: %v", err)
		}
		for range 2 {
			d.Must(t, person, func(ctx context.Context, tx *db.Tx) error {
				_, err := diagnosis.SendByPhone(ctx, tx, asked.Code)
				return err
			})
		}
		if err := answer("use", "never"); !fault.HasCode(err, "phone_ended") {
			t.Errorf("answered after it is sent: %v", err)
		}
		if _, err := take(agent()); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another desk takes it: %v", err)
		}
		taken, err := take(desk)
		if err != nil || taken.Answers["use"] != "often" || taken.Answers["needs"] != "words,near" || taken.Language != "en" {
			t.Errorf("taken: %+v %v", taken, err)
		}
		if _, err := take(desk); !fault.HasCode(err, "phone_taken") {
			t.Errorf("taken twice: %v", err)
		}
		if err := d.View(t.Context(), desk, func(q db.Q) error {
			if _, err := diagnosis.PhoneByCode(t.Context(), q, asked.Code); !fault.HasCode(err, "phone_ended") {
				t.Errorf("still there for the person: %v", err)
			}
			var left []byte
			err := q.QueryRow(t.Context(), `SELECT answers FROM diagnosis_phone`).Scan(&left)
			if len(left) > 0 {
				t.Errorf("answers stay behind: %s", left)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAPhonesAddressEndsAndItsAnswersAreForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk := agent()
		var asked diagnosis.Phone
		d.Must(t, desk, func(ctx context.Context, tx *db.Tx) (err error) {
			if asked, err = diagnosis.AskByPhone(ctx, tx, db.ID{}, diagnosis.FullCode, "pl"); err != nil {
				return err
			}
			_, err = diagnosis.AnswerByPhone(ctx, tx, asked.Code, "use", "never")
			return err
		})
		if asked.Language != "" {
			t.Errorf("a language that it does not speak: %q", asked.Language)
		}
		d.Clock.Advance(diagnosis.PhoneFor + time.Second)
		if err := d.View(t.Context(), db.Actor{}, func(q db.Q) error {
			if _, err := diagnosis.PhoneByCode(t.Context(), q, "AAAA2222"); !fault.HasCode(err, "unknown_phone") {
				t.Errorf("any code: %v", err)
			}
			_, err := diagnosis.PhoneByCode(t.Context(), q, asked.Code)
			return err
		}); !fault.HasCode(err, "phone_ended") {
			t.Errorf("after its end: %v", err)
		}
		d.Must(t, desk, func(ctx context.Context, tx *db.Tx) error { return diagnosis.EndOldPhones(ctx, tx) })
		if err := d.View(t.Context(), desk, func(q db.Q) error {
			found, err := diagnosis.PhoneByID(t.Context(), q, asked.ID)
			if found.State != diagnosis.PhoneEnded || len(found.Answers) > 0 {
				t.Errorf("after the night: %+v", found)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
