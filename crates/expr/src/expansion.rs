//! Dollar-sign expansions: where they are in a text. Resolving them is the engine's business.
