//! Methods of the app that evaluate and check expressions.

use fanlight_protocol::Double;
use fanlight_protocol::layout::DualValue;
use serde_json::{Value, json};

use super::{Method, params, reads};
use crate::call::{Outcome, Reading, later};
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
    later(move |cancel| {
        let text = snapshot.text_until("$", &params.q_expression, cancel);
        Ok(json!({ "qReturn": text }))
    })
}

fn evaluate_ex(reading: &mut Reading<'_>, params: Expression) -> Outcome {
    let snapshot = reading.core.engine.snapshot();
    later(move |cancel| {
        let value = snapshot
            .evaluate_until("$", &params.q_expression, cancel)
            .map_err(|error| failed(&error))?;
        let text = snapshot.text_until("$", &params.q_expression, cancel);
        Ok(json!({ "qValue": DualValue {
            q_text: text,
            q_is_numeric: value.as_num().is_some(),
            q_number: Double(value.as_num().unwrap_or(0.0)),
        } }))
    })
}

fn check_expression(reading: &mut Reading<'_>, params: Checked) -> Outcome {
    let snapshot = reading.core.engine.snapshot();
    later(move |cancel| {
        let check = snapshot.check_until(&params.q_expr, cancel);
        let bad: Vec<Value> = check.bad_fields.iter().map(range).collect();
        Ok(json!({
            "qErrorMsg": check.error.unwrap_or_default(),
            "qBadFieldNames": bad,
            "qDangerousFieldNames": []
        }))
    })
}

fn check_number_or_expression(reading: &mut Reading<'_>, params: Checked) -> Outcome {
    let snapshot = reading.core.engine.snapshot();
    later(move |cancel| {
        let check = snapshot.check_until(&params.q_expr, cancel);
        let bad: Vec<Value> = check.bad_fields.iter().map(range).collect();
        Ok(json!({ "qErrorMsg": check.error.unwrap_or_default(), "qBadFieldNames": bad }))
    })
}

fn range((from, count): &(usize, usize)) -> Value {
    json!({ "qFrom": from, "qCount": count })
}

fn expand_expression(reading: &mut Reading<'_>, params: Expression) -> Outcome {
    let snapshot = reading.core.engine.snapshot();
    later(move |cancel| {
        let expanded = snapshot.expand_until(&params.q_expression, cancel);
        Ok(json!({ "qExpandedExpression": expanded }))
    })
}
