-- Requests that wait for an authority's answer, names for people, and copies of certificates for other software.

CREATE TABLE request (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL COLLATE NOCASE,  -- what the certificate will be called
    friendly_name TEXT NOT NULL,
    request_pem   TEXT NOT NULL,
    key_digest    TEXT NOT NULL,                 -- SHA-256 of the public key, hexadecimal
    key_type      TEXT NOT NULL,
    sealed_key    BLOB NOT NULL,
    names         TEXT NOT NULL,                 -- one a line
    is_renewal    INTEGER NOT NULL CHECK (is_renewal IN (0, 1)),  -- the answer takes the place of the certificate of that name
    created       INTEGER NOT NULL,
    created_by    TEXT NOT NULL,
    answered      INTEGER,                       -- when the last answer came
    certificate   INTEGER REFERENCES certificate (id) ON DELETE SET NULL  -- the last answer
) STRICT;

CREATE UNIQUE INDEX request_name_pending ON request (name) WHERE answered IS NULL;
CREATE INDEX request_key ON request (key_digest);
CREATE INDEX request_certificate ON request (certificate);

ALTER TABLE certificate ADD COLUMN friendly_name TEXT NOT NULL DEFAULT '';

CREATE TABLE mirror (
    certificate TEXT PRIMARY KEY COLLATE NOCASE,  -- its name: one that takes its place is mirrored too
    directory   TEXT NOT NULL UNIQUE,
    hook        TEXT NOT NULL,                    -- a line for /bin/sh; '' for none
    written     TEXT NOT NULL DEFAULT '',         -- SHA-256 of what the directory has, hexadecimal
    hook_due    INTEGER NOT NULL DEFAULT 0 CHECK (hook_due IN (0, 1)),  -- written, but the hook has not run since
    last_error  TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
