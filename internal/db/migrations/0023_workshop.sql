-- +goose Up

-- The word that a person left for a freed seat, and where they stand on the
-- waiting list: the rank is given once, under the session's own row. A seat kept
-- for them until an answer is due is counted in the session's taken seats.
ALTER TABLE booking ADD COLUMN word TEXT NOT NULL DEFAULT 'ask' CHECK (word IN ('take', 'ask'));
ALTER TABLE booking ADD COLUMN waiting_rank BIGINT NOT NULL DEFAULT 0;
ALTER TABLE booking ADD COLUMN offers BIGINT NOT NULL DEFAULT 0 CHECK (offers BETWEEN 0 AND 3);
ALTER TABLE booking ADD COLUMN offered_until TIMESTAMPTZ CHECK (offered_until IS NULL OR state = 'waiting');
CREATE INDEX booking_waiting ON booking (session, waiting_rank) WHERE state = 'waiting';
CREATE INDEX booking_offered ON booking (offered_until) WHERE offered_until IS NOT NULL;

-- The last rank given on the waiting list; the series it is of; the least people
-- and how many days before it is asked; what the room must have; the stop of a
-- session held elsewhere than at its site, whose point and commune it then has.
ALTER TABLE workshop_session ADD COLUMN last_rank BIGINT NOT NULL DEFAULT 0;
ALTER TABLE workshop_session ADD COLUMN series BYTEA;
ALTER TABLE workshop_session ADD COLUMN minimum BIGINT NOT NULL DEFAULT 0 CHECK (minimum >= 0);
ALTER TABLE workshop_session ADD COLUMN minimum_days BIGINT NOT NULL DEFAULT 0 CHECK (minimum_days >= 0);
ALTER TABLE workshop_session ADD COLUMN equipment TEXT NOT NULL DEFAULT '';
ALTER TABLE workshop_session ADD COLUMN stop_name TEXT NOT NULL DEFAULT '';
ALTER TABLE workshop_session ADD COLUMN stop_address TEXT NOT NULL DEFAULT '';
CREATE INDEX workshop_session_series ON workshop_session (series, starts_at) WHERE series IS NOT NULL;

-- Who gives a session, among the people of its organisation.
CREATE TABLE session_mediator (
    session BYTEA NOT NULL REFERENCES workshop_session (id),
    person  BYTEA NOT NULL,
    PRIMARY KEY (session, person)
);
CREATE INDEX session_mediator_person ON session_mediator (person);

-- The rule by which several sessions were planned at once.
CREATE TABLE session_series (
    id           BYTEA NOT NULL PRIMARY KEY,
    site         BYTEA NOT NULL,
    organisation BYTEA NOT NULL,
    rhythm       TEXT NOT NULL CHECK (rhythm IN ('weekly', 'fortnightly', 'monthly')),
    first_on     TEXT NOT NULL,
    last_on      TEXT NOT NULL,
    ended_from   TEXT,
    planned_at   TIMESTAMPTZ NOT NULL,
    planned_by   BYTEA
);
CREATE INDEX session_series_organisation ON session_series (organisation);

-- How an organisation gives one of its workshops: a ready workshop of the
-- catalogue, taken as it is or adapted, or its own. What to bring and the steps
-- are lists, as JSON.
CREATE TABLE workshop_sheet (
    id            BYTEA NOT NULL PRIMARY KEY,
    organisation  BYTEA NOT NULL,
    workshop      BYTEA NOT NULL UNIQUE REFERENCES workshop (id),
    ready         TEXT NOT NULL,
    ready_version BIGINT NOT NULL,
    learn         TEXT NOT NULL,
    minutes       BIGINT NOT NULL CHECK (minutes > 0),
    bring         TEXT NOT NULL,
    steps         TEXT NOT NULL,
    withdrawn     BOOLEAN NOT NULL DEFAULT FALSE,
    kept_at       TIMESTAMPTZ NOT NULL,
    kept_by       BYTEA
);
CREATE INDEX workshop_sheet_organisation ON workshop_sheet (organisation);

-- The sessions that one person is to follow, and how far they went. Its hours
-- and what is done or booked are read from the bookings, never kept here.
CREATE TABLE pathway (
    id            BYTEA NOT NULL PRIMARY KEY,
    holder        BYTEA NOT NULL,
    organisation  BYTEA NOT NULL,
    diagnosis     BYTEA,
    level         TEXT NOT NULL CHECK (level IN ('discover', 'master', 'empower')),
    state         TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'finished', 'stopped')),
    proposed_at   TIMESTAMPTZ NOT NULL,
    proposed_by   BYTEA,
    accepted_at   TIMESTAMPTZ,
    ended_at      TIMESTAMPTZ,
    ended_by      BYTEA,
    last_diagnosis BYTEA,
    level_after   TEXT NOT NULL DEFAULT '',
    share_level   BOOLEAN NOT NULL DEFAULT FALSE,
    reason        BYTEA
);
CREATE UNIQUE INDEX pathway_under_way ON pathway (holder) WHERE state IN ('proposed', 'accepted');
CREATE INDEX pathway_organisation ON pathway (organisation, proposed_at);
CREATE INDEX pathway_holder ON pathway (holder);

-- One session of a pathway: a ready workshop, in the order in which to follow them.
CREATE TABLE pathway_step (
    pathway BYTEA NOT NULL REFERENCES pathway (id),
    rank    BIGINT NOT NULL,
    ready   TEXT NOT NULL,
    PRIMARY KEY (pathway, rank)
);
