package account_test

import (
	"context"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
)

func (p programme) invite(t *testing.T, by db.Actor, offered account.Invitation) (secret string, err error) {
	t.Helper()
	err = p.update(t, by, func(ctx context.Context, tx *db.Tx) error {
		if offered.Organisation.IsZero() {
			offered.Organisation = p.organisation.ID
		}
		_, secret, err = account.Invite(ctx, tx, offered)
		return err
	})
	return secret, err
}

func (p programme) accept(t *testing.T, secret string) error {
	t.Helper()
	return p.update(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
		_, err := account.Accept(ctx, tx, account.Acceptance{Secret: secret, Name: "Paul Roche", PasswordHash: hash})
		return err
	})
}

func TestAnInvitationMakesAPersonOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk")
		odile := p.person(t, "odile@exemple.fr", "desk", "owner")
		secret, err := p.invite(t, odile, account.Invitation{Role: "desk", Level: "member", Email: "paul@exemple.fr", Name: "Paul"})
		refused(t, err, nil)
		p.Must(t, odile, func(ctx context.Context, tx *db.Tx) error {
			waiting, err := account.Invitations(ctx, tx, p.organisation.ID)
			if len(waiting) != 1 || waiting[0].Email != "paul@exemple.fr" || waiting[0].Name != "Paul" {
				t.Errorf("waiting: %+v", waiting)
			}
			return err
		})
		d.Clock.Advance(time.Second)
		refused(t, p.accept(t, secret), nil)
		refused(t, p.accept(t, secret), account.ErrInvitationGone)
		if session := p.session(t, mustToken(t, p, "paul@exemple.fr")); session.PersonName != "Paul Roche" || session.Actor.Level != "member" {
			t.Errorf("session %+v", session)
		}
		p.Must(t, odile, func(ctx context.Context, tx *db.Tx) error {
			members, err := account.Members(ctx, tx, p.organisation.ID)
			if len(members) != 2 || members[1].Email != "paul@exemple.fr" || members[1].Name != "Paul Roche" {
				t.Errorf("members %+v", members)
			}
			leaves, recordErr := audit.Of(ctx, tx, "member.accept")
			if len(leaves) != 1 || recordErr != nil {
				t.Errorf("leaves: %d, %v", len(leaves), recordErr)
			}
			return err
		})
		_, err = p.invite(t, odile, account.Invitation{Role: "desk", Level: "member", Email: "PAUL@exemple.fr"})
		refused(t, err, account.ErrAlreadyMember)
	})
}

func TestAKnownPersonKeepsTheirPassword(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk")
		p.person(t, "paul@exemple.fr", "desk", "member")
		secret, err := p.invite(t, console, account.Invitation{Role: "site", Level: "owner", Email: "paul@exemple.fr"})
		refused(t, err, nil)
		p.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
			found, err := account.InvitationOf(ctx, tx, secret)
			if err != nil {
				return err
			}
			if !found.KnownPerson || found.OrganisationName != "Mairie de Guéret" {
				t.Errorf("invitation %+v", found)
			}
			_, err = account.Accept(ctx, tx, account.Acceptance{Secret: secret})
			return err
		})
		if session := p.session(t, mustToken(t, p, "paul@exemple.fr")); session.Others != 1 || session.PersonName != "Odile Marchand" {
			t.Errorf("session %+v", session)
		}
	})
}

