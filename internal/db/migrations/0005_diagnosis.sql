-- +goose Up

-- One detection, as answered; never changed. A score is NULL where the
-- questionnaire does not ask, or where nothing was learnt.
CREATE TABLE diagnosis (
    id              BYTEA NOT NULL PRIMARY KEY,
    organisation    BYTEA NOT NULL,
    questionnaire   TEXT NOT NULL,
    version         BIGINT NOT NULL,
    answers         TEXT NOT NULL,
    information     BIGINT CHECK (information BETWEEN 0 AND 2),
    communication   BIGINT CHECK (communication BETWEEN 0 AND 2),
    problem_solving BIGINT CHECK (problem_solving BETWEEN 0 AND 2),
    software        BIGINT CHECK (software BETWEEN 0 AND 2),
    privacy         BIGINT CHECK (privacy BETWEEN 0 AND 2),
    brakes          TEXT NOT NULL DEFAULT '',
    route           TEXT NOT NULL CHECK (route IN ('far_away', 'pathway', 'one_off', 'on_paper')),
    urgent          BOOLEAN NOT NULL,
    commune         TEXT NOT NULL DEFAULT '',
    recorded_at     TIMESTAMPTZ NOT NULL,
    recorded_by     BYTEA
);
CREATE INDEX diagnosis_organisation ON diagnosis (organisation, id);

-- Whose it is, once that is known.
CREATE TABLE diagnosis_holder (
    diagnosis BYTEA NOT NULL PRIMARY KEY REFERENCES diagnosis (id),
    holder    BYTEA NOT NULL,
    at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX diagnosis_holder_holder ON diagnosis_holder (holder);

-- The route that the agent chose instead, with the reason; the last one stands.
CREATE TABLE diagnosis_override (
    id        BYTEA NOT NULL PRIMARY KEY,
    diagnosis BYTEA NOT NULL REFERENCES diagnosis (id),
    route     TEXT NOT NULL CHECK (route IN ('far_away', 'pathway', 'one_off', 'on_paper')),
    reason    TEXT NOT NULL CHECK (reason <> ''),
    at        TIMESTAMPTZ NOT NULL,
    by_person BYTEA
);
CREATE INDEX diagnosis_override_of ON diagnosis_override (diagnosis, id);
