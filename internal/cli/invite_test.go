package cli

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/apptest"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/web"
)

// atTerminal runs one command as from a terminal.
func atTerminal(t *testing.T, arguments ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, told bytes.Buffer
	status = Main(arguments, &out, &told)
	return status, out.String(), told.String()
}

func TestTheFirstAdministratorComesInByAnInvitationFromTheConsole(t *testing.T) {
	address := "sqlite:" + filepath.Join(t.TempDir(), "real.db")
	invite := func(email string, more ...string) (int, string, string) {
		return atTerminal(t, append([]string{"--database", address, "invite", "--organisation", "Conseil départemental", "--role", "admin", "--email", email, "--base-url", "https://passerelle.example/"}, more...)...)
	}
	status, stdout, stderr := invite("odile@exemple.invalid", "--name", "Odile Marchand")
	if status != exitDone || !strings.HasPrefix(stdout, "https://passerelle.example/invitation/") || !strings.Contains(stderr, "Administration") {
		t.Fatalf("%d %q %q", status, stdout, stderr)
	}
	first, _ := url.Parse(strings.TrimSpace(stdout))
	if status, _, stderr := invite("paul@exemple.invalid"); status != exitDone {
		t.Fatalf("a second person: %d %s", status, stderr)
	}

	opened, err := db.Open(t.Context(), db.Options{Address: address, Clock: civil.System{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	err = opened.View(t.Context(), console, func(q db.Q) error {
		found, err := account.Organisations(t.Context(), q, account.OrganisationFilter{})
		if len(found) != 1 || len(found[0].Roles) != 1 || found[0].Roles[0] != account.RoleAdmin {
			t.Errorf("organisations after two invitations: %+v", found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	handler, _, err := Handler(t.Context(), opened, web.Settings{Name: "Passerelle"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	page := apptest.NewClient(t, server.URL).Get(first.Path).Must(200).Shows("Conseil départemental").Shows("administration")
	if name := page.Attribute("input[name=name]", "value"); name != "Odile Marchand" {
		t.Errorf("the invited person's name: %q", name)
	}
}

func TestAnInvitationThatCannotBeMadeLeavesNothing(t *testing.T) {
	address := "sqlite:" + filepath.Join(t.TempDir(), "real.db")
	for rule, c := range map[string]struct{ role, email, says string }{
		"an e-mail that is none": {"admin", "odile", "adresse e-mail"},
		"a role that is none":    {"king", "odile@exemple.invalid", "rôles de la liste"},
	} {
		status, stdout, stderr := atTerminal(t, "--database", address, "invite", "--organisation", "Mairie", "--role", c.role, "--email", c.email)
		if status != exitRefused || stdout != "" || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: %d %q %q", rule, status, stdout, stderr)
		}
	}
	if status, _, _ := atTerminal(t, "--database", address, "invite", "--role", "admin", "--email", "odile@exemple.invalid"); status != exitUsage {
		t.Errorf("without an organisation: %d", status)
	}
	opened, err := db.Open(t.Context(), db.Options{Address: address, Clock: civil.System{}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	err = opened.View(t.Context(), console, func(q db.Q) error {
		found, err := account.Organisations(t.Context(), q, account.OrganisationFilter{})
		if len(found) != 0 {
			t.Errorf("left behind: %+v", found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
