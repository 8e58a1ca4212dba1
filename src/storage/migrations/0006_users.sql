-- Users, roles, and who has which role. A role may have roles as members: who has the member has the role. Members are
-- named, not numbered: users may be kept elsewhere.

CREATE TABLE user (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    name             TEXT NOT NULL UNIQUE COLLATE NOCASE,
    full_name        TEXT NOT NULL,
    email            TEXT NOT NULL,
    description      TEXT NOT NULL,
    password         TEXT NOT NULL,  -- a hash as crypto/password_hash.h makes it; '': none, nobody gets in by one
    password_changed INTEGER,
    created          INTEGER NOT NULL,
    disabled         INTEGER,        -- since then; null: not
    expires          INTEGER         -- from then on it counts as disabled; null: never
) STRICT;

CREATE TABLE role (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT NOT NULL UNIQUE COLLATE NOCASE,
    description TEXT NOT NULL,
    privilege   TEXT NOT NULL CHECK (privilege IN ('view', 'publish', 'administer')),
    created     INTEGER NOT NULL
) STRICT;

CREATE TABLE role_member (
    role   INTEGER NOT NULL REFERENCES role (id) ON DELETE CASCADE,
    kind   TEXT NOT NULL CHECK (kind IN ('user', 'role')),
    member TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (role, kind, member)
) STRICT, WITHOUT ROWID;

CREATE INDEX role_member_by_member ON role_member (kind, member);

INSERT INTO role (name, description, privilege, created) VALUES
    ('administrators', 'May do everything', 'administer', unixepoch()),
    ('publishers', 'May publish services and change their own', 'publish', unixepoch());
