package account_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
)

// aMoment is long enough for another transaction to finish, or to wait.
const aMoment = 300 * time.Millisecond

// meanwhile runs the second act after what the first one did, and before the
// first one ends. It answers what became of each.
func meanwhile(t *testing.T, d *dbtest.DB, firstActor, secondActor db.Actor, first, second func(ctx context.Context, tx *db.Tx) error) (firstErr, secondErr error) {
	t.Helper()
	ended, begun := make(chan error, 1), false
	firstErr = d.Update(t.Context(), firstActor, func(tx *db.Tx) error {
		if err := first(t.Context(), tx); err != nil {
			return err
		}
		if !begun {
			begun = true
			go func() {
				ended <- d.Update(context.WithoutCancel(t.Context()), secondActor, func(tx *db.Tx) error { return second(context.WithoutCancel(t.Context()), tx) })
			}()
			time.Sleep(aMoment)
		}
		return nil
	})
	if !begun {
		t.Fatal(firstErr)
	}
	return firstErr, <-ended
}

func TestTwoOwnersWhoEndEachOtherLeaveOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, account.RoleDesk)
		odile := p.person(t, "odile@exemple.fr", account.RoleDesk, account.LevelOwner)
		karim := p.person(t, "karim@exemple.fr", account.RoleDesk, account.LevelOwner)
		end := func(whom db.Actor) func(ctx context.Context, tx *db.Tx) error {
			return func(ctx context.Context, tx *db.Tx) error {
				members, err := account.Members(ctx, tx, p.organisation.ID)
				if err != nil {
					return err
				}
				for _, member := range members {
					if member.Person == whom.ID {
						return account.EndMember(ctx, tx, member.ID)
					}
				}
				return nil
			}
		}
		first, second := meanwhile(t, d, odile, karim, end(karim), end(odile))
		if first != nil || !errors.Is(second, account.ErrLastOwner) {
			t.Errorf("the first: %v; the second: %v", first, second)
		}
	})
}

// Whoever knows the old password signs in at the very instant at which it is
// replaced: no session of theirs is left.
func TestNoSessionOfAReplacedPasswordIsLeft(t *testing.T) {
	for name, replaceFirst := range map[string]bool{"replaced first": true, "signed in first": false} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
				p := newProgramme(t, d, account.RoleDesk)
				p.person(t, "odile@exemple.fr", account.RoleDesk, account.LevelMember)
				var asked account.Reset
				var known account.Credentials
				p.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) (err error) {
					if asked, err = account.AskReset(ctx, tx, "odile@exemple.fr"); err != nil {
						return err
					}
					known, err = account.CredentialsOf(ctx, tx, "odile@exemple.fr")
					return err
				})
				var begun account.SignedIn
				signIn := func(ctx context.Context, tx *db.Tx) (err error) {
					begun, err = account.SignIn(ctx, tx, known, "Firefox")
					return err
				}
				replace := func(ctx context.Context, tx *db.Tx) error {
					_, err := account.ReplacePassword(ctx, tx, asked.Secret, account.HashPassword("trois ânes sous un toit"))
					return err
				}
				var signInErr, replaceErr error
				if replaceFirst {
					replaceErr, signInErr = meanwhile(t, d, db.Actor{}, db.Actor{}, replace, signIn)
				} else {
					signInErr, replaceErr = meanwhile(t, d, db.Actor{}, db.Actor{}, signIn, replace)
				}
				if replaceErr != nil || signInErr != nil && !errors.Is(signInErr, account.ErrWrongPassword) {
					t.Fatalf("replaced: %v; signed in: %v", replaceErr, signInErr)
				}
				if signInErr == nil {
					if _, err := p.authenticate(t, begun.Token); err == nil {
						t.Error("a session begun with the old password is open")
					}
				}
			})
		})
	}
}
