//! An in-process server, typed callers, a manual clock and fixtures, for tests.
