-- +goose Up

-- The account that pays the sites: the issuer's, ring-fenced. Insert only; the
-- last row is in force.
CREATE TABLE issuer_account (
    id        BYTEA NOT NULL PRIMARY KEY,
    name      TEXT NOT NULL,
    iban      TEXT NOT NULL,
    bic       TEXT NOT NULL DEFAULT '',
    person_id BYTEA,
    at        TIMESTAMPTZ NOT NULL
);

-- The last number given in a month, so that references follow one another.
CREATE TABLE statement_reference (
    month TEXT NOT NULL PRIMARY KEY,
    last  BIGINT NOT NULL
);

-- What a site is owed for a month. Its lines are the redemptions that stand on
-- it; its amount never changes after closing.
CREATE TABLE statement (
    id              BYTEA NOT NULL PRIMARY KEY,
    reference       TEXT NOT NULL UNIQUE,
    site_id         BYTEA NOT NULL,
    organisation_id BYTEA NOT NULL,
    month           TEXT NOT NULL,
    coupons         BIGINT NOT NULL CHECK (coupons > 0),
    amount          BIGINT NOT NULL CHECK (amount > 0),
    state           TEXT NOT NULL CHECK (state IN ('closed', 'sent', 'paid', 'rejected')),
    closed_on       TEXT NOT NULL,
    due_on          TEXT NOT NULL,
    file_id         BYTEA,
    paid_on         TEXT,
    person_id       BYTEA,
    at              TIMESTAMPTZ NOT NULL,
    UNIQUE (site_id, month),
    CHECK ((file_id IS NOT NULL) = (state IN ('sent', 'paid'))),
    CHECK ((paid_on IS NOT NULL) = (state = 'paid'))
);
CREATE INDEX statement_month ON statement (month, id);
CREATE INDEX statement_file ON statement (file_id) WHERE file_id IS NOT NULL;

-- Files handed to the bank. Insert only; the text is sealed, it holds accounts.
CREATE TABLE payment_file (
    id           BYTEA NOT NULL PRIMARY KEY,
    message_id   TEXT NOT NULL UNIQUE,
    execution_on TEXT NOT NULL,
    payments     BIGINT NOT NULL CHECK (payments > 0),
    amount       BIGINT NOT NULL CHECK (amount > 0),
    text         BYTEA NOT NULL,
    person_id    BYTEA,
    at           TIMESTAMPTZ NOT NULL
);

-- One line of a file: a statement, on the account that the site had then.
CREATE TABLE payment (
    id           BYTEA NOT NULL PRIMARY KEY,
    file_id      BYTEA NOT NULL REFERENCES payment_file (id),
    statement_id BYTEA NOT NULL REFERENCES statement (id),
    details_id   BYTEA NOT NULL,
    amount       BIGINT NOT NULL CHECK (amount > 0),
    UNIQUE (file_id, statement_id)
);

-- The debit of a file, as the bank's statement shows it.
CREATE TABLE payment_debit (
    id         BYTEA NOT NULL PRIMARY KEY,
    file_id    BYTEA NOT NULL UNIQUE REFERENCES payment_file (id),
    debited_on TEXT NOT NULL,
    amount     BIGINT NOT NULL CHECK (amount > 0),
    person_id  BYTEA,
    at         TIMESTAMPTZ NOT NULL
);
