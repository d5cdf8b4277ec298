//! Functions that tell of selections.

use fanlight_expr::ast::{Call, Expr, ExprKind};

use super::{Evaluator, Fault};
use crate::selection::StateSelection;
use crate::value::{FieldId, MAX_TEXT_BYTES, Value};

/// Above this many values, `GetFieldSelections` gives the number of values in place of the values.
const MAX_LISTED: f64 = 6.0;

/// A function that tells of selections.
#[derive(Debug)]
pub(crate) struct SelectionFunction {
    pub(crate) name: &'static str,
    pub(crate) min_args: usize,
    pub(crate) max_args: usize,
}

const fn takes(name: &'static str, min_args: usize, max_args: usize) -> SelectionFunction {
    SelectionFunction {
        name,
        min_args,
        max_args,
    }
}

/// All of them.
pub(crate) const SELECTION_FUNCTIONS: &[SelectionFunction] = &[
    takes("getselectedcount", 1, 1),
    takes("getpossiblecount", 1, 1),
    takes("getexcludedcount", 1, 1),
    takes("getalternativecount", 1, 1),
    takes("getfieldselections", 1, 3),
    takes("getcurrentselections", 0, 4),
    takes("statename", 0, 0),
];

impl Evaluator<'_> {
    /// The value of a function that tells of selections; `None` if it is another function.
    pub(crate) fn info(&self, call: &Call) -> Result<Option<Value>, Fault> {
        let name = &*call.name;
        let count = match name {
            "getselectedcount" => |counts: crate::StateCounts| {
                counts.selected + counts.locked + counts.selected_excluded + counts.locked_excluded
            },
            "getpossiblecount" => {
                |counts: crate::StateCounts| counts.selected + counts.locked + counts.option
            }
            "getexcludedcount" => |counts: crate::StateCounts| {
                counts.excluded + counts.alternative + counts.selected_excluded + counts.locked_excluded
            },
            "getalternativecount" => |counts: crate::StateCounts| counts.alternative,
            "getfieldselections" => return self.field_selections(call).map(Some),
            "getcurrentselections" => return self.current_selections(call).map(Some),
            "statename" => return Ok(Some(Value::text(self.state_name))),
            _ => return Ok(None),
        };
        let field = self.field_arg(call)?;
        let counts = self.state.state_counts(self.snapshot.model(), field);
        Ok(Some(Value::num(count(counts) as f64)))
    }

    fn field_arg(&self, call: &Call) -> Result<FieldId, Fault> {
        match call.args.first().map(|arg| &arg.kind) {
            Some(ExprKind::Name(name)) => match self.snapshot.model().field_id(&name.text) {
                Some(field) => Ok(field),
                None => Fault::mistake(format!("`{}` names a field that there is not", call.name)),
            },
            _ => Fault::mistake(format!("the first argument of `{}` is a field", call.name)),
        }
    }

    fn text_arg(call: &Call, at: usize, default: &str) -> String {
        match call.args.get(at).map(|arg: &Expr| &arg.kind) {
            Some(ExprKind::Text(text)) => text.to_string(),
            _ => default.to_owned(),
        }
    }

    fn num_arg(call: &Call, at: usize) -> f64 {
        match call.args.get(at).map(|arg: &Expr| &arg.kind) {
            Some(ExprKind::Number(num)) => *num,
            _ => MAX_LISTED,
        }
    }

    fn field_selections(&self, call: &Call) -> Result<Value, Fault> {
        let field = self.field_arg(call)?;
        let text = self.listed(
            &self.state,
            field,
            &Self::text_arg(call, 1, ", "),
            Self::num_arg(call, 2),
        );
        Ok(text.map_or(Value::Null, Value::text))
    }

    fn current_selections(&self, call: &Call) -> Result<Value, Fault> {
        let between_records = Self::text_arg(call, 0, "\r\n");
        let between_tag = Self::text_arg(call, 1, ": ");
        let between_values = Self::text_arg(call, 2, ", ");
        let max = Self::num_arg(call, 3);
        let lines: Vec<String> = self
            .state
            .fields()
            .iter()
            .filter_map(|selection| {
                let values = self.listed(&self.state, selection.field, &between_values, max)?;
                Some(format!(
                    "{}{between_tag}{values}",
                    self.snapshot.model().field(selection.field).name()
                ))
            })
            .collect();
        Ok(if lines.is_empty() {
            Value::Null
        } else {
            Value::text(lines.join(&between_records))
        })
    }

    /// The selected values as a text; their number if they are more than `max`, and `None` without a selection or for a
    /// text that is too long.
    fn listed(&self, state: &StateSelection, field: FieldId, between: &str, max: f64) -> Option<String> {
        let own = state.of(field)?;
        let known = self.snapshot.model().field(field);
        let n_selected = own.values.count();
        if n_selected == known.cardinal() {
            return Some("ALL".to_owned());
        }
        if n_selected as f64 > max {
            return Some(format!("{n_selected} of {}", known.cardinal()));
        }
        let mut list = String::new();
        for (at, code) in own.values.iter().enumerate() {
            if at > 0 {
                list.push_str(between);
            }
            list.push_str(&known.symbols().text(code as u32));
            if list.len() > MAX_TEXT_BYTES {
                return None;
            }
        }
        Some(list)
    }
}
