//! Definitions of the wire into definitions of the engine.

mod cube;
mod label;
mod library;
mod list;

use fanlight_engine::{NumFormat, NumKind, SortSpec};
use fanlight_protocol::def::{Condition, Expr, NumberFormat, SortCriteria};
use fanlight_protocol::layout::ValidationError;
use fanlight_protocol::{ErrorCode, normal};
use serde::Deserialize;
use serde_json::Value;

pub(crate) use cube::{CubePlan, bare};
pub(crate) use label::{Label, dimension_label, measure_label};
pub(crate) use library::Titled;
pub(crate) use list::ListPlan;

/// A mistake in a definition, as layouts show it.
pub(crate) fn mistake(code: ErrorCode, message: impl Into<String>) -> ValidationError {
    ValidationError {
        q_error_code: code.number(),
        q_extended_message: message.into(),
    }
}

/// Reads a definition in its normal form. `name` is what it is called in properties.
fn read_definition<'de, D: Deserialize<'de>>(name: &str, def: &'de Value) -> Result<D, ValidationError> {
    // Properties that came in a request have been looked through; those of an app's files are what they are.
    normal::check_member(name, def)
        .map_err(|error| error.to_string())
        .and_then(|()| D::deserialize(def).map_err(|error| error.to_string()))
        .map_err(|message| mistake(ErrorCode::InvalidDefinition, message))
}

/// The text of a label, unless it is blank.
fn some(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// A label expression: the engine evaluates labels that start with `=`.
fn evaluated(expression: &str) -> Option<String> {
    some(expression).map(|text| {
        if text.starts_with('=') {
            text
        } else {
            format!("={text}")
        }
    })
}

fn condition<'a>(condition: &'a Condition, legacy: &'a Expr) -> Option<&'a str> {
    condition.q_cond.text().or_else(|| legacy.text())
}

fn direction(criterion: i64) -> i8 {
    match criterion.signum() {
        1 => 1,
        -1 => -1,
        _ => 0,
    }
}

fn sort(criteria: &SortCriteria, reverse: bool) -> SortSpec {
    SortSpec {
        by_state: direction(criteria.q_sort_by_state),
        by_expression: direction(criteria.q_sort_by_expression),
        by_frequency: direction(criteria.q_sort_by_frequency),
        by_numeric: direction(criteria.q_sort_by_numeric),
        by_ascii: direction(criteria.q_sort_by_ascii),
        by_load_order: direction(criteria.q_sort_by_load_order),
        expression: criteria.q_expression.text().map(str::to_owned),
        reverse,
    }
}

/// The format; `None` when it leaves the text to the value.
fn num_format(format: Option<&NumberFormat>) -> Option<NumFormat> {
    let format = format?;
    let kind = NumKind::from_letters(&format.q_type);
    if kind == NumKind::Unknown && format.q_fmt.is_empty() {
        return None;
    }
    let small = |value: i64| i32::try_from(value).unwrap_or(0);
    Some(NumFormat {
        kind,
        n_dec: small(format.qn_dec),
        use_thou: small(format.q_use_thou),
        fmt: some(&format.q_fmt),
        dec: (!format.q_dec.is_empty()).then(|| format.q_dec.clone()),
        thou: (!format.q_thou.is_empty()).then(|| format.q_thou.clone()),
    })
}
