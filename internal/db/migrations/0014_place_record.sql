-- +goose Up

-- What one source says of one place, or (source '') what was said by hand. A
-- place is the fold of its records. "place" is where the record counts today,
-- "home" where it was first read: it goes back there when a merge is undone.
CREATE TABLE place_record (
    source    TEXT NOT NULL,
    source_id TEXT NOT NULL,
    place     BYTEA NOT NULL,
    home      BYTEA NOT NULL,
    said      TEXT NOT NULL,
    dated_on  TEXT,
    read_at   TIMESTAMPTZ NOT NULL,
    -- Who said it, when it was said by hand.
    said_by   BYTEA,
    -- Whether its place was compared with its neighbours since.
    compared  BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (source, source_id)
);
CREATE INDEX place_record_place ON place_record (place);
CREATE INDEX place_record_waiting ON place_record (place) WHERE NOT compared;
CREATE INDEX place_pivot ON place (pivot) WHERE pivot <> '';

-- Two places that may be one. "one" < "other". While they are merged, "absorbed"
-- is the one that the other stands for.
CREATE TABLE place_twin (
    id          BYTEA NOT NULL PRIMARY KEY,
    one         BYTEA NOT NULL,
    other       BYTEA NOT NULL,
    score       BIGINT NOT NULL CHECK (score BETWEEN 0 AND 100),
    reasons     TEXT NOT NULL,
    -- A digest of what was compared: a pair kept apart is proposed again only
    -- when it changes.
    basis       BYTEA NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('proposed', 'merged', 'apart')),
    absorbed    BYTEA,
    decision    BYTEA,
    proposed_at TIMESTAMPTZ NOT NULL,
    CHECK (one < other),
    CHECK ((state = 'merged') = (absorbed IS NOT NULL)),
    CHECK (state = 'proposed' OR decision IS NOT NULL),
    CHECK (absorbed IS NULL OR absorbed = one OR absorbed = other)
);
CREATE UNIQUE INDEX place_twin_pair ON place_twin (one, other);
CREATE INDEX place_twin_other ON place_twin (other);
CREATE INDEX place_twin_state ON place_twin (state, score, id);
-- One place stands for another at most.
CREATE UNIQUE INDEX place_twin_absorbed ON place_twin (absorbed) WHERE absorbed IS NOT NULL;

-- What people decided of a pair: only added to.
CREATE TABLE place_twin_decision (
    id       BYTEA NOT NULL PRIMARY KEY,
    twin     BYTEA NOT NULL REFERENCES place_twin (id),
    verb     TEXT NOT NULL CHECK (verb IN ('merge', 'keep_apart', 'separate')),
    one      BYTEA NOT NULL,
    other    BYTEA NOT NULL,
    absorbed BYTEA,
    -- Why they are two, when they are kept apart.
    reason   TEXT NOT NULL DEFAULT '',
    actor    BYTEA,
    -- On whose behalf.
    organisation BYTEA,
    at       TIMESTAMPTZ NOT NULL,
    CHECK ((verb = 'keep_apart') = (reason <> ''))
);
CREATE INDEX place_twin_decision_twin ON place_twin_decision (twin, id);
