//! Mint, parse and verify JWTs and key sets; an unverified and a verified token are different types.
