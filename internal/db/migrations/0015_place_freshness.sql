-- +goose Up

-- A closed place leaves the lists, and its page says so.
ALTER TABLE place ADD COLUMN closed_on TEXT;
DROP INDEX place_near;
CREATE INDEX place_near ON place (cell, x, y, z, stale, merged_into, closed_on, offers, labelled_from, labelled_until, id);
DROP INDEX place_name;
CREATE INDEX place_name ON place (sort_name, id, merged_into, closed_on, offers, search);

-- What the nightly look and the letters keep of a place, beside what is
-- published of it. "bounced" is the keyed hash of the address that refused.
CREATE TABLE place_watch (
    place       BYTEA NOT NULL PRIMARY KEY REFERENCES place (id),
    bounced_on  TEXT,
    bounced     BYTEA,
    stale_since TEXT,
    told_at     TIMESTAMPTZ,
    asked_at    TIMESTAMPTZ,
    reminded_at TIMESTAMPTZ
);
CREATE INDEX place_watch_stale ON place_watch (stale_since) WHERE stale_since IS NOT NULL AND told_at IS NULL;
CREATE INDEX place_watch_asked ON place_watch (asked_at) WHERE reminded_at IS NULL;
CREATE INDEX place_stale ON place (departement, commune) WHERE stale;

-- An error that somebody reported. Text and e-mail are sealed, each with a key
-- of its own. "reporter" is a keyed hash of who, or of where from, until it is
-- answered: it tells two people from one.
CREATE TABLE place_report (
    id           BYTEA NOT NULL PRIMARY KEY,
    place        BYTEA NOT NULL REFERENCES place (id),
    kind         TEXT NOT NULL CHECK (kind IN ('closed', 'hours', 'telephone', 'address', 'services', 'duplicate', 'other')),
    text         BYTEA,
    contact_key  BYTEA,
    contact      BYTEA,
    reporter     BYTEA,
    agent        BOOLEAN NOT NULL,
    made_at      TIMESTAMPTZ NOT NULL,
    state        TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'corrected', 'refused', 'closed')),
    reason       TEXT NOT NULL DEFAULT '',
    answered_at  TIMESTAMPTZ,
    answered_by  BYTEA,
    answered_for BYTEA,
    CHECK ((state = 'open') = (answered_at IS NULL)),
    CHECK (state <> 'refused' OR reason <> '')
);
CREATE INDEX place_report_place ON place_report (place, id);
CREATE INDEX place_report_open ON place_report (id) WHERE state = 'open';
CREATE INDEX place_report_contact ON place_report (made_at) WHERE contact IS NOT NULL;

-- A link to say that a place's facts hold, or to correct them, without an
-- account. Only the hash of its secret is kept. It is good while the place is
-- kept by whoever kept it when it was made.
CREATE TABLE place_owner_link (
    id           BYTEA NOT NULL PRIMARY KEY,
    place        BYTEA NOT NULL REFERENCES place (id),
    organisation BYTEA,
    token        BYTEA NOT NULL UNIQUE,
    way          TEXT NOT NULL CHECK (way IN ('email', 'letter')),
    made_at      TIMESTAMPTZ NOT NULL,
    made_by      BYTEA,
    ends_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX place_owner_link_place ON place_owner_link (place);
CREATE INDEX place_owner_link_end ON place_owner_link (ends_at);

-- Somebody said that the facts of a place hold.
CREATE TABLE place_confirmation (
    id           BYTEA NOT NULL PRIMARY KEY,
    place        BYTEA NOT NULL REFERENCES place (id),
    confirmed_on TEXT NOT NULL,
    how          TEXT NOT NULL CHECK (how IN ('keeper', 'team', 'link')),
    actor        BYTEA,
    organisation BYTEA,
    at           TIMESTAMPTZ NOT NULL,
    UNIQUE (place, confirmed_on)
);

-- What a person of the place changed through a link, as JSON, before and after.
CREATE TABLE place_correction (
    id         BYTEA NOT NULL PRIMARY KEY,
    place      BYTEA NOT NULL REFERENCES place (id),
    before     TEXT NOT NULL,
    after      TEXT NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    undone_at  TIMESTAMPTZ,
    undone_by  BYTEA,
    undone_for BYTEA
);
CREATE INDEX place_correction_place ON place_correction (place, id);

-- The weekly line to each territory, so that it leaves once.
CREATE TABLE place_digest (
    organisation BYTEA NOT NULL,
    week         TEXT NOT NULL,
    stale        BIGINT NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation, week)
);

-- Which place a message is about, so that a refusal for good can be told of it.
ALTER TABLE message ADD COLUMN about BYTEA;
