-- When the latest token renewed the session, and its `kid` and `jti`; NULL while none has.
ALTER TABLE login_sessions ADD COLUMN renewed_at INTEGER;
ALTER TABLE login_sessions ADD COLUMN renewed_key_id TEXT;
ALTER TABLE login_sessions ADD COLUMN renewed_token_id TEXT;
