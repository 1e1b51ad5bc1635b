// Package db is the one door to the database: SQLite in a file, or PostgreSQL.
//
// Programme packages receive a *Tx (to write) or a Q (to read) and hold their
// own SQL; the same text runs on both engines. Only this package knows the
// drivers. A transaction carries its instant and its actor, so nothing below
// the edges asks the clock or the environment.
//
// Instants are passed and scanned as time.Time in UTC, microseconds; civil days
// as civil.Date; identifiers as ID. The zero value of each stands for NULL, in
// both directions.
//
// On SQLite one writer takes waiting transactions in groups, each in a
// savepoint, with one durable commit for the group; a caller is answered only
// after that commit. On PostgreSQL each Update is one transaction, repeated
// when the engine asks for it. A closure given to Update may therefore run more
// than once: it has no effect outside its transaction.
package db
