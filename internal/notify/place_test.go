package notify_test

import (
	"context"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/notify"
	"passerelle/internal/place"
)

// A mail that the recipient's server refuses for good is a sign that a place is
// to be looked at; one that it puts off is not.
func TestAMailRefusedForGoodIsASign(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		backend, address := startServer(t)
		r := runner(d, smtpSender(t, address))
		read := func(id db.ID) (found place.WatchedPlace) {
			d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) (err error) {
				found, err = place.WatchedByID(ctx, tx, id)
				return err
			})
			return found
		}
		var put, gone place.Place
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) (err error) {
			today := civil.DateOf(tx.Now(), civil.Paris)
			for i, p := range []*place.Place{&put, &gone} {
				if *p, _, err = place.Save(ctx, tx, place.Place{
					Source: "file", SourceID: string(rune('a' + i)), Name: "Maison", Commune: "23096", UpdatedOn: today.AddMonths(-3), Emails: []string{"accueil@maison.example"},
				}); err != nil {
					return err
				}
			}
			return nil
		})
		send := func(p place.Place) {
			d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
				linked, err := place.AskLink(ctx, tx, p.ID)
				if err != nil {
					return err
				}
				_, err = notify.EnqueueAbout(ctx, tx, linked.Emails[0], p.ID, notify.OwnerLink{
					PlaceName: p.Name, Commune: p.CommuneName, Link: "https://passerelle.example/corriger/" + linked.Secret, EndsAt: linked.EndsAt,
				})
				return err
			})
		}
		backend.refuse(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "later"})
		send(put)
		_ = r.Drain(t.Context()) // the job fails, to be tried again
		if got := read(put.ID); !got.BouncedOn.IsZero() || got.Stale {
			t.Errorf("a mail put off counts: %v", got.BouncedOn)
		}
		backend.refuse(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "unknown"})
		send(gone)
		_ = r.Drain(t.Context())
		got := read(gone.ID)
		if got.BouncedOn != civil.DateOf(dbtest.Start, civil.Paris) || !got.Stale {
			t.Errorf("a mail refused for good does not count: %v, stale %v", got.BouncedOn, got.Stale)
		}
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			if email, err := place.Reachable(ctx, tx, got.Place); err != nil || email != "" {
				t.Errorf("the address that refused is written to again: %q %v", email, err)
			}
			return place.Confirm(ctx, tx, gone.ID)
		})
		d.Clock.Advance(time.Hour)
		if again := read(gone.ID); again.Stale {
			t.Error("a confirmation does not make it fresh")
		}
	})
}
