-- +goose Up

-- Booklets printed by batch for an order, cut in files that a printer takes.
-- The booklets of a file are one print of booklet_print.
CREATE TABLE print_batch (
    id           BYTEA NOT NULL PRIMARY KEY,
    order_id     BYTEA NOT NULL REFERENCES orders (id),
    owner        BYTEA NOT NULL,
    desk_id      BYTEA NOT NULL,
    organisation BYTEA NOT NULL,
    person       BYTEA NOT NULL,
    role         TEXT NOT NULL,
    level        TEXT NOT NULL,
    kind         TEXT NOT NULL,
    count        BIGINT NOT NULL CHECK (count > 0),
    one_side     BOOLEAN NOT NULL,
    failure      TEXT NOT NULL DEFAULT '',
    at           TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ,
    kept_until   TEXT NOT NULL,
    deleted_at   TIMESTAMPTZ
);
CREATE INDEX print_batch_order ON print_batch (order_id, id);

CREATE TABLE print_file (
    batch    BYTEA NOT NULL REFERENCES print_batch (id),
    rank     BIGINT NOT NULL CHECK (rank > 0),
    count    BIGINT NOT NULL CHECK (count > 0),
    run_id   BYTEA,
    first    TEXT NOT NULL DEFAULT '',
    last     TEXT NOT NULL DEFAULT '',
    size     BIGINT NOT NULL DEFAULT 0,
    made_at  TIMESTAMPTZ,
    PRIMARY KEY (batch, rank)
);

-- The files themselves, sealed with the batch's key, cut in parts.
CREATE TABLE print_part (
    batch   BYTEA NOT NULL REFERENCES print_batch (id),
    rank    BIGINT NOT NULL,
    part    BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (batch, rank, part)
);
