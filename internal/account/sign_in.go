package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// Step is what a sign-in still asks for.
type Step string

// The steps. Only an open sign-in is a session.
const (
	StepCode  Step = "code"  // the code of the second factor
	StepEnrol Step = "enrol" // the second factor must first be set up
	StepOpen  Step = "open"
)

// The refusals of signing in. Whether the e-mail or the password is wrong is
// not told.
var (
	ErrWrongPassword = fault.Define(fault.Invalid, "wrong_password", "L’adresse e-mail ou le mot de passe n’est pas le bon. Vérifiez les deux, puis réessayez.")
	ErrNoMembership  = fault.Define(fault.Forbidden, "no_membership", "Vous n’avez plus de rôle dans aucune organisation. Demandez une invitation à un responsable.")
	ErrSignInOver    = fault.Define(fault.Unauthenticated, "sign_in_over", "Cette connexion a trop attendu. Recommencez avec votre e-mail et votre mot de passe.")
	ErrFactorMissing = fault.Define(fault.Conflict, "factor_missing", "Ce rôle demande un code en plus du mot de passe. Déconnectez-vous, puis reconnectez-vous : nous vous aiderons à l’installer.")
)

// Credentials is what is needed to verify a password before the transaction
// that signs in. The zero Credentials verifies nothing, in the same time.
type Credentials struct {
	Person       db.ID
	PasswordHash string
}

// CredentialsOf finds the person of an e-mail; nobody is the zero Credentials,
// so that the caller takes as long for both.
func CredentialsOf(ctx context.Context, q db.Q, email string) (Credentials, error) {
	var found Credentials
	err := q.QueryRow(ctx, `SELECT id, password FROM person WHERE email_match = $1`, matchEmail(q, email)).
		Scan(&found.Person, &found.PasswordHash)
	if errors.Is(err, fault.ErrNotFound) {
		return Credentials{}, nil
	}
	return found, err
}

// SignedIn is a sign-in that has begun. Token is given to the browser and kept
// nowhere else.
type SignedIn struct {
	ID    db.ID
	Token string
	Step  Step
}

// SignIn begins a session for whoever gave the right password, which the caller
// has verified with VerifyPassword against these credentials. It resumes the
// membership used last. A second factor is asked of those who have one, and set
// up by those whose role needs it, except in a sample programme.
//
// Fault codes: wrong_password (the password changed meanwhile), no_membership.
func SignIn(ctx context.Context, tx *db.Tx, verified Credentials, browser string) (SignedIn, error) {
	var since time.Time
	// Written, so that a password being replaced waits and then ends this session,
	// or is waited for and found changed.
	err := tx.QueryRow(ctx, `UPDATE person SET password = password WHERE id = $1 AND password = $2 RETURNING factor_since`,
		verified.Person, verified.PasswordHash).Scan(&since)
	if errors.Is(err, fault.ErrNotFound) {
		return SignedIn{}, ErrWrongPassword
	}
	if err != nil {
		return SignedIn{}, err
	}
	memberships, err := standing(ctx, tx, verified.Person)
	if err != nil {
		return SignedIn{}, err
	}
	if len(memberships) == 0 {
		return SignedIn{}, ErrNoMembership
	}
	step := StepOpen
	switch {
	case !since.IsZero():
		step = StepCode
	case slices.ContainsFunc(memberships, func(m Member) bool { return NeedsSecondFactor(m.Role) }):
		sample, err := isSample(ctx, tx)
		if err != nil {
			return SignedIn{}, err
		}
		if !sample {
			step = StepEnrol
			if err := proposeFactor(ctx, tx, verified.Person); err != nil {
				return SignedIn{}, err
			}
		}
	}
	membership, err := usedLast(ctx, tx, verified.Person, memberships)
	if err != nil {
		return SignedIn{}, err
	}
	begun := SignedIn{ID: tx.NewID(), Token: newSecret(), Step: step}
	_, err = tx.Exec(ctx, `INSERT INTO sign_in (id, token, person, membership, state, browser, made_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
		begun.ID, hashed(begun.Token), verified.Person, membership, string(step), shortened(browser), tx.Now())
	return begun, err
}

// shortened keeps what a person recognises of their browser.
func shortened(browser string) string {
	const most = 80
	if letters := []rune(browser); len(letters) > most {
		return string(letters[:most])
	}
	return browser
}

func usedLast(ctx context.Context, q db.Q, person db.ID, memberships []Member) (db.ID, error) {
	used, err := db.All(ctx, q, db.Value[db.ID], `SELECT s.membership FROM sign_in s JOIN membership m ON m.id = s.membership
		WHERE s.person = $1 AND m.ended_at IS NULL ORDER BY s.id DESC LIMIT 1`, person)
	if err != nil {
		return db.ID{}, err
	}
	if len(used) == 1 {
		return used[0], nil
	}
	return memberships[0].ID, nil
}

func isSample(ctx context.Context, q db.Q) (bool, error) {
	var sample bool
	err := q.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM instance WHERE name = $1)`, db.SettingSample).Scan(&sample)
	return sample, err
}

