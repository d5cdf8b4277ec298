//! What sheets show can be drawn, and there is something to show.

use std::collections::HashSet;

use fanlight_protocol::chart;
use serde_json::Value;

use super::Object;
use crate::json_lines::Step;
use crate::problem::{Complaint, Problem, did_you_mean};

/// Warns of objects on sheets that nothing can draw, and of sheets that show nothing.
pub(crate) fn check(objects: &[Object<'_>], problems: &mut Vec<Problem>) {
    let mut shown: HashSet<&str> = HashSet::new();
    for sheet in objects.iter().filter(|object| object.kind == "sheet") {
        match sheet.properties.get("cells") {
            None | Some(Value::Null) => problems.push(sheet.problem(&[], empty(sheet))),
            Some(Value::Array(cells)) if cells.is_empty() => {
                problems.push(sheet.problem(&[Step::Key("cells".into())], empty(sheet)));
            }
            Some(Value::Array(cells)) => {
                shown.extend(cells.iter().filter_map(|cell| cell.get("name")?.as_str()));
            }
            Some(_) => {
                let complaint = Complaint::new(
                    format!("the cells of sheet {:?} are no list", sheet.id),
                    "write them as \"cells\": [{…}, …]",
                );
                problems.push(sheet.problem(&[Step::Key("cells".into())], complaint));
            }
        }
    }
    for object in objects {
        let is_shown = shown.contains(object.id);
        if is_shown || is_child(object) {
            problems.extend(undrawable(object, is_shown));
        }
    }
}

fn empty(sheet: &Object<'_>) -> Complaint {
    Complaint::warning(
        format!("sheet {:?} has no cells, so it shows nothing", sheet.id),
        "add \"cells\": [{\"name\": …, \"col\": 0, \"row\": 0, \"colspan\": 24, \"rowspan\": 12}]",
    )
}

fn is_child(object: &Object<'_>) -> bool {
    object
        .path
        .iter()
        .any(|step| matches!(step, Step::Key(key) if key == "qChildren"))
}

fn undrawable(object: &Object<'_>, is_shown: bool) -> Option<Problem> {
    let wanted = chart::drawn_as(object.properties, object.kind);
    let place = if wanted == object.kind {
        vec![Step::Key("qInfo".into()), Step::Key("qType".into())]
    } else {
        vec![Step::Key("visualization".into())]
    };
    if is_shown && wanted == "listbox" {
        let complaint = Complaint::warning(
            format!(
                "the list box {:?} has a cell of its own, and is drawn in filter panes only",
                object.id
            ),
            "make it the child of an object of type \"filterpane\", and name that in the cell",
        );
        return Some(object.problem(&place, complaint));
    }
    if chart::is_type(wanted) {
        return None;
    }
    let complaint = Complaint::warning(
        format!(
            "there is no chart type {wanted:?}, so {:?} is not drawn",
            object.id
        ),
        did_you_mean(wanted, chart::types().into_iter()),
    );
    Some(object.problem(&place, complaint))
}

/// What stands in place of a sheet's grid must be one: whole numbers from 1 on.
pub(super) fn check_grid(sheet: &Object<'_>, problems: &mut Vec<Problem>) {
    for key in ["columns", "rows"] {
        let value = sheet.properties.get(key).filter(|value| !value.is_null());
        let is_count = value.is_none_or(|value| value.as_u64().is_some_and(|count| count > 0));
        if !is_count {
            let complaint = Complaint::new(
                format!("{key} of sheet {:?} is no whole number from 1 on", sheet.id),
                "correct it, or leave it out for a grid of 24 × 12",
            );
            problems.push(sheet.problem(&[Step::Key(key.into())], complaint));
        }
    }
}
