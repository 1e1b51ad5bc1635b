package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What a constraint said, whichever engine holds it. The driver's own error
// stays in the chain.
var (
	ErrDuplicate = errors.New("db: a unique key is already taken")
	ErrCheck     = errors.New("db: a check refuses this row")
	ErrReference = errors.New("db: a referenced row is missing")
)

type constraintError struct{ kind, cause error }

func (e *constraintError) Error() string   { return e.kind.Error() + ": " + e.cause.Error() }
func (e *constraintError) Unwrap() []error { return []error{e.kind, e.cause} }

// translated recognises constraint violations by the driver's code, here and
// nowhere else.
func translated(err error) error {
	if err == nil {
		return nil
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
			return &constraintError{ErrDuplicate, err}
		case sqlite3.SQLITE_CONSTRAINT_CHECK:
			return &constraintError{ErrCheck, err}
		case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return &constraintError{ErrReference, err}
		}
		return err
	}
	var post *pgconn.PgError
	if errors.As(err, &post) {
		switch post.Code {
		case "23505":
			return &constraintError{ErrDuplicate, err}
		case "23514":
			return &constraintError{ErrCheck, err}
		case "23503":
			return &constraintError{ErrReference, err}
		}
	}
	return err
}

// repeatable tells whether PostgreSQL asks for the transaction to be run again:
// serialization failure or deadlock.
func repeatable(err error) bool {
	var post *pgconn.PgError
	return errors.As(err, &post) && (post.Code == "40001" || post.Code == "40P01")
}
