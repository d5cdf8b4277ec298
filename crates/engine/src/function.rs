//! Scalar functions: everything that takes values and gives a value, and knows nothing of fields or selections.
//!
//! [`find`] gives the function of a name, whose [`Function::call`] is what an evaluation repeats per row; [`call`] does both
//! at once. Every family is a file with a table. A function that returns `None` yields NULL, which is also what a missing
//! or unreadable operand gives unless a function says otherwise.

mod args;
mod calendar;
mod color;
mod conditional;
mod formatting;
mod math;
pub mod operator;
mod range;
#[cfg(test)]
mod tests;
mod text;
mod wildcard;

use std::{collections::HashMap, sync::LazyLock};

pub use args::{Args, Context};
pub use wildcard::{Wildcard, matches as matches_wildcard};

use crate::value::Value;

/// A scalar function.
#[derive(Debug)]
pub struct Function {
    /// The name in lower case.
    pub name: &'static str,
    /// The fewest arguments it takes.
    pub min_args: usize,
    /// The most arguments it takes; `None` is no limit.
    pub max_args: Option<usize>,
    run: Run,
}

/// What a function does; `None` is NULL.
type Run = fn(&Args<'_>) -> Option<Value>;

/// Why a function cannot be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// There is no such function.
    #[error("`{0}` is not a function")]
    Unknown(String),
    /// Too few or too many arguments.
    #[error("`{name}` takes {expected}, not {found}")]
    Arity {
        /// The function.
        name: &'static str,
        /// How many it takes, in words.
        expected: String,
        /// How many were given.
        found: usize,
    },
}

/// The function of this name, in any case.
pub fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: LazyLock<HashMap<&'static str, &'static Function>> =
        LazyLock::new(|| all().map(|function| (function.name, function)).collect());
    BY_NAME.get(name.to_ascii_lowercase().as_str()).copied()
}

/// Whether there is a function of this name, in any case.
pub fn exists(name: &str) -> bool {
    find(name).is_some()
}

/// The function of this name if it takes so many arguments.
///
/// # Errors
///
/// When there is no such function or it takes another number of arguments.
pub fn check(name: &str, n_args: usize) -> Result<&'static Function, CallError> {
    let function = find(name).ok_or_else(|| CallError::Unknown(name.to_owned()))?;
    if function.takes(n_args) {
        return Ok(function);
    }
    Err(CallError::Arity {
        name: function.name,
        expected: function.arity(),
        found: n_args,
    })
}

/// Calls a function by name.
///
/// # Errors
///
/// When there is no such function or it takes another number of arguments.
pub fn call(name: &str, args: &[Value], context: &Context<'_>) -> Result<Value, CallError> {
    Ok(check(name, args.len())?.call(args, context))
}

/// The names of all functions in lower case.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|function| function.name)
}

impl Function {
    const fn new(name: &'static str, min_args: usize, max_args: usize, run: Run) -> Self {
        Self {
            name,
            min_args,
            max_args: Some(max_args),
            run,
        }
    }

    const fn open(name: &'static str, min_args: usize, run: Run) -> Self {
        Self {
            name,
            min_args,
            max_args: None,
            run,
        }
    }

    /// Whether so many arguments are right.
    pub fn takes(&self, n_args: usize) -> bool {
        n_args >= self.min_args && self.max_args.is_none_or(|max| n_args <= max)
    }

    /// Calls the function. A number of arguments that it does not take gives NULL; see [`check`]. So does a call after
    /// the meter has ended the evaluation.
    pub fn call(&self, args: &[Value], context: &Context<'_>) -> Value {
        if !self.takes(args.len()) {
            return Value::Null;
        }
        // Reading each argument once. A function that reads one more often counts that itself.
        let n_steps: usize = args.iter().map(|arg| 1 + arg.n_text_bytes()).sum();
        if context.meter.spend(n_steps).is_none() {
            return Value::Null;
        }
        (self.run)(&Args::new(args, context)).unwrap_or(Value::Null)
    }

    /// Calls the function with arguments that are evaluated one after the other. Their texts count as held meanwhile.
    pub(crate) fn call_with(&self, args: impl Iterator<Item = Value>, context: &Context<'_>) -> Value {
        let meter = context.meter;
        let mut values = Vec::with_capacity(args.size_hint().0);
        let mut n_held = 0;
        for value in args {
            let Some(n_bytes) = meter.hold(&value) else {
                break;
            };
            n_held += n_bytes;
            values.push(value);
        }
        // After the end of the evaluation, arguments are missing and nothing is called.
        let value = self.call(&values, context);
        meter.release(n_held);
        value
    }

    fn arity(&self) -> String {
        match (self.min_args, self.max_args) {
            (1, Some(1)) => "1 argument".to_owned(),
            (min, Some(max)) if min == max => format!("{min} arguments"),
            (min, Some(max)) => format!("{min} to {max} arguments"),
            (min, None) => format!("at least {min} arguments"),
        }
    }
}

/// What the functions of one file are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Date,
    Color,
    Conditional,
    Formatting,
    Numbers,
    Range,
    Text,
}

/// Every function, by family.
pub(crate) fn families() -> [(Family, &'static [Function]); 7] {
    [
        (Family::Date, calendar::FUNCTIONS),
        (Family::Color, color::FUNCTIONS),
        (Family::Conditional, conditional::FUNCTIONS),
        (Family::Formatting, formatting::FUNCTIONS),
        (Family::Numbers, math::FUNCTIONS),
        (Family::Range, range::FUNCTIONS),
        (Family::Text, text::FUNCTIONS),
    ]
}

fn all() -> impl Iterator<Item = &'static Function> {
    families().into_iter().flat_map(|(_, functions)| functions)
}
