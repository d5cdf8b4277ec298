use std::borrow::Cow;

use crate::{format, locale::Locale, meter::Meter, value::Value};

/// What a function may know beside its arguments.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// How numbers and dates are read and written.
    pub locale: &'a Locale,
    /// The current moment as a serial date.
    pub now: f64,
    /// The user's name, for `OSUser()`.
    pub user: &'a str,
    /// Counts the work, and says when it is over.
    pub meter: &'a Meter,
}

/// The arguments of one call.
#[derive(Debug)]
pub struct Args<'a> {
    values: &'a [Value],
    context: &'a Context<'a>,
}

impl<'a> Args<'a> {
    pub(super) fn new(values: &'a [Value], context: &'a Context<'a>) -> Self {
        Self { values, context }
    }

    pub(super) fn locale(&self) -> &'a Locale {
        self.context.locale
    }

    pub(super) fn context(&self) -> &'a Context<'a> {
        self.context
    }

    /// Counts work that is about to be done; `None` when there is to be no more of it.
    pub(super) fn spend(&self, n_steps: usize) -> Option<()> {
        self.context.meter.spend(n_steps)
    }

    pub(super) fn values(&self) -> &'a [Value] {
        self.values
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn has(&self, index: usize) -> bool {
        index < self.values.len()
    }

    /// The argument; a missing one is NULL.
    pub(super) fn value(&self, index: usize) -> &'a Value {
        self.values.get(index).unwrap_or(&Value::Null)
    }

    /// The argument's number; a text is read with the app's formats.
    pub(super) fn num(&self, index: usize) -> Option<f64> {
        number_of(self.value(index), self.locale())
    }

    /// The argument's number, or `default` if there is no such argument.
    pub(super) fn num_or(&self, index: usize, default: f64) -> Option<f64> {
        if self.has(index) {
            self.num(index)
        } else {
            Some(default)
        }
    }

    /// The argument's number without its fraction.
    pub(super) fn int(&self, index: usize) -> Option<i64> {
        let num = self.num(index)?;
        // Casting saturates, and nothing counts beyond 2^53.
        (num.abs() < 9e15).then_some(num.trunc() as i64)
    }

    /// The argument's number without its fraction, or `default` if there is no such argument.
    pub(super) fn int_or(&self, index: usize, default: i64) -> Option<i64> {
        if self.has(index) {
            self.int(index)
        } else {
            Some(default)
        }
    }

    /// The argument's text; NULL has none.
    pub(super) fn text(&self, index: usize) -> Option<Cow<'a, str>> {
        text_of(self.value(index), self.locale())
    }
}

/// The number of a value; a text is read with the app's formats.
pub(super) fn number_of(value: &Value, locale: &Locale) -> Option<f64> {
    match value {
        Value::Null => None,
        Value::Num(num) | Value::Dual { num, .. } => Some(*num),
        Value::Text(text) => format::interpret(text, locale),
    }
}

/// The text of a value; NULL has none.
pub(super) fn text_of<'a>(value: &'a Value, locale: &Locale) -> Option<Cow<'a, str>> {
    match value {
        Value::Null => None,
        Value::Num(num) => Some(Cow::Owned(format::default_text(*num, locale))),
        Value::Text(text) | Value::Dual { text, .. } => Some(Cow::Borrowed(text)),
    }
}
