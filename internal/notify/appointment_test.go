package notify_test

import (
	"context"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/holder"
	"passerelle/internal/notify"
	"passerelle/internal/orientation"
	"passerelle/internal/place"
)

func TestAnAppointmentIsToldMovedAndCalledOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newPost(t, d)
		agent := p.agent
		var visit orientation.Visit
		var where place.Place
		day := civil.DateOf(d.Clock.Now(), civil.Paris).AddDays(5)
		d.Must(t, db.Actor{Kind: db.Console}, func(ctx context.Context, tx *db.Tx) (err error) {
			_, err = account.CreateOrganisation(ctx, tx, account.Organisation{ID: agent.Organisation, Name: "CCAS", Commune: "23096", Telephone: "05 36 49 12 08", Roles: []string{account.RoleDesk}})
			if err != nil {
				return err
			}
			where, _, err = place.Save(ctx, tx, place.Place{
				Source: "test", SourceID: "1", Name: "Le Fil numérique", Commune: "23096", CommuneName: "Guéret", PostalCode: "23000", Address: "12 rue de l’Exemple",
			})
			return err
		})
		d.Must(t, agent, func(ctx context.Context, tx *db.Tx) (err error) {
			if visit, err = orientation.Begin(ctx, tx, orientation.Beginning{Answers: map[string]string{
				"use": "never", "search": "none", "write": "none", "formality": "none", "needs": "", "wish": "urgent",
			}}); err != nil {
				return err
			}
			if _, err = orientation.ChoosePlace(ctx, tx, visit.ID, orientation.Meeting{Place: where.ID, Day: day, At: 14 * 60}); err != nil {
				return err
			}
			if _, err = orientation.Identify(ctx, tx, visit.ID, orientation.Draft{Name: "Jean", Telephone: "06 39 98 41 22", Consent: true, Paper: orientation.NoBooklet}); err != nil {
				return err
			}
			visit, err = orientation.Confirm(ctx, tx, visit.ID)
			return err
		})
		tell := func(what string) {
			t.Helper()
			for range 2 { // a job may run again
				d.Must(t, db.Actor{Kind: db.Job}, func(ctx context.Context, tx *db.Tx) error {
					return notify.TellAppointment(ctx, tx, orientation.AppointmentNotice{Appointment: visit.Appointment, What: what}, "")
				})
			}
		}
		tell(orientation.WasNoted)
		d.Must(t, agent, func(ctx context.Context, tx *db.Tx) error {
			_, err := orientation.MoveAppointment(ctx, tx, visit.Appointment, day.AddDays(1), 9*60)
			return err
		})
		tell(orientation.WasMoved)
		for range 2 {
			d.Must(t, agent, func(ctx context.Context, tx *db.Tx) error {
				_, err := orientation.CancelAppointment(ctx, tx, visit.Appointment)
				return err
			})
		}
		tell(orientation.WasMoved) // it stands no more: nothing
		tell(orientation.WasCancelled)
		told := p.all(t, holder.Holder{ID: visit.Holder})
		var kinds []string
		for _, one := range told {
			kinds = append(kinds, string(one.Kind))
		}
		if len(told) != 3 || !strings.Contains(strings.Join(kinds, " "), "appointment_cancelled") {
			t.Errorf("told %q", kinds)
		}
		if err := d.Update(t.Context(), agent, func(tx *db.Tx) error {
			_, err := orientation.MoveAppointment(t.Context(), tx, visit.Appointment, day, 0)
			return err
		}); err == nil {
			t.Error("moved once called off")
		}
	})
}
