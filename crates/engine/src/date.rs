//! Serial dates: days since 1899-12-30, with the time of day as fraction.
//!
//! [`Civil`] is a day of the Gregorian calendar, [`DateTime`] adds the time to the microsecond. [`Pattern`] writes and reads
//! moments and durations, [`calendar`] knows months, quarters, years and weeks.

pub mod calendar;
mod civil;
mod pattern;
mod read;
mod serial;
#[cfg(test)]
mod tests;

pub use civil::{Civil, DateTime, MICROS_PER_DAY, days_in_month, is_leap_year};
pub use pattern::Pattern;
pub use serial::{serial, tolerance};
