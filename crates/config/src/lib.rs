//! Raw file, environment and flags into checked, typed settings.
