package label_test

import (
	"context"
	"testing"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/label"
)

// sent plays an application up to the queue.
func (b *bench) sent(places ...db.ID) db.ID {
	b.t.Helper()
	id := b.begun(places...)
	b.must(b.owner, func(ctx context.Context, tx *db.Tx) error {
		if err := b.filled(ctx, tx, id); err != nil {
			return err
		}
		_, err := label.Send(ctx, tx, id)
		return err
	})
	return id
}

// decided plays one up to its decision by a certifier, as its verdict has it.
func (b *bench) decided(id db.ID, certifier db.Actor, met bool) {
	b.t.Helper()
	b.must(certifier, func(ctx context.Context, tx *db.Tx) error {
		application, err := label.Take(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, covered := range application.Places {
			judge := meetsAll(id, covered.ID)
			if !met {
				judge = func(ctx context.Context, tx *db.Tx) error { return judged(ctx, tx, id, covered.ID, label.NotMet) }
			}
			if err := judge(ctx, tx); err != nil {
				return err
			}
		}
		_, err = label.Conclude(ctx, tx, id, "Au vu du dossier")
		return err
	})
}

func take(id db.ID) func(ctx context.Context, tx *db.Tx) error {
	return func(ctx context.Context, tx *db.Tx) error {
		_, err := label.Take(ctx, tx, id)
		return err
	}
}

// member gives a person one more role, in the applicant's organisation.
func (b *bench) member(actor db.Actor, role, level string) {
	b.t.Helper()
	b.must(console, func(ctx context.Context, tx *db.Tx) error {
		_, err := account.AddMember(ctx, tx, account.Member{Person: actor.ID, Organisation: b.organisation, Role: role, Level: level})
		return err
	})
}

func TestNobodyJudgesTheirOwnOrganisation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		id := b.sent(b.places[0])
		// A member in any role, whatever organisation they act for now.
		b.member(b.first, account.RoleDesk, account.LevelReadOnly)
		if code := b.does(b.first, take(id)); code != "own_organisation" {
			t.Errorf("a member takes it: %q", code)
		}
		acting := b.second
		acting.Organisation = b.organisation
		if code := b.does(acting, take(id)); code != "own_organisation" {
			t.Errorf("someone who acts for it takes it: %q", code)
		}
		// A token of the applicant's, or made by a member of it.
		var own, made account.Token
		b.must(console, func(ctx context.Context, tx *db.Tx) (err error) {
			own, _, err = account.CreateToken(ctx, tx, account.NewToken{Organisation: b.organisation, Role: account.RoleCertifier})
			return err
		})
		owner := b.first
		owner.Level = account.LevelOwner
		b.must(console, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE membership SET level = 'owner' WHERE person = $1 AND organisation = $2`, b.first.ID, b.first.Organisation)
			return err
		})
		b.must(owner, func(ctx context.Context, tx *db.Tx) (err error) {
			made, _, err = account.CreateToken(ctx, tx, account.NewToken{Organisation: owner.Organisation, Role: account.RoleCertifier})
			return err
		})
		for name, token := range map[string]account.Token{"its own token": own, "a member's token": made} {
			actor := db.Actor{Kind: db.Token, ID: token.ID, Organisation: token.Organisation, Role: token.Role, Level: account.LevelMember}
			if code := b.does(actor, take(id)); code != "own_organisation" {
				t.Errorf("%s takes it: %q", name, code)
			}
		}
		// A decision on the place itself is refused too.
		if code := b.does(b.first, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Grant(ctx, tx, label.Decision{Site: b.places[1], On: b.today(), Reason: "Visite"})
			return err
		}); code != "own_organisation" {
			t.Errorf("a member grants it without application: %q", code)
		}
		// Whoever joins the applicant after taking it neither reads nor decides.
		b.must(b.second, take(id))
		b.must(b.second, meetsAll(id, b.places[0]))
		b.member(b.second, account.RoleSite, account.LevelMember)
		if code := b.does(b.second, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Conclude(ctx, tx, id, "Oui")
			return err
		}); code != "own_organisation" {
			t.Errorf("a member decides: %q", code)
		}
		if err := d.View(t.Context(), b.second, func(q db.Q) error {
			_, err := label.FileByID(t.Context(), q, id)
			return err
		}); codeOf(err) != "own_organisation" {
			t.Errorf("a member reads it as its certifier: %v", err)
		}
		// Whoever left the applicant may.
		var members []account.Member
		b.must(console, func(ctx context.Context, tx *db.Tx) (err error) {
			members, err = account.Members(ctx, tx, b.organisation)
			return err
		})
		for _, member := range members {
			if member.Person == b.second.ID {
				b.must(console, func(ctx context.Context, tx *db.Tx) error { return account.EndMember(ctx, tx, member.ID) })
			}
		}
		b.must(b.second, func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Conclude(ctx, tx, id, "Oui")
			return err
		})
		checked(t, d)
	})
}

func TestWhoReviewsASiteNeverPaysIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		id := b.sent(b.places...)
		pays := func(actor db.Actor) string {
			return b.does(actor, func(ctx context.Context, tx *db.Tx) error {
				return account.TakeDuty(ctx, tx, actor.ID, b.places[1], account.DutyPay)
			})
		}
		if code := pays(b.first); code != "" {
			t.Fatal(code)
		}
		if code := b.does(b.first, take(id)); code != "duty_taken" {
			t.Errorf("who pays one of the places takes it: %q", code)
		}
		b.must(b.second, take(id))
		if code := pays(b.second); code != "duty_taken" {
			t.Errorf("who took it pays one of its places: %q", code)
		}
		checked(t, d)
	})
}

// at once runs acts together, and counts how many stood.
func (b *bench) atOnce(t *testing.T, acts map[string]func() error, losing ...string) int {
	t.Helper()
	type answer struct {
		name string
		err  error
	}
	answers := make(chan answer, len(acts))
	for name, act := range acts {
		go func() { answers <- answer{name, act()} }()
	}
	stood := 0
	for range acts {
		answered := <-answers
		code := codeOf(answered.err)
		lost := false
		for _, one := range losing {
			lost = lost || code == one
		}
		switch {
		case code == "":
			stood++
		case !lost:
			t.Errorf("%s: %q, %v", answered.name, code, answered.err)
		}
	}
	return stood
}

func (b *bench) racing(actor db.Actor, act func(ctx context.Context, tx *db.Tx) error) func() error {
	return func() error {
		return b.Update(b.t.Context(), actor, func(tx *db.Tx) error { return act(b.t.Context(), tx) })
	}
}

func TestOfActsAtOnceOneStands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		// Three certifiers take one application.
		id := b.sent(b.places[0])
		if stood := b.atOnce(t, map[string]func() error{
			"first": b.racing(b.first, take(id)), "second": b.racing(b.second, take(id)), "third": b.racing(b.third, take(id)),
		}, "conflict", "not_assigned", "wrong_state"); stood != 1 {
			t.Errorf("%d took it", stood)
		}
		checked(t, d)
		// Its certifier decides twice, while its owner gives it up.
		certifier := b.first
		for _, one := range []db.Actor{b.second, b.third} {
			if b.file(id).Certifier == one.ID {
				certifier = one
			}
		}
		b.must(certifier, meetsAll(id, b.places[0]))
		conclude := func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Conclude(ctx, tx, id, "Oui")
			return err
		}
		giveUp := func(ctx context.Context, tx *db.Tx) error {
			_, err := label.GiveUp(ctx, tx, id, "")
			return err
		}
		if stood := b.atOnce(t, map[string]func() error{
			"decide": b.racing(certifier, conclude), "decide again": b.racing(certifier, conclude), "give up": b.racing(b.owner, giveUp),
		}, "conflict", "wrong_state"); stood != 1 {
			t.Errorf("%d stood of a decision, another and a withdrawal", stood)
		}
		checked(t, d)
		// Two applications for one place.
		begin := func(ctx context.Context, tx *db.Tx) error {
			_, err := label.Begin(ctx, tx, db.ID{}, []db.ID{b.places[1]})
			return err
		}
		if stood := b.atOnce(t, map[string]func() error{"begin": b.racing(b.owner, begin), "begin again": b.racing(b.owner, begin)}, "conflict", "already_applied"); stood != 1 {
			t.Errorf("%d applications for one place", stood)
		}
		// Whoever pays and reviews at once does one of the two.
		other := b.sentOpen(b.places[1])
		b.atOnce(t, map[string]func() error{
			"take": b.racing(b.third, take(other)),
			"pay": b.racing(b.third, func(ctx context.Context, tx *db.Tx) error {
				return account.TakeDuty(ctx, tx, b.third.ID, b.places[1], account.DutyPay)
			}),
		}, "duty_taken", "conflict")
		checked(t, d)
	})
}

// sentOpen fills and sends the application that is open for a place.
func (b *bench) sentOpen(placeID db.ID) (id db.ID) {
	b.t.Helper()
	b.must(b.owner, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT application FROM label_application_open WHERE place = $1`, placeID).Scan(&id); err != nil {
			return err
		}
		if err := b.filled(ctx, tx, id); err != nil {
			return err
		}
		_, err := label.Send(ctx, tx, id)
		return err
	})
	return id
}

