package account_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"passerelle/internal/account"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
)

func TestASessionActsInItsMembership(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk")
		odile := p.person(t, "Odile@Exemple.fr", "desk", "owner")
		begun := p.signIn(t, " odile@exemple.FR")
		if begun.Step != account.StepOpen {
			t.Fatalf("step %s", begun.Step)
		}
		session := p.session(t, begun.Token)
		want := odile
		want.Credential = begun.ID
		if session.Actor != want || session.PersonName != "Odile Marchand" || session.OrganisationName != "Mairie de Guéret" || session.RoleName != "Guichet" || session.Others != 0 {
			t.Errorf("session %+v", session)
		}
		for _, token := range []string{"", "x", begun.Token + "x", strings.ToLower(begun.Token)} {
			_, err := p.authenticate(t, token)
			refused(t, err, fault.ErrUnauthenticated)
		}
	})
}

func TestNobodyHasNoCredentials(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := programme{DB: d}
		p.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
			found, err := account.CredentialsOf(ctx, tx, "personne@exemple.fr")
			if found != (account.Credentials{}) || account.VerifyPassword(found.PasswordHash, password) {
				t.Errorf("credentials of nobody: %+v", found)
			}
			return err
		})
		refused(t, p.update(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
			_, err := account.SignIn(ctx, tx, account.Credentials{}, "")
			return err
		}), account.ErrWrongPassword)
	})
}

func TestASessionEndsIdleOldOrWithItsMembership(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk")
		odile := p.person(t, "odile@exemple.fr", "desk", "owner")

		idle := p.signIn(t, "odile@exemple.fr")
		d.Clock.Advance(12*time.Hour - time.Second)
		p.session(t, idle.Token)
		d.Clock.Advance(time.Second)
		_, err := p.authenticate(t, idle.Token)
		refused(t, err, fault.ErrUnauthenticated)

		busy := p.signIn(t, "odile@exemple.fr")
		for range 60 {
			d.Clock.Advance(11*time.Hour + 59*time.Minute)
			session := p.session(t, busy.Token)
			if !session.Rested(d.Clock.Now()) {
				t.Fatal("not rested after twelve hours")
			}
			p.Must(t, session.Actor, func(ctx context.Context, tx *db.Tx) error { return account.Touch(ctx, tx, session.ID) })
		}
		d.Clock.Advance(time.Hour)
		_, err = p.authenticate(t, busy.Token)
		refused(t, err, fault.ErrUnauthenticated)

		last := p.signIn(t, "odile@exemple.fr")
		p.Must(t, odile, func(ctx context.Context, tx *db.Tx) error {
			members, err := account.Members(ctx, tx, p.organisation.ID)
			if err != nil {
				return err
			}
			refused(t, account.EndMember(ctx, tx, members[0].ID), account.ErrLastOwner)
			return nil
		})
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			members, err := account.Members(ctx, tx, p.organisation.ID)
			if err != nil {
				return err
			}
			_, err = account.AddMember(ctx, tx, account.Member{Person: odile.ID, Organisation: p.organisation.ID, Role: "site", Level: "owner"})
			if err != nil {
				return err
			}
			return account.EndMember(ctx, tx, members[0].ID)
		})
		_, err = p.authenticate(t, last.Token)
		refused(t, err, fault.ErrUnauthenticated)
	})
}

func TestSessionsAreListedAndEndedByTheirPersonOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk")
		p.person(t, "odile@exemple.fr", "desk", "owner")
		p.person(t, "paul@exemple.fr", "desk", "member")
		first := p.signIn(t, "odile@exemple.fr")
		d.Clock.Advance(time.Second)
		second := p.signIn(t, "odile@exemple.fr")
		other := p.session(t, p.signIn(t, "paul@exemple.fr").Token)
		session := p.session(t, second.Token)
		p.Must(t, session.Actor, func(ctx context.Context, tx *db.Tx) error {
			open, err := account.Sessions(ctx, tx)
			if len(open) != 2 || !open[0].Current || open[1].Current || open[1].Browser != "Firefox sur Linux" {
				t.Errorf("sessions %+v", open)
			}
			return err
		})
		refused(t, p.update(t, other.Actor, func(ctx context.Context, tx *db.Tx) error { return account.EndSession(ctx, tx, first.ID) }), fault.ErrNotFound)
		p.session(t, first.Token)
		p.Must(t, session.Actor, func(ctx context.Context, tx *db.Tx) error {
			ended, err := account.EndOtherSessions(ctx, tx)
			if ended != 1 {
				t.Errorf("%d ended", ended)
			}
			return err
		})
		_, err := p.authenticate(t, first.Token)
		refused(t, err, fault.ErrUnauthenticated)
		p.Must(t, session.Actor, func(ctx context.Context, tx *db.Tx) error {
			if err := account.EndSession(ctx, tx, second.ID); err != nil {
				return err
			}
			return account.EndSession(ctx, tx, second.ID)
		})
		_, err = p.authenticate(t, second.Token)
		refused(t, err, fault.ErrUnauthenticated)
		p.session(t, mustToken(t, p, "paul@exemple.fr"))
	})
}

