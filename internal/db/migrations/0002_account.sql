-- +goose Up

CREATE TABLE organisation (
    id        BYTEA NOT NULL PRIMARY KEY,
    name      TEXT NOT NULL,
    search    TEXT NOT NULL,
    siret     TEXT NOT NULL DEFAULT '',
    commune   TEXT NOT NULL DEFAULT '',
    territory TEXT NOT NULL DEFAULT '',
    telephone TEXT NOT NULL DEFAULT '',
    email     TEXT NOT NULL DEFAULT '',
    made_at   TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX organisation_siret ON organisation (siret) WHERE siret <> '';
CREATE INDEX organisation_search ON organisation (search);

-- What an organisation does in the programme: the roles its people may have.
CREATE TABLE organisation_role (
    organisation BYTEA NOT NULL REFERENCES organisation (id),
    role         TEXT NOT NULL CHECK (role IN ('national', 'territory', 'funder', 'desk', 'site', 'helper', 'certifier', 'accountant', 'auditor', 'admin')),
    PRIMARY KEY (organisation, role)
);

-- Name, e-mail and second factor are sealed with the person's own key; the
-- e-mail is found again by the instance's keyed hash.
CREATE TABLE person (
    id             BYTEA NOT NULL PRIMARY KEY,
    name           BYTEA NOT NULL,
    email          BYTEA NOT NULL,
    email_match    BYTEA NOT NULL UNIQUE,
    password       TEXT NOT NULL,
    factor_secret  BYTEA,
    factor_since   TIMESTAMPTZ,
    factor_step    BIGINT NOT NULL DEFAULT 0,
    made_at        TIMESTAMPTZ NOT NULL
);

CREATE TABLE membership (
    id           BYTEA NOT NULL PRIMARY KEY,
    person       BYTEA NOT NULL REFERENCES person (id),
    organisation BYTEA NOT NULL REFERENCES organisation (id),
    role         TEXT NOT NULL,
    level        TEXT NOT NULL CHECK (level IN ('owner', 'member', 'scan_only', 'read_only')),
    made_at      TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ,
    FOREIGN KEY (organisation, role) REFERENCES organisation_role (organisation, role)
);
CREATE UNIQUE INDEX membership_standing ON membership (person, organisation, role) WHERE ended_at IS NULL;
CREATE INDEX membership_organisation ON membership (organisation);

-- One row per sign-in: it waits for a code or for the second factor to be set
-- up, then it is open.
CREATE TABLE sign_in (
    id            BYTEA NOT NULL PRIMARY KEY,
    token         BYTEA NOT NULL UNIQUE,
    person        BYTEA NOT NULL REFERENCES person (id),
    membership    BYTEA NOT NULL REFERENCES membership (id),
    state         TEXT NOT NULL CHECK (state IN ('code', 'enrol', 'open')),
    second_factor BOOLEAN NOT NULL DEFAULT FALSE,
    browser       TEXT NOT NULL DEFAULT '',
    made_at       TIMESTAMPTZ NOT NULL,
    seen_at       TIMESTAMPTZ NOT NULL,
    ended_at      TIMESTAMPTZ
);
CREATE INDEX sign_in_person ON sign_in (person);

-- The e-mail and the name are sealed with a key of the invitation's own until
-- the person exists.
CREATE TABLE invitation (
    id           BYTEA NOT NULL PRIMARY KEY,
    token        BYTEA NOT NULL UNIQUE,
    organisation BYTEA NOT NULL REFERENCES organisation (id),
    role         TEXT NOT NULL,
    level        TEXT NOT NULL,
    name         BYTEA,
    email        BYTEA NOT NULL,
    email_match  BYTEA NOT NULL,
    made_by      BYTEA,
    made_at      TIMESTAMPTZ NOT NULL,
    ends_at      TIMESTAMPTZ NOT NULL,
    accepted_at  TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    FOREIGN KEY (organisation, role) REFERENCES organisation_role (organisation, role)
);
CREATE INDEX invitation_organisation ON invitation (organisation);

CREATE TABLE password_reset (
    id      BYTEA NOT NULL PRIMARY KEY,
    token   BYTEA NOT NULL UNIQUE,
    person  BYTEA NOT NULL REFERENCES person (id),
    made_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX password_reset_person ON password_reset (person);

CREATE TABLE api_token (
    id           BYTEA NOT NULL PRIMARY KEY,
    token        BYTEA NOT NULL UNIQUE,
    organisation BYTEA NOT NULL REFERENCES organisation (id),
    role         TEXT NOT NULL,
    level        TEXT NOT NULL,
    label        TEXT NOT NULL DEFAULT '',
    ending       TEXT NOT NULL,
    made_by      BYTEA,
    made_at      TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ,
    FOREIGN KEY (organisation, role) REFERENCES organisation_role (organisation, role)
);
CREATE INDEX api_token_organisation ON api_token (organisation);

-- One duty per person and site: who certifies it never pays it.
CREATE TABLE duty (
    person   BYTEA NOT NULL,
    site     BYTEA NOT NULL,
    duty     TEXT NOT NULL CHECK (duty IN ('certify', 'pay')),
    taken_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (person, site)
);

-- Attempts at secrets, by a keyed hash of who or where.
CREATE TABLE attempt (
    bucket  TEXT NOT NULL,
    subject BYTEA NOT NULL,
    tries   BIGINT NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (bucket, subject)
);
CREATE INDEX attempt_last ON attempt (last_at);
