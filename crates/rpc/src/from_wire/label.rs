//! What people call the columns of a definition.

use fanlight_protocol::def::{Dimension, InlineDimension, InlineMeasure, ListObjectDef, Measure};
use serde::Deserialize as _;
use serde_json::Value;

use super::{Titled, bare, library};
use crate::objects::Objects;

/// What a column is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Label {
    Text(String),
    /// Without the leading `=`.
    Expression(String),
}

impl Label {
    /// A text that is an expression if it starts with `=`.
    fn of(text: &str) -> Self {
        match text.trim_start().strip_prefix('=') {
            Some(expression) => Self::Expression(expression.trim().to_owned()),
            None => Self::Text(text.to_owned()),
        }
    }
}

/// The label of a dimension of a cube, or of a list object, in its normal form. `None` if there is nothing to name.
pub(crate) fn dimension_label(objects: &Objects, column: &Value) -> Option<Label> {
    let (id, inline): (String, InlineDimension) = match Dimension::deserialize(column) {
        Ok(dimension) => (dimension.q_library_id, dimension.q_def),
        Err(_) => {
            let list = ListObjectDef::deserialize(column).ok()?;
            (list.q_library_id, list.q_def)
        }
    };
    let Titled { def, labels } = library::dimension(objects, &id, &inline).ok()?;
    let definition = def.q_field_defs.first()?;
    Some(match labels.into_iter().next().flatten() {
        Some(label) => Label::of(&label),
        None => Label::Text(bare(definition).to_owned()),
    })
}

/// The label of a measure in its normal form. `None` if there is nothing to name.
pub(crate) fn measure_label(objects: &Objects, column: &Value) -> Option<Label> {
    let measure = Measure::deserialize(column).ok()?;
    let inline: &InlineMeasure = &measure.q_def;
    let Titled { def, labels } = library::measure(objects, &measure.q_library_id, inline).ok()?;
    let definition = def.q_def.trim();
    match labels.into_iter().next().flatten() {
        Some(label) => Some(Label::of(&label)),
        None if definition.is_empty() => None,
        None => Some(Label::Text(definition.trim_start_matches('=').trim().to_owned())),
    }
}
