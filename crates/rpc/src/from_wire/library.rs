//! Master dimensions and measures in place of definitions.

use fanlight_protocol::def::{Grouping, InlineDimension, InlineMeasure};
use fanlight_protocol::layout::ValidationError;
use fanlight_protocol::{Class, ErrorCode};
use serde::Deserialize;
use serde_json::Value;

use super::{evaluated, mistake, some};
use crate::objects::{Object, Objects};

/// A definition with the title that a layout shows.
#[derive(Debug, Clone)]
pub(crate) struct Titled<D> {
    pub(crate) def: D,
    /// One per field of a dimension, one for a measure; `None` is the definition itself. Evaluated if it starts with `=`.
    pub(crate) labels: Vec<Option<String>>,
}

/// The members that a master dimension has in place of an inline one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct LibraryDimension {
    q_grouping: Grouping,
    q_field_defs: Vec<String>,
    q_field_labels: Vec<String>,
    q_label_expression: String,
}

fn item<'a>(library: &'a Objects, class: Class, id: &str) -> Result<&'a Object, ValidationError> {
    match library.find(class, id) {
        Some((_, object)) => Ok(object),
        None => Err(mistake(
            ErrorCode::NotInLibrary,
            format!("there is no {} {id}", class.name()),
        )),
    }
}

/// A mistake in a library item, with what it is in.
fn in_item(item: &str, mut error: ValidationError) -> ValidationError {
    error.q_extended_message = format!("{item}: {}", error.q_extended_message);
    error
}

fn title(object: &Object) -> Option<String> {
    let title = object
        .properties
        .pointer("/qMetaDef/title")
        .and_then(Value::as_str);
    title.and_then(some)
}

/// The dimension: the master's fields, labels and grouping with the local sorting, or the inline definition.
pub(super) fn dimension(
    library: &Objects,
    id: &str,
    inline: &InlineDimension,
) -> Result<Titled<InlineDimension>, ValidationError> {
    let mut def = inline.clone();
    let mut fallback = None;
    if !id.is_empty() {
        let object = item(library, Class::GenericDimension, id)?;
        let own = object.properties.get("qDim").unwrap_or(&Value::Null);
        let own: LibraryDimension = super::read_definition("qDim", own)
            .map_err(|error| in_item(&format!("master dimension {id}"), error))?;
        def.q_grouping = own.q_grouping;
        def.q_field_defs = own.q_field_defs;
        def.q_field_labels = own.q_field_labels;
        def.q_label_expression = own.q_label_expression;
        fallback = title(object);
    }
    let labels = (0..def.q_field_defs.len())
        .map(|position| {
            evaluated(&def.q_label_expression)
                .or_else(|| def.q_field_labels.get(position).and_then(|label| some(label)))
                .or_else(|| fallback.clone())
        })
        .collect();
    Ok(Titled { def, labels })
}

/// The measure: the master's expression, label and format, or the inline definition.
pub(super) fn measure(
    library: &Objects,
    id: &str,
    inline: &InlineMeasure,
) -> Result<Titled<InlineMeasure>, ValidationError> {
    let mut def = inline.clone();
    let mut fallback = None;
    if !id.is_empty() {
        let object = item(library, Class::GenericMeasure, id)?;
        let own = object.properties.get("qMeasure").unwrap_or(&Value::Null);
        let own: InlineMeasure = super::read_definition("qMeasure", own)
            .map_err(|error| in_item(&format!("master measure {id}"), error))?;
        def.q_def = own.q_def;
        def.q_label = own.q_label;
        def.q_label_expression = own.q_label_expression;
        def.q_num_format = own.q_num_format.or(def.q_num_format);
        fallback = title(object);
    }
    let label = evaluated(&def.q_label_expression)
        .or_else(|| some(&def.q_label))
        .or(fallback);
    Ok(Titled {
        def,
        labels: vec![label],
    })
}
