-- Users and roles outside: secrets that the configuration names, and who came in by a provider's own page.

CREATE TABLE secret (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    name    TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    sealed  BLOB NOT NULL
) STRICT;

CREATE TRIGGER secret_is_added_under_the_master_key BEFORE INSERT ON secret
WHEN substr(NEW.sealed, 1, 4) = x'52485301'
    AND substr(NEW.sealed, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;

CREATE TRIGGER secret_is_changed_under_the_master_key BEFORE UPDATE OF sealed ON secret
WHEN substr(NEW.sealed, 1, 4) = x'52485301'
    AND substr(NEW.sealed, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;

-- Who signed in at an OpenID provider, as it said then. (provider, subject) is who it is; the name is what Rhumb calls him,
-- and nobody else of that provider gets it.
CREATE TABLE known_person (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    provider  TEXT NOT NULL,     -- its issuer: another one is another provider, whatever its name here
    subject   TEXT NOT NULL,
    name      TEXT NOT NULL COLLATE NOCASE,
    full_name TEXT NOT NULL,
    email     TEXT NOT NULL,
    roles     TEXT NOT NULL,     -- one a line
    created   INTEGER NOT NULL,
    checked   INTEGER NOT NULL,  -- when the provider last said so
    ended     INTEGER,           -- the provider said no since then; null: still good
    sealed    BLOB NOT NULL,     -- what renews it (refresh token, session id of the provider); empty: nothing does
    UNIQUE (provider, subject),
    UNIQUE (provider, name)
) STRICT;

CREATE TRIGGER known_person_is_added_under_the_master_key BEFORE INSERT ON known_person
WHEN substr(NEW.sealed, 1, 4) = x'52485301'
    AND substr(NEW.sealed, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;

CREATE TRIGGER known_person_is_changed_under_the_master_key BEFORE UPDATE OF sealed ON known_person
WHEN substr(NEW.sealed, 1, 4) = x'52485301'
    AND substr(NEW.sealed, 5, 8) <> (SELECT value FROM setting WHERE key = 'master-key')
BEGIN
    SELECT RAISE(ABORT, 'the master key was changed by another program at the same time: try again');
END;
