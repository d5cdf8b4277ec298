//! Months, quarters, years and weeks.

use super::{Civil, civil::weekday_of, days_in_month};
use crate::locale::Locale;

/// From which end of the month [`add_months`] counts days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The day of the month stays, or becomes the last one of a shorter month.
    Start,
    /// From the 28th on, the number of days left in the month stays.
    End,
}

/// How weeks are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekRule {
    /// The first day of the week: 0 is Monday, 6 is Sunday.
    pub first_day: u32,
    /// Week 1 starts on January 1st, and the weeks around new year are cut short.
    pub broken: bool,
    /// The day of January that is always in week 1, when weeks are not cut short.
    pub reference_day: u32,
}

impl WeekRule {
    /// The rule of the app's settings.
    pub fn of(locale: &Locale) -> Self {
        let reference_day = match u32::from(locale.reference_day) {
            day @ 1..=7 => day,
            _ => 4,
        };
        Self {
            first_day: u32::from(locale.first_week_day) % 7,
            broken: locale.broken_weeks != 0,
            reference_day,
        }
    }

    /// The first day of the week that the day is in, as serial number.
    pub fn week_start(self, serial: i64) -> i64 {
        serial - i64::from((weekday_of(serial) + 7 - self.first_day) % 7)
    }

    /// The year that the day's week belongs to and the number of the week in it.
    pub fn week(self, day: Civil) -> (i32, i64) {
        let start = self.week_start(day.serial());
        if self.broken {
            let new_year = Civil {
                month: 1,
                day: 1,
                ..day
            };
            return (day.year, (start - self.week_start(new_year.serial())) / 7 + 1);
        }
        // A day belongs to the last of these years whose first week has begun.
        let years = [day.year + 1, day.year, day.year - 1];
        let first_week = |year: i32| {
            self.week_start(
                Civil {
                    year,
                    month: 1,
                    day: self.reference_day,
                }
                .serial(),
            )
        };
        let year = years
            .into_iter()
            .find(|year| first_week(*year) <= start)
            .unwrap_or(day.year);
        (year, (start - first_week(year)) / 7 + 1)
    }

    /// The first day of a week of a year, as serial number.
    pub fn start_of(self, year: i32, week: i64) -> Option<i64> {
        let reference_day = if self.broken { 1 } else { self.reference_day };
        let first = self.week_start(Civil::new(year, 1, reference_day)?.serial());
        first.checked_add(week.checked_sub(1)?.checked_mul(7)?)
    }
}

/// The day so many months later.
pub fn add_months(day: Civil, months: i64, anchor: Anchor) -> Option<Civil> {
    let first = shift_month(day, months)?;
    let last = days_in_month(first.year, first.month);
    let left = days_in_month(day.year, day.month) - day.day;
    let day = if anchor == Anchor::End && day.day >= 28 {
        last - left
    } else {
        day.day.min(last)
    };
    Some(Civil { day, ..first })
}

/// The first day of the month so many months later.
pub fn shift_month(day: Civil, months: i64) -> Option<Civil> {
    let month = (i64::from(day.year) * 12 + i64::from(day.month) - 1).checked_add(months)?;
    Civil::new(
        i32::try_from(month.div_euclid(12)).ok()?,
        u32::try_from(month.rem_euclid(12)).ok()? + 1,
        1,
    )
}

/// The first day of the period of `n_months` months that the day is in, `periods` later; periods are counted from
/// `first_month`, 1 to 12, which a year starts with.
pub fn period_start(day: Civil, n_months: u32, periods: i64, first_month: u32) -> Option<Civil> {
    if !(1..=12).contains(&first_month) || n_months == 0 {
        return None;
    }
    let into_period = i64::from((day.month + 12 - first_month) % n_months);
    shift_month(day, periods.checked_mul(i64::from(n_months))? - into_period)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISO: WeekRule = WeekRule {
        first_day: 0,
        broken: false,
        reference_day: 4,
    };
    const US: WeekRule = WeekRule {
        first_day: 6,
        broken: true,
        reference_day: 4,
    };

    fn day(year: i32, month: u32, day: u32) -> Civil {
        Civil::new(year, month, day).unwrap()
    }

    #[test]
    fn iso_weeks_belong_to_the_year_of_their_thursday() {
        assert_eq!(ISO.week(day(2012, 10, 12)), (2012, 41));
        assert_eq!(ISO.week(day(1997, 8, 6)), (1997, 32));
        assert_eq!(ISO.week(day(2021, 1, 3)), (2020, 53));
        assert_eq!(ISO.week(day(2024, 12, 30)), (2025, 1));
    }

    #[test]
    fn broken_weeks_start_at_new_year() {
        assert_eq!(US.week(day(2021, 1, 1)), (2021, 1));
        assert_eq!(US.week(day(2021, 1, 2)), (2021, 1));
        assert_eq!(US.week(day(2021, 1, 3)), (2021, 2));
        assert_eq!(US.week(day(2020, 12, 31)), (2020, 53));
    }

    #[test]
    fn weeks_are_found_again_by_their_number() {
        for serial in 36_500..38_500 {
            let (year, week) = ISO.week(Civil::from_serial(serial).unwrap());
            assert_eq!(ISO.start_of(year, week), Some(ISO.week_start(serial)));
        }
    }

    #[test]
    fn months_are_added_from_either_end() {
        let start = day(2003, 1, 29);
        assert_eq!(add_months(start, 1, Anchor::Start), Some(day(2003, 2, 28)));
        assert_eq!(add_months(start, 3, Anchor::End), Some(day(2003, 4, 28)));
        assert_eq!(add_months(start, -12, Anchor::Start), Some(day(2002, 1, 29)));
        assert_eq!(add_months(start, i64::MAX, Anchor::Start), None);
        assert_eq!(add_months(start, 120_000, Anchor::Start), None);
    }

    #[test]
    fn periods_start_with_the_first_month() {
        assert_eq!(period_start(day(2013, 2, 5), 3, 0, 1), Some(day(2013, 1, 1)));
        assert_eq!(period_start(day(2013, 2, 5), 3, 1, 3), Some(day(2013, 3, 1)));
        assert_eq!(period_start(day(2013, 2, 5), 12, 0, 4), Some(day(2012, 4, 1)));
        assert_eq!(period_start(day(2013, 2, 5), 12, 0, 13), None);
    }
}
