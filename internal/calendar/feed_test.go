package calendar_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"passerelle/internal/account"
	"passerelle/internal/calendar"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/exchange"
	"passerelle/internal/fault"
	"passerelle/internal/place"
	"passerelle/internal/workshop"
)

func mediator() db.Actor {
	return db.Actor{Kind: db.Person, ID: db.NewID(dbtest.Start), Organisation: db.NewID(dbtest.Start), Role: account.RoleSite, Level: account.LevelMember}
}

func TestASecretAddressHoldsTheSessionsUntilItIsCut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		own, other := mediator(), mediator()
		places := map[db.ID]place.Place{}
		var sites []place.Place
		for _, keeper := range []struct {
			actor   db.Actor
			commune string
		}{{own, "97411"}, {own, "23096"}, {other, "23096"}} {
			d.Must(t, db.Actor{Kind: db.Console}, func(ctx context.Context, tx *db.Tx) error {
				site, _, err := place.Save(ctx, tx, place.Place{
					Organisation: keeper.actor.Organisation, Source: "test", SourceID: keeper.commune + keeper.actor.ID.String(), Name: "Lieu " + keeper.commune, Commune: keeper.commune,
					Address: "1 rue de l’Exemple", Invented: true, LabelledFrom: civil.On(2026, 1, 1), LabelledUntil: civil.On(2028, 12, 31),
				})
				places[site.ID] = site
				sites = append(sites, site)
				return err
			})
		}
		starts := time.Date(2026, time.December, 8, 5, 0, 0, 0, time.UTC) // 9 h at La Réunion
		plan := func(actor db.Actor, site place.Place, name string) (made workshop.Session) {
			d.Must(t, actor, func(ctx context.Context, tx *db.Tx) (err error) {
				made, err = workshop.Plan(ctx, tx, workshop.New{
					Site: site.ID, Topic: "mailbox", Level: workshop.Discover, Seats: 6, StartsAt: starts, EndsAt: starts.Add(90 * time.Minute), Mediator: name, Room: "Salle; A",
				})
				return err
			})
			return made
		}
		claire, sami := plan(own, sites[0], "Claire"), plan(own, sites[1], "Sami")
		plan(other, sites[2], "Claire")
		feed := func(in calendar.Feed) (made calendar.Feed) {
			d.Must(t, own, func(ctx context.Context, tx *db.Tx) (err error) {
				made, err = calendar.Make(ctx, tx, in)
				return err
			})
			return made
		}
		read := func(secret string) (sessions []workshop.Session, err error) {
			err = d.View(t.Context(), db.Actor{}, func(q db.Q) (err error) {
				_, sessions, err = calendar.Read(t.Context(), q, secret)
				return err
			})
			return sessions, err
		}
		all, hers, there := feed(calendar.Feed{}), feed(calendar.Feed{Mediator: "Claire"}), feed(calendar.Feed{Place: sites[1].ID})
		for name, c := range map[string]struct {
			secret string
			want   []workshop.Session
		}{"all": {all.Secret, []workshop.Session{claire, sami}}, "Claire's": {hers.Secret, []workshop.Session{claire}}, "a place's": {there.Secret, []workshop.Session{sami}}} {
			got, err := read(c.secret)
			if err != nil || len(got) != len(c.want) {
				t.Errorf("%s: %d sessions, %v", name, len(got), err)
			}
		}
		d.Must(t, own, func(ctx context.Context, tx *db.Tx) error {
			_, err := workshop.CallOff(ctx, tx, sami.ID, "La salle est fermée.")
			return err
		})
		sessions, err := read(all.Secret)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := exchange.WriteCalendar(&file, "Mes séances", sessions, places, dbtest.Start); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ReplaceAll(file.String(), "\r\n", ""), "\n") {
			t.Error("a line ends without a carriage return")
		}
		parsed, err := ics.ParseCalendar(bytes.NewReader(file.Bytes()))
		if err != nil || len(parsed.Events()) != 2 {
			t.Fatalf("read back: %v\n%s", err, file.String())
		}
		for _, event := range parsed.Events() {
			if at, err := event.GetStartAt(); err != nil || !at.Equal(starts) {
				t.Errorf("begins at %v, %v", at, err)
			}
			off := strings.HasPrefix(event.Id(), sami.ID.String())
			if status := event.GetProperty(ics.ComponentPropertyStatus).Value; (status == "CANCELLED") != off {
				t.Errorf("%s is %s", event.Id(), status)
			}
		}
		cut := func(actor db.Actor) error {
			return d.Update(t.Context(), actor, func(tx *db.Tx) error { return calendar.End(t.Context(), tx, all.ID) })
		}
		if err := cut(other); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another organisation cuts: %v", err)
		}
		if err := cut(own); err != nil {
			t.Fatal(err)
		}
		if _, err := read(all.Secret); !fault.HasCode(err, "unknown_calendar") {
			t.Errorf("once cut: %v", err)
		}
		d.Must(t, own, func(ctx context.Context, tx *db.Tx) error {
			left, err := calendar.Feeds(ctx, tx)
			if err == nil && (len(left) != 2 || left[0].Secret == "") {
				t.Errorf("left: %+v", left)
			}
			return err
		})
	})
}
