package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
)

// Throwaway creates an empty database of its own on the server of a PostgreSQL
// address, and answers its address and what drops it. The database at the
// address itself is only connected to.
func Throwaway(ctx context.Context, address, prefix string) (made string, drop func(ctx context.Context) error, err error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "", nil, fmt.Errorf("adresse de base illisible : %w", err)
	}
	random := make([]byte, 6)
	if _, err := rand.Read(random); err != nil {
		return "", nil, err
	}
	name := prefix + hex.EncodeToString(random)
	run := func(ctx context.Context, statement string) error {
		server, err := sql.Open("pgx", address)
		if err != nil {
			return err
		}
		_, err = server.ExecContext(ctx, statement)
		return errors.Join(err, server.Close())
	}
	if err := run(ctx, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", nil, err
	}
	parsed.Path = "/" + name
	return parsed.String(), func(ctx context.Context) error { return run(ctx, "DROP DATABASE "+name+" WITH (FORCE)") }, nil
}
