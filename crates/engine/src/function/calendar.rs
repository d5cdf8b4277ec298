//! Dates and times: their parts, the periods they are in, and making them.

mod parts;
mod periods;

use super::{Args, Function};
use crate::{
    date::{
        Civil, DateTime, MICROS_PER_DAY, Pattern,
        calendar::{self, Anchor, WeekRule},
    },
    format::default_text,
    value::Value,
};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("addmonths", 2, 3, |args| add_months(args, 1)),
    Function::new("addyears", 2, 2, |args| add_months(args, 12)),
    Function::new("age", 2, 2, age),
    Function::new("day", 1, 1, parts::day),
    Function::new("dayend", 1, 3, |args| periods::end(args, &periods::day)),
    Function::new("dayname", 1, 3, |args| {
        periods::name(args, &periods::day, periods::day_text)
    }),
    Function::new("daynumberofyear", 1, 2, parts::day_number_of_year),
    Function::new("daystart", 1, 3, |args| periods::start(args, &periods::day)),
    Function::new("hour", 1, 1, |args| parts::time(args, DateTime::hour)),
    Function::new("inday", 3, 4, |args| periods::contains(args, &periods::day)),
    Function::new("inmonth", 3, 4, |args| periods::contains(args, &periods::month)),
    Function::new("inmonthtodate", 3, 4, |args| {
        periods::contains_to_date(args, &periods::month)
    }),
    Function::new("inquarter", 3, 4, |args| {
        periods::contains(args, &periods::quarter)
    }),
    Function::new("inquartertodate", 3, 4, |args| {
        periods::contains_to_date(args, &periods::quarter)
    }),
    Function::new("inweek", 3, 4, |args| periods::contains(args, &periods::week)),
    Function::new("inweektodate", 3, 4, |args| {
        periods::contains_to_date(args, &periods::week)
    }),
    Function::new("inyear", 3, 4, |args| periods::contains(args, &periods::year)),
    Function::new("inyeartodate", 3, 4, |args| {
        periods::contains_to_date(args, &periods::year)
    }),
    Function::new("makedate", 1, 3, make_date),
    Function::new("maketime", 1, 3, make_time),
    Function::new("makeweekdate", 1, 6, make_week_date),
    Function::new("minute", 1, 1, |args| parts::time(args, DateTime::minute)),
    Function::new("month", 1, 1, parts::month),
    Function::new("monthend", 1, 2, |args| periods::end(args, &periods::month)),
    Function::new("monthname", 1, 2, |args| {
        periods::name(args, &periods::month, periods::month_text)
    }),
    Function::new("monthstart", 1, 2, |args| periods::start(args, &periods::month)),
    Function::new("now", 0, 1, now),
    Function::new("quarterend", 1, 3, |args| periods::end(args, &periods::quarter)),
    Function::new("quartername", 1, 3, |args| {
        periods::name(args, &periods::quarter, periods::quarter_text)
    }),
    Function::new("quarterstart", 1, 3, |args| {
        periods::start(args, &periods::quarter)
    }),
    Function::new("second", 1, 1, |args| parts::time(args, DateTime::second)),
    Function::new("today", 0, 1, |args| {
        Some(date_dual(args, args.context().now.floor()))
    }),
    Function::new("week", 1, 4, |args| Some(Value::num(week_of(args, 1)?.1 as f64))),
    Function::new("weekday", 1, 2, parts::weekday),
    Function::new("weekend", 1, 3, |args| periods::end(args, &periods::week)),
    Function::new("weekname", 1, 5, |args| {
        periods::name(args, &periods::week, periods::week_text)
    }),
    Function::new("weekstart", 1, 3, |args| periods::start(args, &periods::week)),
    Function::new("weekyear", 1, 4, |args| {
        Some(Value::num(f64::from(week_of(args, 1)?.0)))
    }),
    Function::new("year", 1, 1, |args| {
        Some(Value::num(f64::from(moment(args, 0)?.date.year)))
    }),
    Function::new("yearend", 1, 3, |args| periods::end(args, &periods::year)),
    Function::new("yearname", 1, 3, |args| {
        periods::name(args, &periods::year, periods::year_text)
    }),
    Function::new("yearstart", 1, 3, |args| periods::start(args, &periods::year)),
];

