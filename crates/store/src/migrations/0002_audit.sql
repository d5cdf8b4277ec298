-- Newest first is how it is read; entries are only ever added, and forgotten by age.
CREATE TABLE audit (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    at             INTEGER NOT NULL,
    action         TEXT NOT NULL,
    actor          TEXT NOT NULL,
    user           TEXT,
    login_session  TEXT,
    engine_session TEXT,
    address        TEXT,
    detail         TEXT NOT NULL
) STRICT;

CREATE INDEX audit_user ON audit (user, id) WHERE user IS NOT NULL;
CREATE INDEX audit_at ON audit (at);
