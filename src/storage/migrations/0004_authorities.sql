-- Roots that overlap, intermediates that were replaced, revocations and their lists, certificates of clients, what
-- renewal must remember, and one master key for all that is sealed.

ALTER TABLE authority ADD COLUMN cross_pem TEXT NOT NULL DEFAULT '';  -- this root, signed by the one before or after it
ALTER TABLE authority ADD COLUMN activates INTEGER;                   -- when it is to begin to sign; null: by hand
ALTER TABLE authority ADD COLUMN activated INTEGER;                   -- it signs since then; null: not yet
UPDATE authority SET activated = created;

CREATE TABLE intermediate (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    authority  INTEGER NOT NULL REFERENCES authority (id),
    pem        TEXT NOT NULL,
    sealed_key BLOB NOT NULL,
    created    INTEGER NOT NULL,
    retired    INTEGER  -- it signs no certificates since then, but still its revocation list
) STRICT;

CREATE UNIQUE INDEX intermediate_in_use ON intermediate (authority) WHERE retired IS NULL;

INSERT INTO intermediate (authority, pem, sealed_key, created)
    SELECT id, intermediate_pem, sealed_intermediate_key, created FROM authority ORDER BY id;
ALTER TABLE authority DROP COLUMN intermediate_pem;
ALTER TABLE authority DROP COLUMN sealed_intermediate_key;

-- A signer is named by the SHA-256 of its public key, in hexadecimal.
CREATE TABLE revocation (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    signer    TEXT NOT NULL,
    serial    TEXT NOT NULL,  -- hexadecimal
    time      INTEGER NOT NULL,
    reason    TEXT NOT NULL,  -- as RFC 5280 writes it
    name      TEXT NOT NULL,  -- what the certificate was called
    not_after INTEGER NOT NULL,
    UNIQUE (signer, serial)
) STRICT;

CREATE TABLE crl (
    signer      TEXT PRIMARY KEY,
    number      INTEGER NOT NULL,
    this_update INTEGER NOT NULL,
    next_update INTEGER NOT NULL,
    der         BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE client_certificate (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user       TEXT NOT NULL,
    chain_pem  TEXT NOT NULL,
    signer     TEXT NOT NULL,
    serial     TEXT NOT NULL,
    sealed_key BLOB,  -- null: it was handed out, and nothing of it is kept
    not_before INTEGER NOT NULL,
    not_after  INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    UNIQUE (signer, serial)
) STRICT;

-- Who is renewing the certificate of a name, and until when at the latest.
CREATE TABLE renewal_claim (
    name   TEXT PRIMARY KEY COLLATE NOCASE,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was said of a certificate's coming end, so that it is said once.
CREATE TABLE expiry_warning (
    certificate INTEGER NOT NULL REFERENCES certificate (id) ON DELETE CASCADE,
    threshold   TEXT NOT NULL,
    time        INTEGER NOT NULL,
    PRIMARY KEY (certificate, threshold)
) STRICT, WITHOUT ROWID;

-- Once the master key was changed, the setting 'master-key' names the present one (8 bytes), and nothing comes in that was
-- sealed under another: a program that still has the old key cannot leave behind what nobody will be able to open.
CREATE TRIGGER certificate_is_added_under_the_master_key BEFORE INSERT ON certificate
WHEN substr(NEW.sealed_key, 1, 4) = x'52485301'
    AND substr(NEW.sealed_key, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;

CREATE TRIGGER certificate_stays_under_the_master_key BEFORE UPDATE OF sealed_key ON certificate
WHEN substr(NEW.sealed_key, 1, 4) = x'52485301'
    AND substr(NEW.sealed_key, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;

CREATE TRIGGER request_is_added_under_the_master_key BEFORE INSERT ON request
WHEN substr(NEW.sealed_key, 1, 4) = x'52485301'
    AND substr(NEW.sealed_key, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;

CREATE TRIGGER authority_is_added_under_the_master_key BEFORE INSERT ON authority
WHEN substr(NEW.sealed_root_key, 1, 4) = x'52485301'
    AND substr(NEW.sealed_root_key, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;

CREATE TRIGGER intermediate_is_added_under_the_master_key BEFORE INSERT ON intermediate
WHEN substr(NEW.sealed_key, 1, 4) = x'52485301'
    AND substr(NEW.sealed_key, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;

CREATE TRIGGER client_certificate_is_added_under_the_master_key BEFORE INSERT ON client_certificate
WHEN substr(NEW.sealed_key, 1, 4) = x'52485301'
    AND substr(NEW.sealed_key, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;
