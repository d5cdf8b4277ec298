//! Where a reader puts the values of one column.

use fanlight_column::{CodedColumn, ColumnBuilder, FastMap, says_more};
use fanlight_engine::Locale;
use fanlight_engine::date::Pattern;

use super::odd::Odd;
use super::written::{self, Moment};
use crate::manifest::{ColumnPlan, Typing};
use crate::problem::Complaint;

/// Integers of this size and more have more digits than a number's derived text.
const DERIVED_TEXTS: u64 = 100_000_000_000_000;

/// Builds a column: applies the manifest's texts and patterns to values that have a type, and does the costly part of it
/// once per distinct value. Texts are kept as they are: whether they are numbers or dates shows when all are there.
pub(crate) struct Sink<'a> {
    builder: ColumnBuilder,
    texts: FastMap<u64, &'a str>,
    pattern: Option<Pattern>,
    /// The pattern where the manifest has none.
    iso: Option<Pattern>,
    locale: &'a Locale,
    /// The row where a key was last worked out.
    rows_by_key: FastMap<i64, usize>,
    rows_by_moment: FastMap<Moment, usize>,
    /// Whether values are to be texts: then each has a text of its own, so that no two become one.
    writes_texts: bool,
    odd: Odd,
}

impl<'a> Sink<'a> {
    /// A column of no rows yet, for values that have a type.
    pub fn typed(plan: &'a ColumnPlan, locale: &'a Locale) -> Self {
        Self {
            builder: ColumnBuilder::new(),
            texts: plan
                .values
                .iter()
                .map(|(num, text)| (key_of(*num), text.as_str()))
                .collect(),
            pattern: plan.format.as_deref().map(Pattern::new),
            iso: None,
            locale,
            rows_by_key: FastMap::default(),
            rows_by_moment: FastMap::default(),
            writes_texts: plan.typing == Typing::Text,
            odd: Odd::default(),
        }
    }

    /// A column of no rows yet, for texts: what the plan says of them is done when all are there.
    pub fn texts(plan: &'a ColumnPlan, locale: &'a Locale) -> Self {
        Self {
            pattern: None,
            ..Self::typed(plan, locale)
        }
    }

    /// Whether the plan has a date pattern that only dates and times can follow.
    pub fn expects_moments(&self) -> bool {
        self.pattern.is_some()
    }

    /// The rows so far.
    pub fn len(&self) -> usize {
        self.builder.len()
    }

    pub fn null(&mut self) {
        self.builder.push_null();
    }

    pub fn same_as(&mut self, row: usize) {
        self.builder.push_same_as(row);
    }

    /// A number; NaN is NULL, but among texts.
    pub fn number(&mut self, num: f64) {
        match self.texts.get(&key_of(num)) {
            Some(text) if !num.is_nan() => self.dual(text, num),
            _ if self.writes_texts => self.builder.push_text(&written::number(num)),
            _ => {
                if num.is_nan() {
                    self.odd.nans.note(self.builder.len());
                }
                self.builder.push_num(num);
            }
        }
    }

    /// A decimal whose number is the nearest to it, and whose text has its scale where it is to be a text.
    pub fn decimal(&mut self, num: f64, key: i64, text: impl FnOnce() -> String) {
        if self.writes_texts {
            self.exact_once(key, text);
        } else {
            self.number(num);
        }
    }

    /// Whether values are to be texts.
    pub fn writes_texts(&self) -> bool {
        self.writes_texts
    }

    fn dual(&mut self, text: &str, num: f64) {
        if self.writes_texts {
            self.builder.push_text(text);
        } else {
            self.builder.push_dual(text, num);
        }
    }

    /// An integer. Its text is exact where its number would show fewer digits, or be another integer's too. A column
    /// holds integers of 64 bits, all with a sign or all without.
    pub fn integer(&mut self, value: i128) {
        if value.unsigned_abs() < u128::from(DERIVED_TEXTS) {
            self.number(value as f64);
        } else {
            self.exact_once(value as i64, || value.to_string());
        }
    }

    /// A number whose exact text is longer than what the number alone would show.
    pub fn exact(&mut self, text: &str) {
        let num = text.parse().unwrap_or(f64::NAN);
        let shown = self.shown(num, text);
        self.dual(shown, num);
    }

    /// The same, once per `key`, which identifies the value within the column.
    pub fn exact_once(&mut self, key: i64, text: impl FnOnce() -> String) {
        match self.rows_by_key.get(&key) {
            Some(row) => self.builder.push_same_as(*row),
            None => {
                self.rows_by_key.insert(key, self.builder.len());
                self.exact(&text());
            }
        }
    }

    /// The manifest's text for a number, unless the value's own says more than the number.
    fn shown<'t>(&self, num: f64, text: &'t str) -> &'t str
    where
        'a: 't,
    {
        match self.texts.get(&key_of(num)) {
            Some(shown) if !says_more(text, num) => shown,
            _ => text,
        }
    }

    /// Truth is −1, as in expressions.
    pub fn truth(&mut self, value: bool) {
        let (text, num) = if value { ("true", -1.0) } else { ("false", 0.0) };
        match self.texts.get(&key_of(num)) {
            Some(text) => self.dual(text, num),
            None => self.dual(text, num),
        }
    }

    /// A date or time.
    pub fn moment(&mut self, moment: Moment) {
        let row = self.builder.len();
        if let Some(known) = self.rows_by_moment.get(&moment) {
            self.builder.push_same_as(*known);
            return;
        }
        self.rows_by_moment.insert(moment, row);
        let n_before = self.builder.n_values();
        let serial = moment.serial();
        match self.text_of(moment, serial) {
            Some(text) => self.dual(&text, serial),
            None => {
                self.odd.no_dates.note(row);
                self.number(serial);
            }
        }
        if self.builder.n_values() == n_before && !self.writes_texts {
            self.odd.merged.note(row);
        }
    }

    /// As the manifest wants it, or else the ISO form: with all its digits where the text tells the value from others.
    fn text_of(&mut self, moment: Moment, serial: f64) -> Option<String> {
        if self.pattern.is_none() && (self.writes_texts || moment.has_nanos()) {
            return moment.text();
        }
        let iso = || Pattern::new(moment.iso());
        let pattern = match &self.pattern {
            Some(declared) => declared,
            None => self.iso.get_or_insert_with(iso),
        };
        pattern.write(serial, self.locale)
    }

    /// A value that is costly to work out, once per `key`.
    pub fn once(&mut self, key: i64, value: impl FnOnce() -> f64) {
        match self.rows_by_key.get(&key) {
            Some(row) => self.builder.push_same_as(*row),
            None => {
                self.rows_by_key.insert(key, self.builder.len());
                self.number(value());
            }
        }
    }

    /// What is odd about the values so far.
    pub fn complaints(&self) -> Vec<Complaint> {
        self.odd.complaints()
    }

    /// A text.
    pub fn text(&mut self, text: &str) {
        self.builder.push_text(text);
    }

    pub fn finish(self) -> CodedColumn {
        self.builder.finish()
    }
}

/// Both zeros are one number.
fn key_of(num: f64) -> u64 {
    if num == 0.0 { 0 } else { num.to_bits() }
}
