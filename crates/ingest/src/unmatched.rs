//! Links through which nothing flows: columns of one field that have no value in common.

use fanlight_column::BitSet;
use fanlight_engine::{DataModel, Field};

use crate::manifest::Manifest;
use crate::problem::{Complaint, Problem, SourceFile};
use crate::summary::{counted, values_by_table};

/// One table's column of a linking field.
struct Side<'a> {
    table: &'a str,
    values: BitSet,
    /// Sides with the same number are linked by values, directly or not.
    group: usize,
}

/// Warns of every linking field whose tables fall into groups without a value in common.
pub(crate) fn check(model: &DataModel, manifest: &Manifest, file: &SourceFile, problems: &mut Vec<Problem>) {
    for field in model.fields().iter().filter(|field| field.is_key()) {
        let sides = grouped(model, field);
        let Some(first) = sides.first() else { continue };
        let mut told = vec![first.group];
        for side in &sides {
            if told.contains(&side.group) {
                continue;
            }
            told.push(side.group);
            let complaint = complaint(field, first, side);
            let plan = manifest
                .tables
                .iter()
                .find(|plan| plan.name.get_ref() == side.table);
            problems.extend(plan.map(|plan| file.problem_at(&plan.place_of(field.name()), complaint)));
        }
    }
}

/// The sides that have values, in the manifest's order.
fn grouped<'a>(model: &'a DataModel, field: &Field) -> Vec<Side<'a>> {
    let sets = field.tables().iter().zip(values_by_table(model, field));
    let mut sides: Vec<Side<'a>> = Vec::new();
    for ((table, _), values) in sets {
        if values.is_empty() {
            continue;
        }
        let group = sides.len();
        let linked: Vec<usize> = sides
            .iter()
            .filter(|side| side.values.intersects(&values))
            .map(|side| side.group)
            .collect();
        for side in &mut sides {
            if linked.contains(&side.group) {
                side.group = group;
            }
        }
        let table = model.table(*table).name();
        sides.push(Side { table, values, group });
    }
    sides
}

fn complaint(field: &Field, left: &Side<'_>, right: &Side<'_>) -> Complaint {
    let example = |side: &Side<'_>| {
        let code = side.values.iter().next().unwrap_or(0);
        let text = field
            .symbols()
            .text(u32::try_from(code).unwrap_or(0))
            .into_owned();
        let count = counted(side.values.count(), "value");
        format!("{:?} has {count} such as {text:?}", side.table)
    };
    let message = format!(
        "the field {:?} links nothing: {} and {}, and none of them is in both",
        field.name(),
        example(left),
        example(right)
    );
    let fix = "write the values alike on both sides, or give one of the columns another field name";
    Complaint::warning(message, fix)
}
