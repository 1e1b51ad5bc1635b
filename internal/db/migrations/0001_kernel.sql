-- +goose Up

-- Facts about this instance: that it is a sample, its name.
CREATE TABLE instance (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- One key per person, wrapped by the instance's; erasure empties it.
CREATE TABLE subject_key (
    subject   BYTEA NOT NULL PRIMARY KEY,
    wrapped   BYTEA,
    made_at   TIMESTAMPTZ NOT NULL,
    erased_at TIMESTAMPTZ
);

-- Requests that succeeded, so that the same request gets the same answer.
CREATE TABLE idempotency (
    scope  BYTEA NOT NULL,
    route  TEXT NOT NULL,
    key    TEXT NOT NULL,
    input  BYTEA NOT NULL,
    answer BYTEA NOT NULL,
    at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (scope, route, key)
);
CREATE INDEX idempotency_at ON idempotency (at);

-- Work to do later, enqueued in the caller's transaction.
CREATE TABLE job (
    id           BYTEA NOT NULL PRIMARY KEY,
    kind         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'dead')),
    run_at       TIMESTAMPTZ NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0,
    leased_until TIMESTAMPTZ,
    last_error   TEXT NOT NULL DEFAULT '',
    enqueued_at  TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ,
    name         TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX job_name ON job (name) WHERE name <> '';
CREATE INDEX job_due ON job (run_at) WHERE state IN ('waiting', 'running');
CREATE INDEX job_dead ON job (ended_at) WHERE state = 'dead';

-- The sealed record's leaves: append-only, no personal data.
CREATE TABLE leaf (
    id         BYTEA NOT NULL PRIMARY KEY,
    act        TEXT NOT NULL,
    subject    BYTEA NOT NULL,
    actor_kind TEXT NOT NULL,
    actor      BYTEA,
    organisation BYTEA,
    at         TIMESTAMPTZ NOT NULL,
    salt       BYTEA NOT NULL,
    hash       BYTEA NOT NULL
);
CREATE INDEX leaf_subject ON leaf (subject);
