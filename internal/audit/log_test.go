package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"passerelle/internal/audit"
	"passerelle/internal/db"
	"passerelle/internal/dbtest"
)

var console = db.Actor{Kind: db.Console}

type row struct {
	ID     db.ID
	Amount int64
}

func record(t testing.TB, d *dbtest.DB, count int) [][]byte {
	t.Helper()
	hashes := make([][]byte, count)
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		for i := range hashes {
			id := tx.NewID()
			if hashes[i], err = audit.Record(ctx, tx, "test.act", id, row{id, int64(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	return hashes
}

func sequence(t testing.TB, d *dbtest.DB) (numbered int) {
	t.Helper()
	d.Must(t, console, func(ctx context.Context, tx *db.Tx) (err error) {
		numbered, err = audit.Sequence(ctx, tx)
		return err
	})
	return numbered
}

func view(t testing.TB, d *dbtest.DB, read func(ctx context.Context, q db.Q) error) {
	t.Helper()
	if err := d.View(t.Context(), console, func(q db.Q) error { return read(t.Context(), q) }); err != nil {
		t.Fatal(err)
	}
}

func sound(t testing.TB, d *dbtest.DB) {
	t.Helper()
	view(t, d, func(ctx context.Context, q db.Q) error {
		findings, err := audit.Check(ctx, q)
		for _, finding := range findings {
			t.Error(finding)
		}
		return err
	})
}

// Whatever the number of acts between two runs of the sequencer, every leaf is
// proved, and every checkpoint continues every earlier one.
func TestAnyGrowthIsProvedFromAnyCheckpoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		known := [][]byte{}
		rapid.Check(t, func(rt *rapid.T) {
			for _, acts := range rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 4), rapid.IntRange(50, 150)), 1, 3).Draw(rt, "acts between runs") {
				d.Clock.Advance(time.Second)
				known = append(known, record(t, d, acts)...)
				if numbered := sequence(t, d); numbered != acts {
					rt.Fatalf("%d numbered of %d", numbered, acts)
				}
			}
			if len(known) == 0 {
				return
			}
			view(t, d, func(ctx context.Context, q db.Q) error {
				points, err := audit.Checkpoints(ctx, q, 0, 10_000)
				if err != nil {
					return err
				}
				a := rapid.IntRange(0, len(points)-1).Draw(rt, "newer")
				b := rapid.IntRange(a, len(points)-1).Draw(rt, "older")
				older, newer, hashes, err := audit.ProveConsistency(ctx, q, points[b].Size, points[a].Size)
				if err != nil {
					return err
				}
				if err := tlog.CheckTree(hashes, newer.Size, newer.Root, older.Size, older.Root); err != nil {
					rt.Errorf("from %d to %d: %v", older.Size, newer.Size, err)
				}
				leaf := known[rapid.IntRange(0, len(known)-1).Draw(rt, "leaf")]
				proof, sealed, err := audit.ProveInclusion(ctx, q, leaf)
				if err != nil {
					return err
				}
				read, err := audit.OpenInclusion([]byte(proof.Text()), audit.Origin(q))
				if err != nil || !read.Holds() || read.Number != sealed.Number || !bytes.Equal(read.Entry, leaf) {
					rt.Errorf("proof of %x: %v\n%s", leaf, err, proof.Text())
				}
				read.Entry = bytes.Repeat([]byte{1}, len(leaf))
				if read.Holds() {
					rt.Error("the proof holds of another entry")
				}
				verdict, err := audit.Verify(ctx, audit.Stored{Q: q}, audit.Question{Earlier: &points[b], Leaves: [][]byte{leaf}})
				if err == nil && verdict.Numbers[0] != sealed.Number {
					rt.Errorf("found at %d, sealed at %d", verdict.Numbers[0], sealed.Number)
				}
				return err
			})
		})
		sound(t, d)
	})
}