fn moment(args: &Args<'_>, index: usize) -> Option<DateTime> {
    DateTime::from_serial(args.num(index)?)
}

/// A dual with the text of a date.
fn date_dual(args: &Args<'_>, serial: f64) -> Value {
    dual(args, &args.locale().date_format, serial)
}

fn dual(args: &Args<'_>, pattern: &str, serial: f64) -> Value {
    let text = Pattern::new(pattern).write(serial, args.locale());
    Value::dual(
        text.unwrap_or_else(|| default_text(serial, args.locale())),
        serial,
    )
}

/// The rule that weeks are numbered by: the app's, changed by the arguments first day, broken weeks and reference day.
fn week_rule(args: &Args<'_>, first: usize) -> Option<WeekRule> {
    let usual = WeekRule::of(args.locale());
    let broken = args.int_or(first + 1, i64::from(usual.broken))?;
    let small = |number: i64| u32::try_from(number).ok();
    Some(WeekRule {
        first_day: small(args.int_or(first, i64::from(usual.first_day))?).filter(|day| *day < 7)?,
        broken: broken != 0,
        reference_day: small(args.int_or(first + 2, i64::from(usual.reference_day))?)
            .filter(|day| (1..=7).contains(day))?,
    })
}

fn week_of(args: &Args<'_>, first: usize) -> Option<(i32, i64)> {
    Some(week_rule(args, first)?.week(moment(args, 0)?.date))
}

fn now(args: &Args<'_>) -> Option<Value> {
    Some(dual(args, &args.locale().timestamp_format, args.context().now))
}

/// `AddMonths(date, n [, mode])`; mode 1 counts days from the end of the month.
fn add_months(args: &Args<'_>, n_months: i64) -> Option<Value> {
    let start = moment(args, 0)?;
    let anchor = if args.int_or(2, 0)? == 1 {
        Anchor::End
    } else {
        Anchor::Start
    };
    let date = calendar::add_months(start.date, args.int(1)?.checked_mul(n_months)?, anchor)?;
    Some(date_dual(args, DateTime { date, ..start }.serial()))
}

/// Full years from the second date to the first.
fn age(args: &Args<'_>) -> Option<Value> {
    let (at, birth) = (moment(args, 0)?, moment(args, 1)?);
    let had_birthday =
        (at.date.month, at.date.day, at.micros) >= (birth.date.month, birth.date.day, birth.micros);
    let years = at.date.year - birth.date.year - i32::from(!had_birthday);
    (years >= 0).then(|| Value::num(f64::from(years)))
}

fn make_date(args: &Args<'_>) -> Option<Value> {
    let small = |number: i64| u32::try_from(number).ok();
    let year = i32::try_from(args.int(0)?).ok()?;
    let date = Civil::new(year, small(args.int_or(1, 1)?)?, small(args.int_or(2, 1)?)?)?;
    Some(date_dual(args, date.serial() as f64))
}

fn make_time(args: &Args<'_>) -> Option<Value> {
    let (hour, minute, second) = (args.int(0)?, args.int_or(1, 0)?, args.num_or(2, 0.0)?);
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0.0..60.0).contains(&second) {
        return None;
    }
    // 1.007 seconds are stored as a little less, which is no reason to lose a microsecond.
    let micros = ((hour * 60 + minute) * 60_000_000) as f64 + (second * 1e6 + 1e-3).floor();
    Some(dual(
        args,
        &args.locale().time_format,
        micros / MICROS_PER_DAY as f64,
    ))
}

/// `MakeWeekDate(year [, week [, weekday …]])`, the weekday counted from 0.
fn make_week_date(args: &Args<'_>) -> Option<Value> {
    let rule = week_rule(args, 3)?;
    let (year, week, weekday) = (
        i32::try_from(args.int(0)?).ok()?,
        args.int_or(1, 1)?,
        args.int_or(2, 0)?,
    );
    if !(1..=53).contains(&week) || !(0..7).contains(&weekday) {
        return None;
    }
    Some(date_dual(args, (rule.start_of(year, week)? + weekday) as f64))
}
