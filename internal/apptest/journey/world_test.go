// Package journey_test walks the whole program as its users do, over the sample
// programme: every page in every role, in a browser and without one.
package journey_test

import (
	"log/slog"
	"net/http/httptest"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/civil"
	"passerelle/internal/cli"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/sample"
	"passerelle/internal/web"
)

func TestMain(m *testing.M) { apptest.Main(m) }

// world is a served sample programme.
type world struct {
	*dbtest.DB
	address  string
	app      *web.App
	accounts []sample.Account
}

// newWorld serves a sample programme with a few hundred people.
func newWorld(t *testing.T, d *dbtest.DB) *world {
	t.Helper()
	return newWorldOf(t, d, 240)
}

func newWorldOf(t *testing.T, d *dbtest.DB, people int) *world {
	t.Helper()
	start := civil.On(2026, 11, 20).At(13*60+50, civil.Paris)
	accounts, err := sample.Build(t.Context(), d.DB, d.Clock, sample.Options{Seed: 1, People: people, At: start})
	if err != nil {
		t.Fatal(err)
	}
	handler, app, err := cli.Handler(t.Context(), d.DB, web.Settings{Name: "Passerelle", Telephone: "05 36 49 12 00"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return &world{DB: d, address: server.URL, app: app, accounts: accounts}
}

// account finds a sign-in by the first part of its e-mail.
func (w *world) account(t *testing.T, local string) sample.Account {
	t.Helper()
	for _, one := range w.accounts {
		if one.Email == local+"@exemple.invalid" {
			return one
		}
	}
	t.Fatalf("nobody signs in as %s", local)
	return sample.Account{}
}

// client is someone signed in, without a browser; "" is a visitor.
func (w *world) client(t *testing.T, local string) *apptest.Client {
	t.Helper()
	client := apptest.NewClient(t, w.address)
	if local != "" {
		client.SignIn(w.account(t, local).Email, sample.Password)
	}
	return client
}

// actor is what the program takes a sign-in for; "" is a visitor.
func (w *world) actor(t *testing.T, local string) db.Actor {
	t.Helper()
	if local == "" {
		return db.Actor{}
	}
	one := w.account(t, local)
	return db.Actor{Kind: db.Person, Organisation: one.OrganisationID, Role: one.Role, Level: account.LevelOwner, Sample: true}
}
