-- +goose Up

-- A file on its way into the directory: how many of its lines are done, and what
-- became of them. Written with each slice, so that an import that was stopped
-- goes on at the next line.
CREATE TABLE import_run (
    id         BYTEA NOT NULL PRIMARY KEY,
    file       TEXT NOT NULL,
    options    TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('running', 'done', 'dropped')),
    lines      BIGINT NOT NULL DEFAULT 0 CHECK (lines >= 0),
    created    BIGINT NOT NULL DEFAULT 0,
    updated    BIGINT NOT NULL DEFAULT 0,
    unchanged  BIGINT NOT NULL DEFAULT 0,
    refused    BIGINT NOT NULL DEFAULT 0,
    ignored    BIGINT NOT NULL DEFAULT 0,
    started_at TIMESTAMPTZ NOT NULL,
    noted_at   TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX import_run_running ON import_run (file, options) WHERE state = 'running';

-- What was only known of a line when it was written (refused by the directory,
-- older than what it has): told again by the import that goes on.
CREATE TABLE import_note (
    run  BYTEA NOT NULL REFERENCES import_run (id),
    line BIGINT NOT NULL,
    part BIGINT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (run, line, part)
);
