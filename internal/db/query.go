package db

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"passerelle/internal/fault"
)

// Q reads from one consistent view of the database. A *Tx is one too.
type Q interface {
	// Query runs a SELECT; the rows must be read to the end or closed before
	// the next statement. Prefer All.
	Query(ctx context.Context, query string, args ...any) (*Rows, error)
	// QueryRow runs a statement that answers at most one row.
	QueryRow(ctx context.Context, query string, args ...any) *Row
	// Now is the instant of this transaction: UTC, whole microseconds.
	Now() time.Time
	// Actor is on whose behalf the transaction runs.
	Actor() Actor

	keyring() *keyring
}

// Tx is a transaction that may write. It must not outlive the closure that
// received it.
type Tx struct {
	ctx    context.Context // replaces the caller's in a group: see writer
	run    runner
	now    time.Time
	actor  Actor
	keys   *keyring
	reader bool
}

// runner is what both engines' connections and transactions offer.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Now is the transaction's instant.
func (tx *Tx) Now() time.Time { return tx.now }

// Actor is on whose behalf the transaction runs.
func (tx *Tx) Actor() Actor { return tx.actor }

// NewID makes an identifier for a row born in this transaction.
func (tx *Tx) NewID() ID { return NewID(tx.now) }

func (tx *Tx) keyring() *keyring { return tx.keys }

// bound is the context of one statement. In a group of SQLite writes a
// caller's cancellation would undo its neighbours, so the group's own stands in.
func (tx *Tx) bound(ctx context.Context) context.Context {
	if tx.ctx != nil {
		return tx.ctx
	}
	return ctx
}

// Exec runs a statement and tells how many rows it touched, so that a guarded
// UPDATE says whether its guard held.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if tx.reader {
		return 0, errors.New("db: a View cannot write")
	}
	result, err := tx.run.ExecContext(tx.bound(ctx), query, arguments(args)...)
	if err != nil {
		return 0, translated(err)
	}
	return result.RowsAffected()
}

// Query runs a SELECT.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	rows, err := tx.run.QueryContext(tx.bound(ctx), query, arguments(args)...)
	if err != nil {
		return nil, translated(err)
	}
	return &Rows{rows}, nil
}

// QueryRow runs a statement that answers at most one row, RETURNING included.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	return &Row{tx.run.QueryRowContext(tx.bound(ctx), query, arguments(args)...)}
}

// Scanner is one row to read: a *Row or a *Rows.
type Scanner interface {
	Scan(destinations ...any) error
}

// Row is the answer of QueryRow.
type Row struct{ row *sql.Row }

// Scan reads the row; it answers fault.ErrNotFound when there is none.
func (r *Row) Scan(destinations ...any) error {
	err := r.row.Scan(receivers(destinations)...)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.ErrNotFound
	}
	return translated(err)
}

// Rows is the answer of Query.
type Rows struct{ *sql.Rows }

// Scan reads the current row.
func (r *Rows) Scan(destinations ...any) error {
	return r.Rows.Scan(receivers(destinations)...)
}

// All reads every row of a query through scan, and closes it. The slice is
// empty, never nil, when there is no row.
func All[T any](ctx context.Context, q Q, scan func(Scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := []T{}
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, translated(rows.Err())
}

// Value is the scan function of a query with a single column.
func Value[T any](row Scanner) (T, error) {
	var value T
	err := row.Scan(&value)
	return value, err
}

// instantLayout has a fixed width, so that SQLite's text order is the order of time.
const instantLayout = "2006-01-02T15:04:05.000000Z"

// arguments replaces what the two drivers would store differently.
func arguments(args []any) []any {
	for i, arg := range args {
		if instant, ok := arg.(time.Time); ok {
			if instant.IsZero() {
				args[i] = nil
			} else {
				args[i] = instant.UTC().Format(instantLayout)
			}
		}
	}
	return args
}

// receivers replaces what the two drivers would answer differently.
func receivers(destinations []any) []any {
	for i, destination := range destinations {
		if instant, ok := destination.(*time.Time); ok {
			destinations[i] = (*instantReceiver)(instant)
		}
	}
	return destinations
}

type instantReceiver time.Time

func (r *instantReceiver) Scan(value any) error {
	switch stored := value.(type) {
	case nil:
		*r = instantReceiver{}
		return nil
	case time.Time:
		*r = instantReceiver(stored.UTC())
		return nil
	case string:
		instant, err := time.Parse(instantLayout, stored)
		*r = instantReceiver(instant)
		return err
	}
	return errors.New("db: not an instant")
}
