-- When a session ends unless something is done: what a sweep asks for. The expression stands in `read.rs` too, letter by
-- letter; without that the index is not used.
CREATE INDEX login_sessions_due ON login_sessions (
    min(coalesce(renewed_at, created_at) + 1000 * lifetime_secs, last_activity + 1000 * idle_secs)
) WHERE ended IS NULL;
