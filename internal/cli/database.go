package cli

import (
	"context"
	"errors"
	"fmt"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/fault"
)

const (
	defaultDatabase = "sqlite:data/passerelle.db"
	sampleDatabase  = "sqlite:data/demo.db"
)

// console is who acts when someone runs a command on the server.
var console = db.Actor{Kind: db.Console}

// open connects to the chosen database without touching its schema.
func (e *environment) open(ctx context.Context, fallback string, clock civil.Clock) (*db.DB, error) {
	address := e.database
	if address == "" {
		address = fallback
	}
	options := db.Options{Address: address, Clock: clock}
	if e.key != "" {
		key, err := db.ParseKey(e.key)
		if err != nil {
			return nil, err
		}
		options.Key = key
	}
	return db.Open(ctx, options)
}

// openMigrated connects and brings the schema up to date.
func (e *environment) openMigrated(ctx context.Context, fallback string, clock civil.Clock) (*db.DB, error) {
	opened, err := e.open(ctx, fallback, clock)
	if err != nil {
		return nil, err
	}
	if _, err := opened.Migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("mise à jour du schéma : %w", err), opened.Close())
	}
	return opened, nil
}

// with runs a command on the open, up-to-date database.
func (e *environment) with(run func(d *db.DB) error) error {
	opened, err := e.openMigrated(e, defaultDatabase, civil.System{})
	if err != nil {
		return err
	}
	return errors.Join(run(opened), opened.Close())
}

// isSample tells whether the database holds the invented programme.
func isSample(ctx context.Context, d *db.DB) (sample bool, err error) {
	err = d.View(ctx, console, func(q db.Q) error {
		_, err := db.Setting(ctx, q, db.SettingSample)
		return err
	})
	if errors.Is(err, fault.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
