-- +goose Up

-- The double-entry journal: one row moves one amount from one account to
-- another. Insert only. Read by order (its balance) and from a row on (the
-- journal): no other index on the path of a redemption, and no IN in a check,
-- for which SQLite builds a table at every row.
CREATE TABLE transfer (
    id        BYTEA NOT NULL PRIMARY KEY,
    cause     BYTEA NOT NULL,
    event     TEXT NOT NULL,
    debit     TEXT NOT NULL CHECK (debit = 'bank' OR debit = 'order_funds' OR debit = 'live_passes' OR debit = 'site_payable' OR debit = 'in_transit' OR debit = 'suspense' OR debit = 'own'),
    credit    TEXT NOT NULL CHECK (credit = 'bank' OR credit = 'order_funds' OR credit = 'live_passes' OR credit = 'site_payable' OR credit = 'in_transit' OR credit = 'suspense' OR credit = 'own'),
    order_id  BYTEA,
    funder_id BYTEA,
    site_id   BYTEA,
    amount    BIGINT NOT NULL CHECK (amount > 0),
    at        TIMESTAMPTZ NOT NULL,
    CHECK (debit <> credit)
);
CREATE INDEX transfer_order ON transfer (order_id);
