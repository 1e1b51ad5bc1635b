-- +goose Up

-- Decisions on labels: only ever added to.
CREATE TABLE label_decision (
    id            BYTEA NOT NULL PRIMARY KEY,
    place         BYTEA NOT NULL,
    verb          TEXT NOT NULL CHECK (verb IN ('grant', 'withdraw', 'suspend', 'resume', 'prolong', 'leave')),
    decided_on    TEXT NOT NULL,
    reason        TEXT NOT NULL CHECK (reason <> ''),
    label_until   TEXT NOT NULL,
    actor         BYTEA,
    organisation  BYTEA,
    at            TIMESTAMPTZ NOT NULL
);
CREATE INDEX label_decision_place ON label_decision (place, id);

-- Where each place stands: the last decision, and the period that follows from it.
CREATE TABLE label (
    place       BYTEA NOT NULL PRIMARY KEY,
    state       TEXT NOT NULL CHECK (state IN ('granted', 'withdrawn', 'suspended')),
    valid_from  TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    -- The last day that a suspended label takes again.
    resumes     TEXT,
    decision    BYTEA NOT NULL REFERENCES label_decision (id)
);

-- Bank details of sites, sealed with the site's own key: only ever added to.
CREATE TABLE bank_details (
    id           BYTEA NOT NULL PRIMARY KEY,
    place        BYTEA NOT NULL,
    holder       BYTEA NOT NULL,
    iban         BYTEA NOT NULL,
    bic          BYTEA,
    mark         BYTEA NOT NULL,
    actor        BYTEA,
    organisation BYTEA,
    at           TIMESTAMPTZ NOT NULL
);
CREATE INDEX bank_details_place ON bank_details (place, id);

-- Which of them is to be paid.
CREATE TABLE bank_details_current (
    place   BYTEA NOT NULL PRIMARY KEY,
    details BYTEA NOT NULL REFERENCES bank_details (id)
);
