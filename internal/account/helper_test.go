package account_test

import (
	"context"
	"errors"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
)

const password = "quatre chevaux dans un pré"

var hash = account.HashPassword(password)

var console = db.Actor{Kind: db.Console}

// programme is an organisation with people in it.
type programme struct {
	*dbtest.DB
	organisation account.Organisation
}

func newProgramme(t *testing.T, d *dbtest.DB, roles ...string) programme {
	t.Helper()
	p := programme{DB: d}
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		p.organisation, err = account.CreateOrganisation(ctx, tx, account.Organisation{Name: "Mairie de Guéret", Roles: roles})
		return err
	})
	return p
}

// person adds someone with a role, and answers them as they act.
func (p programme) person(t *testing.T, email, role, level string) db.Actor {
	t.Helper()
	var person account.Person
	p.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		person, err = account.AddPerson(ctx, tx, account.NewPerson{Name: "Odile Marchand", Email: email, PasswordHash: hash})
		if err != nil {
			return err
		}
		_, err = account.AddMember(ctx, tx, account.Member{Person: person.ID, Organisation: p.organisation.ID, Role: role, Level: level})
		return err
	})
	return db.Actor{Kind: db.Person, ID: person.ID, Organisation: p.organisation.ID, Role: role, Level: level}
}

func (p programme) signIn(t *testing.T, email string) account.SignedIn {
	t.Helper()
	var begun account.SignedIn
	p.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
		credentials, err := account.CredentialsOf(ctx, tx, email)
		if err != nil {
			return err
		}
		begun, err = account.SignIn(ctx, tx, credentials, "Firefox sur Linux")
		return err
	})
	return begun
}

func (p programme) session(t *testing.T, token string) account.Session {
	t.Helper()
	session, err := p.authenticate(t, token)
	if err != nil {
		t.Fatalf("the session should be open: %v", err)
	}
	return session
}

func (p programme) authenticate(t *testing.T, token string) (session account.Session, err error) {
	t.Helper()
	err = p.View(t.Context(), db.Actor{}, func(q db.Q) (err error) {
		session, err = account.Authenticate(t.Context(), q, token)
		return err
	})
	return session, err
}

// update runs a write that may be refused.
func (p programme) update(t *testing.T, actor db.Actor, write func(ctx context.Context, tx *db.Tx) error) error {
	t.Helper()
	return p.Update(t.Context(), actor, func(tx *db.Tx) error { return write(t.Context(), tx) })
}

func refused(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}