// Many servers record and number at once: each leaf has one number.
func TestSequencersThatRunAtOnceNumberEachLeafOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		const writers, sequencers, acts = 4, 3, 30
		var recording, sequencing sync.WaitGroup
		done := make(chan struct{})
		for range writers {
			recording.Go(func() {
				for range acts {
					record(t, d, 1)
				}
			})
		}
		for range sequencers {
			sequencing.Go(func() {
				for {
					numbered := sequence(t, d)
					select {
					case <-done:
						if numbered == 0 {
							return
						}
					default:
					}
				}
			})
		}
		recording.Wait()
		close(done)
		sequencing.Wait()
		view(t, d, func(ctx context.Context, q db.Q) error {
			last, err := audit.LatestCheckpoint(ctx, q)
			if last.Size != writers*acts {
				t.Errorf("%d sealed of %d", last.Size, writers*acts)
			}
			return err
		})
		sound(t, d)
	})
}

func TestACheckpointIsASignedNoteThatOthersRead(t *testing.T) {
	d := dbtest.SQLite(t)
	record(t, d, 3)
	sequence(t, d)
	view(t, d, func(ctx context.Context, q db.Q) error {
		point, err := audit.LatestCheckpoint(ctx, q)
		if err != nil {
			return err
		}
		key, err := audit.KeyText(point.Origin)
		if err != nil {
			return err
		}
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return err
		}
		opened, err := note.Open([]byte(point.Note), note.VerifierList(verifier))
		if err != nil {
			return err
		}
		if want := fmt.Sprintf("%s\n3\n%s\n", point.Origin, point.Root); opened.Text != want {
			t.Errorf("the note says %q, want %q", opened.Text, want)
		}
		if origin, err := audit.OriginOfKey(key); err != nil || origin != point.Origin {
			t.Errorf("the key's text names %q, %v", origin, err)
		}
		for says, text := range map[string]string{
			"changed size":   strings.Replace(point.Note, "\n3\n", "\n2\n", 1),
			"other log":      strings.ReplaceAll(point.Note, point.Origin, "passerelle/"+strings.Repeat("ab", 32)),
			"no signature":   opened.Text,
			"nothing":        "",
			"another format": "hello\n",
		} {
			if _, err := audit.Open([]byte(text), ""); err == nil {
				t.Errorf("%s: accepted", says)
			}
		}
		return nil
	})
}

func TestTilesStandAtTheAddressesOfTheirSpecification(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		leaves := record(t, d, 300)
		sequence(t, d)
		record(t, d, 1) // waits, and is nowhere yet
		view(t, d, func(ctx context.Context, q db.Q) error {
			for path, size := range map[string]int{
				"tile/0/000": 256 * 32, "tile/0/000.p/7": 7 * 32, "tile/0/001.p/44": 44 * 32, "tile/0/001.p/2": 2 * 32, "tile/1/000.p/1": 32,
				"tile/entries/000": 256 * 34, "tile/entries/001.p/44": 44 * 34,
			} {
				if data, err := audit.Tile(ctx, q, path); err != nil || len(data) != size {
					t.Errorf("%s: %d bytes, %v", path, len(data), err)
				}
			}
			for _, path := range []string{
				"tile/0/001", "tile/0/001.p/45", "tile/1/000", "tile/1/000.p/2", "tile/2/000.p/1", "tile/entries/001", "tile/entries/001.p/45",
				"tile/0/0", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/data/000", "tile/-1/000", "tile/8/0/000", "checkpoint", "",
			} {
				if _, err := audit.Tile(ctx, q, path); !errors.Is(err, audit.ErrNoTile) {
					t.Errorf("%s: %v", path, err)
				}
			}
			data, err := audit.Tile(ctx, q, "tile/entries/000")
			if data[0] != 0 || data[1] != 32 || !slices.ContainsFunc(leaves, func(leaf []byte) bool { return bytes.Equal(leaf, data[2:34]) }) {
				t.Errorf("the first entry is %x", data[:34])
			}
			return err
		})
	})
}

func TestWhatWasChangedIsFoundAndNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		for range 3 {
			record(t, d, 200)
			sequence(t, d)
		}
		sound(t, d)
		var kept audit.Checkpoint
		view(t, d, func(ctx context.Context, q db.Q) (err error) {
			kept, err = audit.CheckpointOf(ctx, q, 400)
			return err
		})
		for name, tamper := range map[string]struct {
			statements  []string
			says, tells string // check's word, and verify's; empty when it cannot tell
		}{
			"a leaf's hash":             {[]string{`UPDATE leaf SET hash = salt WHERE number = 300`}, "l’acte n° 300 (inscription", "le registre a été changé"},
			"a leaf taken out":          {[]string{`DELETE FROM leaf WHERE number = 300`}, "l’acte n° 300 a disparu", "aucune tuile"},
			"two leaves swapped":        {[]string{`UPDATE leaf SET number = 9999 WHERE number = 5`, `UPDATE leaf SET number = 5 WHERE number = 6`, `UPDATE leaf SET number = 6 WHERE number = 9999`}, "l’acte n° 5 (inscription", "l’acte n° 5 n’est pas"},
			"a leaf slipped in":         {[]string{`INSERT INTO leaf (id, act, subject, actor_kind, at, salt, hash, number) SELECT salt, act, subject, actor_kind, at, salt, salt, 600 FROM leaf WHERE number = 1`}, "sa tête (log_head) dit 600 actes", ""},
			"a tile":                    {[]string{`UPDATE log_tile SET hashes = (SELECT t.hashes FROM log_tile t WHERE t.level = 0 AND t.number = 0) WHERE level = 0 AND number = 1`}, "l’acte n° 256 (inscription", "l’acte n° 256 n’est pas"},
			"an upper tile":             {[]string{`UPDATE log_tile SET hashes = (SELECT s.hash FROM leaf s WHERE s.number = 1) WHERE level = 1`}, "du niveau 1", "tile/1/000"},
			"a tile taken out":          {[]string{`DELETE FROM log_tile WHERE level = 0 AND number = 1`}, "la tuile 1 du niveau 0", "tuile"},
			"a tile slipped in":         {[]string{`INSERT INTO log_tile (level, number, hashes) SELECT 7, 0, hash FROM leaf WHERE number = 1`}, "tuiles sont gardées", ""},
			"a checkpoint's note":       {[]string{`UPDATE log_checkpoint SET note = (SELECT c.note FROM log_checkpoint c WHERE c.size = 200) WHERE size = 600`}, "le point de contrôle de 600", "raccourci"},
			"a checkpoint's root":       {[]string{`UPDATE log_checkpoint SET root = (SELECT c.root FROM log_checkpoint c WHERE c.size = 200) WHERE size = 400`}, "le point de contrôle de 400", ""},
			"a checkpoint slipped in":   {[]string{`INSERT INTO log_checkpoint (size, root, note, at) SELECT 500, root, note, at FROM log_checkpoint WHERE size = 400`}, "le point de contrôle de 500", ""},
			"the last checkpoint taken": {[]string{`DELETE FROM log_checkpoint WHERE size = 600`}, "le dernier point de contrôle 400", ""},
			"the tail cut off": {[]string{
				`DELETE FROM leaf WHERE number >= 200`, `DELETE FROM log_checkpoint WHERE size > 200`, `DELETE FROM log_tile WHERE number = 1 OR level = 1`, `UPDATE log_head SET size = 200`,
			}, "la tuile 0 du niveau 0", "raccourci"},
		} {
			t.Run(name, func(t *testing.T) {
				undone := errors.New("undone")
				err := d.Update(t.Context(), console, func(tx *db.Tx) error {
					for _, statement := range tamper.statements {
						if changed, err := tx.Exec(t.Context(), statement); err != nil || changed == 0 {
							t.Fatalf("%s: %d, %v", statement, changed, err)
						}
					}
					findings, err := audit.Check(t.Context(), tx)
					if err != nil || !strings.Contains(strings.Join(findings, "\n"), tamper.says) {
						t.Errorf("check says %q, %v", findings, err)
					}
					_, err = audit.Verify(t.Context(), audit.Stored{Q: tx}, audit.Question{Earlier: &kept})
					if (err == nil) != (tamper.tells == "") || err != nil && !strings.Contains(err.Error(), tamper.tells) && !errors.Is(err, audit.ErrNoTile) {
						t.Errorf("verify says %v", err)
					}
					return undone
				})
				if !errors.Is(err, undone) {
					t.Error(err)
				}
			})
		}
	})
}

