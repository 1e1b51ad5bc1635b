package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL driver, "pgx"
	_ "modernc.org/sqlite"             // SQLite driver, "sqlite"

	"passerelle/internal/civil"
)

// Engine names a database engine.
type Engine string

// The engines.
const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

// Options say which database to open.
type Options struct {
	// Address is "sqlite:PATH" or "postgres://…".
	Address string
	Clock   civil.Clock
	// Key is the instance's secret, 32 bytes, which wraps every person's key.
	// On SQLite an empty Key is read from, or first written to, PATH.key.
	Key []byte
	// Connections bounds the pool; zero means 16.
	Connections int
}

// DB is an open database.
type DB struct {
	engine Engine
	clock  civil.Clock
	keys   *keyring
	write  *sql.DB
	read   *sql.DB
	writer *writer // SQLite only
}

// Open connects to a database, without changing its schema.
func Open(ctx context.Context, options Options) (*DB, error) {
	if options.Connections == 0 {
		options.Connections = 16
	}
	switch {
	case strings.HasPrefix(options.Address, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(options.Address, "sqlite:"), options)
	case strings.HasPrefix(options.Address, "postgres://"), strings.HasPrefix(options.Address, "postgresql://"):
		return openPostgreSQL(ctx, options)
	}
	return nil, fmt.Errorf("adresse de base inconnue : %q ; écrivez sqlite:CHEMIN ou postgres://…", options.Address)
}

func openSQLite(ctx context.Context, path string, options Options) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, err
	}
	key := options.Key
	if len(key) == 0 {
		var err error
		if key, err = keyBeside(path); err != nil {
			return nil, err
		}
	}
	keys, err := newKeyring(key)
	if err != nil {
		return nil, err
	}
	// A small page cache and a late checkpoint: a large cache made each durable
	// commit three times slower.
	const pragmas = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=cache_size(-4000)&_pragma=wal_autocheckpoint(4000)"
	write, err := sql.Open("sqlite", "file:"+path+"?"+pragmas+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(2) // the writer keeps one; migrations use the other, before anything is served
	if err := write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("ouvrir %s : %w", path, err), write.Close())
	}
	read, err := sql.Open("sqlite", "file:"+path+"?"+pragmas+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	read.SetMaxIdleConns(max(4, runtime.NumCPU()))
	opened := &DB{engine: SQLite, clock: options.Clock, keys: keys, write: write, read: read}
	opened.writer, err = startWriter(ctx, opened)
	if err != nil {
		return nil, errors.Join(err, write.Close(), read.Close())
	}
	return opened, nil
}

func openPostgreSQL(ctx context.Context, options Options) (*DB, error) {
	if len(options.Key) == 0 {
		return nil, errors.New("une base PostgreSQL demande la clé de l’instance : donnez 64 chiffres hexadécimaux dans PASSERELLE_KEY (openssl rand -hex 32)")
	}
	keys, err := newKeyring(options.Key)
	if err != nil {
		return nil, err
	}
	pool, err := sql.Open("pgx", options.Address)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(options.Connections)
	pool.SetMaxIdleConns(options.Connections)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return &DB{engine: PostgreSQL, clock: options.Clock, keys: keys, write: pool, read: pool}, nil
}

// Engine tells which engine serves.
func (d *DB) Engine() Engine { return d.engine }

// Clock is the clock that transactions read.
func (d *DB) Clock() civil.Clock { return d.clock }

// Close waits for the writes under way and closes the database.
func (d *DB) Close() error {
	if d.engine == PostgreSQL {
		return d.write.Close()
	}
	return errors.Join(d.writer.stop(), d.write.Close(), d.read.Close())
}

// Ping tells whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.read.PingContext(ctx) }

func (d *DB) instant() time.Time { return d.clock.Now().UTC().Truncate(time.Microsecond) }

// View reads from one snapshot.
func (d *DB) View(ctx context.Context, actor Actor, read func(q Q) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if d.engine == PostgreSQL {
		options.Isolation = sql.LevelRepeatableRead
	}
	opened, err := d.read.BeginTx(ctx, options)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Rollback() }()
	return read(&Tx{run: opened, now: d.instant(), actor: actor, keys: d.keys, reader: true})
}

// Glance reads with a single statement, which is its own snapshot: it spares the
// two trips that open and end a View where every request begins with one look.
func (d *DB) Glance(ctx context.Context, actor Actor, read func(q Q) error) error {
	return read(&Tx{run: d.read, now: d.instant(), actor: actor, keys: d.keys, reader: true})
}

// Update runs a closure in one durable transaction, as if alone. The closure
// may run again: on PostgreSQL after a conflict, on SQLite when a neighbour
// broke the group. When it returns an error nothing of it is kept.
func (d *DB) Update(ctx context.Context, actor Actor, write func(tx *Tx) error) error {
	if d.engine == SQLite {
		return d.writer.update(ctx, actor, write)
	}
	const attempts = 8
	for attempt := 1; ; attempt++ {
		err := d.updatePostgreSQL(ctx, actor, write)
		if err == nil || !repeatable(err) || attempt == attempts {
			return err
		}
		pause := time.Duration(rand.Int64N(int64(attempt) * int64(5*time.Millisecond)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (d *DB) updatePostgreSQL(ctx context.Context, actor Actor, write func(tx *Tx) error) error {
	opened, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = opened.Rollback() }()
	if err := write(&Tx{run: opened, now: d.instant(), actor: actor, keys: d.keys}); err != nil {
		return err
	}
	return translated(opened.Commit())
}
