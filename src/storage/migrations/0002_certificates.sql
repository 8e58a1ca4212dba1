-- Certificates and the local authority. Sealed keys are opaque here.

CREATE TABLE authority (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    name                    TEXT NOT NULL,
    root_pem                TEXT NOT NULL,
    sealed_root_key         BLOB NOT NULL,
    intermediate_pem        TEXT NOT NULL,
    sealed_intermediate_key BLOB NOT NULL,
    created                 INTEGER NOT NULL,
    retired                 INTEGER
) STRICT;

CREATE TABLE certificate (
    id                   INTEGER PRIMARY KEY AUTOINCREMENT,
    name                 TEXT NOT NULL COLLATE NOCASE,
    origin               TEXT NOT NULL
        CHECK (origin IN ('local-authority', 'self-signed', 'import', 'request', 'acme')),
    chain_pem            TEXT NOT NULL,
    sealed_key           BLOB NOT NULL,
    not_before           INTEGER NOT NULL,
    not_after            INTEGER NOT NULL,
    names                TEXT NOT NULL,  -- one a line
    created              INTEGER NOT NULL,
    archived             INTEGER,
    replaced_by          INTEGER REFERENCES certificate (id) ON DELETE SET NULL,
    renewal_next_attempt INTEGER,
    renewal_failures     INTEGER NOT NULL DEFAULT 0,
    renewal_last_error   TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX certificate_name_in_use ON certificate (name) WHERE archived IS NULL;
CREATE INDEX certificate_replaced_by ON certificate (replaced_by);
