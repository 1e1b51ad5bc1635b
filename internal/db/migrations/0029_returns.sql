-- +goose Up

-- The account on which a funder is paid back. Insert only; the last row of a
-- funder is in force.
CREATE TABLE funder_account (
    id        BYTEA NOT NULL PRIMARY KEY,
    funder_id BYTEA NOT NULL REFERENCES funder (id),
    name      TEXT NOT NULL,
    iban      TEXT NOT NULL,
    bic       TEXT NOT NULL DEFAULT '',
    person_id BYTEA,
    at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX funder_account_funder ON funder_account (funder_id, at);

-- Cash seen on the ring-fenced account, whoever paid it. "mark" is what tells it
-- from another, however often and in whatever file the bank tells it: a keyed
-- hash. "known_id" is the receipt, or the credit, that a person had recorded
-- before the bank told it: this row then moves nothing. "waiting_cents" is what
-- was neither placed nor sent back. The words are sealed, they name a payer.
CREATE TABLE bank_credit (
    id            BYTEA NOT NULL PRIMARY KEY,
    amount        BIGINT NOT NULL CHECK (amount > 0),
    booked_on     TEXT NOT NULL,
    mark          BYTEA NOT NULL UNIQUE,
    by_hand       BOOLEAN NOT NULL,
    known_id      BYTEA,
    words         BYTEA NOT NULL,
    waiting_cents BIGINT NOT NULL CHECK (waiting_cents >= 0),
    person_id     BYTEA,
    at            TIMESTAMPTZ NOT NULL,
    CHECK (waiting_cents <= amount)
);
CREATE INDEX bank_credit_waiting ON bank_credit (id) WHERE waiting_cents > 0;
CREATE UNIQUE INDEX bank_credit_known ON bank_credit (known_id) WHERE known_id IS NOT NULL;

-- What was sent back to whom it came from. Insert only.
CREATE TABLE credit_sent_back (
    id        BYTEA NOT NULL PRIMARY KEY,
    credit_id BYTEA NOT NULL REFERENCES bank_credit (id),
    amount    BIGINT NOT NULL CHECK (amount > 0),
    sent_on   TEXT NOT NULL,
    reference TEXT NOT NULL,
    reason    TEXT NOT NULL,
    person_id BYTEA,
    at        TIMESTAMPTZ NOT NULL
);

-- The last number given in a year, so that references follow one another.
CREATE TABLE refund_reference (
    year BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- Cash that goes back to a funder: by a file for the bank, on the account that
-- the funder had then, or by hand, seen on the account already. Insert only.
CREATE TABLE refund (
    id           BYTEA NOT NULL PRIMARY KEY,
    reference    TEXT NOT NULL UNIQUE,
    order_id     BYTEA NOT NULL REFERENCES orders (id),
    funder_id    BYTEA NOT NULL REFERENCES funder (id),
    amount       BIGINT NOT NULL CHECK (amount > 0),
    reason       TEXT NOT NULL,
    account_id   BYTEA REFERENCES funder_account (id),
    paying_id    BYTEA,
    message_id   TEXT UNIQUE,
    execution_on TEXT,
    sent_on      TEXT,
    sent_as      TEXT NOT NULL DEFAULT '',
    person_id    BYTEA,
    at           TIMESTAMPTZ NOT NULL,
    CHECK ((message_id IS NOT NULL) = (account_id IS NOT NULL)),
    CHECK ((message_id IS NOT NULL) = (paying_id IS NOT NULL)),
    CHECK ((message_id IS NOT NULL) = (execution_on IS NOT NULL)),
    CHECK ((message_id IS NULL) = (sent_on IS NOT NULL))
);
CREATE INDEX refund_order ON refund (order_id);

-- What the bank said of a refund by a file: debited, rejected before, or
-- returned after. Insert only, once for each.
CREATE TABLE refund_outcome (
    id         BYTEA NOT NULL PRIMARY KEY,
    refund_id  BYTEA NOT NULL REFERENCES refund (id),
    kind       TEXT NOT NULL CHECK (kind IN ('debited', 'rejected', 'returned')),
    happened_on TEXT NOT NULL,
    person_id  BYTEA,
    at         TIMESTAMPTZ NOT NULL,
    UNIQUE (refund_id, kind)
);

-- Unused cash of one funder that leaves an order for another. Insert only.
CREATE TABLE rollover (
    id        BYTEA NOT NULL PRIMARY KEY,
    from_id   BYTEA NOT NULL REFERENCES orders (id),
    to_id     BYTEA NOT NULL REFERENCES orders (id),
    funder_id BYTEA NOT NULL REFERENCES funder (id),
    amount    BIGINT NOT NULL CHECK (amount > 0),
    reason    TEXT NOT NULL,
    person_id BYTEA,
    at        TIMESTAMPTZ NOT NULL,
    CHECK (from_id <> to_id)
);
CREATE INDEX rollover_from ON rollover (from_id);
CREATE INDEX rollover_to ON rollover (to_id);
