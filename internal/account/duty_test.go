package account_test

import (
	"context"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
)

// A program that someone set going acts in their place: the token they made
// does not pay a site that they certify.
func TestATokenTakesTheDutyOfWhoMadeIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, account.RoleAccountant, account.RoleCertifier)
		odile := p.person(t, "odile@exemple.fr", account.RoleAccountant, account.LevelOwner)
		var made account.Token
		p.Must(t, odile, func(ctx context.Context, tx *db.Tx) (err error) {
			made, _, err = account.CreateToken(ctx, tx, account.NewToken{Organisation: p.organisation.ID, Role: account.RoleAccountant})
			return err
		})
		take := func(who, site db.ID, duty string) error {
			return d.Update(t.Context(), console, func(tx *db.Tx) error { return account.TakeDuty(t.Context(), tx, who, site, duty) })
		}
		here, there := db.ID{3}, db.ID{4}
		refused(t, take(odile.ID, here, account.DutyCertify), nil)
		refused(t, take(made.ID, here, account.DutyPay), account.ErrDutyTaken)
		refused(t, take(made.ID, there, account.DutyPay), nil)
		refused(t, take(odile.ID, there, account.DutyCertify), account.ErrDutyTaken)
	})
}
