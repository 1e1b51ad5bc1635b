package db_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
	"passerelle/internal/fault"
)

var nobody = db.Actor{}

func TestValuesComeBackAsTheyWentIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		ctx := t.Context()
		id := db.NewID(dbtest.Start)
		at := time.Date(2026, 3, 29, 1, 30, 0, 123456000, time.FixedZone("CEST", 7200))
		d.Must(t, nobody, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO job (id, kind, payload, run_at, leased_until, enqueued_at) VALUES ($1, $2, $3, $4, $5, $6)`,
				id, "é", "œ’", at, time.Time{}, tx.Now())
			return err
		})
		err := d.View(ctx, nobody, func(q db.Q) error {
			var gotID db.ID
			var kind string
			var runAt, leased time.Time
			if err := q.QueryRow(ctx, `SELECT id, kind, run_at, leased_until FROM job WHERE id = $1 AND run_at <= $2`, id, at).Scan(&gotID, &kind, &runAt, &leased); err != nil {
				return err
			}
			if gotID != id || kind != "é" || !runAt.Equal(at) || runAt.Location() != time.UTC || !leased.IsZero() {
				t.Errorf("got %v %q %v %v", gotID, kind, runAt, leased)
			}
			var sum, count int64
			var true1 bool
			if err := q.QueryRow(ctx, `SELECT COALESCE(SUM(attempts), 0), COUNT(*) FILTER (WHERE kind = 'é'), COUNT(*) = $1 FROM job`, 1).Scan(&sum, &count, &true1); err != nil {
				return err
			}
			if sum != 0 || count != 1 || !true1 {
				t.Errorf("got sum %d count %d %v", sum, count, true1)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestConstraintsAreToldAlike(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		insert := func(state string) error {
			return d.Update(t.Context(), nobody, func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), `INSERT INTO job (id, kind, payload, state, run_at, enqueued_at) VALUES ($1, '', '', $2, $3, $3)`,
					db.ID{1}, state, tx.Now())
				return err
			})
		}
		if err := insert("waiting"); err != nil {
			t.Fatal(err)
		}
		if err := insert("waiting"); !errors.Is(err, db.ErrDuplicate) {
			t.Errorf("same key: %v", err)
		}
		if err := insert("sleeping"); !errors.Is(err, db.ErrCheck) {
			t.Errorf("unknown state: %v", err)
		}
	})
}

func TestAViewCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		err := d.View(t.Context(), nobody, func(q db.Q) error {
			return q.QueryRow(t.Context(), `INSERT INTO instance (name, value) VALUES ('a', 'b') RETURNING name`).Scan(new(string))
		})
		if err == nil {
			t.Error("a View wrote")
		}
	})
}

// Each member adds one row, except those that refuse, panic or break a
// constraint: none of these harms a neighbour, and each caller is told its own fate.
func TestMembersOfAGroupDoNotHarmEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		refused := errors.New("refused")
		var callers sync.WaitGroup
		errs := make([]error, 200)
		for i := range errs {
			callers.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				errs[i] = d.Update(ctx, nobody, func(tx *db.Tx) error {
					if _, err := tx.Exec(ctx, `INSERT INTO instance (name, value) VALUES ($1, '')`, fmt.Sprintf("member %d", i)); err != nil {
						return err
					}
					switch i % 5 {
					case 1:
						return refused
					case 2:
						if d.Engine() == db.SQLite {
							panic("a bug in a member")
						}
						return refused
					case 3:
						_, err := tx.Exec(ctx, `INSERT INTO instance (name, value) VALUES ($1, '')`, fmt.Sprintf("member %d", i))
						return err
					case 4:
						if d.Engine() == db.SQLite {
							cancel() // detached once it runs: the member still commits
						}
					}
					return nil
				})
			})
		}
		callers.Wait()
		for i, err := range errs {
			if kept := i%5 == 0 || i%5 == 4; (err == nil) != kept {
				t.Errorf("member %d: %v", i, err)
			}
		}
		d.Must(t, nobody, func(ctx context.Context, tx *db.Tx) error {
			var rows int
			if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM instance`).Scan(&rows); err != nil {
				return err
			}
			if rows != 80 {
				t.Errorf("%d rows kept, want 80", rows)
			}
			return nil
		})
	})
}

