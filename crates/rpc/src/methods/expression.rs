//! Methods of the app that evaluate and check expressions.

use fanlight_protocol::Double;
use fanlight_protocol::layout::DualValue;
use serde_json::{Value, json};

use super::{Method, params, reads};
use crate::call::{Outcome, Reading, later, now};
use crate::view::failed;

params! {
    Expression { q_expression: String }
    Checked { q_expr: String, q_labels: Value }
}

pub(super) const METHODS: &[Method] = &[
    reads!("Evaluate", evaluate),
    reads!("EvaluateEx", evaluate_ex),
    reads!("CheckExpression", check_expression),
    reads!("CheckNumberOrExpression", check_number_or_expression),
    reads!("ExpandExpression", expand_expression),
];

fn evaluate(reading: &mut Reading<'_>, params: Expression) -> Outcome {
    let snapshot = reading.core.engine.snapshot();
    later(move |_| Ok(json!({ "qReturn": snapshot.evaluate_text("$", &params.q_expression) })))
}

fn evaluate_ex(reading: &mut Reading<'_>, params: Expression) -> Outcome {
    let snapshot = reading.core.engine.snapshot();
    later(move |_| {
        let value = snapshot
            .evaluate("$", &params.q_expression)
            .map_err(|error| failed(&error))?;
        let text = snapshot.evaluate_text("$", &params.q_expression);
        Ok(json!({ "qValue": DualValue {
            q_text: text,
            q_is_numeric: value.as_num().is_some(),
            q_number: Double(value.as_num().unwrap_or(0.0)),
        } }))
    })
}

fn check_expression(reading: &mut Reading<'_>, params: Checked) -> Outcome {
    let check = reading.core.engine.snapshot().check(&params.q_expr);
    let bad: Vec<Value> = check.bad_fields.iter().map(range).collect();
    now(json!({
        "qErrorMsg": check.error.unwrap_or_default(),
        "qBadFieldNames": bad,
        "qDangerousFieldNames": []
    }))
}

fn check_number_or_expression(reading: &mut Reading<'_>, params: Checked) -> Outcome {
    let check = reading.core.engine.snapshot().check(&params.q_expr);
    let bad: Vec<Value> = check.bad_fields.iter().map(range).collect();
    now(json!({ "qErrorMsg": check.error.unwrap_or_default(), "qBadFieldNames": bad }))
}

fn range((from, count): &(usize, usize)) -> Value {
    json!({ "qFrom": from, "qCount": count })
}

fn expand_expression(reading: &mut Reading<'_>, params: Expression) -> Outcome {
    let expanded = reading.core.engine.snapshot().expand(&params.q_expression);
    now(json!({ "qExpandedExpression": expanded }))
}
