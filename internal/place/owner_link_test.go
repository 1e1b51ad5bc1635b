package place_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/place"
)

func linked(t *testing.T, d *dbtest.DB, id db.ID) place.Linked {
	t.Helper()
	var made place.Linked
	d.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) (err error) {
		made, err = place.AskLink(ctx, tx, id)
		return err
	})
	return made
}

func open(d *dbtest.DB, secret string) (p place.Place, err error) {
	err = d.View(context.Background(), db.Actor{}, func(q db.Q) (err error) {
		p, err = place.LinkedPlace(context.Background(), q, secret)
		return err
	})
	return p, err
}

func TestALinkGoesToThePublishedAddressAndEnds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := aged(t, d, "Maison", 8, func(p *place.Place) { p.Emails = []string{"accueil@maison.example", "autre@maison.example"} })
		silent := aged(t, d, "Sans adresse", 8, nil)
		made := linked(t, d, p.ID)
		if !slices.Equal(made.Emails, []string{"accueil@maison.example"}) || place.MaskedEmail(made.Emails[0]) != "a•••@maison.example" {
			t.Errorf("sent to %q", made.Emails)
		}
		if found, err := open(d, made.Secret); err != nil || found.ID != p.ID {
			t.Errorf("%v %v", found.Name, err)
		}
		if _, err := open(d, made.Secret+"A"); code(err) != "owner_link_gone" {
			t.Error(err)
		}
		var kept int
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM place_owner_link WHERE token = $1`, []byte(made.Secret)).Scan(&kept)
		})
		if kept != 0 {
			t.Error("the secret itself is kept")
		}
		ask := func(id db.ID) error {
			return do(t, d, db.Actor{}, func(ctx context.Context, tx *db.Tx) error { _, err := place.AskLink(ctx, tx, id); return err })
		}
		if err := ask(silent.ID); code(err) != "no_published_email" {
			t.Error(err)
		}

		// A letter for the other one, typed as people type.
		creuse := team(t, d, "Creuse", "23")
		var letter place.Linked
		d.Must(t, creuse, func(ctx context.Context, tx *db.Tx) (err error) {
			letter, err = place.PrintLink(ctx, tx, silent.ID)
			return err
		})
		s := letter.Secret
		typed := strings.NewReplacer("o", "0", "i", "1").Replace(strings.ToLower(s[:4] + " " + s[4:8] + "-" + s[8:12] + " " + s[12:]))
		if found, err := open(d, typed); err != nil || found.ID != silent.ID {
			t.Errorf("%q: %v", typed, err)
		}
		if err := do(t, d, team(t, d, "Corrèze", "19"), func(ctx context.Context, tx *db.Tx) error { _, err := place.PrintLink(ctx, tx, silent.ID); return err }); code(err) != "unknown_place" {
			t.Error(err)
		}

		// An organisation keeps it now: the link is void, and nobody gets another.
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error { return place.Claim(ctx, tx, silent.ID, db.NewID(tx.Now())) })
		if _, err := open(d, letter.Secret); code(err) != "owner_link_gone" {
			t.Error(err)
		}
		if err := ask(silent.ID); code(err) != "place_kept" {
			t.Error(err)
		}
		d.Clock.Advance(30*24*time.Hour + time.Minute)
		if _, err := open(d, made.Secret); code(err) != "owner_link_gone" {
			t.Errorf("after 30 days: %v", err)
		}
		d.Must(t, console, place.ForgetLinks)
	})
}

func TestACorrectionIsRecordedAndUndone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := aged(t, d, "Maison", 20, func(p *place.Place) {
			p.Emails, p.Hours, p.Telephone = []string{"accueil@maison.example"}, "Mo 09:00-12:00", "+33544000000"
			p.Latitude, p.Longitude = 46.17, 1.87
		})
		secret := linked(t, d, p.ID).Secret
		correct := func(change func(c *place.Correction)) (made place.Corrected, err error) {
			wanted := byID(t, d, p.ID).Correctable()
			change(&wanted)
			err = do(t, d, db.Actor{}, func(ctx context.Context, tx *db.Tx) (err error) {
				made, err = place.CorrectByLink(ctx, tx, secret, wanted)
				return err
			})
			return made, err
		}
		for field, change := range map[string]func(c *place.Correction){
			"name":      func(c *place.Correction) { c.Name = " " },
			"telephone": func(c *place.Correction) { c.Telephone = "12" },
			"emails":    func(c *place.Correction) { c.Emails = []string{"a b"} },
			"websites":  func(c *place.Correction) { c.Websites = []string{"javascript:alert(1)"} },
			"commune":   func(c *place.Correction) { c.Commune = "99999" },
			"languages": func(c *place.Correction) { c.Languages = []string{"anglais|arabe"} },
			"equipment": func(c *place.Correction) { c.Equipment = []string{"helicopter"} },
			"access":    func(c *place.Correction) { c.AccessWays = []string{"swim"} },
		} {
			if _, err := correct(change); code(err) != "invalid" {
				t.Errorf("%s: %v", field, err)
			}
		}
		made, err := correct(func(c *place.Correction) {
			c.Hours, c.Telephone, c.Websites = "Tu 14:00-17:00; PH off", "05 44 00 00 01", []string{"maison.example", ""}
			c.Services = []string{place.ServiceProcedures, place.ServiceSafety}
			c.AccessWays, c.Wheelchair, c.Languages, c.Equipment = []string{"telephone"}, true, []string{" anglais ", ""}, []string{"printer"}
		})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "changes", made.Changes(), "horaires", "téléphone", "sites", "services", "accès", "fauteuil roulant", "langues", "équipement")
		after := byID(t, d, p.ID)
		if after.Hours != "Tu 14:00-17:00; PH off" || after.Telephone != "+33544000001" || after.Websites[0] != "https://maison.example" || after.ConfirmedOn != day || after.Stale || after.FreshSign != place.SignConfirmed {
			t.Errorf("after %+v", after)
		}
		same(t, "languages", after.Languages, "anglais")
		same(t, "equipment", after.Equipment, "printer")
		if again, err := correct(func(*place.Correction) {}); err != nil || !again.ID.IsZero() {
			t.Errorf("a correction of nothing: %+v %v", again, err)
		}
		// The telephone changes again, which an undoing must leave.
		if _, err := correct(func(c *place.Correction) { c.Telephone = "05 44 00 00 02" }); err != nil {
			t.Fatal(err)
		}
		undo := func(actor db.Actor) error {
			return do(t, d, actor, func(ctx context.Context, tx *db.Tx) error {
				_, err := place.UndoCorrection(ctx, tx, made.ID)
				return err
			})
		}
		if err := undo(team(t, d, "Corrèze", "19")); code(err) != "unknown_place" {
			t.Error(err)
		}
		creuse := team(t, d, "Creuse", "23")
		if err := undo(creuse); err != nil {
			t.Fatal(err)
		}
		if err := undo(creuse); code(err) != "correction_undone" {
			t.Error(err)
		}
		undone := byID(t, d, p.ID)
		if undone.Hours != "Mo 09:00-12:00" || undone.Telephone != "+33544000002" || undone.Websites != nil || !reflect.DeepEqual(undone.Services, p.Services) ||
			undone.AccessWays != nil || undone.Wheelchair || undone.Languages != nil || undone.Equipment != nil || undone.Latitude != 46.17 {
			t.Errorf("undone %+v", undone)
		}
		if err := d.View(t.Context(), creuse, func(q db.Q) error {
			all, err := place.CorrectionsOf(t.Context(), q, p.ID)
			if len(all) != 2 || all[0].UndoneAt.IsZero() == all[1].UndoneAt.IsZero() {
				t.Errorf("%+v", all)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		checked(t, d)
	})
}

func TestACorrectionIsUndoneByTheLinkThatMadeIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := aged(t, d, "Maison", 20, func(p *place.Place) {
			p.Emails, p.Latitude, p.Longitude, p.Address = []string{"accueil@maison.example"}, 46.1712, 1.8722, "1 rue Haute"
		})
		other := aged(t, d, "Autre", 20, func(p *place.Place) { p.Emails = []string{"accueil@autre.example"} })
		mine, theirs := linked(t, d, p.ID).Secret, linked(t, d, other.ID).Secret
		wanted := byID(t, d, p.ID).Correctable()
		wanted.Commune, wanted.PostalCode = "23008", ""
		var made place.Corrected
		d.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) (err error) {
			made, err = place.CorrectByLink(ctx, tx, mine, wanted)
			return err
		})
		if moved := byID(t, d, p.ID); moved.Commune != "23008" || !moved.Approximate {
			t.Errorf("moved to %s, %v %v", moved.Commune, moved.Latitude, moved.Approximate)
		}
		undo := func(secret string) error {
			return do(t, d, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
				_, err := place.UndoByLink(ctx, tx, secret, made.ID)
				return err
			})
		}
		if err := undo(theirs); code(err) != "not_found" {
			t.Error(err)
		}
		if err := undo(mine); err != nil {
			t.Fatal(err)
		}
		if err := undo(mine); code(err) != "correction_undone" {
			t.Error(err)
		}
		if back := byID(t, d, p.ID); back.Commune != p.Commune || back.Latitude != 46.1712 || back.Longitude != 1.8722 || back.Approximate || back.Address != p.Address {
			t.Errorf("not put back: %s %v %v %v", back.Commune, back.Latitude, back.Longitude, back.Approximate)
		}
		checked(t, d)
	})
}

func TestATeamClosesAPlaceItLearntOf(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := aged(t, d, "Maison", 2, nil)
		waits := report(t, d, db.Actor{}, place.NewReport{Place: p.ID, Kind: place.ReportClosed})
		ended := func(actor db.Actor) error {
			return do(t, d, actor, func(ctx context.Context, tx *db.Tx) error { return place.Close(ctx, tx, p.ID, "La mairie le dit.") })
		}
		if err := ended(team(t, d, "Corrèze", "19")); code(err) != "unknown_place" {
			t.Error(err)
		}
		creuse := team(t, d, "Creuse", "23")
		if err := ended(creuse); err != nil {
			t.Fatal(err)
		}
		if byID(t, d, p.ID).ClosedOn != day {
			t.Error("not closed")
		}
		if err := d.View(t.Context(), creuse, func(q db.Q) error {
			answered, err := place.ReportByID(t.Context(), q, waits.ID)
			if answered.State != place.ReportEnded {
				t.Errorf("the visitor's report is %s", answered.State)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := do(t, d, creuse, func(ctx context.Context, tx *db.Tx) error { return place.Reopen(ctx, tx, p.ID) }); err != nil || !byID(t, d, p.ID).ClosedOn.IsZero() {
			t.Errorf("not open again: %v", err)
		}
		checked(t, d)
	})
}

func TestAKeptPlaceIsConfirmedByItsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		keeper := db.NewID(dbtest.Start)
		p := aged(t, d, "Maison", 20, func(p *place.Place) { p.Organisation = keeper })
		confirm := func(actor db.Actor) error {
			return do(t, d, actor, func(ctx context.Context, tx *db.Tx) error { return place.Confirm(ctx, tx, p.ID) })
		}
		if err := confirm(person(account.RoleSite, db.NewID(dbtest.Start))); code(err) != "unknown_place" {
			t.Error(err)
		}
		if err := confirm(person(account.RoleDesk, keeper)); code(err) != "forbidden" {
			t.Error(err)
		}
		for range 2 {
			if err := confirm(person(account.RoleSite, keeper)); err != nil {
				t.Fatal(err)
			}
		}
		if got := byID(t, d, p.ID); got.ConfirmedOn != day || got.FreshSign != place.SignConfirmed {
			t.Errorf("%+v", got.Freshness())
		}
		checked(t, d)
	})
}

func TestTheListsOfFreshnessCountWhatTheyHold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		fresh := aged(t, d, "fresh", 1, nil)
		stale := aged(t, d, "stale", 20, nil)
		bounced := aged(t, d, "bounced", 1, nil)
		closed := aged(t, d, "closed", 1, nil)
		aged(t, d, "elsewhere", 1, func(p *place.Place) { p.Commune = "19272" })
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			if err := place.Confirm(ctx, tx, fresh.ID); err != nil {
				return err
			}
			if _, err := place.SetFreshness(ctx, tx, stale.ID, place.Freshness{Stale: true}); err != nil {
				return err
			}
			return place.Bounced(ctx, tx, bounced.ID, "a@b.example")
		})
		report(t, d, db.Actor{}, place.NewReport{Place: fresh.ID, Kind: "hours"})
		gone := report(t, d, db.Actor{}, place.NewReport{Place: closed.ID, Kind: "closed"})
		if err := answer(d, console, gone.ID, place.ReportAnswer{State: place.ReportEnded}); err != nil {
			t.Fatal(err)
		}
		creuse := team(t, d, "Creuse", "23")
		if err := d.View(t.Context(), creuse, func(q db.Q) error {
			counts, err := place.WatchCounts(t.Context(), q)
			if err != nil {
				return err
			}
			want := place.Watched{place.WatchFresh: 1, place.WatchToConfirm: 0, place.WatchStale: 2, place.WatchBounced: 1, place.WatchReported: 1, place.WatchClosed: 1}
			if !reflect.DeepEqual(counts, want) {
				t.Errorf("%v, wanted %v", counts, want)
			}
			for list, count := range counts {
				found, err := place.WatchPlaces(t.Context(), q, place.WatchFilter{List: list, Limit: 10})
				if err != nil || len(found) != count {
					t.Errorf("%s: %d places for %d, %v", list, len(found), count, err)
				}
			}
			all, err := place.WatchPlaces(t.Context(), q, place.WatchFilter{Limit: 2})
			if err != nil {
				return err
			}
			rest, err := place.WatchPlaces(t.Context(), q, place.WatchFilter{Limit: 10, After: all[1].ID, Since: all[1].FreshOn})
			if err != nil || len(rest) != 2 {
				t.Errorf("the rest: %d, %v", len(rest), err)
			}
			communes, err := place.WatchCommunes(t.Context(), q, "", "", 10)
			if len(communes) != 1 || communes[0].All != 4 || communes[0].Watched[place.WatchStale] != 2 {
				t.Errorf("communes %+v", communes)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
