package account_test

import (
	"context"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
	"passerelle/internal/place"
)

// A member is changed by an owner, and acts otherwise from the next page on.
func TestAMemberIsChangedByAnOwner(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, account.RoleSite)
		owner := p.person(t, "odile@exemple.fr", account.RoleSite, account.LevelOwner)
		p.person(t, "sami@exemple.fr", account.RoleSite, account.LevelMember)
		signedIn := p.signIn(t, "sami@exemple.fr")
		var at place.Place
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			at, _, err = place.Save(ctx, tx, place.Place{Organisation: p.organisation.ID, Source: "test", Name: "Ici", Commune: "23096"})
			return err
		})
		actor := func() db.Actor {
			t.Helper()
			var session account.Session
			err := d.View(t.Context(), db.Actor{}, func(q db.Q) (err error) {
				session, err = account.Authenticate(t.Context(), q, signedIn.Token)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return session.Actor
		}
		members := map[string]account.Member{}
		if err := d.View(t.Context(), owner, func(q db.Q) error {
			all, err := account.Members(t.Context(), q, p.organisation.ID)
			for _, one := range all {
				members[one.Email] = one
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		change := func(by db.Actor, email, level string, place db.ID) error {
			return d.Update(t.Context(), by, func(tx *db.Tx) error {
				_, err := account.ChangeMember(t.Context(), tx, members[email].ID, level, place)
				return err
			})
		}
		if err := change(owner, "sami@exemple.fr", account.LevelScanOnly, at.ID); err != nil {
			t.Fatal(err)
		}
		if got := actor(); got.Level != account.LevelScanOnly || got.Place != at.ID {
			t.Errorf("acts as %q at %v", got.Level, got.Place)
		}
		if err := change(owner, "sami@exemple.fr", account.LevelMember, db.ID{}); err != nil || !actor().Place.IsZero() {
			t.Errorf("detached: %v", err)
		}
		for name, test := range map[string]struct {
			by    db.Actor
			email string
			level string
			place db.ID
			code  string
		}{
			"by a member":          {actor(), "sami@exemple.fr", account.LevelOwner, db.ID{}, "owner_only"},
			"the last owner":       {owner, "odile@exemple.fr", account.LevelMember, db.ID{}, "last_owner"},
			"an owner of one":      {owner, "sami@exemple.fr", account.LevelOwner, at.ID, "invalid"},
			"to no level":          {owner, "sami@exemple.fr", "king", db.ID{}, "invalid"},
			"to no place":          {owner, "sami@exemple.fr", account.LevelMember, db.ID{9}, "not_found"},
			"by another's owner":   {db.Actor{Kind: db.Person, Organisation: db.ID{7}, Role: account.RoleSite, Level: account.LevelOwner}, "sami@exemple.fr", account.LevelMember, at.ID, "other_organisation"},
			"somebody who is gone": {owner, "nobody", account.LevelMember, db.ID{}, "not_found"},
		} {
			if err := change(test.by, test.email, test.level, test.place); !fault.HasCode(err, test.code) {
				t.Errorf("%s: %v, want %s", name, err, test.code)
			}
		}
		if got := actor(); got.Level != account.LevelMember || !got.Place.IsZero() {
			t.Errorf("a refused change left %q at %v", got.Level, got.Place)
		}
	})
}

// An invitation carries the place; the one who accepts is attached to it.
func TestAnInvitationAttaches(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, account.RoleSite)
		owner := p.person(t, "odile@exemple.fr", account.RoleSite, account.LevelOwner)
		var person db.ID
		var at place.Place
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			at, _, err = place.Save(ctx, tx, place.Place{Organisation: p.organisation.ID, Source: "test", Name: "Ici", Commune: "23096"})
			return err
		})
		d.Must(t, owner, func(ctx context.Context, tx *db.Tx) error {
			_, secret, err := account.Invite(ctx, tx, account.Invitation{Organisation: p.organisation.ID, Role: account.RoleSite, Level: account.LevelReadOnly, Place: at.ID, Email: "neuve@exemple.fr"})
			if err != nil {
				return err
			}
			person, err = account.Accept(ctx, tx, account.Acceptance{Secret: secret, Name: "Neuve", PasswordHash: hash})
			return err
		})
		if err := d.View(t.Context(), owner, func(q db.Q) error {
			all, err := account.Members(t.Context(), q, p.organisation.ID)
			for _, one := range all {
				if one.Person == person && one.Place != at.ID {
					t.Errorf("attached to %v, want %v", one.Place, at.ID)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
