package cli

import (
	"context"
	"encoding/json"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/job"
	"passerelle/internal/label"
	"passerelle/internal/notify"
	"passerelle/internal/place"
)

// An owner and the certifier are told of what the other side did, each once.
func TestEachSideOfAnApplicationIsToldOfTheOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		var known place.Place
		d.Must(t, job.Actor, func(ctx context.Context, tx *db.Tx) error {
			body, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Association", Roles: []string{account.RoleSite}})
			if err != nil {
				return err
			}
			owner, err := account.AddPerson(ctx, tx, account.NewPerson{Name: "Jeanne", Email: "jeanne@exemple.invalid", PasswordHash: "x"})
			if err != nil {
				return err
			}
			if _, err := account.AddMember(ctx, tx, account.Member{Person: owner.ID, Organisation: body.ID, Role: account.RoleSite, Level: account.LevelOwner}); err != nil {
				return err
			}
			known, _, err = place.Save(ctx, tx, place.Place{Source: "own", Name: "Maison", Commune: "23096", Organisation: body.ID})
			return err
		})
		for _, notice := range []label.Notice{
			{Place: known.ID, Kind: label.NoticeRenewSoon}, {Place: known.ID, Kind: label.NoticeRenewNow}, {Place: known.ID, Kind: label.NoticeDecided},
		} {
			payload, err := json.Marshal(notice)
			if err != nil {
				t.Fatal(err)
			}
			if err := tellOfLabel(d.DB, "https://passerelle.example")(t.Context(), payload); err != nil {
				t.Fatalf("%s: %v", notice.Kind, err)
			}
		}
		if err := d.View(t.Context(), job.Actor, func(q db.Q) error {
			waiting, err := notify.Messages(t.Context(), q, notify.Waiting, db.ID{}, 10)
			if len(waiting) != 3 || waiting[0].Kind != "label-notice" {
				t.Errorf("%+v", waiting)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
