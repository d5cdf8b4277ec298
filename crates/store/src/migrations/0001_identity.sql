-- Times are milliseconds since 1970, UTC. Lists are JSON texts.

CREATE TABLE tenant (
    only_one       INTEGER PRIMARY KEY CHECK (only_one = 1),
    id             TEXT NOT NULL,
    name           TEXT NOT NULL,
    hostnames      TEXT NOT NULL,
    cookie_secret  BLOB NOT NULL CHECK (length(cookie_secret) = 32),
    idle_secs      INTEGER NOT NULL,
    lifetime_secs  INTEGER NOT NULL,
    admin_subjects TEXT NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE identity_providers (
    id              TEXT PRIMARY KEY,
    issuer          TEXT NOT NULL,
    description     TEXT NOT NULL,
    tolerance_secs  INTEGER NOT NULL,
    active          INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE identity_provider_keys (
    provider TEXT NOT NULL REFERENCES identity_providers (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kid      TEXT NOT NULL,
    pem      TEXT NOT NULL,
    PRIMARY KEY (provider, position)
) STRICT;

CREATE TABLE web_integrations (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    origins    TEXT NOT NULL,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE csp_origins (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    source      TEXT NOT NULL,
    directives  INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id             TEXT PRIMARY KEY,
    subject        TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    email          TEXT,
    email_verified INTEGER NOT NULL,
    groups         TEXT NOT NULL,
    is_admin       INTEGER NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
) STRICT;

-- `ended` is NULL while the session runs.
CREATE TABLE login_sessions (
    id              TEXT PRIMARY KEY,
    key_hash        BLOB NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    user            TEXT NOT NULL REFERENCES users (id),
    provider        TEXT NOT NULL,
    web_integration TEXT,
    created_at      INTEGER NOT NULL,
    idle_secs       INTEGER NOT NULL,
    lifetime_secs   INTEGER NOT NULL,
    last_activity   INTEGER NOT NULL,
    ended           TEXT CHECK (ended IN ('idle-timeout', 'lifetime', 'revoked', 'signed-out')),
    ended_at        INTEGER,
    ended_by        TEXT,
    ended_reason    TEXT,
    CHECK ((ended IS NULL) = (ended_at IS NULL))
) STRICT;

CREATE INDEX login_sessions_open ON login_sessions (created_at) WHERE ended IS NULL;
CREATE INDEX login_sessions_ended ON login_sessions (ended_at) WHERE ended IS NOT NULL;

CREATE TABLE used_tokens (
    provider   TEXT NOT NULL,
    token_id   TEXT NOT NULL,
    keep_until INTEGER NOT NULL,
    PRIMARY KEY (provider, token_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX used_tokens_keep_until ON used_tokens (keep_until);

CREATE TABLE api_keys (
    id          TEXT PRIMARY KEY,
    user        TEXT NOT NULL REFERENCES users (id),
    description TEXT NOT NULL,
    scope       TEXT NOT NULL CHECK (scope IN ('user', 'admin')),
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    revoked_at  INTEGER
) STRICT;
