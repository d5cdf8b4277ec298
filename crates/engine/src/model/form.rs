//! How the texts of a field are written, where the app may write otherwise.

use crate::date::Pattern;
use crate::format::{self, Interpreter};
use crate::locale::Locale;

/// How the values of a field are written: bounds of searches and texts beside the field are read in the same way, or
/// `>=06/12/2021` would be a day in June of a field whose days stand first.
#[derive(Clone, Debug)]
pub struct ValueForm {
    /// Of dates and times; none for numbers.
    moments: Vec<Pattern>,
    locale: Locale,
}

impl ValueForm {
    /// Dates and times of these patterns, tried in their order. Of a pattern with a time, the date alone is one as well.
    pub fn moments(patterns: &[&str], locale: &Locale) -> Self {
        let dates = patterns.iter().filter_map(|pattern| date_of(pattern));
        let all = patterns.iter().copied().chain(dates);
        Self {
            moments: all.map(Pattern::new).collect(),
            locale: locale.clone(),
        }
    }

    /// Numbers and money with the separators of this locale.
    pub fn numbers(locale: &Locale) -> Self {
        Self {
            moments: Vec::new(),
            locale: locale.clone(),
        }
    }

    /// The number that a text stands for among the field's values.
    pub fn read(&self, text: &str) -> Option<f64> {
        if self.moments.is_empty() {
            return Interpreter::new(&self.locale).number(text);
        }
        let mut moments = self.moments.iter();
        moments.find_map(|pattern| pattern.read(text, &self.locale))
    }
}

/// The pattern of the date that stands before a time.
fn date_of(pattern: &str) -> Option<&str> {
    let date = pattern.get(..pattern.find(['h', 'H'])?)?;
    let date = date.trim_end_matches(['T', ' ']);
    date.contains(['Y', 'y']).then_some(date)
}

/// How the texts that people write about a field are read as numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    pub form: Option<&'a ValueForm>,
    pub locale: &'a Locale,
}

impl Reading<'_> {
    /// The number of a text: as the field's values are written, or else as the app and expressions write.
    pub fn number(self, text: &str) -> Option<f64> {
        self.form
            .and_then(|form| form.read(text))
            .or_else(|| format::interpret_literal(text, self.locale))
    }
}
