package holder_test

import (
	"context"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

func TestSomeoneAtTheDoorIsKeptByTheSiteUnderANickname(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		mediator := agent()
		mediator.Role = account.RoleSite
		var met holder.Holder
		d.Must(t, mediator, func(ctx context.Context, tx *db.Tx) (err error) {
			met, err = holder.RegisterAtDoor(ctx, tx, tx.NewID(), " Odile ")
			return err
		})
		if met.Name != "Odile" || met.Pseudonym == "" || met.Organisation != mediator.Organisation || met.Consent {
			t.Errorf("at the door came %+v", met)
		}
		err := d.Update(t.Context(), agent(), func(tx *db.Tx) error {
			_, err := holder.RegisterAtDoor(t.Context(), tx, tx.NewID(), "Odile")
			return err
		})
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a counter's agent adds someone at a site's door: %v", err)
		}
	})
}
