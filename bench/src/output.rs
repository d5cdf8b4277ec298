//! What the programs print.

use std::fmt::Display;
use std::io::Write as _;

/// Prints a line. Whoever closed the other end wants no more of it.
pub fn line(text: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