// Pending is a sign-in that waits for its second step.
type Pending struct {
	ID     db.ID
	Person db.ID // whose attempts are counted
	Step   Step
}

// PendingSignIn finds the sign-in of a token that waits for a code or for the
// second factor to be set up, at most 10 minutes after the password. Else it
// answers sign_in_over.
func PendingSignIn(ctx context.Context, q db.Q, token string) (Pending, error) {
	var found Pending
	err := q.QueryRow(ctx, `SELECT id, person, state FROM sign_in WHERE token = $1 AND state <> 'open' AND ended_at IS NULL AND made_at > $2`,
		hashed(token), q.Now().Add(-sessionWaits)).Scan(&found.ID, &found.Person, (*string)(&found.Step))
	if errors.Is(err, fault.ErrNotFound) {
		return Pending{}, ErrSignInOver
	}
	return found, err
}

// PassCode ends a sign-in with the code of the second factor, and answers the
// session's token, which replaces the one that waited.
//
// Fault codes: sign_in_over, wrong_code, code_used.
func PassCode(ctx context.Context, tx *db.Tx, token, code string) (string, error) {
	pending, err := PendingSignIn(ctx, tx, token)
	if err != nil {
		return "", err
	}
	if pending.Step != StepCode {
		return "", ErrSignInOver
	}
	if err := spendCode(ctx, tx, pending.Person, code); err != nil {
		return "", err
	}
	return openSignIn(ctx, tx, pending)
}

// PassEnrolment sets the second factor up with its first code and ends the
// sign-in, as PassCode does.
func PassEnrolment(ctx context.Context, tx *db.Tx, token, code string) (string, error) {
	pending, err := PendingSignIn(ctx, tx, token)
	if err != nil {
		return "", err
	}
	if pending.Step != StepEnrol {
		return "", ErrSignInOver
	}
	if err := confirmFactor(ctx, tx, pending.Person, code); err != nil {
		return "", err
	}
	return openSignIn(ctx, tx, pending)
}

func openSignIn(ctx context.Context, tx *db.Tx, pending Pending) (string, error) {
	token := newSecret()
	opened, err := tx.Exec(ctx, `UPDATE sign_in SET state = 'open', second_factor = TRUE, token = $1, seen_at = $2
		WHERE id = $3 AND state = $4 AND ended_at IS NULL`, hashed(token), tx.Now(), pending.ID, string(pending.Step))
	if err != nil {
		return "", err
	}
	if opened == 0 {
		return "", ErrSignInOver
	}
	return token, nil
}

// SwitchTo makes the session act in another membership of the same person.
//
// Fault codes: unauthenticated, not_found, factor_missing (the role needs a
// second factor and this session began without one).
func SwitchTo(ctx context.Context, tx *db.Tx, membership db.ID) error {
	actor := tx.Actor()
	if actor.Kind != db.Person {
		return fault.ErrUnauthenticated
	}
	memberships, err := standing(ctx, tx, actor.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(memberships, func(m Member) bool { return m.ID == membership })
	if at < 0 {
		return fault.ErrNotFound
	}
	if NeedsSecondFactor(memberships[at].Role) {
		var passed bool
		err := tx.QueryRow(ctx, `SELECT second_factor FROM sign_in WHERE id = $1`, actor.Credential).Scan(&passed)
		if err != nil {
			return err
		}
		sample, err := isSample(ctx, tx)
		if err != nil {
			return err
		}
		if !passed && !sample {
			return ErrFactorMissing
		}
	}
	changed, err := tx.Exec(ctx, `UPDATE sign_in SET membership = $1, seen_at = $2 WHERE id = $3 AND person = $4 AND state = 'open' AND ended_at IS NULL`,
		membership, tx.Now(), actor.Credential, actor.ID)
	if err == nil && changed == 0 {
		return fault.ErrUnauthenticated
	}
	return err
}
