package dbtest

import (
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
)

// Start is the instant at which every test's clock begins: a Tuesday morning.
var Start = time.Date(2026, time.November, 24, 8, 30, 0, 0, time.UTC)

// DB is a database with the clock that drives it.
type DB struct {
	*db.DB
	Clock   *civil.Manual
	Address string // what another process would be given
}

// key is the instance key of every test database.
var key = []byte("a key that protects nothing real")

// Key is the instance key of every test database, as PASSERELLE_KEY is written.
var Key = hex.EncodeToString(key)

// Each runs a test on both engines, each on an empty migrated database.
func Each(t *testing.T, test func(t *testing.T, d *DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgreSQL(t)) })
}

// SQLite opens a fresh database in a file of the test's folder.
func SQLite(t testing.TB) *DB {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite:"+path)
}

// PostgreSQL opens a copy of the template database.
func PostgreSQL(t testing.TB) *DB {
	t.Helper()
	server, err := sharedServer()
	if err != nil {
		if Required() {
			t.Fatal(err)
		}
		t.Skipf("PostgreSQL is not tested here: %v", err)
	}
	address, err := server.copyTemplate()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, address)
}

// Required tells whether a missing engine or browser is a failure.
func Required() bool { return os.Getenv("CI") != "" || os.Getenv("PASSERELLE_REQUIRE") != "" }

// Update runs a write transaction that must succeed.
func (d *DB) Must(t testing.TB, actor db.Actor, write func(ctx context.Context, tx *db.Tx) error) {
	t.Helper()
	if err := d.Update(t.Context(), actor, func(tx *db.Tx) error { return write(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, address string) *DB {
	t.Helper()
	clock := civil.NewManual(Start)
	opened, err := db.Open(t.Context(), db.Options{Address: address, Clock: clock, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	return &DB{DB: opened, Clock: clock, Address: address}
}

var sqliteTemplate = sync.OnceValues(func() (template []byte, err error) {
	folder, err := os.MkdirTemp("", "passerelle-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "template.db")
	if err := migrated("sqlite:" + path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func migrated(address string) error {
	ctx := context.Background()
	opened, err := db.Open(ctx, db.Options{Address: address, Clock: civil.NewManual(Start), Key: key})
	if err != nil {
		return err
	}
	if _, err := opened.Migrate(ctx); err != nil {
		_ = opened.Close()
		return err
	}
	return opened.Close()
}
