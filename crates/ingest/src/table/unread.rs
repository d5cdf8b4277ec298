//! Columns of dates in a form that is not read unless it is declared.

use fanlight_engine::Locale;

use super::dates::Form;
use super::doubts::Outcome;
use super::interpret::{Choice, Column, Doubt};
use crate::problem::Complaint;

/// What is told of a column without numbers and dates, most of whose texts look like dates nevertheless.
pub(super) fn doubt(column: &Column<'_>, outcome: &Outcome, choice: &Choice) -> Option<Doubt> {
    let is_text = matches!(choice, Choice::Numbers { .. }) && outcome.n_read == 0;
    if !is_text || column.plan.format.is_some() {
        return None;
    }
    let looks = Looks::new(column.locale);
    let text = |code: &u32| column.coded.symbols.text(*code);
    let enough = |n_alike: usize| n_alike * 5 >= outcome.misfits.len() * 4;
    let field = &column.plan.field;
    let zoned = |code: &&u32| looks.has_zone(&text(code));
    let (first, what, fix) = match outcome.misfits.iter().find(zoned) {
        Some(first) if enough(outcome.misfits.iter().filter(zoned).count()) => (
            first,
            "dates and times with a time zone",
            "write them without the zone, declare the column's `format`, or type = \"text\"".to_owned(),
        ),
        _ => {
            let form = looks.others.iter().find_map(|form| {
                let alike = |code: &&u32| looks.is_like(&text(code), form);
                let first = outcome.misfits.iter().find(alike)?;
                enough(outcome.misfits.iter().filter(alike).count()).then_some((first, form))
            });
            let (first, form) = form?;
            let fix = format!(
                "declare how they are written: {field:?} = {{ format = {:?} }} under [tables.columns], or type = \"text\"",
                form.name
            );
            (first, "dates", fix)
        }
    };
    let message = format!(
        "the values of {field:?} look like {what}, but have no form that is read, so they stay texts, the first is {:?}",
        text(first)
    );
    let codes = &column.coded.codes;
    Some(Doubt {
        row: (0..codes.len())
            .find(|row| codes.get(*row) == Some(*first))
            .unwrap_or(0),
        complaint: Complaint::warning(message, fix),
    })
}

/// What dates look like.
struct Looks<'a> {
    locale: &'a Locale,
    read: Vec<Form>,
    others: Vec<Form>,
}

impl<'a> Looks<'a> {
    fn new(locale: &'a Locale) -> Self {
        Self {
            locale,
            read: Form::all(locale),
            others: Form::others(),
        }
    }

    fn has_zone(&self, text: &str) -> bool {
        let mut forms = self.read.iter().chain(&self.others);
        without_zone(text.trim())
            .is_some_and(|moment| forms.any(|form| form.read(moment, self.locale).is_some()))
    }

    /// Figures with points or hyphens may be a version or a phone number: a date has two digits in each part.
    fn is_like(&self, text: &str, form: &Form) -> bool {
        let date = text.trim().split(' ').next().unwrap_or_default();
        let is_short = date.len() == 8;
        (is_short || date.contains(|c: char| c == '/' || c.is_alphabetic()))
            && form.read(text, self.locale).is_some()
    }
}

/// The moment before a time zone's name or its distance from UTC.
fn without_zone(text: &str) -> Option<&str> {
    if let Some(moment) = ["UTC", "GMT", "Z"]
        .iter()
        .find_map(|zone| text.strip_suffix(zone))
    {
        return Some(moment.trim_end());
    }
    let (moment, distance) = text.rsplit_once(['+', '-'])?;
    let n_digits = distance.bytes().filter(u8::is_ascii_digit).count();
    let is_distance = matches!(n_digits, 2 | 4)
        && distance.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
        && distance.len() <= 5;
    (is_distance && moment.contains(':')).then(|| moment.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_end_a_moment() {
        for (text, moment) in [
            ("2021-06-30T17:00:00+02:00", Some("2021-06-30T17:00:00")),
            ("2021-06-30 17:00:00-0530", Some("2021-06-30 17:00:00")),
            ("2021-06-30 17:00:00 UTC", Some("2021-06-30 17:00:00")),
            ("2021-06-30", None),
            ("17:00-18:00:00", None),
        ] {
            assert_eq!(without_zone(text), moment, "{text}");
        }
    }
}
