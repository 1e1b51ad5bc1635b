package exchange_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/diagnosis"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/holder"
)

// pixHeader is the first line of Pix Orga's export of a collection of profiles,
// cut to two competences, with the desk's own identifier.
const pixHeader = `"Nom de l'organisation";"ID Campagne";"Code";"Nom de la campagne";"Nom du Participant";"Prénom du Participant";"Numéro de la page";"Envoi (O/N)";` +
	`"Date et heure de l'envoi (Europe/Paris)";"Nombre de pix total";"Certifiable (O/N)";"Nombre de compétences certifiables";` +
	`"Niveau pour la compétence Mener une recherche et une veille d’information";"Nombre de pix pour la compétence Mener une recherche et une veille d’information";` +
	`"Niveau pour la compétence Interagir";"Nombre de pix pour la compétence Interagir"` + "\n"

func TestPixResultsComeFromPixsOwnFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		desk := db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start), Role: account.RoleDesk, Level: account.LevelMember}
		var who holder.Holder
		d.Must(t, desk, func(ctx context.Context, tx *db.Tx) (err error) {
			who, err = holder.Register(ctx, tx, holder.New{})
			return err
		})
		day := dbtest.Start.AddDate(0, 0, -3).Format("02/01/2006")
		line := func(number, sent, level string) string {
			return fmt.Sprintf(`"CCAS";12;"QWERTY456";"Pass";"Martin";"Monique";"%s";"%s";"%s 10:15";52;"Non";0;%s;12;"NA";"NA"`+"\n", number, sent, day, level)
		}
		file := "\ufeff" + pixHeader + line(who.Pseudonym, "Oui", "3") + line(strings.ToLower(who.Pseudonym), "Non", `"NA"`) + line("Zuzu 0000", "Oui", "1") + line(who.Pseudonym, "Oui", "12")
		bring := func(dry bool) (exchange.Counts, []exchange.Remark) {
			counts, remarks, err := exchange.BringPix(t.Context(), d.DB, desk, strings.NewReader(file), dry)
			if err != nil {
				t.Fatal(err)
			}
			return counts, remarks
		}
		want := exchange.Counts{Read: 4, Created: 1, Refused: 2, Ignored: 1}
		for _, dry := range []bool{true, false} {
			counts, remarks := bring(dry)
			if counts != want || len(remarks) != 3 || remarks[0].Line != 3 || remarks[1].Rule != "unknown_person" || remarks[2].Field != "levels.1.1" {
				t.Errorf("dry %v: %s, %+v", dry, counts, remarks)
			}
		}
		if counts, _ := bring(false); counts.Created != 0 || counts.Unchanged != 1 {
			t.Errorf("again: %s", counts)
		}
		if err := d.View(t.Context(), desk, func(q db.Q) error {
			found, err := diagnosis.PixOf(t.Context(), q, who.ID)
			if len(found) != 1 || found[0].Levels["1.1"] != 3 || len(found[0].Levels) != 1 || found[0].Pix != 52 || found[0].Origin != diagnosis.PixImported {
				t.Errorf("found: %+v", found)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestATableThatIsNotPixsIsRefused(t *testing.T) {
	d := dbtest.SQLite(t)
	for _, file := range []string{"nom;prenom\nMartin;Monique\n", "Niveau pour la compétence Interagir\n3\n", `"Niveau pour la compétence Jongler";"Numéro"` + "\n1;2\n"} {
		if _, _, err := exchange.BringPix(t.Context(), d.DB, db.Actor{}, strings.NewReader(file), false); !fault.HasCode(err, "not_pix") {
			t.Errorf("%.30q: %v", file, err)
		}
	}
	if _, _, err := exchange.BringPix(t.Context(), d.DB, db.Actor{}, strings.NewReader("%PDF-1.7"), false); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a PDF: %v", err)
	}
}
