-- +goose Up

-- Help given at a counter or at a site, with or without a coupon: what stands
-- now. "themes" is a list of codes between spaces, "publics" the numbers told
-- of the people helped, as JSON. The note is sealed with the key of the person
-- helped, or with the activity's own when nobody is named.
CREATE TABLE activity (
    id           BYTEA NOT NULL PRIMARY KEY,
    organisation BYTEA NOT NULL,
    place        BYTEA,
    commune      TEXT NOT NULL DEFAULT '',
    author       BYTEA,
    kind         TEXT NOT NULL CHECK (kind IN ('individual', 'collective', 'event')),
    on_day       TEXT NOT NULL,
    minutes      BIGINT NOT NULL CHECK (minutes > 0),
    people       BIGINT NOT NULL CHECK (people > 0),
    channel      TEXT NOT NULL CHECK (channel IN ('on_site', 'other', 'home', 'remote')),
    themes       TEXT NOT NULL,
    title        TEXT NOT NULL DEFAULT '',
    formality    TEXT NOT NULL DEFAULT '',
    equipment    TEXT NOT NULL DEFAULT '',
    level        BIGINT NOT NULL DEFAULT 0 CHECK (level BETWEEN 0 AND 3),
    redirected   TEXT NOT NULL DEFAULT '',
    publics      TEXT NOT NULL DEFAULT '{}',
    holder       BYTEA,
    redemption   BYTEA,
    note         BYTEA,
    state        TEXT NOT NULL DEFAULT 'standing' CHECK (state IN ('standing', 'withdrawn')),
    revision     BIGINT NOT NULL DEFAULT 1 CHECK (revision > 0),
    recorded_at  TIMESTAMPTZ NOT NULL,
    changed_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX activity_organisation ON activity (organisation, on_day, id);
CREATE INDEX activity_day ON activity (on_day, id);
CREATE INDEX activity_holder ON activity (holder) WHERE holder IS NOT NULL;
CREATE UNIQUE INDEX activity_redemption ON activity (redemption) WHERE redemption IS NOT NULL AND state = 'standing';

-- What was recorded, then each correction: insert only. The content is the
-- activity as it stood, as JSON, without its note.
CREATE TABLE activity_revision (
    id        BYTEA NOT NULL PRIMARY KEY,
    activity  BYTEA NOT NULL REFERENCES activity (id),
    revision  BIGINT NOT NULL,
    content   TEXT NOT NULL,
    reason    TEXT NOT NULL DEFAULT '',
    at        TIMESTAMPTZ NOT NULL,
    by_person BYTEA,
    UNIQUE (activity, revision),
    CHECK (revision = 1 OR reason <> '')
);

-- A secret address at which a calendar program reads the sessions of an
-- organisation: all of them, a place's, or those that one mediator gives. It is
-- kept sealed, to be shown again, and found by its keyed hash.
CREATE TABLE calendar_feed (
    id           BYTEA NOT NULL PRIMARY KEY,
    organisation BYTEA NOT NULL,
    place        BYTEA,
    mediator     TEXT NOT NULL DEFAULT '',
    secret       BYTEA NOT NULL,
    secret_match BYTEA NOT NULL UNIQUE,
    made_at      TIMESTAMPTZ NOT NULL,
    made_by      BYTEA,
    ended_at     TIMESTAMPTZ
);
CREATE INDEX calendar_feed_organisation ON calendar_feed (organisation, id);

-- Someone whom a session does not suit, sent back to the counter that booked
-- them: why, and where they would be better off. The counter answers it once.
CREATE TABLE misdirection (
    booking      BYTEA NOT NULL PRIMARY KEY,
    holder       BYTEA NOT NULL,
    desk         BYTEA NOT NULL,
    place        BYTEA NOT NULL,
    why          TEXT NOT NULL,
    better       BYTEA,
    told_at      TIMESTAMPTZ NOT NULL,
    told_by      BYTEA,
    answered_at  TIMESTAMPTZ,
    answered_by  BYTEA
);
CREATE INDEX misdirection_desk ON misdirection (desk, told_at);
