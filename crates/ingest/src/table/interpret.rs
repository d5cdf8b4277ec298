//! Texts as numbers, dates and times: decided for all values of a field, not for each value.

use fanlight_column::{CodedColumn, FastMap, Symbols};
use fanlight_engine::format::Interpreter;
use fanlight_engine::{Locale, ValueForm};

use super::dates::Form;
use super::doubts::{self, Outcome};
use crate::manifest::ColumnPlan;
use crate::problem::Complaint;

/// Distinct texts from which it is seen which forms of dates are possible at all.
const SAMPLE: usize = 4_096;

/// A column as its reader left it.
pub(super) struct Column<'a> {
    pub table: &'a str,
    pub plan: &'a ColumnPlan,
    /// The app's formats, with the table's separators.
    pub locale: &'a Locale,
    /// Whether it is of a text file, whose settings can name texts that stand for NULL.
    pub is_csv: bool,
    /// Whether these separators are the table's own.
    pub has_separators: bool,
    pub coded: CodedColumn,
}

impl Column<'_> {
    /// How texts become NULL; `listed` are such texts, in quotes.
    pub fn nulls_advice(&self, listed: &str) -> String {
        if self.is_csv {
            format!("list texts that stand for nothing in csv = {{ nulls = [{listed}] }}")
        } else {
            "write NULL into the file where a value is missing".to_owned()
        }
    }
}

/// Something doubtful, or wrong, about a value of a column.
pub(super) struct Doubt {
    /// The first row that has the value.
    pub row: usize,
    pub complaint: Complaint,
}

/// A column whose texts are read.
pub(super) struct Interpreted {
    pub coded: CodedColumn,
    pub form: Option<ValueForm>,
    pub doubts: Vec<Doubt>,
}

/// Reads the columns of one field. Their order is that of the tables.
pub(super) fn interpret(columns: Vec<Column<'_>>) -> Vec<Interpreted> {
    let choice = choose(&columns);
    let mut done: Vec<Interpreted> = Vec::new();
    for column in columns {
        let outcome = convert(&column, &choice);
        let mut found = doubts::of_column(&column, &outcome, &choice);
        if let Some(doubt) = done
            .iter()
            .find_map(|other| doubts::between(&column, &outcome, &other.coded.symbols))
        {
            found.push(doubt);
        }
        let codes = column.coded.codes.remap(&outcome.map, outcome.symbols.len());
        done.push(Interpreted {
            coded: CodedColumn {
                symbols: outcome.symbols,
                codes,
            },
            form: form_of(&column, &choice),
            doubts: found,
        });
    }
    done
}

/// How the values of a column are written, where that may not be as the app writes.
fn form_of(column: &Column<'_>, choice: &Choice) -> Option<ValueForm> {
    match (&column.plan.format, choice) {
        (Some(format), _) => Some(ValueForm::moments(&[format], column.locale)),
        (None, Choice::Dates(form)) => Some(form.of_values(column.locale)),
        (None, _) => column.has_separators.then(|| ValueForm::numbers(column.locale)),
    }
}

/// How dates are read in the columns of a field without a format of its own.
pub(super) enum Choice {
    /// As dates of this form, nothing else.
    Dates(Form),
    /// As numbers. Fewer than half of the texts look like dates of the form, if any do.
    Numbers { minority: Option<Minority> },
    /// As texts: day and month could be the other way round.
    Unclear { one: String, other: String },
}

/// Texts that look like dates in a column that is not read as one.
pub(super) struct Minority {
    pub form: Form,
    /// How many distinct texts of how many.
    pub n_read: usize,
    pub n_texts: usize,
}

/// Chooses the form that reads most of what is no number, if it reads half of the values. The app's own wins a tie.
fn choose(columns: &[Column<'_>]) -> Choice {
    let nothing = Choice::Numbers { minority: None };
    let undeclared = || columns.iter().filter(|column| column.plan.format.is_none());
    let Some(first) = undeclared().next() else {
        return nothing;
    };
    let mut texts: Vec<(&Column<'_>, u32)> = Vec::new();
    for column in undeclared() {
        let symbols = &column.coded.symbols;
        texts.extend(
            (0..symbols.len() as u32)
                .filter(|code| is_open(symbols, *code))
                .map(|code| (column, code)),
        );
    }
    let reads = |form: &Form, (column, code): &(&Column<'_>, u32)| {
        form.read(&column.coded.symbols.text(*code), column.locale)
            .is_some()
    };
    let stride = texts.len().div_ceil(SAMPLE).max(1);
    let mut forms = Form::all(first.locale);
    forms.retain(|form| texts.iter().step_by(stride).any(|text| reads(form, text)));
    let mut counts: Vec<(usize, Form)> = Vec::new();
    for form in forms {
        counts.push((texts.iter().filter(|text| reads(&form, text)).count(), form));
    }
    let Some(most) = counts.iter().map(|(count, _)| *count).max() else {
        return nothing;
    };
    let mut best: Vec<Form> = Vec::new();
    for (count, form) in counts {
        if count == most {
            best.push(form);
        }
    }
    let mut best = best.into_iter();
    let Some(form) = best.next() else { return nothing };
    let rival = best.find(|rival| form.order.is_some() && rival.order.is_some());
    if most * 2 < texts.len() {
        return Choice::Numbers {
            minority: Some(Minority {
                form,
                n_read: most,
                n_texts: texts.len(),
            }),
        };
    }
    match rival {
        Some(rival) => Choice::Unclear {
            one: form.name,
            other: rival.name,
        },
        None => Choice::Dates(form),
    }
}

/// Whether a symbol is a text that may stand for something else.
fn is_open(symbols: &Symbols, code: u32) -> bool {
    symbols.num(code).is_none() && !symbols.text(code).trim().is_empty()
}

fn convert(column: &Column<'_>, choice: &Choice) -> Outcome {
    let declared = column.plan.format.as_deref().map(Form::declared);
    let form = match (&declared, choice) {
        (Some(form), _) | (None, Choice::Dates(form)) => Some(form),
        (None, _) => None,
    };
    let shown: FastMap<u64, &str> = column
        .plan
        .values
        .iter()
        .map(|(num, text)| (key_of(*num), text.as_str()))
        .collect();
    let interpreter = Interpreter::new(column.locale);
    let texts = &column.coded.symbols;
    let mut outcome = Outcome::default();
    for code in 0..texts.len() as u32 {
        let text = texts.text(code);
        let n_before = outcome.symbols.len();
        let new = match texts.num(code) {
            Some(num) if texts.is_derived(code) => outcome.symbols.intern_num(None, num),
            Some(num) => outcome.symbols.intern_num(Some(&text), num),
            None if text.trim().is_empty() => outcome.symbols.intern_text(&text),
            None => {
                let num = match form {
                    Some(form) => form.read(&text, column.locale),
                    None => interpreter.number(&text),
                };
                match num {
                    None => {
                        outcome.misfits.push(code);
                        outcome.symbols.intern_text(&text)
                    }
                    Some(num) => {
                        outcome.n_read += 1;
                        let shown = shown.get(&key_of(num)).copied().unwrap_or(&text);
                        outcome.symbols.intern_num(Some(shown), num)
                    }
                }
            }
        };
        let is_told = |form: &Form| form.tells_apart(&text, &outcome.symbols.text(new));
        if outcome.symbols.len() == n_before && shown.is_empty() && form.is_none_or(is_told) {
            outcome.note_merged(code, new, &text);
        }
        outcome.map.push(new);
    }
    outcome
}

/// Both zeros are one number.
fn key_of(num: f64) -> u64 {
    if num == 0.0 { 0 } else { num.to_bits() }
}
