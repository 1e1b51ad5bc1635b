package diagnosis_test

import (
	"bytes"
	"context"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/diagnosis"
)

func TestAnswersRestSealedAndErasedAnswersLeaveTheRoute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		agent := db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start), Role: account.RoleDesk, Level: account.LevelMember}
		given := map[string]string{"use": "never", "search": "none", "write": "none", "formality": "none", "needs": "reader", "wish": "urgent"}
		var made diagnosis.Diagnosis
		var phone diagnosis.Phone
		d.Must(t, agent, func(ctx context.Context, tx *db.Tx) (err error) {
			if made, err = diagnosis.Record(ctx, tx, diagnosis.Input{Answers: given}); err != nil {
				return err
			}
			if phone, err = diagnosis.AskByPhone(ctx, tx, db.ID{}, diagnosis.QuickCode, ""); err != nil {
				return err
			}
			for _, question := range []string{"use", "wish"} {
				if phone, err = diagnosis.AnswerByPhone(ctx, tx, phone.Code, question, given[question]); err != nil {
					return err
				}
			}
			return nil
		})
		d.Must(t, agent, func(ctx context.Context, tx *db.Tx) error {
			for table, id := range map[string]db.ID{"diagnosis": made.ID, "diagnosis_phone": phone.ID} {
				var stored []byte
				if err := tx.QueryRow(ctx, `SELECT answers FROM `+table+` WHERE id = $1`, id).Scan(&stored); err != nil {
					return err
				}
				if len(stored) == 0 || bytes.Contains(stored, []byte("urgent")) || bytes.Contains(stored, []byte("never")) {
					t.Errorf("%s: answers rest in clear: %q", table, stored)
				}
			}
			read, err := diagnosis.ByID(ctx, tx, made.ID)
			if err != nil || read.Answers["wish"] != "urgent" || read.Route.Code != made.Route.Code {
				t.Errorf("read again: %+v, %v", read, err)
			}
			again, err := diagnosis.PhoneByCode(ctx, tx, phone.Code)
			if err != nil || again.Answers["use"] != "never" || again.Answers["wish"] != "urgent" {
				t.Errorf("on the phone: %+v, %v", again.Answers, err)
			}
			return db.Erase(ctx, tx, made.ID)
		})
		d.Must(t, agent, func(ctx context.Context, tx *db.Tx) error {
			read, err := diagnosis.ByID(ctx, tx, made.ID)
			if err != nil || len(read.Answers) != 0 || read.Chosen() != made.Chosen() || !read.Urgent {
				t.Errorf("once erased: %+v, %v", read, err)
			}
			findings, err := diagnosis.Check(ctx, tx)
			if len(findings) > 0 {
				t.Error(findings)
			}
			return err
		})
	})
}
