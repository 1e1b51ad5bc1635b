-- +goose Up

-- How the answers came, and the day they were given: a paper form is typed in
-- later, a phone's answers are taken over by the desk.
ALTER TABLE diagnosis ADD COLUMN manner TEXT NOT NULL DEFAULT 'counter' CHECK (manner IN ('counter', 'paper', 'phone', 'programme'));
ALTER TABLE diagnosis ADD COLUMN taken_on TEXT;

-- A visit keeps the version that it began with.
ALTER TABLE visit ADD COLUMN questionnaire TEXT NOT NULL DEFAULT 'quick';
ALTER TABLE visit ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE visit ADD COLUMN manner TEXT NOT NULL DEFAULT 'counter' CHECK (manner IN ('counter', 'paper', 'phone'));
ALTER TABLE visit ADD COLUMN taken_on TEXT;

-- The route that the agent chose instead; the last one stands. The reason is
-- free text, sealed with the diagnosis's own key.
CREATE TABLE route_choice (
    id        BYTEA NOT NULL PRIMARY KEY,
    diagnosis BYTEA NOT NULL REFERENCES diagnosis (id),
    route     TEXT NOT NULL CHECK (route IN ('far_away', 'pathway', 'one_off', 'on_paper')),
    reason    BYTEA NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    by_person BYTEA
);
CREATE INDEX route_choice_of ON route_choice (diagnosis, id);
DROP TABLE diagnosis_override;

-- What could not wait, done here on the day.
CREATE TABLE urgent_act (
    visit        BYTEA NOT NULL PRIMARY KEY REFERENCES visit (id),
    organisation BYTEA NOT NULL,
    way          TEXT NOT NULL CHECK (way IN ('paper', 'together')),
    at           TIMESTAMPTZ NOT NULL,
    by_person    BYTEA
);

-- The questionnaires that an instance published, beside those of the program. A
-- published version never changes.
CREATE TABLE questionnaire_version (
    id           BYTEA NOT NULL PRIMARY KEY,
    code         TEXT NOT NULL,
    version      BIGINT NOT NULL CHECK (version > 0),
    content      TEXT NOT NULL,
    reason       TEXT NOT NULL CHECK (reason <> ''),
    published_at TIMESTAMPTZ NOT NULL,
    published_by BYTEA,
    UNIQUE (code, version)
);

-- The one draft of a questionnaire; revision keeps two editors apart.
CREATE TABLE questionnaire_draft (
    code       TEXT NOT NULL PRIMARY KEY,
    content    TEXT NOT NULL,
    base       BIGINT NOT NULL,
    revision   BIGINT NOT NULL,
    begun_at   TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    changed_by BYTEA
);

-- Questions answered alone on a phone, at an address that the desk gave.
CREATE TABLE diagnosis_phone (
    id            BYTEA NOT NULL PRIMARY KEY,
    organisation  BYTEA NOT NULL,
    asked_by      BYTEA,
    questionnaire TEXT NOT NULL,
    version       BIGINT NOT NULL,
    code          TEXT NOT NULL UNIQUE,
    language      TEXT NOT NULL DEFAULT '',
    state         TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'sent', 'taken', 'ended')),
    answers       TEXT NOT NULL DEFAULT '{}',
    asked_at      TIMESTAMPTZ NOT NULL,
    ends_at       TIMESTAMPTZ NOT NULL,
    sent_at       TIMESTAMPTZ
);
CREATE INDEX diagnosis_phone_organisation ON diagnosis_phone (organisation, id);

-- A Pix result of a person: a level for each of the sixteen competences that
-- was measured, in the reference frame's order; the certificate, if attached,
-- is sealed with the person's key.
CREATE TABLE pix_result (
    id           BYTEA NOT NULL PRIMARY KEY,
    organisation BYTEA NOT NULL,
    holder       BYTEA NOT NULL,
    levels       TEXT NOT NULL,
    pix          BIGINT CHECK (pix >= 0),
    taken_on     TEXT NOT NULL,
    origin       TEXT NOT NULL CHECK (origin IN ('typed', 'imported', 'attached')),
    paper        BYTEA,
    paper_kind   TEXT NOT NULL DEFAULT '',
    recorded_at  TIMESTAMPTZ NOT NULL,
    recorded_by  BYTEA
);
CREATE INDEX pix_result_holder ON pix_result (holder, id);
