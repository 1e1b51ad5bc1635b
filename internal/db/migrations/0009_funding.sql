-- +goose Up

CREATE TABLE funder (
    id              BYTEA NOT NULL PRIMARY KEY,
    organisation_id BYTEA NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    added_at        TIMESTAMPTZ NOT NULL
);

CREATE TABLE agreement (
    id        BYTEA NOT NULL PRIMARY KEY,
    title     TEXT NOT NULL,
    signed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE agreement_share (
    agreement_id BYTEA NOT NULL REFERENCES agreement (id),
    position     BIGINT NOT NULL,
    funder_id    BYTEA NOT NULL REFERENCES funder (id),
    weight       BIGINT NOT NULL CHECK (weight > 0),
    PRIMARY KEY (agreement_id, position),
    UNIQUE (agreement_id, funder_id)
);

-- The last number given in a year, so that references follow one another.
CREATE TABLE order_reference (
    year BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

-- "services" holds codes of service families separated by commas; empty means
-- any. "printed" counts the booklets already given a place in the order.
CREATE TABLE orders (
    id                  BYTEA NOT NULL PRIMARY KEY,
    reference           TEXT NOT NULL UNIQUE,
    agreement_id        BYTEA NOT NULL REFERENCES agreement (id),
    organisation_id     BYTEA NOT NULL,
    desk_id             BYTEA NOT NULL,
    booklets            BIGINT NOT NULL CHECK (booklets > 0),
    coupons_per_booklet BIGINT NOT NULL CHECK (coupons_per_booklet IN (1, 5, 10)),
    face                BIGINT NOT NULL CHECK (face > 0),
    services            TEXT NOT NULL DEFAULT '',
    territory           TEXT NOT NULL DEFAULT '',
    validity_months     BIGINT NOT NULL CHECK (validity_months BETWEEN 1 AND 24),
    override_reason     TEXT NOT NULL DEFAULT '',
    state               TEXT NOT NULL CHECK (state IN ('draft', 'agreed', 'open', 'closed')),
    printed             BIGINT NOT NULL DEFAULT 0,
    placed_at           TIMESTAMPTZ NOT NULL,
    CHECK (printed BETWEEN 0 AND booklets)
);
CREATE INDEX orders_organisation ON orders (organisation_id);
CREATE INDEX orders_desk ON orders (desk_id);

-- What each funder promised, paid, and has out. Touched by receipt, handover,
-- expiry, rollover and refund; never by a redemption. "moved_in" came from
-- other orders, "moved_out" went to others; "refunded" counts what is on its
-- way to the funder.
CREATE TABLE order_cover (
    order_id        BYTEA NOT NULL REFERENCES orders (id),
    funder_id       BYTEA NOT NULL REFERENCES funder (id),
    position        BIGINT NOT NULL,
    weight          BIGINT NOT NULL CHECK (weight > 0),
    share_cents     BIGINT NOT NULL CHECK (share_cents >= 0),
    received_cents  BIGINT NOT NULL DEFAULT 0 CHECK (received_cents >= 0),
    committed_cents BIGINT NOT NULL DEFAULT 0 CHECK (committed_cents >= 0),
    refunded_cents  BIGINT NOT NULL DEFAULT 0 CHECK (refunded_cents >= 0),
    moved_in_cents  BIGINT NOT NULL DEFAULT 0 CHECK (moved_in_cents >= 0),
    moved_out_cents BIGINT NOT NULL DEFAULT 0 CHECK (moved_out_cents >= 0),
    PRIMARY KEY (order_id, position),
    UNIQUE (order_id, funder_id),
    CHECK (received_cents + moved_in_cents - committed_cents - refunded_cents - moved_out_cents >= 0)
);
CREATE INDEX order_cover_funder ON order_cover (funder_id);

CREATE TABLE receipt (
    id          BYTEA NOT NULL PRIMARY KEY,
    order_id    BYTEA NOT NULL REFERENCES orders (id),
    funder_id   BYTEA NOT NULL REFERENCES funder (id),
    amount      BIGINT NOT NULL CHECK (amount > 0),
    reference   TEXT NOT NULL DEFAULT '',
    received_on TEXT NOT NULL,
    credit_id   BYTEA,
    person_id   BYTEA,
    at          TIMESTAMPTZ NOT NULL
);
CREATE INDEX receipt_order ON receipt (order_id);
CREATE INDEX receipt_credit ON receipt (credit_id) WHERE credit_id IS NOT NULL;
