-- +goose Up

-- A coupon kept for one site because its holder has a seat there: a row beside
-- the coupon, not a state of it. Whether it holds is read from the booking each
-- time; a row whose booking is over is worth nothing and is taken over by the
-- next one. "until" ends it when nobody told whether the person came.
CREATE TABLE coupon_hold (
    coupon_id  BYTEA NOT NULL PRIMARY KEY REFERENCES coupon (id),
    booking_id BYTEA NOT NULL UNIQUE,
    site_id    BYTEA NOT NULL,
    until      TIMESTAMPTZ NOT NULL
);

-- The pages of a person by their own booklet, open for some minutes on one
-- browser. Only a hash of the cookie is kept.
CREATE TABLE bearer_session (
    id         BYTEA NOT NULL PRIMARY KEY,
    token      BYTEA NOT NULL UNIQUE,
    booklet_id BYTEA NOT NULL REFERENCES booklet (id),
    began_at   TIMESTAMPTZ NOT NULL,
    seen_at    TIMESTAMPTZ NOT NULL
);
