//! Programs that measure Fanlight; each is a binary under `src/bin`.
