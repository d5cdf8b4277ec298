//! Selections by value.

use fanlight_engine::{DataModel, SavedField, SavedSelections, SavedState, SavedValue};
use serde::{Deserialize, Serialize};

use super::{Losses, from_text, to_text};
use crate::core::Core;

#[derive(Debug, Serialize, Deserialize)]
struct States {
    states: Vec<State>,
}

#[derive(Debug, Serialize, Deserialize)]
struct State {
    name: String,
    fields: Vec<Field>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Field {
    field: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    locked: bool,
    values: Vec<Value>,
}

/// A text, or a text with its number. The number is text too, because reading a JSON number may be off by one bit, and
/// then the value would not be found again.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Dual(String, String),
}

pub(super) fn write(core: &Core) -> String {
    let value = |value: SavedValue| match value.num {
        Some(num) => Value::Dual(value.text, num.to_string()),
        None => Value::Text(value.text),
    };
    let field = |field: SavedField| Field {
        field: field.field,
        locked: field.locked,
        values: field.values.into_iter().map(value).collect(),
    };
    let state = |state: SavedState| State {
        name: state.name,
        fields: state.fields.into_iter().map(field).collect(),
    };
    to_text(&States {
        states: core.engine.save().states.into_iter().map(state).collect(),
    })
}

pub(super) fn read(core: &mut Core, text: &str, losses: &mut Losses) {
    let Some(States { states }) = from_text(text, "selections", losses) else {
        return;
    };
    let value = |value: Value| match value {
        Value::Text(text) => SavedValue { text, num: None },
        Value::Dual(text, num) => SavedValue {
            text,
            num: num.parse().ok(),
        },
    };
    let field = |field: Field| SavedField {
        field: field.field,
        locked: field.locked,
        values: field.values.into_iter().map(value).collect(),
    };
    let state = |state: State| SavedState {
        name: state.name,
        fields: state.fields.into_iter().map(field).collect(),
    };
    let saved = SavedSelections {
        states: states.into_iter().map(state).collect(),
    };
    name_losses(core.engine.model(), &saved, losses);
    // The engine's sentences say the same in other words.
    let _ = core.engine.restore(&saved);
}

/// Names what is no longer in the app: `Field`, or `Field: value`.
fn name_losses(model: &DataModel, saved: &SavedSelections, losses: &mut Losses) {
    for field in saved.states.iter().flat_map(|state| &state.fields) {
        let Some(id) = model.field_id(&field.field) else {
            losses.add(&field.field);
            continue;
        };
        let symbols = model.field(id).symbols();
        for value in &field.values {
            if symbols.find(&value.text, value.num).is_none() {
                losses.add(format!("{}: {}", field.field, value.text));
            }
        }
    }
}
