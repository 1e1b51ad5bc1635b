package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// The second factor: a code of six digits that changes every 30 seconds, by
// RFC 6238 with SHA-1, which is what authenticator applications all read.
const (
	factorPeriod     = 30 // seconds
	factorSecretSize = 20 // bytes, RFC 4226, 4
	factorDrift      = 1  // periods before and after: a telephone's clock is not exact
)

// The refusals of codes.
var (
	ErrWrongCode = fault.Define(fault.Invalid, "wrong_code", "Ce code n’est pas le bon. Lisez celui qui s’affiche maintenant dans votre application.")
	ErrCodeUsed  = fault.Define(fault.Invalid, "code_used", "Ce code a déjà servi. Attendez que votre application en affiche un autre.")
	ErrFactorSet = fault.Define(fault.Conflict, "factor_set", "Un code vous est déjà demandé à la connexion. Rien n’a changé.")
)

// Enrolment is what an authenticator application needs: URL is the text of the
// QR code, Secret the same key to type in, in groups of four.
type Enrolment struct {
	URL, Secret string
}

// EnrolmentOf shows the second factor that a person is setting up; when they
// already have one, or none was proposed, it answers factor_set or not_found.
// Issuer is the instance's name, as the application shows it.
func EnrolmentOf(ctx context.Context, q db.Q, person db.ID, issuer string) (Enrolment, error) {
	secret, since, _, err := factorOf(ctx, q, person)
	if err != nil {
		return Enrolment{}, err
	}
	if !since.IsZero() {
		return Enrolment{}, ErrFactorSet
	}
	if secret == "" {
		return Enrolment{}, fault.ErrNotFound
	}
	known, err := personByID(ctx, q, person)
	if err != nil {
		return Enrolment{}, err
	}
	address := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + known.Email}
	// Not url.Values: applications read "+" as itself.
	address.RawQuery = "secret=" + secret + "&issuer=" + url.PathEscape(issuer)
	return Enrolment{URL: address.String(), Secret: inFours(secret)}, nil
}

func inFours(secret string) string {
	var groups []string
	for len(secret) > 4 {
		groups, secret = append(groups, secret[:4]), secret[4:]
	}
	return strings.Join(append(groups, secret), " ")
}

// ProposeFactor makes a fresh secret for the signed-in person, who confirms it
// with ConfirmFactor. It refuses factor_set.
func ProposeFactor(ctx context.Context, tx *db.Tx) error {
	if tx.Actor().Kind != db.Person {
		return fault.ErrUnauthenticated
	}
	return proposeFactor(ctx, tx, tx.Actor().ID)
}

func proposeFactor(ctx context.Context, tx *db.Tx, person db.ID) error {
	secret := make([]byte, factorSecretSize)
	if _, err := rand.Read(secret); err != nil {
		return err
	}
	sealed, err := db.Seal(ctx, tx, person, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret))
	if err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, `UPDATE person SET factor_secret = $1 WHERE id = $2 AND factor_since IS NULL`, sealed, person)
	if err == nil && changed == 0 {
		return ErrFactorSet
	}
	return err
}

// ConfirmFactor sets the signed-in person's second factor up with its first
// code; from now on it is asked at every sign-in.
//
// Fault codes: unauthenticated, not_found (none proposed), factor_set, wrong_code.
func ConfirmFactor(ctx context.Context, tx *db.Tx, code string) error {
	actor := tx.Actor()
	if actor.Kind != db.Person {
		return fault.ErrUnauthenticated
	}
	if err := confirmFactor(ctx, tx, actor.ID, code); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `UPDATE sign_in SET second_factor = TRUE WHERE id = $1`, actor.Credential)
	return err
}

func confirmFactor(ctx context.Context, tx *db.Tx, person db.ID, code string) error {
	secret, since, _, err := factorOf(ctx, tx, person)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		return ErrFactorSet
	}
	if secret == "" {
		return fault.ErrNotFound
	}
	step, err := stepOf(secret, code, tx.Now(), 0)
	if err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, `UPDATE person SET factor_since = $1, factor_step = $2 WHERE id = $3 AND factor_since IS NULL`, tx.Now(), step, person)
	if err == nil && changed == 0 {
		return ErrFactorSet
	}
	return err
}

// spendCode accepts a code once.
func spendCode(ctx context.Context, tx *db.Tx, person db.ID, code string) error {
	secret, since, last, err := factorOf(ctx, tx, person)
	if err != nil {
		return err
	}
	if since.IsZero() {
		return ErrSignInOver
	}
	step, err := stepOf(secret, code, tx.Now(), last)
	if err != nil {
		return err
	}
	spent, err := tx.Exec(ctx, `UPDATE person SET factor_step = $1 WHERE id = $2 AND factor_step < $1`, step, person)
	if err == nil && spent == 0 {
		return ErrCodeUsed
	}
	return err
}

func factorOf(ctx context.Context, q db.Q, person db.ID) (secret string, since time.Time, step int64, err error) {
	var sealed []byte
	if err = q.QueryRow(ctx, `SELECT factor_secret, factor_since, factor_step FROM person WHERE id = $1`, person).Scan(&sealed, &since, &step); err != nil {
		return "", time.Time{}, 0, err
	}
	secret, err = db.Unseal(ctx, q, person, sealed)
	return secret, since, step, err
}

// stepOf finds the period whose code this is, among those a clock that is a
// little off may show, and later than the last one used.
func stepOf(secret, code string, now time.Time, last int64) (int64, error) {
	code = strings.Join(strings.Fields(code), "")
	present := now.Unix() / factorPeriod
	used := false
	for step := present - factorDrift; step <= present+factorDrift; step++ {
		right, err := codeAt(secret, step)
		if err != nil {
			return 0, err
		}
		if subtle.ConstantTimeCompare([]byte(right), []byte(code)) == 1 {
			if step > last {
				return step, nil
			}
			used = true
		}
	}
	if used {
		return 0, ErrCodeUsed
	}
	return 0, ErrWrongCode
}

func codeAt(secret string, step int64) (string, error) {
	return totp.GenerateCodeCustom(secret, time.Unix(step*factorPeriod, 0).UTC(),
		totp.ValidateOpts{Period: factorPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}

// ResetSecondFactor takes away the second factor of someone who lost theirs,
// and ends their sessions; a role that needs one sets it up at the next
// sign-in. It is admin's, who has made sure of whom they speak with.
func ResetSecondFactor(ctx context.Context, tx *db.Tx, person db.ID) error {
	if err := Require(tx.Actor(), ActSecondFactorReset, db.ID{}); err != nil {
		return err
	}
	changed, err := tx.Exec(ctx, `UPDATE person SET factor_secret = NULL, factor_since = NULL WHERE id = $1`, person)
	if err != nil {
		return err
	}
	if changed == 0 {
		return fault.ErrNotFound
	}
	if _, err := endSessions(ctx, tx, person, db.ID{}); err != nil {
		return err
	}
	_, err = audit.Record(ctx, tx, string(ActSecondFactorReset), person, struct {
		Person db.ID `json:"person"`
	}{person})
	return err
}

// IsCodeRefused tells whether an error is a code that was not accepted.
func IsCodeRefused(err error) bool {
	return errors.Is(err, ErrWrongCode) || errors.Is(err, ErrCodeUsed)
}