// Answers sent while the application is: they are in it, or refused; never
// added behind the certifier's back.
func TestNothingIsAddedBehindASending(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		b := newBench(t, d)
		for _, placeID := range b.places {
			id := b.begun(placeID)
			b.must(b.owner, func(ctx context.Context, tx *db.Tx) error { return b.filled(ctx, tx, id) })
			b.atOnce(t, map[string]func() error{
				"send": b.racing(b.owner, func(ctx context.Context, tx *db.Tx) error {
					_, err := label.Send(ctx, tx, id)
					return err
				}),
				"say": b.racing(b.owner, func(ctx context.Context, tx *db.Tx) error {
					return label.Say(ctx, tx, id, []label.Answer{{Place: placeID, Criterion: "open_hours", Value: "9"}})
				}),
			}, "conflict", "wrong_state")
			if file := b.file(id); file.State != label.Sent {
				t.Errorf("%s", file.State)
			}
			if code := b.does(b.owner, func(ctx context.Context, tx *db.Tx) error {
				return label.Say(ctx, tx, id, []label.Answer{{Place: placeID, Criterion: "open_hours", Value: "1"}})
			}); code != "wrong_state" {
				t.Errorf("said afterwards: %q", code)
			}
		}
		checked(t, d)
	})
}

// Another version changes nothing of an application made under the one before.
func TestAnApplicationKeepsItsVersion(t *testing.T) {
	t.Parallel()
	d := dbtest.SQLite(t)
	d.Clock.Set(civil.On(2025, 12, 20).At(600, civil.Paris))
	b := newBench(t, d)
	id := b.sent(b.places[0])
	d.Clock.Set(civil.On(2026, 1, 10).At(600, civil.Paris))
	b.must(b.first, take(id))
	b.must(b.first, func(ctx context.Context, tx *db.Tx) error { return judged(ctx, tx, id, b.places[0], label.Met) })
	b.must(b.first, func(ctx context.Context, tx *db.Tx) error {
		_, err := label.Conclude(ctx, tx, id, "Oui")
		return err
	})
	if file := b.file(id); file.Criteria != "2023-1" || file.Places[0].Score != 100 || len(file.Score(b.places[0]).Lines) != 8 {
		t.Errorf("%s, %d", file.Criteria, file.Places[0].Score)
	}
	if again := b.file(b.begun(b.places[1])); again.Criteria != "2026-1" {
		t.Errorf("a new one is made under %s", again.Criteria)
	}
	checked(t, d)
}
