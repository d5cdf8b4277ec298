use super::serial;

/// Microseconds in a day.
pub const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Serial number of 1970-01-01.
const UNIX_EPOCH: i64 = 25_569;

/// First and last serial day that is a date: 0001-01-01 to 9999-12-31.
const FIRST_DAY: i64 = -693_593;
const LAST_DAY: i64 = 2_958_465;

/// A day of the Gregorian calendar, years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// Year, 1 to 9999.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
}

/// A day and a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime {
    /// The day.
    pub date: Civil,
    /// Microseconds since midnight, below [`MICROS_PER_DAY`].
    pub micros: i64,
}

impl Civil {
    /// The day, if there is such a day.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        let exists = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// The day with this serial number, if it is in the years 1 to 9999.
    pub fn from_serial(serial: i64) -> Option<Self> {
        if !(FIRST_DAY..=LAST_DAY).contains(&serial) {
            return None;
        }
        // Years are counted from March, so that the leap day is a year's last; eras have 400 years.
        let days = serial - UNIX_EPOCH + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Some(Self {
            year: i32::try_from(year).ok()?,
            month: u32::try_from(month).ok()?,
            day: u32::try_from(day).ok()?,
        })
    }

    /// The serial number of the day.
    pub fn serial(self) -> i64 {
        let month = i64::from(self.month);
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468 + UNIX_EPOCH
    }

    /// The day of the week: 0 is Monday, 6 is Sunday.
    pub fn weekday(self) -> u32 {
        weekday_of(self.serial())
    }

    /// The day of the year, from 1.
    pub fn day_of_year(self) -> i64 {
        let new_year = Self {
            month: 1,
            day: 1,
            ..self
        };
        self.serial() - new_year.serial() + 1
    }
}

impl DateTime {
    /// The moment with this serial number, to the microsecond, if it is in the years 1 to 9999. Larger parts of a moment
    /// are cut off, never rounded; what is a whole millisecond but for what a number cannot keep is one.
    pub fn from_serial(serial: f64) -> Option<Self> {
        if !serial.is_finite() || serial.abs() > 1e7 {
            return None;
        }
        let (day, micros) = serial::parts(serial);
        let date = Civil::from_serial(day)?;
        Some(Self { date, micros })
    }

    /// The serial number.
    pub fn serial(self) -> f64 {
        serial(self.date.serial(), self.micros)
    }

    /// The hour, 0 to 23.
    pub fn hour(self) -> i64 {
        self.micros / 3_600_000_000
    }

    /// The minute, 0 to 59.
    pub fn minute(self) -> i64 {
        self.micros / 60_000_000 % 60
    }

    /// The second, 0 to 59.
    pub fn second(self) -> i64 {
        self.micros / 1_000_000 % 60
    }
}

/// The number of days of a month, 1 to 12.
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether the year has a February 29th.
pub fn is_leap_year(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The day of the week of a serial day: 0 is Monday, 6 is Sunday. Serial day 0 was a Saturday.
pub(super) fn weekday_of(serial: i64) -> u32 {
    u32::try_from((serial + 5).rem_euclid(7)).expect("a remainder of 7 is small")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_days_have_their_serial_numbers() {
        for ((year, month, day), serial, weekday) in [
            ((1899, 12, 30), 0, 5),
            ((1900, 1, 1), 2, 0),
            ((1970, 1, 1), 25_569, 3),
            ((1997, 8, 6), 35_648, 2),
            ((2000, 2, 29), 36_585, 1),
            ((2012, 10, 12), 41_194, 4),
            ((1, 1, 1), FIRST_DAY, 0),
            ((9999, 12, 31), LAST_DAY, 4),
        ] {
            let civil = Civil::new(year, month, day).unwrap();
            assert_eq!((civil.serial(), civil.weekday()), (serial, weekday), "{civil:?}");
            assert_eq!(Civil::from_serial(serial), Some(civil));
        }
    }

    #[test]
    fn refuses_days_that_do_not_exist() {
        assert_eq!(Civil::new(2023, 2, 29), None);
        assert_eq!(Civil::new(2023, 13, 1), None);
        assert_eq!(Civil::new(0, 1, 1), None);
        assert_eq!(Civil::from_serial(LAST_DAY + 1), None);
        assert_eq!(DateTime::from_serial(f64::NAN), None);
        assert_eq!(DateTime::from_serial(1e300), None);
    }

    #[test]
    fn times_are_whole_but_for_what_a_number_keeps() {
        let moment = DateTime::from_serial(35_648.999_999_999_999).unwrap();
        assert_eq!((moment.date, moment.micros), (Civil::new(1997, 8, 7).unwrap(), 0));
        let nine = DateTime::from_serial(0.375).unwrap();
        assert_eq!((nine.hour(), nine.minute(), nine.second()), (9, 0, 0));
        assert_eq!(DateTime::from_serial(-0.25).unwrap().hour(), 18);
    }

    proptest! {
        #[test]
        fn serial_numbers_and_days_are_one_to_one(serial in FIRST_DAY..=LAST_DAY) {
            let civil = Civil::from_serial(serial).unwrap();
            prop_assert_eq!(civil.serial(), serial);
            prop_assert_eq!(Civil::new(civil.year, civil.month, civil.day), Some(civil));
        }

        #[test]
        fn moments_survive_their_serial_number(day in FIRST_DAY..=LAST_DAY, ms in 0..MICROS_PER_DAY / 1000) {
            let moment = DateTime { date: Civil::from_serial(day).unwrap(), micros: ms * 1000 };
            prop_assert_eq!(DateTime::from_serial(moment.serial()), Some(moment));
        }
    }
}
