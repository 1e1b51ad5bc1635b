package api_test

import (
	"context"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
)

// aFile is a list of places as a collectivité keeps it: one of its territory, one
// of another, one without a name.
func aFile() map[string]any {
	return map[string]any{"name": "nos-lieux.csv", "source": "le-departement", "content_base64": []byte("Structure;Voie;CP;Ville\n" +
		"Salle du lavoir;3 place du Lavoir;23000;Guéret\nAntenne de Limoges;1 rue Haute;87000;Limoges\n;2 rue du Pont;23300;La Souterraine\n")}
}

// work does what waits for a file, as the program does in the background.
func (w *world) work(id string) {
	w.t.Helper()
	wanted, err := db.ParseID(id)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := (exchange.Uploads{Database: w.d.DB}).Read(w.t.Context(), wanted); err != nil {
		w.t.Fatal(err)
	}
}

// importPlaces brings a file, says what its columns are, tries it and imports it.
func (w *world) importPlaces() {
	var token string
	w.d.Must(w.t, console, func(ctx context.Context, tx *db.Tx) error {
		department, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: "La Creuse", Roles: []string{account.RoleTerritory}, Territory: "23"})
		if err != nil {
			return err
		}
		_, token, err = account.CreateToken(ctx, tx, account.NewToken{Organisation: department.ID, Role: account.RoleTerritory, Level: account.LevelOwner})
		return err
	})
	file := w.post(token, "/imports", aFile()).is(201).has("state", "waiting").has("mapped", false).text("id")
	path := "/imports/" + file
	w.post(token, path+"/import", nil).refuses(409, "upload_untried")
	w.post(token, path+"/trial", nil).is(200).has("state", "trying")
	w.post(token, path+"/trial", nil).refuses(409, "upload_busy")
	w.work(file)
	if failure := w.get(token, path).is(200).has("state", "failed").text("failure"); !strings.Contains(failure, "n’est pas une liste de lieux") {
		w.t.Errorf("it says %q", failure)
	}
	mapping := func(text any) reply {
		return w.send(request{token: token, method: "PUT", path: path + "/mapping", body: map[string]any{"mapping": text}})
	}
	column := func(name string) any { return map[string]any{"colonne": name} }
	mapping(map[string]any{"adresse": column("Voie")}).refuses(422, "bad_mapping")
	mapping(map[string]any{"nom": column("Structure"), "adresse": column("Voie"), "code_postal": column("CP"), "commune": column("Ville")}).is(200).
		has("state", "waiting").has("mapped", true)
	w.post(token, path+"/trial", nil).is(200)
	w.work(file)
	w.get(token, path).is(200).has("state", "tried").has("counts.read", 3).has("counts.created", 1).has("counts.refused", 2)
	refused := w.get(token, path+"/report?severity=refused&limit=1").is(200).has("items.0.rule", "outside_territory").has("items.0.line", 3)
	w.get(token, path+"/report?severity=refused&after="+refused.text("next")).is(200).has("items.0.field", "nom").has("next", "")
	w.get(token, path+"/report?after=x").refuses(400, "malformed")
	w.post(token, path+"/import", nil).is(200).has("state", "importing")
	w.work(file)
	w.get(token, path).is(200).has("state", "imported").has("counts.created", 1)
	w.get(token, "/imports?limit=1").is(200).has("items.0.id", file).has("next", "")
	w.get(w.own["national"], path).refuses(404, "other_organisation")
	w.get(token, "/imports/"+w.ids["site_id"]).refuses(404, "unknown_upload")
}

func TestAFileThatIsTooLargeIsRefusedByTheAPI(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	file := aFile()
	file["content_base64"] = make([]byte, 21<<20)
	if answered := w.post(w.own["territory"], "/imports", file); answered.Status != 413 && answered.Status != 422 {
		t.Errorf("%d %.200s", answered.Status, answered.Text)
	}
	file["content_base64"] = []byte{}
	w.post(w.own["territory"], "/imports", file).refuses(422, "invalid")
	delete(file, "content_base64")
	w.post(w.own["territory"], "/imports", file).is(422)
}
