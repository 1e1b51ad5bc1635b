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
ALTER TABLE appointment ADD COLUMN state TEXT NOT NULL DEFAULT 'noted' CHECK (state IN ('noted', 'cancelled'));
ALTER TABLE appointment ADD COLUMN changed_at TIMESTAMPTZ;
CREATE INDEX appointment_day ON appointment (organisation, on_day);
CREATE INDEX appointment_place ON appointment (place, on_day);

-- Several people sent to one session at once. Who they are rests sealed under
-- the group's own key, and is emptied when it ends.
CREATE TABLE visit_group (
    id           BYTEA NOT NULL PRIMARY KEY,
    organisation BYTEA NOT NULL,
    person       BYTEA,
    state        TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'left')),
    search       TEXT NOT NULL,
    session      BYTEA,
    kept_until   TIMESTAMPTZ,
    draft        BYTEA,
    started_at   TIMESTAMPTZ NOT NULL,
    changed_at   TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ
);
CREATE INDEX visit_group_open ON visit_group (organisation, id) WHERE state = 'open';

-- One person of a group, in the order in which they were written; a seat is kept
-- under the row's identifier.
CREATE TABLE visit_group_member (
    id          BYTEA NOT NULL PRIMARY KEY,
    visit_group BYTEA NOT NULL REFERENCES visit_group (id),
    rank        BIGINT NOT NULL,
    holder      BYTEA,
    booking     BYTEA,
    UNIQUE (visit_group, rank)
);

-- What a person answered rests sealed: under the diagnosis's own key, the key of
-- the address given for a phone, the visit's.
ALTER TABLE diagnosis DROP COLUMN answers;
ALTER TABLE diagnosis ADD COLUMN answers BYTEA;
ALTER TABLE diagnosis_phone DROP COLUMN answers;
ALTER TABLE diagnosis_phone ADD COLUMN answers BYTEA;
ALTER TABLE visit DROP COLUMN answers;
ALTER TABLE visit ADD COLUMN answers BYTEA;
