package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/place"
)

func TestAnOrganisationBecomesTheKeeperOfAPlace(t *testing.T) {
	address := "sqlite:" + filepath.Join(t.TempDir(), "real.db")
	if status, _, stderr := atTerminal(t, "--database", address, "migrate"); status != exitDone {
		t.Fatal(stderr)
	}
	opened, err := db.Open(t.Context(), db.Options{Address: address, Clock: civil.System{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	var keeper, other account.Organisation
	var library place.Place
	err = opened.Update(t.Context(), console, func(tx *db.Tx) (err error) {
		if keeper, err = account.CreateOrganisation(t.Context(), tx, account.Organisation{Name: "Le Fil numérique", Roles: []string{account.RoleSite}}); err != nil {
			return err
		}
		if other, err = account.CreateOrganisation(t.Context(), tx, account.Organisation{Name: "La Lisse", Roles: []string{account.RoleSite}}); err != nil {
			return err
		}
		library, _, err = place.Save(t.Context(), tx, place.Place{Source: "essai", SourceID: "1", Name: "Médiathèque", Commune: "23096", UpdatedOn: civil.On(2026, 1, 2)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := atTerminal(t, "--database", address, "attach", "--place", library.ID.String(), "--organisation", keeper.ID.String())
	if status != exitDone || !strings.Contains(stdout, "Médiathèque, Guéret : tenu par Le Fil numérique") {
		t.Fatalf("%d %q %q", status, stdout, stderr)
	}
	err = opened.View(t.Context(), console, func(q db.Q) error {
		found, err := place.ByID(t.Context(), q, library.ID)
		if found.Organisation != keeper.ID || found.Name != library.Name || found.UpdatedOn != library.UpdatedOn {
			t.Errorf("after: %+v", found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range [][]string{
		{library.ID.String(), other.ID.String()}, // a kept place, and what it is owed, changes hands by no command
		{library.ID.String(), library.ID.String()}, {keeper.ID.String(), keeper.ID.String()}, {"x", keeper.ID.String()}, {library.ID.String(), "x"},
	} {
		if status, stdout, stderr := atTerminal(t, "--database", address, "attach", "--place", wrong[0], "--organisation", wrong[1]); status != exitRefused || stdout != "" || stderr == "" {
			t.Errorf("%v: %d %q %q", wrong, status, stdout, stderr)
		}
	}
}
