CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    user TEXT NOT NULL,
    app TEXT NOT NULL,
    -- Empty for none; a URL cannot name an empty one.
    identity TEXT NOT NULL,
    -- Milliseconds since 1970.
    written_at INTEGER NOT NULL,
    UNIQUE (user, app, identity)
) STRICT;
CREATE INDEX sessions_by_age ON sessions (written_at);

-- A row for each part, so that a selection does not write the objects again.
CREATE TABLE parts (
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (session, part)
) STRICT;

-- Empty for a program's credential.
CREATE TABLE logins (
    login TEXT NOT NULL,
    session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    PRIMARY KEY (login, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX logins_by_session ON logins (session);
