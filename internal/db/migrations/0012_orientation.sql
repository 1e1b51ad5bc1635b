-- +goose Up

-- A person at the counter, from "bonjour" to the printed page: a draft that can
-- be left and taken up again. What tells who the person is rests sealed under
-- the visit's own key, and is emptied when the visit ends.
CREATE TABLE visit (
    id           BYTEA NOT NULL PRIMARY KEY,
    organisation BYTEA NOT NULL,
    person       BYTEA,
    state        TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'left')),
    answers      TEXT NOT NULL DEFAULT '{}',
    diagnosis    BYTEA,
    search       TEXT NOT NULL DEFAULT '{}',
    session      BYTEA,
    kept_until   TIMESTAMPTZ,
    draft        BYTEA,
    urgent_done  BOOLEAN NOT NULL DEFAULT FALSE,
    holder       BYTEA,
    booking      BYTEA,
    booklet      BYTEA,
    appointment  BYTEA,
    started_at   TIMESTAMPTZ NOT NULL,
    changed_at   TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ
);
CREATE INDEX visit_open ON visit (organisation, id) WHERE state = 'open';
CREATE INDEX visit_holder ON visit (holder) WHERE holder IS NOT NULL;

-- A meeting with someone who does it with or for the person. A day that is NULL
-- is still to be agreed by telephone.
CREATE TABLE appointment (
    id           BYTEA NOT NULL PRIMARY KEY,
    organisation BYTEA NOT NULL,
    holder       BYTEA NOT NULL,
    place        BYTEA NOT NULL,
    on_day       TEXT,
    at_minute    BIGINT,
    made_at      TIMESTAMPTZ NOT NULL,
    made_by      BYTEA
);
CREATE INDEX appointment_holder ON appointment (holder);
