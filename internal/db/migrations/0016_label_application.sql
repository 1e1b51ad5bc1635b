-- +goose Up

-- Applications for the label. What tells of a person, and every free text of
-- the applicant, is sealed with the application's own key.
CREATE TABLE label_application (
    id                BYTEA NOT NULL PRIMARY KEY,
    organisation      BYTEA NOT NULL,
    criteria          TEXT NOT NULL,
    renewal           BOOLEAN NOT NULL,
    siret             TEXT NOT NULL DEFAULT '',
    representative    BYTEA,
    position          BYTEA,
    state             TEXT NOT NULL CHECK (state IN ('draft', 'sent', 'in_review', 'more_asked', 'granted', 'refused',
                          'appealed', 'suspended', 'withdrawn', 'expired')),
    round             BIGINT NOT NULL CHECK (round IN (1, 2)),
    step              BIGINT NOT NULL,
    certifier         BYTEA,
    first_certifier   BYTEA,
    clock_started     TEXT,
    clock_paused      TEXT,
    clock_paused_days BIGINT NOT NULL DEFAULT 0,
    clock_stopped     TEXT,
    suspended_until   TEXT,
    made_by           BYTEA,
    made_at           TIMESTAMPTZ NOT NULL,
    changed_at        TIMESTAMPTZ NOT NULL,
    sent_at           TIMESTAMPTZ,
    decided_at        TIMESTAMPTZ,
    ended_at          TIMESTAMPTZ,
    erased_at         TIMESTAMPTZ,
    CHECK (round = 1 OR certifier IS NULL OR certifier <> first_certifier)
);
CREATE INDEX label_application_organisation ON label_application (organisation, id);
CREATE INDEX label_application_certifier ON label_application (certifier) WHERE certifier IS NOT NULL;

-- The places of one application.
CREATE TABLE label_application_place (
    application BYTEA NOT NULL REFERENCES label_application (id),
    place       BYTEA NOT NULL,
    commune     TEXT NOT NULL,
    PRIMARY KEY (application, place)
);
CREATE INDEX label_application_place_place ON label_application_place (place, application);

-- A place stands in one undecided application at most.
CREATE TABLE label_application_open (
    place       BYTEA NOT NULL PRIMARY KEY,
    application BYTEA NOT NULL REFERENCES label_application (id)
);

CREATE TABLE label_answer (
    application BYTEA NOT NULL REFERENCES label_application (id),
    place       BYTEA NOT NULL,
    criterion   TEXT NOT NULL,
    value       TEXT NOT NULL DEFAULT '',
    detail      BYTEA,
    at          TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (application, place, criterion)
);

-- Attachments; their content lies apart, so that lists do not read it.
CREATE TABLE label_attachment (
    id          BYTEA NOT NULL PRIMARY KEY,
    application BYTEA NOT NULL REFERENCES label_application (id),
    place       BYTEA,
    criterion   TEXT NOT NULL DEFAULT '',
    name        BYTEA,
    kind        TEXT NOT NULL CHECK (kind IN ('application/pdf', 'image/jpeg', 'image/png')),
    size        BIGINT NOT NULL,
    digest      BYTEA NOT NULL,
    rank        BIGINT NOT NULL,
    actor       BYTEA,
    at          TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX label_attachment_rank ON label_attachment (application, rank);

CREATE TABLE label_attachment_content (
    attachment BYTEA NOT NULL PRIMARY KEY REFERENCES label_attachment (id),
    content    BYTEA NOT NULL
);

-- Messages of both sides: only ever added to.
CREATE TABLE label_message (
    id          BYTEA NOT NULL PRIMARY KEY,
    application BYTEA NOT NULL REFERENCES label_application (id),
    side        TEXT NOT NULL CHECK (side IN ('applicant', 'certifier')),
    body        BYTEA,
    actor       BYTEA,
    at          TIMESTAMPTZ NOT NULL
);
CREATE INDEX label_message_application ON label_message (application, id);

-- What happened to an application: only ever added to. The reason is sealed
-- with the application's key; the mark is its keyed hash, which stays.
CREATE TABLE label_step (
    id           BYTEA NOT NULL PRIMARY KEY,
    application  BYTEA NOT NULL REFERENCES label_application (id),
    number       BIGINT NOT NULL,
    act          TEXT NOT NULL,
    from_state   TEXT NOT NULL,
    to_state     TEXT NOT NULL,
    reason       BYTEA,
    mark         BYTEA,
    until        TEXT,
    actor        BYTEA,
    organisation BYTEA,
    at           TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX label_step_number ON label_step (application, number);

-- What the certifier found, criterion by criterion; a round is a judgement
-- under way, then it stands.
CREATE TABLE label_judgement (
    application BYTEA NOT NULL REFERENCES label_application (id),
    round       BIGINT NOT NULL,
    place       BYTEA NOT NULL,
    criterion   TEXT NOT NULL,
    verdict     TEXT NOT NULL CHECK (verdict IN ('met', 'partly', 'not_met', 'not_applicable')),
    word        TEXT NOT NULL,
    actor       BYTEA,
    at          TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (application, round, place, criterion)
);

-- What followed for each place: only ever added to.
CREATE TABLE label_outcome (
    id          BYTEA NOT NULL PRIMARY KEY,
    application BYTEA NOT NULL REFERENCES label_application (id),
    round       BIGINT NOT NULL,
    place       BYTEA NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('granted', 'refused')),
    score       BIGINT NOT NULL CHECK (score BETWEEN 0 AND 100),
    judgements  BYTEA NOT NULL,
    decision    BYTEA REFERENCES label_decision (id),
    actor       BYTEA,
    at          TIMESTAMPTZ NOT NULL,
    CHECK ((outcome = 'granted') = (decision IS NOT NULL))
);
CREATE UNIQUE INDEX label_outcome_place ON label_outcome (application, round, place);
CREATE INDEX label_outcome_granted ON label_outcome (place, at) WHERE outcome = 'granted';

CREATE TABLE label_visit (
    id          BYTEA NOT NULL PRIMARY KEY,
    application BYTEA NOT NULL REFERENCES label_application (id),
    place       BYTEA NOT NULL,
    planned_on  TEXT NOT NULL,
    done_on     TEXT,
    note        BYTEA,
    planned_by  BYTEA,
    done_by     BYTEA,
    planned_at  TIMESTAMPTZ NOT NULL,
    done_at     TIMESTAMPTZ,
    cancelled_at TIMESTAMPTZ,
    CHECK (done_at IS NULL OR cancelled_at IS NULL)
);
CREATE INDEX label_visit_application ON label_visit (application, id);

CREATE TABLE label_visit_finding (
    visit     BYTEA NOT NULL REFERENCES label_visit (id),
    criterion TEXT NOT NULL,
    verdict   TEXT NOT NULL CHECK (verdict IN ('met', 'partly', 'not_met', 'not_applicable')),
    word      BYTEA,
    PRIMARY KEY (visit, criterion)
);

-- What was told once: a reminder, an announcement.
CREATE TABLE label_told (
    about BYTEA NOT NULL,
    kind  TEXT NOT NULL,
    at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (about, kind)
);
