-- +goose Up

-- The one place of the organisation that a person is attached to; all of them
-- when it is NULL, as for every owner.
ALTER TABLE membership ADD COLUMN place BYTEA REFERENCES place (id);
ALTER TABLE invitation ADD COLUMN place BYTEA REFERENCES place (id);

-- Whom an account is of: a place, or the organisation for all of its places
-- that have none of their own.
ALTER TABLE bank_details RENAME COLUMN place TO payee;
ALTER TABLE bank_details_current RENAME COLUMN place TO payee;

-- The last day on which a place receives people with a pass. A label granted
-- anew for later takes the row away.
CREATE TABLE place_closing (
    place   BYTEA NOT NULL PRIMARY KEY,
    last_on TEXT NOT NULL,
    -- The place itself shuts; else it stays open and takes the pass no longer.
    shuts   BOOLEAN NOT NULL
);

-- A site that leaves, announced by who keeps it or by who follows it. The program
-- ends it, once the last day is over and nobody is left to be found another seat.
CREATE TABLE departure (
    id           BYTEA NOT NULL PRIMARY KEY,
    place        BYTEA NOT NULL,
    organisation BYTEA NOT NULL,
    shuts        BOOLEAN NOT NULL,
    last_on      TEXT NOT NULL,
    reason       TEXT NOT NULL CHECK (reason <> ''),
    state        TEXT NOT NULL DEFAULT 'announced' CHECK (state IN ('announced', 'ended')),
    announced_at TIMESTAMPTZ NOT NULL,
    announced_by BYTEA,
    ended_at     TIMESTAMPTZ,
    CHECK ((ended_at IS NOT NULL) = (state = 'ended'))
);
CREATE UNIQUE INDEX departure_announced ON departure (place) WHERE state = 'announced';
CREATE INDEX departure_place ON departure (place, id);

-- What became of a booking at a site that leaves, or whose label stops: only ever
-- added to. Either it is moved to another booking, or given up with why.
CREATE TABLE rehoming (
    booking      BYTEA NOT NULL PRIMARY KEY,
    place        BYTEA NOT NULL,
    moved_to     BYTEA,
    why          TEXT NOT NULL DEFAULT '',
    organisation BYTEA,
    actor        BYTEA,
    at           TIMESTAMPTZ NOT NULL,
    CHECK ((moved_to IS NULL) <> (why = ''))
);
CREATE UNIQUE INDEX rehoming_moved_to ON rehoming (moved_to) WHERE moved_to IS NOT NULL;
CREATE INDEX rehoming_place ON rehoming (place, at);
