-- Where a provider publishes keys; NULL when it does not.
ALTER TABLE identity_providers ADD COLUMN jwks_uri TEXT;

-- When a key may be used; NULL is no bound.
ALTER TABLE identity_provider_keys ADD COLUMN not_before INTEGER;
ALTER TABLE identity_provider_keys ADD COLUMN retire_at INTEGER;

-- Limits tighter than the tenant's; NULL leaves the tenant's.
ALTER TABLE web_integrations ADD COLUMN idle_secs INTEGER;
ALTER TABLE web_integrations ADD COLUMN lifetime_secs INTEGER;

-- The `kid` and `jti` of the token that began the session; empty for sessions that are older than these columns.
ALTER TABLE login_sessions ADD COLUMN key_id TEXT NOT NULL DEFAULT '';
ALTER TABLE login_sessions ADD COLUMN token_id TEXT NOT NULL DEFAULT '';

-- A ticket stays for a while after it was used or has expired, so that a second use can be told from an invented one.
CREATE TABLE tickets (
    hash            BLOB PRIMARY KEY CHECK (length(hash) = 32),
    login_session   TEXT NOT NULL REFERENCES login_sessions (id) ON DELETE CASCADE,
    origin          TEXT,
    web_integration TEXT,
    app             TEXT,
    identity        TEXT,
    expires_at      INTEGER NOT NULL,
    used_at         INTEGER,
    CHECK (identity IS NULL OR app IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX tickets_expires_at ON tickets (expires_at);
CREATE INDEX tickets_login_session ON tickets (login_session);
