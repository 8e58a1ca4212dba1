-- Who gets in: keys and revocations of tokens, sessions, second factors; and the chain of the audit trail. Times are seconds
-- since 1970 in UTC. Users are named, not numbered: they may be kept elsewhere.

-- Under these keys tokens are sealed. A key is removed once no token under it can be good any more.
CREATE TABLE token_key (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL UNIQUE,  -- as tokens have it: 8 hexadecimal digits
    created INTEGER NOT NULL,
    sealed  BLOB NOT NULL,
    retired INTEGER,             -- seals no new tokens since then; null: seals
    needed  INTEGER NOT NULL     -- when the last token under it is over by itself
) STRICT;

CREATE TRIGGER token_key_is_added_under_the_master_key BEFORE INSERT ON token_key
WHEN substr(NEW.sealed, 1, 4) = x'52485301'
    AND substr(NEW.sealed, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;

-- What is good no more though its time is not over. A token says the highest id that there was when it was issued: a
-- revocation with a higher one came after it, whatever clocks do. Rows are removed when their time is over.
CREATE TABLE token_revocation (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    kind    TEXT NOT NULL CHECK (kind IN ('token', 'user', 'all')),
    subject TEXT NOT NULL COLLATE NOCASE,  -- the token's identifier, or the user's name; '' for all
    before  INTEGER NOT NULL,    -- what was issued before that second is revoked, too
    created INTEGER NOT NULL,
    ends    INTEGER NOT NULL,    -- when the last of what it concerns is over by itself
    UNIQUE (kind, subject)
) STRICT;

CREATE TABLE session (
    id        TEXT PRIMARY KEY,  -- names it without being it; 16 hexadecimal digits
    secret    TEXT NOT NULL UNIQUE,  -- SHA-256 of what the browser has, hexadecimal
    user      TEXT NOT NULL COLLATE NOCASE,
    created   INTEGER NOT NULL,
    last_used INTEGER NOT NULL,
    address   TEXT NOT NULL,     -- where the sign-in came from
    agent     TEXT NOT NULL      -- what the browser called itself
) STRICT, WITHOUT ROWID;

CREATE INDEX session_by_user ON session (user);

CREATE TABLE second_factor (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    user      TEXT NOT NULL UNIQUE COLLATE NOCASE,
    sealed    BLOB NOT NULL,     -- the secret of RFC 6238
    confirmed INTEGER,           -- asked for since then; null: the user has not shown a code yet
    last_step INTEGER NOT NULL,  -- the last time step that was used: no code counts twice
    created   INTEGER NOT NULL
) STRICT;

CREATE TABLE recovery_code (
    user TEXT NOT NULL COLLATE NOCASE,
    code TEXT NOT NULL,          -- SHA-256, hexadecimal
    used INTEGER,
    PRIMARY KEY (user, code)
) STRICT, WITHOUT ROWID;

-- Each event of the audit trail with the digest of all up to it (storage/audit.h), so that what is changed or missing shows.
-- Events from before are chained when the schema is brought here.
CREATE TABLE event_chain (
    event INTEGER PRIMARY KEY REFERENCES event (id),
    chain TEXT NOT NULL          -- SHA-256, hexadecimal
) STRICT;

CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'an event is never removed');
END;

CREATE TRIGGER event_chain_is_never_changed BEFORE UPDATE ON event_chain
BEGIN
    SELECT RAISE(ABORT, 'the chain of the audit trail is never changed');
END;

CREATE TRIGGER event_chain_is_never_removed BEFORE DELETE ON event_chain
BEGIN
    SELECT RAISE(ABORT, 'the chain of the audit trail is never removed');
END;

CREATE INDEX event_by_time ON event (time);
