-- +goose Up

-- The one place of the organisation that a person is attached to; all of them
-- when it is NULL, as for every owner.
ALTER TABLE membership ADD COLUMN place BYTEA REFERENCES place (id);
ALTER TABLE invitation ADD COLUMN place BYTEA REFERENCES place (id);

-- Whom an account is of: a place, or the organisation for all of its places
-- that have none of their own.
ALTER TABLE bank_details RENAME COLUMN place TO payee;
ALTER TABLE bank_details_current RENAME COLUMN place TO payee;
