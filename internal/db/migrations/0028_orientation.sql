-- +goose Up

-- How sessions are ranked, as this instance tuned it; the last one stands, and
-- none at all is the program's own.
CREATE TABLE orientation_tuning (
    id        BYTEA NOT NULL PRIMARY KEY,
    content   TEXT NOT NULL,
    reason    TEXT NOT NULL CHECK (reason <> ''),
    at        TIMESTAMPTZ NOT NULL,
    by_person BYTEA
);

-- A person who waits for a seat at a full session.
ALTER TABLE visit ADD COLUMN waits BOOLEAN NOT NULL DEFAULT FALSE;

-- By telephone or by video: nobody moves.
ALTER TABLE appointment ADD COLUMN remote BOOLEAN NOT NULL DEFAULT FALSE;
