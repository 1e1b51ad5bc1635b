package account_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
)

func TestAnOrganisationIsCheckedFieldByField(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := programme{DB: d}
		create := func(o account.Organisation) error {
			return p.update(t, console, func(ctx context.Context, tx *db.Tx) error {
				_, err := account.CreateOrganisation(ctx, tx, o)
				return err
			})
		}
		whole := account.Organisation{Name: "  La  Souris Verte ", SIRET: "732 829 320 00074", Commune: "23096", Telephone: "05 55 00 00 00", Email: "contact@exemple.fr", Roles: []string{"site", "desk", "site"}}
		refused(t, create(whole), nil)
		for _, c := range []struct {
			field string
			spoil func(o *account.Organisation)
		}{
			{"siret", func(*account.Organisation) {}}, // already there
			{"name", func(o *account.Organisation) { o.Name = " " }},
			{"siret", func(o *account.Organisation) { o.SIRET = "73282932000075" }},
			{"siret", func(o *account.Organisation) { o.SIRET = "7328293200007" }},
			{"commune", func(o *account.Organisation) { o.Commune = "99999" }},
			{"territory", func(o *account.Organisation) { o.Territory = "nowhere" }},
			{"email", func(o *account.Organisation) { o.Email = "contact" }},
			{"roles", func(o *account.Organisation) { o.Roles = nil }},
			{"roles", func(o *account.Organisation) { o.Roles = []string{"king"} }},
		} {
			spoiled := whole
			c.spoil(&spoiled)
			fields := fault.Of(create(spoiled)).Fields
			if len(fields) != 1 || fields[0].Name != c.field {
				t.Errorf("%s: got %+v", c.field, fields)
			}
		}
		// The post office's establishments do not follow Luhn's formula.
		refused(t, create(account.Organisation{Name: "La Poste", SIRET: "35600000049837", Roles: []string{"desk"}}), nil)
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			found, err := account.OrganisationsWith(ctx, tx, "site")
			if len(found) != 1 || found[0].Name != "La Souris Verte" || found[0].SIRET != "73282932000074" {
				t.Errorf("sites %+v", found)
			}
			return err
		})
	})
}

func TestOrganisationsAreListedByNamePageByPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk")
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			for i := range 7 {
				if _, err := account.CreateOrganisation(ctx, tx, account.Organisation{Name: fmt.Sprintf("École %d", i/2), Roles: []string{"site"}}); err != nil {
					return err
				}
			}
			return nil
		})
		odile := p.person(t, "odile@exemple.fr", "desk", "member")
		p.Must(t, db.Actor{Kind: db.Person, Role: "admin", Level: "member"}, func(ctx context.Context, tx *db.Tx) error {
			var names []string
			var after db.ID
			for {
				page, err := account.Organisations(ctx, tx, account.OrganisationFilter{Text: "ecole", Role: "site", After: after, Limit: 3})
				if err != nil {
					return err
				}
				for _, one := range page {
					names, after = append(names, one.Name), one.ID
				}
				if len(page) < 3 {
					break
				}
			}
			if fmt.Sprint(names) != "[École 0 École 0 École 1 École 1 École 2 École 2 École 3]" {
				t.Errorf("listed %v", names)
			}
			return nil
		})
		p.Must(t, odile, func(ctx context.Context, tx *db.Tx) error {
			own, err := account.Organisations(ctx, tx, account.OrganisationFilter{})
			if len(own) != 1 || own[0].ID != p.organisation.ID {
				t.Errorf("a desk lists %+v", own)
			}
			return err
		})
	})
}

func TestNamesAndEmailsAreSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk")
		odile := p.person(t, "odile@exemple.fr", "desk", "owner")
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			var name, email, match []byte
			err := tx.QueryRow(ctx, `SELECT name, email, email_match FROM person WHERE id = $1`, odile.ID).Scan(&name, &email, &match)
			for _, column := range [][]byte{name, email, match} {
				if bytes.Contains(bytes.ToLower(column), []byte("odile")) {
					t.Error("a name lies open in the database")
				}
			}
			return err
		})
		refused(t, p.update(t, console, func(ctx context.Context, tx *db.Tx) error {
			_, err := account.AddPerson(ctx, tx, account.NewPerson{Name: "Autre", Email: "ODILE@exemple.fr", PasswordHash: hash})
			return err
		}), account.ErrEmailTaken)
	})
}

func TestATokenActsForItsOrganisationUntilItsEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "site")
		owner := p.person(t, "odile@exemple.fr", "site", "owner")
		member := p.person(t, "lea@exemple.fr", "site", "member")
		var made account.Token
		var text string
		create := func(by db.Actor, wanted account.NewToken) error {
			return p.update(t, by, func(ctx context.Context, tx *db.Tx) (err error) {
				made, text, err = account.CreateToken(ctx, tx, wanted)
				return err
			})
		}
		own := account.NewToken{Organisation: p.organisation.ID, Role: "site", Label: "Logiciel de caisse"}
		refused(t, create(member, own), account.ErrOwnerOnly)
		refused(t, create(owner, account.NewToken{Organisation: p.organisation.ID, Role: "accountant"}), account.ErrForeignRole)
		refused(t, create(owner, account.NewToken{Organisation: p.organisation.ID, Role: "king"}), fault.ErrInvalid)
		refused(t, create(console, account.NewToken{Organisation: db.ID{9}, Role: "site"}), fault.ErrNotFound)
		refused(t, create(owner, own), nil)
		authenticate := func() (actor db.Actor, err error) {
			err = p.View(t.Context(), db.Actor{}, func(q db.Q) error {
				actor, err = account.AuthenticateToken(t.Context(), q, text)
				return err
			})
			return actor, err
		}
		actor, err := authenticate()
		want := db.Actor{Kind: db.Token, ID: made.ID, Organisation: p.organisation.ID, Role: "site", Level: "member", Credential: made.ID}
		if err != nil || actor != want {
			t.Fatalf("actor %+v, %v", actor, err)
		}
		refused(t, create(actor, own), account.ErrOwnerOnly)
		p.Must(t, owner, func(ctx context.Context, tx *db.Tx) error {
			listed, err := account.Tokens(ctx, tx, p.organisation.ID)
			if err != nil || len(listed) != 1 || listed[0].Ending == "" || listed[0].MadeBy != owner.ID {
				t.Errorf("tokens %+v %v", listed, err)
			}
			return account.EndToken(ctx, tx, listed[0].ID)
		})
		_, err = authenticate()
		refused(t, err, fault.ErrUnauthenticated)
		text = "psr_"
		_, err = authenticate()
		refused(t, err, fault.ErrUnauthenticated)
	})
}
