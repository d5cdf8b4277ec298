//! What expressions may call, for people and programs that write them: made from the tables that the compiler uses.

use crate::eval::{AggFunc, SELECTION_FUNCTIONS};
use crate::function::{self, Family};

/// What functions are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionGroup {
    /// Aggregations.
    Aggregation,
    /// Numbers.
    Numeric,
    /// Over their arguments.
    Range,
    /// Powers and logarithms.
    Exponential,
    /// Angles.
    Trigonometric,
    /// Constants.
    Constant,
    /// Texts.
    Text,
    /// Choices.
    Conditional,
    /// NULL.
    Null,
    /// The user and the selections.
    System,
    /// Dates and times.
    Date,
    /// From texts to numbers.
    Interpretation,
    /// From numbers to texts.
    Formatting,
    /// Colours.
    Color,
}

/// A function that expressions may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionEntry {
    /// The name in lower case.
    pub name: &'static str,
    /// What it is for.
    pub group: FunctionGroup,
    /// The fewest arguments it takes.
    pub min_args: usize,
    /// The most arguments it takes; `None` is no limit.
    pub max_args: Option<usize>,
}

impl FunctionEntry {
    /// How it is called: `round(x1[, x2[, x3]])`.
    pub fn signature(&self) -> String {
        let mut text = format!("{}(", self.name);
        let shown = self.max_args.unwrap_or(self.min_args + 1);
        for at in 0..shown {
            let between = if at == 0 { "" } else { ", " };
            let open = if at < self.min_args { "" } else { "[" };
            text.push_str(&format!("{open}{between}x{}", at + 1));
        }
        if self.max_args.is_none() {
            text.push_str(", …");
        }
        text.push_str(&"]".repeat(shown - self.min_args));
        text.push(')');
        text
    }
}

/// Every function that works, in the order of the alphabet.
pub fn functions() -> Vec<FunctionEntry> {
    let scalars = function::families().into_iter().flat_map(|(family, functions)| {
        functions.iter().map(move |function| FunctionEntry {
            name: function.name,
            group: group(family, function.name),
            min_args: function.min_args,
            max_args: function.max_args,
        })
    });
    let aggregations = fanlight_expr::aggregation_names().iter().filter_map(|name| {
        let aggregation = AggFunc::of(name)?;
        Some(FunctionEntry {
            name,
            group: FunctionGroup::Aggregation,
            min_args: aggregation.min_args(),
            max_args: Some(aggregation.max_args()),
        })
    });
    let selections = SELECTION_FUNCTIONS.iter().map(|function| FunctionEntry {
        name: function.name,
        group: FunctionGroup::System,
        min_args: function.min_args,
        max_args: Some(function.max_args),
    });
    let mut all: Vec<FunctionEntry> = scalars.chain(aggregations).chain(selections).collect();
    all.sort_unstable_by_key(|function| function.name);
    all
}

fn group(family: Family, name: &str) -> FunctionGroup {
    match (family, name) {
        (Family::Date, _) => FunctionGroup::Date,
        (Family::Color, _) => FunctionGroup::Color,
        (Family::Range, _) => FunctionGroup::Range,
        (Family::Formatting, name) if name.ends_with('#') => FunctionGroup::Interpretation,
        (Family::Formatting, _) => FunctionGroup::Formatting,
        (Family::Conditional, "null" | "isnull" | "emptyisnull") => FunctionGroup::Null,
        (Family::Conditional, "true" | "false") | (Family::Numbers, "e" | "pi") => FunctionGroup::Constant,
        (Family::Conditional, _) => FunctionGroup::Conditional,
        (Family::Numbers, "exp" | "log" | "log10" | "pow" | "sqr" | "sqrt") => FunctionGroup::Exponential,
        (
            Family::Numbers,
            "acos" | "acosh" | "asin" | "asinh" | "atan" | "atan2" | "atanh" | "cos" | "cosh" | "sin"
            | "sinh" | "tan" | "tanh",
        ) => FunctionGroup::Trigonometric,
        (Family::Numbers, _) => FunctionGroup::Numeric,
        (Family::Text, "osuser") => FunctionGroup::System,
        (Family::Text, _) => FunctionGroup::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_of_the_tables_is_there_once() {
        let all = functions();
        let find = |name: &str| {
            let found: Vec<&FunctionEntry> = all.iter().filter(|function| function.name == name).collect();
            assert_eq!(found.len(), 1, "{name}");
            found[0].clone()
        };
        for name in function::names() {
            assert_eq!(find(name).name, name);
        }
        assert_eq!(find("sum").group, FunctionGroup::Aggregation);
        assert_eq!(find("sqrt").group, FunctionGroup::Exponential);
        assert_eq!(find("date#").group, FunctionGroup::Interpretation);
        assert_eq!(find("getselectedcount").group, FunctionGroup::System);
        assert!(all.iter().all(|function| function.name != "aggr"));
        assert!(all.is_sorted_by_key(|function| function.name));
    }

    #[test]
    fn a_signature_shows_what_may_be_left_out() {
        let signature = |min_args, max_args| {
            FunctionEntry {
                name: "f",
                group: FunctionGroup::Text,
                min_args,
                max_args,
            }
            .signature()
        };
        assert_eq!(signature(0, Some(0)), "f()");
        assert_eq!(signature(1, Some(1)), "f(x1)");
        assert_eq!(signature(1, Some(3)), "f(x1[, x2[, x3]])");
        assert_eq!(signature(0, Some(1)), "f([x1])");
        assert_eq!(signature(1, None), "f(x1[, x2, …])");
    }
}
