package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// groupSize is how many transactions share one durable commit; more gained
// nothing when measured.
const groupSize = 64

// statementBound ends a statement that would hold every other writer.
const statementBound = 30 * time.Second

// writer is SQLite's single writer. Waiting transactions run one after the
// other, each in a savepoint, and are made durable by one commit.
type writer struct {
	db         *DB
	connection *sql.Conn
	statements map[string]*sql.Stmt
	waiting    chan *member
	quit       chan struct{}
	closing    sync.RWMutex // held for reading while a member is handed over
	closed     bool
	done       chan struct{}
}

// member is one transaction of a group.
type member struct {
	ctx   context.Context
	actor Actor
	write func(tx *Tx) error
	err   error
	ended chan struct{}
}

var errClosed = errors.New("db: closed")

func startWriter(ctx context.Context, d *DB) (*writer, error) {
	connection, err := d.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{
		db: d, connection: connection, statements: map[string]*sql.Stmt{},
		waiting: make(chan *member, groupSize), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go w.loop()
	return w, nil
}

func (w *writer) stop() error {
	w.closing.Lock()
	if !w.closed {
		w.closed = true
		close(w.quit)
	}
	w.closing.Unlock()
	<-w.done
	return w.connection.Close()
}

func (w *writer) update(ctx context.Context, actor Actor, write func(tx *Tx) error) error {
	m := &member{ctx: ctx, actor: actor, write: write, ended: make(chan struct{})}
	w.closing.RLock()
	if w.closed {
		w.closing.RUnlock()
		return errClosed
	}
	select {
	case w.waiting <- m:
		w.closing.RUnlock()
	case <-ctx.Done():
		w.closing.RUnlock()
		return ctx.Err()
	}
	// Once handed over it is either done or refused; leaving early would not
	// tell which.
	<-m.ended
	return m.err
}

func (w *writer) loop() {
	defer close(w.done)
	for {
		select {
		case first := <-w.waiting:
			w.serve(w.gather(first))
		case <-w.quit:
			for {
				select {
				case first := <-w.waiting:
					w.serve(w.gather(first))
				default:
					return
				}
			}
		}
	}
}

func (w *writer) gather(first *member) []*member {
	group := []*member{first}
	for len(group) < groupSize {
		select {
		case next := <-w.waiting:
			group = append(group, next)
		default:
			return group
		}
	}
	return group
}

// serve runs a group and answers its members only after its commit. When the
// group as a whole is lost, each member runs again on its own.
func (w *writer) serve(group []*member) {
	if len(group) > 1 && w.together(group) == nil {
		w.answer(group)
		return
	}
	for _, m := range group {
		m.err = w.alone(m)
	}
	w.answer(group)
}

func (w *writer) answer(group []*member) {
	for _, m := range group {
		close(m.ended)
	}
}

// together runs the members under one commit. An error means that nothing of
// the group was kept.
func (w *writer) together(group []*member) error {
	ctx := context.Background()
	if err := w.control(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, m := range group {
		if m.err = m.ctx.Err(); m.err != nil {
			continue
		}
		if err := w.control(ctx, "SAVEPOINT member"); err != nil {
			return w.abandon(err)
		}
		if m.err = w.call(m); m.err != nil {
			// Fails when the member's error has ended the whole transaction.
			if err := w.control(ctx, "ROLLBACK TO member"); err != nil {
				return w.abandon(err)
			}
		}
		if err := w.control(ctx, "RELEASE member"); err != nil {
			return w.abandon(err)
		}
	}
	if err := w.control(ctx, "COMMIT"); err != nil {
		return w.abandon(err)
	}
	return nil
}

func (w *writer) alone(m *member) error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	ctx := context.Background()
	if err := w.control(ctx, "BEGIN IMMEDIATE"); err != nil {
		return translated(err)
	}
	if err := w.call(m); err != nil {
		_ = w.abandon(nil)
		return err
	}
	if err := w.control(ctx, "COMMIT"); err != nil {
		return translated(w.abandon(err))
	}
	return nil
}

// abandon rolls back whatever is open; there may be nothing left to roll back.
func (w *writer) abandon(cause error) error {
	_ = w.control(context.Background(), "ROLLBACK")
	return cause
}

// call runs one member's closure. Its context is detached from the caller's:
// a cancelled statement would roll back the whole group.
func (w *writer) call(m *member) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), statementBound)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", cause, debug.Stack())
		}
	}()
	return m.write(&Tx{ctx: ctx, run: w, now: w.db.instant(), actor: m.actor, keys: w.db.keys})
}

func (w *writer) control(ctx context.Context, statement string) error {
	prepared, err := w.prepared(ctx, statement)
	if err != nil {
		return err
	}
	_, err = prepared.ExecContext(ctx)
	return err
}

// prepared keeps every statement of the program ready: parsing was the largest
// cost of a short transaction.
func (w *writer) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if statement, known := w.statements[query]; known {
		return statement, nil
	}
	statement, err := w.connection.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	const most = 1000
	if len(w.statements) >= most {
		for text, old := range w.statements {
			_ = old.Close()
			delete(w.statements, text)
		}
	}
	w.statements[query] = statement
	return statement, nil
}

// ExecContext runs a prepared statement on the writer's connection.
func (w *writer) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	statement, err := w.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.ExecContext(ctx, args...)
}

// QueryContext runs a prepared query on the writer's connection.
func (w *writer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := w.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(ctx, args...)
}

// QueryRowContext runs a prepared query that answers one row.
func (w *writer) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	statement, err := w.prepared(ctx, query)
	if err != nil {
		// A row that carries the error: the same statement, unprepared, fails the same way.
		return w.connection.QueryRowContext(ctx, query, args...)
	}
	return statement.QueryRowContext(ctx, args...)
}