// An error may end SQLite's whole transaction, neighbours included: they run
// again one by one.
func TestAMemberThatEndsTheTransactionLosesNoNeighbour(t *testing.T) {
	d := dbtest.SQLite(t)
	var callers sync.WaitGroup
	for i := range 100 {
		callers.Go(func() {
			err := d.Update(t.Context(), nobody, func(tx *db.Tx) error {
				if i%10 == 0 {
					_, _ = tx.Exec(t.Context(), `ROLLBACK`)
					return errors.New("everything was rolled back")
				}
				_, err := tx.Exec(t.Context(), `INSERT INTO instance (name, value) VALUES ($1, '')`, fmt.Sprintf("neighbour %d", i))
				return err
			})
			if (err == nil) != (i%10 != 0) {
				t.Errorf("member %d: %v", i, err)
			}
		})
	}
	callers.Wait()
	d.Must(t, nobody, func(ctx context.Context, tx *db.Tx) error {
		var rows int
		err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM instance`).Scan(&rows)
		if rows != 90 {
			t.Errorf("%d rows kept, want 90", rows)
		}
		return err
	})
}

func TestTheSameRequestGetsTheSameAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		acts := 0
		ask := func(text, input string) (db.ID, error) {
			var answer db.ID
			err := d.Update(t.Context(), nobody, func(tx *db.Tx) error {
				key := db.Key{Scope: db.ID{7}, Route: "POST /orders", Text: text, Input: sha256.Sum256([]byte(input))}
				var err error
				answer, err = db.Once(t.Context(), tx, key,
					func(id db.ID) (db.ID, error) { return id, nil },
					func(id db.ID) (db.ID, error) {
						acts++
						if input == "refused" {
							return db.ID{}, fault.ErrConflict
						}
						return id, nil
					})
				return err
			})
			return answer, err
		}
		first, err := ask("a", "ten")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ask("a", "ten"); err != nil || again != first || acts != 1 {
			t.Errorf("again: %v %v after %d acts", again, err, acts)
		}
		if _, err := ask("a", "twenty"); !errors.Is(err, db.ErrKeyReused) {
			t.Errorf("another input: %v", err)
		}
		if other, err := ask("b", "ten"); err != nil || other == first {
			t.Errorf("another key: %v %v", other, err)
		}
		if _, err := ask("c", "refused"); !errors.Is(err, fault.ErrConflict) {
			t.Errorf("refused: %v", err)
		}
		if _, err := ask("c", "mended"); err != nil {
			t.Errorf("a refused request must not burn its key: %v", err)
		}
	})
}

// Whoever reads the table cannot try names and telephones against it.
func TestWhatARequestAskedIsKeptAsAKeyedHash(t *testing.T) {
	d := dbtest.SQLite(t)
	asked := sha256.Sum256([]byte(`{"name":"Monique","telephone":"0600000000"}`))
	d.Must(t, nobody, func(ctx context.Context, tx *db.Tx) error {
		same := func(id db.ID) (db.ID, error) { return id, nil }
		if _, err := db.Once(ctx, tx, db.Key{Route: "POST /holders", Text: "a", Input: asked}, same, same); err != nil {
			return err
		}
		var kept []byte
		err := tx.QueryRow(ctx, `SELECT input FROM idempotency`).Scan(&kept)
		if string(kept) == string(asked[:]) {
			t.Error("the hash of what was asked is kept as it is")
		}
		return err
	})
}

func TestWhatIsSealedIsReadUntilErased(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		ctx := t.Context()
		monique, abdel := db.NewID(dbtest.Start), db.NewID(dbtest.Start)
		var sealed, other []byte
		d.Must(t, nobody, func(ctx context.Context, tx *db.Tx) (err error) {
			if sealed, err = db.Seal(ctx, tx, monique, "Monique"); err != nil {
				return err
			}
			other, err = db.Seal(ctx, tx, abdel, "Abdel")
			return err
		})
		read := func(subject db.ID, sealed []byte) (text string, err error) {
			err = d.View(ctx, nobody, func(q db.Q) error {
				text, err = db.Unseal(ctx, q, subject, sealed)
				return err
			})
			return text, err
		}
		if text, err := read(monique, sealed); err != nil || text != "Monique" {
			t.Errorf("read %q, %v", text, err)
		}
		if _, err := read(abdel, sealed); err == nil {
			t.Error("another person's key opened it")
		}
		d.Must(t, nobody, func(ctx context.Context, tx *db.Tx) error { return db.Erase(ctx, tx, monique) })
		if _, err := read(monique, sealed); !errors.Is(err, db.ErrErased) {
			t.Errorf("after erasure: %v", err)
		}
		if text, err := read(abdel, other); err != nil || text != "Abdel" {
			t.Errorf("a neighbour was erased too: %q, %v", text, err)
		}
	})
}

func TestMatchesAreKeptApartByScope(t *testing.T) {
	d := dbtest.SQLite(t)
	err := d.View(t.Context(), nobody, func(q db.Q) error {
		a, again, b := db.Match(q, db.ID{1}, "monique"), db.Match(q, db.ID{1}, "monique"), db.Match(q, db.ID{2}, "monique")
		if string(a) != string(again) || string(a) == string(b) {
			t.Error("a match must depend on its scope and its text only")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestADatabaseWithoutItsKeyIsRefused(t *testing.T) {
	path := t.TempDir() + "/lost.db"
	opened, err := db.Open(t.Context(), db.Options{Address: "sqlite:" + path, Clock: civil.System{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(opened.Close(), os.Remove(path+".key")); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Open(t.Context(), db.Options{Address: "sqlite:" + path, Clock: civil.System{}}); err == nil {
		t.Error("a new key was made for sealed data")
	}
}

func TestIdentifiersSortByBirthAndReadBack(t *testing.T) {
	earlier, later := db.NewID(dbtest.Start), db.NewID(dbtest.Start.Add(time.Millisecond))
	if earlier.String() >= later.String() {
		t.Errorf("%s is not before %s", earlier, later)
	}
	if read, err := db.ParseID(earlier.String()); err != nil || read != earlier {
		t.Errorf("read %v, %v", read, err)
	}
	for _, text := range []string{"", "x", "0192-", "zz92f3c4-0000-7000-8000-000000000000"} {
		if _, err := db.ParseID(text); !errors.Is(err, db.ErrBadID) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
