-- Revisions of the configuration, settings, and the audit trail. Times are seconds since 1970 in UTC.

CREATE TABLE revision (
    number  INTEGER PRIMARY KEY,
    author  TEXT NOT NULL,
    time    INTEGER NOT NULL,
    comment TEXT NOT NULL,
    digest  TEXT NOT NULL,
    text    TEXT NOT NULL
) STRICT;

CREATE TRIGGER revision_is_never_changed BEFORE UPDATE ON revision
BEGIN
    SELECT RAISE(ABORT, 'a revision is never changed');
END;

CREATE TRIGGER revision_is_never_removed BEFORE DELETE ON revision
BEGIN
    SELECT RAISE(ABORT, 'a revision is never removed');
END;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    time        INTEGER NOT NULL,
    who         TEXT NOT NULL,
    from_where  TEXT NOT NULL,
    what        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    detail      TEXT NOT NULL
) STRICT;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'an event is never changed');
END;
