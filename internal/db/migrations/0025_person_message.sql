-- +goose Up

-- What was told, or could not be told, to a person helped: a text message, an
-- e-mail, a letter. "recipient" and "content" are sealed with the person's own
-- key, so that erasing the person erases them. "once" names what is told only
-- once, such as the reminder of one booking. "cost" is in thousandths of a euro,
-- counted in the month of "month" until the message is refused.
CREATE TABLE person_message (
    id           BYTEA NOT NULL PRIMARY KEY,
    holder       BYTEA NOT NULL,
    organisation BYTEA NOT NULL,
    kind         TEXT NOT NULL,
    once         TEXT UNIQUE,
    about        BYTEA,
    session      BYTEA,
    channel      TEXT NOT NULL CHECK (channel IN ('sms', 'email', 'letter', 'none')),
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'delivered', 'failed', 'dropped', 'unreachable')),
    reason       TEXT NOT NULL DEFAULT '',
    recipient    BYTEA,
    content      BYTEA,
    segments     BIGINT NOT NULL DEFAULT 0,
    cost         BIGINT NOT NULL DEFAULT 0,
    month        TEXT,
    reference    TEXT NOT NULL DEFAULT '',
    batch        BYTEA,
    again_of     BYTEA,
    send_at      TIMESTAMPTZ NOT NULL,
    too_late     TIMESTAMPTZ,
    made_at      TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ,
    CHECK ((state = 'unreachable') = (channel = 'none'))
);
CREATE INDEX person_message_holder ON person_message (holder, id);
CREATE INDEX person_message_session ON person_message (session) WHERE session IS NOT NULL;
CREATE INDEX person_message_reference ON person_message (reference) WHERE reference <> '';
CREATE INDEX person_message_letter ON person_message (organisation, id) WHERE channel = 'letter' AND state = 'waiting';
CREATE INDEX person_message_batch ON person_message (batch) WHERE batch IS NOT NULL;
CREATE INDEX person_message_made ON person_message (made_at);

-- What the text messages of a month cost, in thousandths of a euro, and how many
-- were not sent because the month's ceiling was reached.
CREATE TABLE message_month (
    month    TEXT NOT NULL PRIMARY KEY,
    cost     BIGINT NOT NULL DEFAULT 0 CHECK (cost >= 0),
    messages BIGINT NOT NULL DEFAULT 0 CHECK (messages >= 0),
    segments BIGINT NOT NULL DEFAULT 0 CHECK (segments >= 0),
    held     BIGINT NOT NULL DEFAULT 0
);

-- The words of a kind of message, as an instance changed them: the last version
-- serves; one that is "original" gives the program's own words back. Insert only.
CREATE TABLE message_template (
    id       BYTEA NOT NULL PRIMARY KEY,
    kind     TEXT NOT NULL,
    version  BIGINT NOT NULL CHECK (version > 0),
    original BOOLEAN NOT NULL DEFAULT FALSE,
    short    TEXT NOT NULL DEFAULT '',
    subject  TEXT NOT NULL DEFAULT '',
    long     TEXT NOT NULL DEFAULT '',
    made_at  TIMESTAMPTZ NOT NULL,
    made_by  BYTEA,
    UNIQUE (kind, version)
);

-- Letters printed together by one organisation. Insert only.
CREATE TABLE letter_batch (
    id           BYTEA NOT NULL PRIMARY KEY,
    organisation BYTEA NOT NULL,
    letters      BIGINT NOT NULL CHECK (letters > 0),
    made_at      TIMESTAMPTZ NOT NULL,
    made_by      BYTEA
);
CREATE INDEX letter_batch_organisation ON letter_batch (organisation, id);

-- What became of a call to a person helped, or of one still to make: "reason"
-- says why they are called, "about" of which booklet or booking. Insert only.
CREATE TABLE phone_call (
    id           BYTEA NOT NULL PRIMARY KEY,
    holder       BYTEA NOT NULL,
    organisation BYTEA NOT NULL,
    about        BYTEA NOT NULL,
    reason       TEXT NOT NULL,
    result       TEXT NOT NULL CHECK (result IN ('reached', 'booked', 'no_answer', 'wrong_number', 'refuses')),
    at           TIMESTAMPTZ NOT NULL,
    made_by      BYTEA
);
CREATE INDEX phone_call_about ON phone_call (about, id);
CREATE INDEX phone_call_holder ON phone_call (holder);
