package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"passerelle/internal/db"
	"passerelle/internal/fault"
)

// firstWait is the wait after the last free try; it doubles with each further
// one, up to the window.
const firstWait = 30 * time.Second

// Throttle counts one attempt at a secret in a bucket ("sign_in",
// "coupon_number") by a subject (an e-mail, an address on the network, a site's
// id), of which only a keyed hash is kept. The first `most` within the window
// pass; after them each must wait twice as long as the one before, from 30
// seconds up to the window. A window without attempts clears the count.
//
// Call it in a transaction of its own before the attempt, so that a failed
// attempt still counts. It refuses with too_many, whose detail
// "retry_after_seconds" says how long to wait; a refused attempt does not count.
func Throttle(ctx context.Context, tx *db.Tx, bucket, subject string, most int, window time.Duration) error {
	hash := attemptSubject(tx, bucket, subject)
	// Each round that fails means that another attempt was counted in between.
	for range 8 {
		tries, last, err := attempts(ctx, tx, bucket, hash)
		if errors.Is(err, fault.ErrNotFound) {
			counted, err := tx.Exec(ctx, `INSERT INTO attempt (bucket, subject, tries, last_at) VALUES ($1, $2, 1, $3)
				ON CONFLICT (bucket, subject) DO NOTHING`, bucket, hash, tx.Now())
			if err != nil || counted == 1 {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		now, err := allowed(tries, last, tx.Now(), most, window)
		if err != nil {
			return err
		}
		counted, err := tx.Exec(ctx, `UPDATE attempt SET tries = $1, last_at = $2 WHERE bucket = $3 AND subject = $4 AND tries = $5 AND last_at = $6`,
			now, tx.Now(), bucket, hash, tries, last)
		if err != nil || counted == 1 {
			return err
		}
	}
	return tooMany(firstWait)
}

// Limit is a bucket with the subject that is counted in it.
type Limit struct {
	Bucket, Subject string
	Most            int // tries that pass within the window
}

// Throttled refuses as Throttle does, without counting: for acts of which only
// failures count. The limits, each in a bucket of its own, are read together:
// it stands before every redemption.
func Throttled(ctx context.Context, q db.Q, window time.Duration, limits ...Limit) error {
	if len(limits) == 0 {
		return nil
	}
	var text strings.Builder
	text.WriteString(`SELECT bucket, tries, last_at FROM attempt WHERE `)
	args := make([]any, 0, 2*len(limits))
	most := make(map[string]int, len(limits))
	for i, limit := range limits {
		if i > 0 {
			text.WriteString(" OR ")
		}
		fmt.Fprintf(&text, "bucket = $%d AND subject = $%d", 2*i+1, 2*i+2)
		args = append(args, limit.Bucket, attemptSubject(q, limit.Bucket, limit.Subject))
		most[limit.Bucket] = limit.Most
	}
	type count struct {
		bucket string
		tries  int
		last   time.Time
	}
	counts, err := db.All(ctx, q, func(row db.Scanner) (c count, err error) {
		err = row.Scan(&c.bucket, &c.tries, &c.last)
		return c, err
	}, text.String(), args...)
	if err != nil {
		return err
	}
	for _, c := range counts {
		if _, err := allowed(c.tries, c.last, q.Now(), most[c.bucket], window); err != nil {
			return err
		}
	}
	return nil
}

// Forgive clears a subject's attempts after a success.
func Forgive(ctx context.Context, tx *db.Tx, bucket, subject string) error {
	_, err := tx.Exec(ctx, `DELETE FROM attempt WHERE bucket = $1 AND subject = $2`, bucket, attemptSubject(tx, bucket, subject))
	return err
}

func attemptSubject(q db.Q, bucket, subject string) []byte {
	return db.Match(q, db.ID{}, "attempt\x00"+bucket+"\x00"+subject)
}

func attempts(ctx context.Context, q db.Q, bucket string, subject []byte) (tries int, last time.Time, err error) {
	err = q.QueryRow(ctx, `SELECT tries, last_at FROM attempt WHERE bucket = $1 AND subject = $2`, bucket, subject).Scan(&tries, &last)
	return tries, last, err
}

// allowed tells what the count becomes with one more attempt now, or refuses it.
func allowed(tries int, last, now time.Time, most int, window time.Duration) (int, error) {
	if !now.Before(last.Add(window)) {
		return 1, nil
	}
	if tries >= most {
		if free := last.Add(waitAfter(tries-most, window)); now.Before(free) {
			return 0, tooMany(free.Sub(now))
		}
	}
	return tries + 1, nil
}

func waitAfter(further int, window time.Duration) time.Duration {
	wait := firstWait
	for range further {
		if wait *= 2; wait >= window {
			return window
		}
	}
	return min(wait, window)
}

func tooMany(wait time.Duration) error {
	seconds := int((wait + time.Second - 1) / time.Second)
	told := fmt.Sprintf("%d\u00a0secondes", seconds)
	if minutes := (seconds + 59) / 60; seconds > 90 {
		told = fmt.Sprintf("%d\u00a0minutes", minutes)
	}
	return fault.ErrTooMany.Sayf("Trop d’essais en peu de temps. Attendez %s, puis réessayez.", told).With("retry_after_seconds", seconds)
}
