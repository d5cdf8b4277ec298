-- What a session's parts take, so that those of one user are added up without reading them.
ALTER TABLE sessions ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE sessions SET bytes = (SELECT coalesce(sum(octet_length(body)), 0) FROM parts WHERE session = sessions.id);