func TestInvitationsEndAreReplacedAndAreWithdrawn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk")
		odile := p.person(t, "odile@exemple.fr", "desk", "owner")
		offer := account.Invitation{Role: "desk", Level: "member", Email: "paul@exemple.fr"}
		first, err := p.invite(t, odile, offer)
		refused(t, err, nil)
		second, err := p.invite(t, odile, offer)
		refused(t, err, nil)
		refused(t, p.accept(t, first), account.ErrInvitationGone)
		p.Must(t, odile, func(ctx context.Context, tx *db.Tx) error {
			waiting, err := account.Invitations(ctx, tx, p.organisation.ID)
			if err != nil || len(waiting) != 1 {
				t.Fatalf("waiting %v %v", waiting, err)
			}
			return account.WithdrawInvitation(ctx, tx, waiting[0].ID)
		})
		refused(t, p.accept(t, second), account.ErrInvitationGone)
		third, err := p.invite(t, odile, offer)
		refused(t, err, nil)
		d.Clock.Advance(7 * 24 * time.Hour)
		refused(t, p.accept(t, third), account.ErrInvitationGone)
		d.Clock.Advance(31 * 24 * time.Hour)
		p.Must(t, console, account.Forget)
		var left int
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM invitation`).Scan(&left)
		})
		if left != 0 {
			t.Errorf("%d invitations kept", left)
		}
	})
}

func TestAnOwnerGivesOnlyTheirOwnRole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk", "accountant")
		odile := p.person(t, "odile@exemple.fr", "desk", "owner")
		member := p.person(t, "lea@exemple.fr", "desk", "member")
		var elsewhere account.Organisation
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			elsewhere, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Autre", Roles: []string{"desk"}})
			return err
		})
		for _, c := range []struct {
			by    db.Actor
			offer account.Invitation
			want  error
		}{
			{odile, account.Invitation{Role: "accountant", Level: "member", Email: "paul@exemple.fr"}, account.ErrForeignRole},
			{odile, account.Invitation{Role: "admin", Level: "member", Email: "paul@exemple.fr"}, account.ErrForeignRole},
			{odile, account.Invitation{Role: "desk", Level: "chief", Email: "paul@exemple.fr"}, fault.ErrInvalid},
			{odile, account.Invitation{Role: "desk", Level: "member", Email: "paul"}, fault.ErrInvalid},
			{odile, account.Invitation{Organisation: elsewhere.ID, Role: "desk", Level: "member", Email: "paul@exemple.fr"}, account.ErrOtherOrganisation},
			{member, account.Invitation{Role: "desk", Level: "member", Email: "paul@exemple.fr"}, account.ErrOwnerOnly},
			{db.Actor{}, account.Invitation{Role: "desk", Level: "member", Email: "paul@exemple.fr"}, fault.ErrUnauthenticated},
			{console, account.Invitation{Role: "national", Level: "owner", Email: "paul@exemple.fr"}, nil},
		} {
			_, err := p.invite(t, c.by, c.offer)
			refused(t, err, c.want)
		}
	})
}

func TestAForgottenPasswordIsReplacedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk")
		p.person(t, "odile@exemple.fr", "desk", "owner")
		open := mustToken(t, p, "odile@exemple.fr")
		ask := func() (secret string) {
			p.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
				asked, err := account.AskReset(ctx, tx, "ODILE@exemple.fr")
				secret = asked.Secret
				return err
			})
			return secret
		}
		replace := func(secret string) error {
			return p.update(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
				changed, err := account.ReplacePassword(ctx, tx, secret, "another hash")
				if err == nil && changed.Email != "odile@exemple.fr" {
					t.Errorf("changed %+v", changed)
				}
				return err
			})
		}
		late, first, second := ask(), ask(), ask()
		p.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
			email, err := account.ResetEmail(ctx, tx, first)
			if email != "odile@exemple.fr" {
				t.Errorf("reset of %s", email)
			}
			return err
		})
		refused(t, replace(first), nil)
		refused(t, replace(first), account.ErrResetGone)
		refused(t, replace(second), account.ErrResetGone)
		refused(t, replace(late), account.ErrResetGone)
		_, err := p.authenticate(t, open)
		refused(t, err, fault.ErrUnauthenticated)
		third := ask()
		d.Clock.Advance(time.Hour)
		refused(t, replace(third), account.ErrResetGone)
		refused(t, p.update(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
			_, err := account.AskReset(ctx, tx, "personne@exemple.fr")
			return err
		}), fault.ErrNotFound)
		// Credentials verified before the change no longer sign in.
		refused(t, p.update(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
			found, err := account.CredentialsOf(ctx, tx, "odile@exemple.fr")
			if err != nil {
				return err
			}
			found.PasswordHash = hash
			_, err = account.SignIn(ctx, tx, found, "")
			return err
		}), account.ErrWrongPassword)
	})
}
