package db

import "context"

// Setting reads a fact about this instance, such as "sample"; a fact that was
// never set answers fault.ErrNotFound.
func Setting(ctx context.Context, q Q, name string) (string, error) {
	var value string
	err := q.QueryRow(ctx, `SELECT value FROM instance WHERE name = $1`, name).Scan(&value)
	return value, err
}

// Set records a fact about this instance.
func Set(ctx context.Context, tx *Tx, name, value string) error {
	_, err := tx.Exec(ctx, `INSERT INTO instance (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}

// SettingSample marks a database that holds the invented programme, which may
// be thrown away.
const SettingSample = "sample"
