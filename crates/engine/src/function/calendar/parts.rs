use super::{Args, DateTime, moment, week_rule};
use crate::{
    date::{Civil, is_leap_year},
    value::Value,
};

pub(super) fn day(args: &Args<'_>) -> Option<Value> {
    Some(Value::num(f64::from(moment(args, 0)?.date.day)))
}

pub(super) fn time(args: &Args<'_>, part: fn(DateTime) -> i64) -> Option<Value> {
    Some(Value::num(part(moment(args, 0)?) as f64))
}

/// The month's short name, counting 1 to 12.
pub(super) fn month(args: &Args<'_>) -> Option<Value> {
    let month = moment(args, 0)?.date.month;
    let name = args.locale().month_names.get(month as usize - 1)?;
    Some(Value::dual(name.as_str(), f64::from(month)))
}

/// The day's short name, counting 0 to 6 from the first day of the week.
pub(super) fn weekday(args: &Args<'_>) -> Option<Value> {
    let weekday = moment(args, 0)?.date.weekday();
    let number = (weekday + 7 - week_rule(args, 1)?.first_day) % 7;
    let name = args.locale().day_names.get(weekday as usize)?;
    Some(Value::dual(name.as_str(), f64::from(number)))
}

/// The day of the year, counted as if every year had a February 29th, so that a day has the same number every year.
pub(super) fn day_number_of_year(args: &Args<'_>) -> Option<Value> {
    let date = moment(args, 0)?.date;
    let first_month = u32::try_from(args.int_or(1, 1)?)
        .ok()
        .filter(|month| (1..=12).contains(month))?;
    let in_leap_year = |date: Civil| {
        let skipped = i64::from(!is_leap_year(date.year) && date.month > 2);
        date.day_of_year() + skipped
    };
    let first = in_leap_year(Civil::new(2000, first_month, 1)?);
    Some(Value::num(
        ((in_leap_year(date) - first).rem_euclid(366) + 1) as f64,
    ))
}