func mustToken(t *testing.T, p programme, email string) string {
	t.Helper()
	return p.signIn(t, email).Token
}

func TestAccountantsSetUpASecondFactorExceptInASample(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "accountant")
		p.person(t, "odile@exemple.fr", "accountant", "owner")
		begun := p.signIn(t, "odile@exemple.fr")
		if begun.Step != account.StepEnrol {
			t.Fatalf("step %s, want the second factor", begun.Step)
		}
		_, err := p.authenticate(t, begun.Token)
		refused(t, err, fault.ErrUnauthenticated)

		secret := p.secret(t, begun.Token)
		refused(t, p.passes(t, begun.Token, wrongCode(t, secret, d.Clock.Now()), account.PassEnrolment), account.ErrWrongCode)
		p.pass(t, begun.Token, code(t, secret, d.Clock.Now()), account.PassEnrolment)

		again := p.signIn(t, "odile@exemple.fr")
		if again.Step != account.StepCode {
			t.Fatalf("step %s, want a code", again.Step)
		}
		// The code that set it up cannot sign in too.
		refused(t, p.passes(t, again.Token, code(t, secret, d.Clock.Now()), account.PassCode), account.ErrCodeUsed)
		d.Clock.Advance(30 * time.Second)
		session := p.session(t, p.pass(t, again.Token, " "+code(t, secret, d.Clock.Now())+" ", account.PassCode))
		_, err = p.authenticate(t, again.Token)
		refused(t, err, fault.ErrUnauthenticated)
		if session.Actor.Role != "accountant" {
			t.Errorf("session %+v", session)
		}

		late := p.signIn(t, "odile@exemple.fr")
		d.Clock.Advance(11 * time.Minute)
		refused(t, p.passes(t, late.Token, code(t, secret, d.Clock.Now()), account.PassCode), account.ErrSignInOver)

		p.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			return account.ResetSecondFactor(ctx, tx, session.Actor.ID)
		})
		if reset := p.signIn(t, "odile@exemple.fr"); reset.Step != account.StepEnrol {
			t.Errorf("after the reset: %s", reset.Step)
		}
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) error { return db.Set(ctx, tx, db.SettingSample, "1") })
		sample := p.signIn(t, "odile@exemple.fr")
		if sample.Step != account.StepOpen || !p.session(t, sample.Token).Actor.Sample {
			t.Errorf("in a sample: %s", sample.Step)
		}
	})
}

func TestACodeServesOnceEvenAtTheSameInstant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "admin")
		p.person(t, "odile@exemple.fr", "admin", "owner")
		begun := p.signIn(t, "odile@exemple.fr")
		secret := p.secret(t, begun.Token)
		p.pass(t, begun.Token, code(t, secret, d.Clock.Now()), account.PassEnrolment)
		d.Clock.Advance(time.Minute)
		const tries = 8
		tokens := make([]string, tries)
		for i := range tokens {
			tokens[i] = mustToken(t, p, "odile@exemple.fr")
		}
		var opened sync.WaitGroup
		results := make([]error, tries)
		right := code(t, secret, d.Clock.Now())
		for i := range tries {
			opened.Go(func() { results[i] = p.passes(t, tokens[i], right, account.PassCode) })
		}
		opened.Wait()
		passed := 0
		for _, err := range results {
			if err == nil {
				passed++
				continue
			}
			refused(t, err, account.ErrCodeUsed)
		}
		if passed != 1 {
			t.Errorf("one code opened %d sessions", passed)
		}
	})
}

