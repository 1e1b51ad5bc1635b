-- +goose Up

-- A run of booklets printed into a desk's stock. Insert only.
CREATE TABLE booklet_print (
    id             BYTEA NOT NULL PRIMARY KEY,
    order_id       BYTEA NOT NULL,
    desk_id        BYTEA NOT NULL,
    first_sequence BIGINT NOT NULL,
    count          BIGINT NOT NULL CHECK (count > 0),
    person_id      BYTEA,
    at             TIMESTAMPTZ NOT NULL
);

-- "services", "territory" and "validity_months" are the order's, which never
-- change, so that a coupon is judged from one load. The inner code is sealed with the booklet's
-- own key.
CREATE TABLE booklet (
    id          BYTEA NOT NULL PRIMARY KEY,
    number      TEXT NOT NULL UNIQUE,
    order_id    BYTEA NOT NULL,
    sequence    BIGINT NOT NULL,
    print_id    BYTEA NOT NULL REFERENCES booklet_print (id),
    desk_id     BYTEA NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('printed', 'in_stock', 'live', 'used_up', 'expired', 'blocked', 'void', 'replaced')),
    services    TEXT NOT NULL DEFAULT '',
    territory   TEXT NOT NULL DEFAULT '',
    validity_months BIGINT NOT NULL,
    inner_code  BYTEA NOT NULL,
    inner_match BYTEA NOT NULL,
    holder_id   BYTEA,
    valid_until TEXT,
    grace_until TEXT,
    UNIQUE (order_id, sequence)
);
CREATE INDEX booklet_desk ON booklet (desk_id, id);
CREATE INDEX booklet_holder ON booklet (holder_id) WHERE holder_id IS NOT NULL;
CREATE INDEX booklet_term ON booklet (grace_until) WHERE state = 'live';

-- The smallest thing that is redeemed. "rank" is its place among the order's
-- coupons, from 1; "turn" counts how often it was redeemed and given back. No
-- IN in its checks: SQLite would build a table at every redemption.
CREATE TABLE coupon (
    id            BYTEA NOT NULL PRIMARY KEY,
    number        TEXT NOT NULL UNIQUE,
    booklet_id    BYTEA NOT NULL REFERENCES booklet (id),
    rank          BIGINT NOT NULL CHECK (rank > 0),
    face          BIGINT NOT NULL CHECK (face > 0),
    state         TEXT NOT NULL CHECK (state = 'idle' OR state = 'live' OR state = 'redeemed' OR state = 'stated' OR state = 'sent' OR state = 'paid' OR state = 'expired' OR state = 'blocked' OR state = 'void'),
    turn          BIGINT NOT NULL DEFAULT 1,
    redemption_id BYTEA,
    UNIQUE (booklet_id, rank),
    CHECK ((redemption_id IS NOT NULL) = (state = 'redeemed' OR state = 'stated' OR state = 'sent' OR state = 'paid'))
);

-- The acts on booklets and coupons. Insert only.
CREATE TABLE handover (
    id              BYTEA NOT NULL PRIMARY KEY,
    booklet_id      BYTEA NOT NULL UNIQUE REFERENCES booklet (id),
    holder_id       BYTEA NOT NULL,
    organisation_id BYTEA NOT NULL,
    person_id       BYTEA,
    valid_until     TEXT NOT NULL,
    at              TIMESTAMPTZ NOT NULL
);

CREATE TABLE redemption (
    id              BYTEA NOT NULL PRIMARY KEY,
    coupon_id       BYTEA NOT NULL REFERENCES coupon (id),
    turn            BIGINT NOT NULL,
    site_id         BYTEA NOT NULL,
    session_id      BYTEA,
    organisation_id BYTEA NOT NULL,
    person_id       BYTEA,
    amount          BIGINT NOT NULL CHECK (amount > 0),
    at              TIMESTAMPTZ NOT NULL,
    UNIQUE (coupon_id, turn)
);
CREATE INDEX redemption_site ON redemption (site_id, at);

CREATE TABLE reversal (
    id            BYTEA NOT NULL PRIMARY KEY,
    redemption_id BYTEA NOT NULL UNIQUE REFERENCES redemption (id),
    kind          TEXT NOT NULL CHECK (kind IN ('undone', 'reversed')),
    reason        TEXT NOT NULL DEFAULT '',
    person_id     BYTEA,
    at            TIMESTAMPTZ NOT NULL,
    CHECK (kind = 'undone' OR reason <> '')
);

CREATE TABLE booklet_end (
    id         BYTEA NOT NULL PRIMARY KEY,
    booklet_id BYTEA NOT NULL UNIQUE REFERENCES booklet (id),
    kind       TEXT NOT NULL CHECK (kind IN ('lost', 'stolen', 'damaged', 'expired', 'void', 'used_up')),
    reason     TEXT NOT NULL DEFAULT '',
    person_id  BYTEA,
    at         TIMESTAMPTZ NOT NULL
);

-- Which statement a redemption is on.
CREATE TABLE stated (
    redemption_id BYTEA NOT NULL PRIMARY KEY REFERENCES redemption (id),
    statement_id  BYTEA NOT NULL,
    at            TIMESTAMPTZ NOT NULL
);
CREATE INDEX stated_statement ON stated (statement_id);
