-- +goose Up

-- A leaf's place in the sealed log, from 0; NULL until the sequencer gives it.
-- The only column of a leaf that ever changes, once.
ALTER TABLE leaf ADD COLUMN number BIGINT;
CREATE INDEX leaf_waiting ON leaf (id) WHERE number IS NULL;
CREATE UNIQUE INDEX leaf_number ON leaf (number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX leaf_hash ON leaf (hash) WHERE number IS NOT NULL;

-- How many leaves are numbered: the one row that a sequencer holds while it
-- works, so that two never number at once.
CREATE TABLE log_head (
    one  BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    size BIGINT NOT NULL CHECK (size >= 0)
);

-- The Merkle tree in tiles of at most 256 hashes of 32 bytes. Only the last
-- tile of a level grows.
CREATE TABLE log_tile (
    level  BIGINT NOT NULL,
    number BIGINT NOT NULL,
    hashes BYTEA NOT NULL,
    PRIMARY KEY (level, number)
);

-- What was signed, and when: one checkpoint for each size that the log had.
CREATE TABLE log_checkpoint (
    size BIGINT NOT NULL PRIMARY KEY CHECK (size > 0),
    root BYTEA NOT NULL,
    note TEXT NOT NULL,
    at   TIMESTAMPTZ NOT NULL
);
