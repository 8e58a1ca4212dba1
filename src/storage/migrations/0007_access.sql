-- Who gets in: keys and revocations of tokens, sessions, second factors; and the chain of the audit trail. Times are seconds
-- since 1970 in UTC. Users are named, not numbered: they may be kept elsewhere.

CREATE TABLE token_key (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    created INTEGER NOT NULL,
    sealed  BLOB NOT NULL,       -- wiped (empty) once no token under it can be good any more
    retired INTEGER              -- seals no new tokens since then; null: seals
) STRICT;

-- What is good no more though its time is not over. Rows are removed when it is.
CREATE TABLE token_revocation (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    kind    TEXT NOT NULL CHECK (kind IN ('token', 'user', 'all')),
    subject TEXT NOT NULL COLLATE NOCASE,  -- the token's identifier, or the user's name; '' for all
    before  INTEGER NOT NULL,    -- what was issued until then, this second included
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
