//! Time as a value, and the port that reads it.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// A point in time: milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole seconds since the Unix epoch, the unit of JWT claims (RFC 7519 §2, NumericDate).
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded towards the past.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This time plus `duration`; saturates at the end of time.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// This time minus `duration`; saturates at the beginning of time.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }

    /// How long ago `earlier` was, or zero if it lies in the future.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Year, month (1 to 12), day, hour, minute, second and millisecond in UTC.
    ///
    /// The calendar is proleptic Gregorian; the day count is turned into a date by the usual 400-year era arithmetic.
    pub fn civil(self) -> (i64, u8, u8, u8, u8, u8, u16) {
        let days = self.0.div_euclid(86_400_000);
        let millis_of_day = self.0.rem_euclid(86_400_000);
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let small = |value: i64| u8::try_from(value).unwrap_or(0);
        let secs = millis_of_day / 1000;
        (
            year,
            small(month),
            small(day),
            small(secs / 3600),
            small(secs / 60 % 60),
            small(secs % 60),
            u16::try_from(millis_of_day % 1000).unwrap_or(0),
        )
    }
}

/// ISO 8601 in UTC with milliseconds, the form of every time on the REST surface.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second, milli) = self.civil();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"
        )
    }
}

/// The port through which the edge of the system learns the time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The current time.
    fn now(&self) -> Timestamp;

    /// How long there has been work, counted from some moment. Limits on how long work may take are held to this: it goes
    /// on when the time of day is set, and nobody moves it by hand.
    fn uptime(&self) -> Duration;
}

/// A clock that can be moved forward.
pub trait MovableClock: Clock {
    /// Moves it.
    fn advance(&self, by: Duration);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the machine for the time"
    )]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Timestamp(millis(since_epoch))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the machine for the time"
    )]
    fn uptime(&self) -> Duration {
        static BEGAN: OnceLock<Instant> = OnceLock::new();
        BEGAN.get_or_init(Instant::now).elapsed()
    }
}

/// A clock that runs on top of another one and can be moved forward by hand, so that a test need not wait.
#[derive(Debug)]
pub struct ManualClock<C = Frozen> {
    base: C,
    offset_millis: AtomicI64,
}

/// The base of a [`ManualClock`] that moves only by hand.
#[derive(Debug, Clone, Copy)]
pub struct Frozen(Timestamp);

impl Clock for Frozen {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn uptime(&self) -> Duration {
        Duration::ZERO
    }
}

impl ManualClock<Frozen> {
    /// A clock that stands still at `start` until it is advanced.
    pub fn frozen_at(start: Timestamp) -> Self {
        Self::over(Frozen(start))
    }
}

impl<C: Clock> ManualClock<C> {
    /// A clock that shows what `base` shows, plus whatever it was advanced by.
    pub fn over(base: C) -> Self {
        Self {
            base,
            offset_millis: AtomicI64::new(0),
        }
    }

    /// Moves the clock forward; it stops at the end of time.
    pub fn advance(&self, by: Duration) {
        let moved = |offset: i64| Some(offset.saturating_add(millis(by)));
        let _ = self
            .offset_millis
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
    }

    /// Sets the clock back, as an operator does, or a machine that finds out that its clock was fast.
    pub fn set_back(&self, by: Duration) {
        let moved = |offset: i64| Some(offset.saturating_sub(millis(by)));
        let _ = self
            .offset_millis
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
    }
}

impl<C: Clock> MovableClock for ManualClock<C> {
    fn advance(&self, by: Duration) {
        Self::advance(self, by);
    }
}

impl<C: Clock> Clock for ManualClock<C> {
    fn now(&self) -> Timestamp {
        Timestamp(
            self.base
                .now()
                .0
                .saturating_add(self.offset_millis.load(Ordering::SeqCst)),
        )
    }

    fn uptime(&self) -> Duration {
        self.base.uptime()
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_iso_8601() {
        assert_eq!(Timestamp::from_millis(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(
            Timestamp::from_millis(951_782_400_123).to_string(),
            "2000-02-29T00:00:00.123Z"
        );
        assert_eq!(Timestamp::from_millis(-1).to_string(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn elapsed_time_is_never_negative() {
        let early = Timestamp::from_secs(10);
        assert_eq!(early.since(Timestamp::from_secs(20)), Duration::ZERO);
        assert_eq!(Timestamp::from_secs(20).since(early), Duration::from_secs(10));
    }

    #[test]
    fn a_manual_clock_moves_only_by_hand() {
        let clock = ManualClock::frozen_at(Timestamp::from_secs(1));
        assert_eq!(clock.now(), Timestamp::from_secs(1));
        clock.advance(Duration::from_millis(2500));
        assert_eq!(clock.now(), Timestamp::from_millis(3500));
        assert_eq!(clock.uptime(), Duration::ZERO);
    }
}
