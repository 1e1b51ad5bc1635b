-- +goose Up

-- The directory of places. Lists are words between bars ("|a|b|"), so that one
-- is found with LIKE '%|a|%' on both engines. The column "search" is folded.
CREATE TABLE place (
    id                 BYTEA NOT NULL PRIMARY KEY,
    organisation       BYTEA,
    source             TEXT NOT NULL,
    source_id          TEXT NOT NULL,
    pivot              TEXT NOT NULL DEFAULT '',
    name               TEXT NOT NULL CHECK (name <> ''),
    commune            TEXT NOT NULL,
    commune_name       TEXT NOT NULL,
    postal_code        TEXT NOT NULL,
    departement        TEXT NOT NULL,
    address            TEXT NOT NULL DEFAULT '',
    address_complement TEXT NOT NULL DEFAULT '',
    latitude           DOUBLE PRECISION NOT NULL,
    longitude          DOUBLE PRECISION NOT NULL,
    approximate        BOOLEAN NOT NULL,
    typology           TEXT NOT NULL DEFAULT '',
    telephone          TEXT NOT NULL DEFAULT '',
    emails             TEXT NOT NULL DEFAULT '',
    websites           TEXT NOT NULL DEFAULT '',
    hours              TEXT NOT NULL DEFAULT '',
    summary            TEXT NOT NULL DEFAULT '',
    description        TEXT NOT NULL DEFAULT '',
    collector          TEXT NOT NULL DEFAULT '',
    parent             TEXT NOT NULL DEFAULT '',
    itinerance         TEXT NOT NULL DEFAULT '',
    services           TEXT NOT NULL DEFAULT '',
    publics            TEXT NOT NULL DEFAULT '',
    special_needs      TEXT NOT NULL DEFAULT '',
    fees               TEXT NOT NULL DEFAULT '',
    programmes         TEXT NOT NULL DEFAULT '',
    trainings          TEXT NOT NULL DEFAULT '',
    other_trainings    TEXT NOT NULL DEFAULT '',
    access_ways        TEXT NOT NULL DEFAULT '',
    support            TEXT NOT NULL DEFAULT '',
    languages          TEXT NOT NULL DEFAULT '',
    accessibility_url  TEXT NOT NULL DEFAULT '',
    booking_url        TEXT NOT NULL DEFAULT '',
    wheelchair         BOOLEAN NOT NULL,
    pass_accepted      BOOLEAN NOT NULL,
    invented           BOOLEAN NOT NULL,
    updated_on         TEXT,
    labelled_from      TEXT,
    labelled_until     TEXT,
    equipment          TEXT NOT NULL DEFAULT '',
    prices             TEXT NOT NULL DEFAULT '',
    confirmed_on       TEXT,
    -- Another row is this place's: the directory shows that one instead.
    merged_into        BYTEA,
    -- What the nightly look found: the last sign of life, and whether it is too old.
    fresh_on           TEXT,
    fresh_sign         TEXT NOT NULL DEFAULT '',
    stale              BOOLEAN NOT NULL DEFAULT FALSE,
    search             TEXT NOT NULL,
    -- The beginning of "search", short enough for an index: the order of lists.
    sort_name          TEXT NOT NULL,
    -- Where it is, as a search near a point asks: the square of the ground, and
    -- the point in centimetres from the Earth's centre.
    cell               BIGINT NOT NULL,
    x                  BIGINT NOT NULL,
    y                  BIGINT NOT NULL,
    z                  BIGINT NOT NULL,
    -- A bit for each thing that a search asks for with a yes or a no.
    offers             BIGINT NOT NULL,
    -- Nobody keeps a place that another one stands for, nor does it hold a label.
    CHECK (merged_into IS NULL OR organisation IS NULL AND labelled_from IS NULL AND labelled_until IS NULL AND merged_into <> id)
);
CREATE UNIQUE INDEX place_source ON place (source, source_id);
-- Everything that a search near a point needs to choose, so that it reads no row
-- it does not answer.
CREATE INDEX place_near ON place (cell, x, y, z, stale, merged_into, offers, labelled_from, labelled_until, id);
CREATE INDEX place_commune ON place (commune);
CREATE INDEX place_departement ON place (departement, sort_name, id);
-- And everything that a search by words needs.
CREATE INDEX place_name ON place (sort_name, id, merged_into, offers, search);
CREATE INDEX place_organisation ON place (organisation) WHERE organisation IS NOT NULL;
CREATE INDEX place_labelled ON place (labelled_until) WHERE labelled_until IS NOT NULL;