func TestSwitchingIsAmongOnesOwnMemberships(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk", "site")
		odile := p.person(t, "odile@exemple.fr", "desk", "owner")
		stranger := p.person(t, "paul@exemple.fr", "desk", "member")
		var site, accountant, foreign account.Member
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			if site, err = account.AddMember(ctx, tx, account.Member{Person: odile.ID, Organisation: p.organisation.ID, Role: "site", Level: "read_only"}); err != nil {
				return err
			}
			accountant, err = account.AddMember(ctx, tx, account.Member{Person: odile.ID, Organisation: p.organisation.ID, Role: "accountant", Level: "member"})
			return err
		})
		p.Must(t, stranger, func(ctx context.Context, tx *db.Tx) error {
			all, err := account.Memberships(ctx, tx)
			foreign = all[0]
			return err
		})
		// Signing in asks for the second factor, since one of the roles needs it;
		// the sample programme does without.
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) error { return db.Set(ctx, tx, db.SettingSample, "1") })
		begun := p.signIn(t, "odile@exemple.fr")
		session := p.session(t, begun.Token)
		if session.Others != 2 {
			t.Errorf("others: %d", session.Others)
		}
		switchTo := func(id db.ID) error {
			return p.update(t, session.Actor, func(ctx context.Context, tx *db.Tx) error { return account.SwitchTo(ctx, tx, id) })
		}
		refused(t, switchTo(foreign.ID), fault.ErrNotFound)
		refused(t, switchTo(site.ID), nil)
		if now := p.session(t, begun.Token).Actor; now.Role != "site" || now.Level != "read_only" {
			t.Errorf("after the switch: %+v", now)
		}
		d.Clock.Advance(time.Second)
		if next := p.session(t, mustToken(t, p, "odile@exemple.fr")).Actor; next.Role != "site" {
			t.Errorf("the next sign-in resumes %s, want site", next.Role)
		}
		refused(t, switchTo(accountant.ID), nil)
	})
}

func TestARoleThatNeedsTheSecondFactorIsNotSwitchedToWithout(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		p := newProgramme(t, d, "desk")
		odile := p.person(t, "odile@exemple.fr", "desk", "owner")
		session := p.session(t, mustToken(t, p, "odile@exemple.fr"))
		var added account.Member
		p.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
			added, err = account.AddMember(ctx, tx, account.Member{Person: odile.ID, Organisation: p.organisation.ID, Role: "accountant", Level: "member"})
			return err
		})
		change := func() error {
			return p.update(t, session.Actor, func(ctx context.Context, tx *db.Tx) error { return account.SwitchTo(ctx, tx, added.ID) })
		}
		refused(t, change(), account.ErrFactorMissing)
		p.Must(t, session.Actor, func(ctx context.Context, tx *db.Tx) error { return account.ProposeFactor(ctx, tx) })
		var secret string
		p.Must(t, session.Actor, func(ctx context.Context, tx *db.Tx) error {
			enrolment, err := account.EnrolmentOf(ctx, tx, odile.ID, "Passerelle")
			secret = strings.ReplaceAll(enrolment.Secret, " ", "")
			return err
		})
		p.Must(t, session.Actor, func(ctx context.Context, tx *db.Tx) error {
			return account.ConfirmFactor(ctx, tx, code(t, secret, d.Clock.Now()))
		})
		refused(t, p.update(t, session.Actor, account.ProposeFactor), account.ErrFactorSet)
		refused(t, change(), nil)
	})
}

// secret is the one proposed to a sign-in that sets its second factor up.
func (p programme) secret(t *testing.T, token string) (secret string) {
	t.Helper()
	p.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
		pending, err := account.PendingSignIn(ctx, tx, token)
		if err != nil {
			return err
		}
		enrolment, err := account.EnrolmentOf(ctx, tx, pending.Person, "Passerelle")
		secret = strings.ReplaceAll(enrolment.Secret, " ", "")
		if !strings.Contains(enrolment.URL, "secret="+secret) || !strings.HasPrefix(enrolment.URL, "otpauth://totp/Passerelle:odile@exemple.fr?") {
			t.Errorf("enrolment %+v", enrolment)
		}
		return err
	})
	return secret
}

type passing func(ctx context.Context, tx *db.Tx, token, code string) (string, error)

func (p programme) passes(t *testing.T, token, code string, pass passing) error {
	t.Helper()
	return p.update(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) error {
		_, err := pass(ctx, tx, token, code)
		return err
	})
}

func (p programme) pass(t *testing.T, token, code string, pass passing) (opened string) {
	t.Helper()
	p.Must(t, db.Actor{}, func(ctx context.Context, tx *db.Tx) (err error) {
		opened, err = pass(ctx, tx, token, code)
		return err
	})
	return opened
}

func code(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	made, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// wrongCode is six digits that no period near this instant shows.
func wrongCode(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	for _, tried := range []string{"000000", "000001", "000002", "000003"} {
		right := false
		for _, off := range []time.Duration{-30 * time.Second, 0, 30 * time.Second} {
			right = right || code(t, secret, at.Add(off)) == tried
		}
		if !right {
			return tried
		}
	}
	t.Fatal("three codes in a row cannot all be right")
	return ""
}
