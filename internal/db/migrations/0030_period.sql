-- +goose Up

-- A period of the journal that was closed, with what stood on each account at
-- its end. Insert only. Nothing is dated inside it afterwards: entries carry the
-- instant of their act, and only a day that is over is closed.
CREATE TABLE journal_closing (
    id        BYTEA NOT NULL PRIMARY KEY,
    until     TEXT NOT NULL UNIQUE,
    entries   BIGINT NOT NULL,
    person_id BYTEA,
    at        TIMESTAMPTZ NOT NULL
);

CREATE TABLE journal_closing_sum (
    closing_id BYTEA NOT NULL REFERENCES journal_closing (id),
    account    TEXT NOT NULL,
    debit      BIGINT NOT NULL CHECK (debit >= 0),
    credit     BIGINT NOT NULL CHECK (credit >= 0),
    PRIMARY KEY (closing_id, account)
);
