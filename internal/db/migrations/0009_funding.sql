-- +goose Up

CREATE TABLE funder (
    id              BYTEA NOT NULL PRIMARY KEY,
    organisation_id BYTEA NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    added_at        TIMESTAMPTZ NOT NULL
);

-- An agreement, and the version that serves. What it says stands in its
-- versions, which are never changed: an amendment is another one.
CREATE TABLE agreement (
    id      BYTEA NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL CHECK (version > 0)
);

-- "most_orders", "least_order" and "quota_percent" at zero say nothing.
CREATE TABLE agreement_version (
    id            BYTEA NOT NULL UNIQUE,
    agreement_id  BYTEA NOT NULL REFERENCES agreement (id),
    version       BIGINT NOT NULL CHECK (version > 0),
    title         TEXT NOT NULL,
    valid_from    TEXT,
    valid_until   TEXT,
    territory     TEXT NOT NULL DEFAULT '',
    least_order   BIGINT NOT NULL DEFAULT 0 CHECK (least_order >= 0),
    most_orders   BIGINT NOT NULL DEFAULT 0 CHECK (most_orders >= 0),
    bearer        BYTEA REFERENCES funder (id),
    quota_public  TEXT NOT NULL DEFAULT '',
    quota_percent BIGINT NOT NULL DEFAULT 0 CHECK (quota_percent BETWEEN 0 AND 100),
    reason        TEXT NOT NULL DEFAULT '',
    signed_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (agreement_id, version)
);

CREATE TABLE agreement_share (
    agreement_id BYTEA NOT NULL,
    version      BIGINT NOT NULL,
    position     BIGINT NOT NULL,
    funder_id    BYTEA NOT NULL REFERENCES funder (id),
    weight       BIGINT NOT NULL CHECK (weight > 0),
    most         BIGINT NOT NULL DEFAULT 0 CHECK (most >= 0),
    least        BIGINT NOT NULL DEFAULT 0 CHECK (least BETWEEN 0 AND 100),
    used         BIGINT NOT NULL DEFAULT 0 CHECK (used BETWEEN 0 AND 100),
    PRIMARY KEY (agreement_id, version, position),
    UNIQUE (agreement_id, version, funder_id),
    FOREIGN KEY (agreement_id, version) REFERENCES agreement_version (agreement_id, version)
);
CREATE INDEX agreement_share_funder ON agreement_share (funder_id);

CREATE TABLE agreement_bonus (
    agreement_id BYTEA NOT NULL,
    version      BIGINT NOT NULL,
    position     BIGINT NOT NULL,
    funder_id    BYTEA NOT NULL REFERENCES funder (id),
    points       BIGINT NOT NULL CHECK (points BETWEEN 1 AND 100),
    met_when     TEXT NOT NULL CHECK (met_when IN ('group', 'quota', 'amount', 'territory')),
    threshold    BIGINT NOT NULL DEFAULT 0 CHECK (threshold >= 0),
    territory    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (agreement_id, version, position),
    FOREIGN KEY (agreement_id, version) REFERENCES agreement_version (agreement_id, version)
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
    agreement_id        BYTEA NOT NULL,
    agreement_version   BIGINT NOT NULL,
    organisation_id     BYTEA NOT NULL,
    desk_id             BYTEA NOT NULL,
    booklets            BIGINT NOT NULL CHECK (booklets > 0),
    coupons_per_booklet BIGINT NOT NULL CHECK (coupons_per_booklet IN (1, 5, 10)),
    face                BIGINT NOT NULL CHECK (face > 0),
    services            TEXT NOT NULL DEFAULT '',
    territory           TEXT NOT NULL DEFAULT '',
    validity_months     BIGINT NOT NULL CHECK (validity_months BETWEEN 1 AND 24),
    override_reason     TEXT NOT NULL DEFAULT '',
    pledged_percent     BIGINT NOT NULL DEFAULT 0 CHECK (pledged_percent BETWEEN 0 AND 100),
    fixed_cents         BIGINT NOT NULL DEFAULT 0 CHECK (fixed_cents >= 0),
    state               TEXT NOT NULL CHECK (state IN ('draft', 'agreed', 'open', 'closed')),
    printed             BIGINT NOT NULL DEFAULT 0,
    placed_at           TIMESTAMPTZ NOT NULL,
    CHECK (printed BETWEEN 0 AND booklets),
    FOREIGN KEY (agreement_id, agreement_version) REFERENCES agreement_version (agreement_id, version)
);
CREATE INDEX orders_organisation ON orders (organisation_id);
CREATE INDEX orders_desk ON orders (desk_id);
CREATE INDEX orders_agreement ON orders (agreement_id);

-- How the order's parts were reckoned when it was placed, step by step.
CREATE TABLE order_line (
    order_id  BYTEA NOT NULL REFERENCES orders (id),
    position  BIGINT NOT NULL,
    funder_id BYTEA NOT NULL REFERENCES funder (id),
    amount    BIGINT NOT NULL,
    why       TEXT NOT NULL CHECK (why IN ('share', 'bonus', 'ceiling', 'group', 'fixed', 'inhabited')),
    basis     BIGINT NOT NULL,
    PRIMARY KEY (order_id, position)
);

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
