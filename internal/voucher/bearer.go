package voucher

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"time"

	"passerelle/internal/account"
	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// How long the person's own pages stay open: a shared computer is left behind.
const (
	BearerIdle    = 10 * time.Minute
	BearerLongest = time.Hour
)

// The tries at a booklet's inner code, per number and per address on the
// network. Every try counts, so that many at once count too; a success clears
// the number's.
const (
	triesByNumber       = 5
	triesByAddress      = 30
	triesWindow         = 15 * time.Minute
	bucketBearerNumber  = "bearer_number"
	bucketBearerAddress = "bearer_address"
)

// ErrWrongInnerCode refuses a number and a code that do not go together; a
// booklet that nobody holds reads the same.
var (
	ErrWrongInnerCode = fault.Define(fault.Invalid, "wrong_inner_code", "Le numéro et le code ne vont pas ensemble. Comparez-les avec le carnet\u00a0: le code est à l’intérieur.")
	ErrBearerBlocked  = fault.Define(fault.Conflict, "bearer_blocked", "Ce carnet est bloqué. Demandez de l’aide au guichet qui l’a remis.")
)

// CountBearerTry counts one try at a code, in a transaction of its own before
// it. Fault code: too_many, with how long to wait.
func CountBearerTry(ctx context.Context, tx *db.Tx, number, address string) error {
	if err := account.Throttle(ctx, tx, bucketBearerAddress, address, triesByAddress, triesWindow); err != nil {
		return err
	}
	return account.Throttle(ctx, tx, bucketBearerNumber, digitsOf(number), triesByNumber, triesWindow)
}

// OpenBearer opens the own pages of who has a booklet: its number and the code
// printed inside. It answers the token for the browser, of which only a hash is
// kept. Fault codes: bad_number, wrong_inner_code, bearer_blocked, erased.
func OpenBearer(ctx context.Context, tx *db.Tx, number, code string) (token string, err error) {
	read, err := ParseBooklet(number)
	if err != nil {
		return "", err
	}
	booklet, err := bookletBy(ctx, tx, byNumber, read)
	if err != nil && !fault.HasCode(err, ErrUnknownBooklet.Code) {
		return "", err
	}
	var kept []byte
	if err == nil {
		if err := tx.QueryRow(ctx, `SELECT inner_match FROM booklet WHERE id = $1`, booklet.ID).Scan(&kept); err != nil {
			return "", err
		}
	}
	given := db.Match(tx, booklet.ID, digitsOf(code))
	if subtle.ConstantTimeCompare(kept, given) != 1 || booklet.Holder.IsZero() {
		return "", ErrWrongInnerCode
	}
	if booklet.State == BookletBlocked || booklet.State == BookletReplaced {
		return "", ErrBearerBlocked
	}
	if err := account.Forgive(ctx, tx, bucketBearerNumber, read); err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM bearer_session WHERE seen_at <= $1 OR began_at <= $2`,
		tx.Now().Add(-BearerIdle), tx.Now().Add(-BearerLongest)); err != nil {
		return "", err
	}
	token = rand.Text()
	_, err = tx.Exec(ctx, `INSERT INTO bearer_session (id, token, booklet_id, began_at, seen_at) VALUES ($1, $2, $3, $4, $4)`,
		tx.NewID(), hashed(token), booklet.ID, tx.Now())
	return token, err
}

func digitsOf(text string) string {
	digits := make([]byte, 0, len(text))
	for i := range len(text) {
		if text[i] >= '0' && text[i] <= '9' {
			digits = append(digits, text[i])
		}
	}
	return string(digits)
}

// hashed is how a random token is kept: it is long enough that no salt and no
// slow hash are needed.
func hashed(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Bearing is who acts through an open page: the holder of one booklet. Fault
// code: unauthenticated (unknown, left, idle for BearerIdle, or older than
// BearerLongest; the booklet was blocked since).
func Bearing(ctx context.Context, q db.Q, token string) (db.Actor, error) {
	actor := db.Actor{Kind: db.Bearer}
	err := q.QueryRow(ctx, `SELECT s.id, b.id, b.holder_id FROM bearer_session s JOIN booklet b ON b.id = s.booklet_id
		WHERE s.token = $1 AND s.seen_at > $2 AND s.began_at > $3 AND b.state IN ('live', 'used_up', 'expired')`,
		hashed(token), q.Now().Add(-BearerIdle), q.Now().Add(-BearerLongest)).Scan(&actor.Credential, &actor.ID, &actor.Holder)
	if fault.KindOf(err) == fault.NotFound {
		return db.Actor{}, fault.ErrUnauthenticated
	}
	return actor, err
}

// TouchBearer notes that the pages of the actor are in use.
func TouchBearer(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE bearer_session SET seen_at = $2 WHERE id = $1`, tx.Actor().Credential, tx.Now())
	return err
}

// LeaveBearer ends the pages that the actor has open.
func LeaveBearer(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `DELETE FROM bearer_session WHERE id = $1`, tx.Actor().Credential)
	return err
}

// Remains is what is left in the booklet that the actor holds.
type Remains struct {
	Left, Size int        // coupons that can still serve, and all
	ValidUntil civil.Date // last day for a session
	Kept       int        // of those left, how many are kept for a seat
}

// OwnRemains tells the holder of a booklet what remains in it. Fault code:
// forbidden for any other actor.
func OwnRemains(ctx context.Context, q db.Q) (Remains, error) {
	booklet, err := OwnBooklet(ctx, q)
	if err != nil {
		return Remains{}, err
	}
	remains := Remains{Left: booklet.Left, Size: booklet.Size, ValidUntil: booklet.ValidUntil}
	for _, coupon := range booklet.Coupons {
		_, held, err := coupon.Held(ctx, q)
		if err != nil {
			return Remains{}, err
		}
		if held {
			remains.Kept++
		}
	}
	return remains, nil
}

// OwnBooklet is the booklet that the actor holds, with its coupons. Fault code:
// forbidden for any other actor.
func OwnBooklet(ctx context.Context, q db.Q) (Booklet, error) {
	if q.Actor().Kind != db.Bearer {
		return Booklet{}, fault.ErrForbidden
	}
	return bookletBy(ctx, q, byID, q.Actor().ID)
}
