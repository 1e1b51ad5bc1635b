package notify_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/notify"
)

// Checkpoints go to the owners of funders, as often as was chosen, and only
// when the log has grown.
func TestCheckpointsArePosted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		console := db.Actor{Kind: db.Console}
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			for _, body := range []struct{ name, role, email string }{
				{"État", account.RoleFunder, "etat@exemple.invalid"},
				{"Mutuelle", account.RoleFunder, "mutuelle@exemple.invalid"},
				{"Guichet", account.RoleDesk, "guichet@exemple.invalid"},
			} {
				made, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: body.name, Roles: []string{body.role}})
				if err != nil {
					return err
				}
				person, err := account.AddPerson(ctx, tx, account.NewPerson{Name: body.name, Email: body.email, PasswordHash: "none"})
				if err != nil {
					return err
				}
				if _, err := account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: made.ID, Role: body.role, Level: account.LevelOwner}); err != nil {
					return err
				}
			}
			return nil
		})
		every := notify.Weekly
		post := func() (sent int) {
			d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
				var before, after int
				if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM message`).Scan(&before); err != nil {
					return err
				}
				if err := notify.PostCheckpoint(ctx, tx, every, "https://passerelle.example"); err != nil {
					return err
				}
				err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM message`).Scan(&after)
				sent = after - before
				return err
			})
			return sent
		}
		grow := func() {
			d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
				if _, err := audit.Record(ctx, tx, "test.act", tx.NewID(), struct{}{}); err != nil {
					return err
				}
				_, err := audit.Sequence(ctx, tx)
				return err
			})
		}
		wants := func(what string, want int) {
			t.Helper()
			if got := post(); got != want {
				t.Errorf("%s: %d messages, want %d", what, got, want)
			}
		}
		wants("an empty log", 0)
		grow()
		wants("the first time", 2)
		d.Clock.Advance(6 * 24 * time.Hour)
		grow()
		wants("within the week", 0)
		d.Clock.Advance(24 * time.Hour)
		wants("after a week", 2)
		d.Clock.Advance(7 * 24 * time.Hour)
		wants("a log that has not grown", 0)
		every = notify.Daily
		grow()
		wants("each day", 2)
		every = notify.Never
		d.Clock.Advance(30 * 24 * time.Hour)
		grow()
		wants("never", 0)
		folder := t.TempDir()
		sender, err := notify.SenderFor("folder:" + folder)
		if err != nil {
			t.Fatal(err)
		}
		drain(t, runner(d, sender))
		files, err := filepath.Glob(filepath.Join(folder, "*"))
		if err != nil || len(files) != 6 {
			t.Fatalf("%d messages in the folder, %v", len(files), err)
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		sent := string(text)
		if !strings.Contains(sent, "passerelle verify https://passerelle.example") {
			t.Errorf("the message says:\n%s", sent)
		}
	})
}
