-- +goose Up

-- A file of places brought on screen: kept while its columns are matched, tried
-- and imported, then forgotten. The file and the report are cut in parts.
CREATE TABLE upload (
    id           BYTEA NOT NULL PRIMARY KEY,
    organisation BYTEA NOT NULL,
    person       BYTEA NOT NULL,
    role         TEXT NOT NULL,
    level        TEXT NOT NULL,
    kind         TEXT NOT NULL,
    name         TEXT NOT NULL CHECK (name <> ''),
    source       TEXT NOT NULL,
    size         BIGINT NOT NULL CHECK (size > 0),
    mapping      TEXT NOT NULL DEFAULT '',
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'trying', 'tried', 'importing', 'imported', 'failed')),
    failure      TEXT NOT NULL DEFAULT '',
    lines        BIGINT NOT NULL DEFAULT 0,
    created      BIGINT NOT NULL DEFAULT 0,
    updated      BIGINT NOT NULL DEFAULT 0,
    unchanged    BIGINT NOT NULL DEFAULT 0,
    refused      BIGINT NOT NULL DEFAULT 0,
    ignored      BIGINT NOT NULL DEFAULT 0,
    at           TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ
);
CREATE INDEX upload_organisation ON upload (organisation, id);

CREATE TABLE upload_part (
    upload  BYTEA NOT NULL REFERENCES upload (id),
    what    TEXT NOT NULL CHECK (what IN ('file', 'report')),
    part    BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (upload, what, part)
);
