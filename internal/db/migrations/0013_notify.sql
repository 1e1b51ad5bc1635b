-- +goose Up

-- Every message sent or to be sent. Recipient, subject and text are sealed with
-- the message's own key; the text, which may hold a secret link, is emptied once
-- the message has left.
CREATE TABLE message (
    id        BYTEA NOT NULL PRIMARY KEY,
    kind      TEXT NOT NULL,
    recipient BYTEA NOT NULL,
    subject   BYTEA NOT NULL,
    body      BYTEA,
    state     TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'refused')),
    reason    TEXT NOT NULL DEFAULT '',
    made_at   TIMESTAMPTZ NOT NULL,
    ended_at  TIMESTAMPTZ
);
CREATE INDEX message_ended ON message (ended_at);