// A log made again from the beginning, with the instance's own key, is whole in
// itself: only a checkpoint kept elsewhere tells.
func TestARewrittenHistoryIsSeenByWhoKeptACheckpoint(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		record(t, d, 10)
		sequence(t, d)
		var kept audit.Checkpoint
		view(t, d, func(ctx context.Context, q db.Q) (err error) {
			kept, err = audit.LatestCheckpoint(ctx, q)
			return err
		})
		d.Must(t, console, func(ctx context.Context, tx *db.Tx) error {
			for _, statement := range []string{`DELETE FROM leaf`, `DELETE FROM log_tile`, `DELETE FROM log_checkpoint`, `DELETE FROM log_head`} {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		})
		record(t, d, 20)
		sequence(t, d)
		sound(t, d)
		view(t, d, func(ctx context.Context, q db.Q) error {
			if _, err := audit.Verify(ctx, audit.Stored{Q: q}, audit.Question{}); err != nil {
				t.Errorf("without a checkpoint: %v", err)
			}
			if _, err := audit.Verify(ctx, audit.Stored{Q: q}, audit.Question{Earlier: &kept}); err == nil || !strings.Contains(err.Error(), "réécrit") {
				t.Errorf("with one: %v", err)
			}
			return nil
		})
	})
}

func TestALeafIsFoundByItsHash(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *dbtest.DB) {
		hash := record(t, d, 1)[0]
		view(t, d, func(ctx context.Context, q db.Q) error {
			if _, err := audit.SealedByHash(ctx, q, hash); !errors.Is(err, audit.ErrUnsealedLeaf) {
				t.Errorf("before its number: %v", err)
			}
			if waiting, err := audit.AnyWaiting(ctx, q); !waiting || err != nil {
				t.Errorf("waiting: %t, %v", waiting, err)
			}
			return nil
		})
		d.Clock.Advance(time.Second)
		sequence(t, d)
		view(t, d, func(ctx context.Context, q db.Q) error {
			sealed, err := audit.SealedByHash(ctx, q, hash)
			if sealed.Number != 0 || !sealed.At.Equal(dbtest.Start.Add(time.Second)) || sealed.Act != "test.act" {
				t.Errorf("sealed: %+v", sealed)
			}
			if _, err := audit.SealedByHash(ctx, q, make([]byte, 32)); !errors.Is(err, audit.ErrUnknownLeaf) {
				t.Errorf("an unknown hash: %v", err)
			}
			if count, _, err := audit.Waiting(ctx, q); count != 0 || err != nil {
				t.Errorf("waiting: %d, %v", count, err)
			}
			return err
		})
	})
}

func FuzzOpen(f *testing.F) {
	f.Add("passerelle/" + strings.Repeat("ab", 32) + "\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— a b\n")
	f.Fuzz(func(t *testing.T, text string) {
		if point, err := audit.Open([]byte(text), ""); err == nil {
			t.Errorf("a signature out of nothing: %+v", point)
		}
		_, _ = audit.OpenInclusion([]byte("c2sp.org/tlog-proof@v1\n"+text), "")
	})
}
