-- Used tokens are known by their issuer: an identity provider may get another id, and its tokens stay used.
CREATE TABLE used_tokens_by_issuer (
    issuer     TEXT NOT NULL,
    token_id   TEXT NOT NULL,
    keep_until INTEGER NOT NULL,
    PRIMARY KEY (issuer, token_id)
) STRICT, WITHOUT ROWID;

INSERT INTO used_tokens_by_issuer
SELECT coalesce(p.issuer, u.provider), u.token_id, max(u.keep_until)
FROM used_tokens u LEFT JOIN identity_providers p ON p.id = u.provider
GROUP BY 1, 2;

DROP TABLE used_tokens;
ALTER TABLE used_tokens_by_issuer RENAME TO used_tokens;
CREATE INDEX used_tokens_keep_until ON used_tokens (keep_until);

-- Claims that older samples of the contract leave out.
ALTER TABLE identity_providers ADD COLUMN require_jti INTEGER NOT NULL DEFAULT 1;
ALTER TABLE identity_providers ADD COLUMN require_nbf INTEGER NOT NULL DEFAULT 1;

-- What is written to learn whether anything can be.
CREATE TABLE probe (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    at       INTEGER NOT NULL
) STRICT;
