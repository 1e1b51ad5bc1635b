-- +goose Up

-- What the bank sent: status reports, statements, notifications. Insert only;
-- the text is sealed, it holds accounts and names.
CREATE TABLE bank_message (
    id        BYTEA NOT NULL PRIMARY KEY,
    kind      TEXT NOT NULL CHECK (kind IN ('pain.002', 'camt.053', 'camt.054', 'csv')),
    reference TEXT NOT NULL,
    hash      BYTEA NOT NULL UNIQUE,
    text      BYTEA NOT NULL,
    person_id BYTEA,
    at        TIMESTAMPTZ NOT NULL
);

-- Each line of a message, and what was made of it. Insert only; the words are
-- sealed, they name parties.
CREATE TABLE bank_line (
    id         BYTEA NOT NULL PRIMARY KEY,
    message_id BYTEA NOT NULL REFERENCES bank_message (id),
    position   BIGINT NOT NULL,
    outcome    TEXT NOT NULL CHECK (outcome IN ('accepted', 'rejected', 'debited', 'returned', 'known', 'announced', 'received', 'waiting', 'refunded', 'differs', 'unknown')),
    amount     BIGINT NOT NULL,
    credit     BOOLEAN NOT NULL,
    booked_on  TEXT,
    file_id    BYTEA,
    payment_id BYTEA,
    code       TEXT NOT NULL DEFAULT '',
    words      BYTEA NOT NULL,
    UNIQUE (message_id, position)
);

-- A payment that the bank did not make, or that it sent back: once for each.
CREATE TABLE payment_refusal (
    id         BYTEA NOT NULL PRIMARY KEY,
    payment_id BYTEA NOT NULL UNIQUE REFERENCES payment (id),
    line_id    BYTEA NOT NULL REFERENCES bank_line (id),
    kind       TEXT NOT NULL CHECK (kind IN ('rejected', 'returned')),
    code       TEXT NOT NULL DEFAULT '',
    amount     BIGINT NOT NULL CHECK (amount > 0),
    person_id  BYTEA,
    at         TIMESTAMPTZ NOT NULL
);
