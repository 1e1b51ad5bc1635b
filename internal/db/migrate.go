package db

import (
	"bytes"
	"context"
	"embed"
	"io"
	"io/fs"
	"regexp"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema up to date and tells how many steps it took. It
// only goes forward, and runs before anything is served.
func (d *DB) Migrate(ctx context.Context) (steps int, err error) {
	definitions, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	dialect := goose.DialectPostgres
	if d.engine == SQLite {
		dialect, definitions = goose.DialectSQLite3, translatedFS{definitions}
	}
	provider, err := goose.NewProvider(dialect, d.write, definitions)
	if err != nil {
		return 0, err
	}
	results, err := provider.Up(ctx)
	return len(results), err
}

// translatedFS gives SQLite the definitions written in PostgreSQL's words. Only
// definitions are translated, never queries.
type translatedFS struct{ fs.FS }

func (t translatedFS) Open(name string) (fs.File, error) {
	file, err := t.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || info.IsDir() {
		return file, err
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	return &translatedFile{File: file, Reader: bytes.NewReader(translate(text))}, nil
}

// ReadDir lists the directory as it is; goose finds its files with it.
func (t translatedFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(t.FS, name) }

type translatedFile struct {
	fs.File
	*bytes.Reader
}

func (f *translatedFile) Read(p []byte) (int, error) { return f.Reader.Read(p) }

var dictionary = []struct {
	word        *regexp.Regexp
	replacement string
}{
	{regexp.MustCompile(`\bBIGINT\b|\bBOOLEAN\b`), "INTEGER"},
	{regexp.MustCompile(`\bTIMESTAMPTZ\b`), "TEXT"},
	{regexp.MustCompile(`\bBYTEA\b`), "BLOB"},
	{regexp.MustCompile(`\bDOUBLE PRECISION\b`), "REAL"},
	// Every table names its primary key, so none needs a hidden row number.
	{regexp.MustCompile(`(?s)(CREATE TABLE [^;]*?\n\));`), "$1 STRICT, WITHOUT ROWID;"},
}

func translate(definition []byte) []byte {
	for _, entry := range dictionary {
		definition = entry.word.ReplaceAll(definition, []byte(entry.replacement))
	}
	return definition
}
