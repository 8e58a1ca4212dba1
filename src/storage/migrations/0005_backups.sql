-- Backups that were made, so that the doctor can tell how old the last one is.

CREATE TABLE backup (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    time    INTEGER NOT NULL,
    file    TEXT NOT NULL,                              -- where it was written, absolute
    has_key INTEGER NOT NULL CHECK (has_key IN (0, 1)),  -- the master key is in it, sealed under a password
    size    INTEGER NOT NULL,
    digest  TEXT NOT NULL                               -- SHA-256 of the file, hexadecimal
) STRICT;
