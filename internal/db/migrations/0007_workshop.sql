-- +goose Up

-- A subject, as one organisation gives it.
CREATE TABLE workshop (
    id           BYTEA NOT NULL PRIMARY KEY,
    organisation BYTEA NOT NULL,
    title        TEXT NOT NULL CHECK (title <> ''),
    topic        TEXT NOT NULL,
    level        TEXT NOT NULL CHECK (level IN ('discover', 'master', 'empower')),
    service      TEXT NOT NULL,
    UNIQUE (organisation, title, topic, level, service)
);

-- One dated occurrence with seats. Its place's position and commune are copied
-- when it is planned, so that it is found by distance. "taken" counts the
-- bookings that hold a seat, and the seats kept while papers are made; people
-- added at the door are not in it.
CREATE TABLE workshop_session (
    id           BYTEA NOT NULL PRIMARY KEY,
    workshop     BYTEA NOT NULL REFERENCES workshop (id),
    site         BYTEA NOT NULL,
    organisation BYTEA NOT NULL,
    commune      TEXT NOT NULL,
    latitude     DOUBLE PRECISION NOT NULL,
    longitude    DOUBLE PRECISION NOT NULL,
    starts_at    TIMESTAMPTZ NOT NULL,
    ends_at      TIMESTAMPTZ NOT NULL,
    seats        BIGINT NOT NULL CHECK (seats > 0),
    taken        BIGINT NOT NULL DEFAULT 0 CHECK (taken >= 0),
    room         TEXT NOT NULL DEFAULT '',
    mediator     TEXT NOT NULL DEFAULT '',
    state        TEXT NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'held', 'cancelled')),
    reason       TEXT NOT NULL DEFAULT '',
    planned_at   TIMESTAMPTZ NOT NULL,
    planned_by   BYTEA
);
CREATE INDEX workshop_session_site ON workshop_session (site, starts_at);
CREATE INDEX workshop_session_organisation ON workshop_session (organisation, starts_at);
CREATE INDEX workshop_session_where ON workshop_session (latitude, starts_at);
CREATE INDEX workshop_session_start ON workshop_session (starts_at);

-- One person at one session.
CREATE TABLE booking (
    id           BYTEA NOT NULL PRIMARY KEY,
    session      BYTEA NOT NULL REFERENCES workshop_session (id),
    holder       BYTEA NOT NULL,
    organisation BYTEA NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('booked', 'waiting', 'came', 'excused', 'cancelled', 'absent', 'to_fill')),
    door         BOOLEAN NOT NULL DEFAULT FALSE,
    booked_at    TIMESTAMPTZ NOT NULL,
    booked_by    BYTEA,
    changed_at   TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX booking_once ON booking (session, holder) WHERE state NOT IN ('excused', 'cancelled');
CREATE INDEX booking_holder ON booking (holder);
CREATE INDEX booking_session ON booking (session);

-- A seat kept for some minutes while papers are made.
CREATE TABLE kept_seat (
    id      BYTEA NOT NULL PRIMARY KEY,
    session BYTEA NOT NULL REFERENCES workshop_session (id),
    until   TIMESTAMPTZ NOT NULL
);
CREATE INDEX kept_seat_session ON kept_seat (session);
