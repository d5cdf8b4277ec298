//! Days, weeks, months, quarters and years around a date. Each kind of period is a function that gives its first day.

use super::{Args, Civil, MICROS_PER_DAY, calendar, date_dual, moment, week_rule};
use crate::date::serial;
use crate::value::Value;

/// The first day, as serial number, of the period that a day is in, so many periods later. The last argument is the
/// position of the function's argument that says how periods begin: the first day of the week or month of the year.
type Period = dyn Fn(&Args<'_>, Civil, i64, usize) -> Option<i64>;

pub(super) fn day(_: &Args<'_>, day: Civil, later: i64, _: usize) -> Option<i64> {
    day.serial().checked_add(later)
}

pub(super) fn week(args: &Args<'_>, day: Civil, later: i64, rule_arg: usize) -> Option<i64> {
    week_rule(args, rule_arg)?
        .week_start(day.serial())
        .checked_add(later.checked_mul(7)?)
}

pub(super) fn month(_: &Args<'_>, day: Civil, later: i64, _: usize) -> Option<i64> {
    calendar::shift_month(day, later).map(Civil::serial)
}

pub(super) fn quarter(args: &Args<'_>, day: Civil, later: i64, rule_arg: usize) -> Option<i64> {
    months(args, day, later, (3, rule_arg))
}

pub(super) fn year(args: &Args<'_>, day: Civil, later: i64, rule_arg: usize) -> Option<i64> {
    months(args, day, later, (12, rule_arg))
}

fn months(args: &Args<'_>, day: Civil, later: i64, (n_months, rule_arg): (u32, usize)) -> Option<i64> {
    let usual = i64::from(args.locale().first_month_of_year);
    let first_month = u32::try_from(args.int_or(rule_arg, usual)?).ok()?;
    calendar::period_start(day, n_months, later, first_month).map(Civil::serial)
}

/// `…Start(date [, periods later [, how periods begin]])`
pub(super) fn start(args: &Args<'_>, period: &Period) -> Option<Value> {
    let first = period(args, moment(args, 0)?.date, args.int_or(1, 0)?, 2)?;
    Some(date_dual(args, first as f64))
}

/// `…End(date [, periods later [, how periods begin]])`: the last millisecond.
pub(super) fn end(args: &Args<'_>, period: &Period) -> Option<Value> {
    let next = period(args, moment(args, 0)?.date, args.int_or(1, 0)?.checked_add(1)?, 2)?;
    Some(date_dual(
        args,
        serial(next.checked_sub(1)?, MICROS_PER_DAY - 1000),
    ))
}

/// `…Name(date [, periods later [, how periods begin]])`: the period's name, counting as its first day.
pub(super) fn name(
    args: &Args<'_>,
    period: &Period,
    text: fn(&Args<'_>, Civil, Civil) -> Option<String>,
) -> Option<Value> {
    let (date, later) = (moment(args, 0)?.date, args.int_or(1, 0)?);
    let first = period(args, date, later, 2)?;
    let last = period(args, date, later.checked_add(1)?, 2)? - 1;
    let text = text(args, Civil::from_serial(first)?, Civil::from_serial(last)?)?;
    Some(Value::dual(text, first as f64))
}

/// `In…(date, base date, periods later [, how periods begin])`
pub(super) fn contains(args: &Args<'_>, period: &Period) -> Option<Value> {
    let (date, base, later) = (
        moment(args, 0)?.date.serial(),
        moment(args, 1)?.date,
        args.int(2)?,
    );
    let first = period(args, base, later, 3)?;
    let next = period(args, base, later.checked_add(1)?, 3)?;
    Some(Value::bool((first..next).contains(&date)))
}

/// `In…ToDate(date, base date, periods later [, how periods begin])`: up to the end of the base date, shifted alike.
pub(super) fn contains_to_date(args: &Args<'_>, period: &Period) -> Option<Value> {
    let (date, base, later) = (
        moment(args, 0)?.date.serial(),
        moment(args, 1)?.date,
        args.int(2)?,
    );
    let first = period(args, base, later, 3)?;
    let into = base.serial() - period(args, base, 0, 3)?;
    let is_week = period(args, base, 1, 3)? - period(args, base, 0, 3)? == 7;
    let last = if is_week {
        first + into
    } else {
        shifted(base, period(args, base, 0, 3)?, first)?
    };
    Some(Value::bool((first..=last).contains(&date)))
}

/// The day as many months from `to` as it is from `from`.
fn shifted(day: Civil, from: i64, to: i64) -> Option<i64> {
    let months =
        |serial| Civil::from_serial(serial).map(|day| i64::from(day.year) * 12 + i64::from(day.month));
    calendar::add_months(day, months(to)? - months(from)?, calendar::Anchor::Start).map(Civil::serial)
}

pub(super) fn day_text(args: &Args<'_>, first: Civil, _: Civil) -> Option<String> {
    Some(date_dual(args, first.serial() as f64).as_text().into_owned())
}

pub(super) fn week_text(args: &Args<'_>, first: Civil, _: Civil) -> Option<String> {
    let (year, week) = week_rule(args, 2)?.week(first);
    Some(format!("{year}/{week:02}"))
}

pub(super) fn month_text(args: &Args<'_>, first: Civil, _: Civil) -> Option<String> {
    Some(format!("{} {}", month_name(args, first)?, first.year))
}

pub(super) fn quarter_text(args: &Args<'_>, first: Civil, last: Civil) -> Option<String> {
    Some(format!(
        "{}-{} {}",
        month_name(args, first)?,
        month_name(args, last)?,
        last.year
    ))
}

pub(super) fn year_text(_: &Args<'_>, first: Civil, last: Civil) -> Option<String> {
    Some(if first.year == last.year {
        first.year.to_string()
    } else {
        format!("{}-{}", first.year, last.year)
    })
}

fn month_name<'a>(args: &Args<'a>, day: Civil) -> Option<&'a str> {
    args.locale()
        .month_names
        .get(day.month as usize - 1)
        .map(String::as_str)
}
