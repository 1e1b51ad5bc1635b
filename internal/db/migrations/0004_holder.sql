-- +goose Up

-- The people helped. Everything that tells who they are is sealed with a key
-- of their own; the two keyed hashes find a returning person within one
-- organisation, and nowhere else.
CREATE TABLE holder (
    id              BYTEA NOT NULL PRIMARY KEY,
    pseudonym       TEXT NOT NULL UNIQUE,
    organisation    BYTEA NOT NULL,
    commune         TEXT NOT NULL DEFAULT '',
    name            BYTEA,
    details         BYTEA,
    name_match      BYTEA,
    telephone_match BYTEA,
    consent         BOOLEAN NOT NULL DEFAULT FALSE,
    consent_at      TIMESTAMPTZ,
    consent_by      BYTEA,
    registered_at   TIMESTAMPTZ NOT NULL,
    registered_by   BYTEA
);
CREATE INDEX holder_organisation ON holder (organisation, id);
CREATE INDEX holder_name ON holder (name_match) WHERE name_match IS NOT NULL;
CREATE INDEX holder_telephone ON holder (telephone_match) WHERE telephone_match IS NOT NULL;
