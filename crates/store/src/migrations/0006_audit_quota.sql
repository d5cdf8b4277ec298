-- Entries that anybody can cause are counted apart from all others, so that they push only each other out. `place` counts
-- the entries of a kind: what is past a quota is found by an index.
ALTER TABLE audit ADD COLUMN stranger INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN place INTEGER NOT NULL DEFAULT 0;

UPDATE audit SET stranger = 1 WHERE action = 'login-refused' AND user IS NULL;
UPDATE audit SET place = counted.place
FROM (SELECT id, row_number() OVER (PARTITION BY stranger ORDER BY id) AS place FROM audit) AS counted
WHERE audit.id = counted.id;

CREATE INDEX audit_place ON audit (stranger, place);
