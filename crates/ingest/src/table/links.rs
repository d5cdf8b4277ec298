//! Links between tables, checked before values are read.

use super::opened::Opened;
use crate::problem::{Complaint, Problem, SourceFile};

/// Two tables may share one field. More would make a composite key that nobody named, so it is refused.
pub(super) fn check(tables: &[Opened<'_>], manifest: &SourceFile, problems: &mut Vec<Problem>) {
    for (position, right) in tables.iter().enumerate() {
        for left in &tables[..position] {
            let shared: Vec<_> = right
                .columns
                .iter()
                .filter(|column| {
                    left.columns
                        .iter()
                        .any(|other| other.plan.field == column.plan.field)
                })
                .collect();
            let [_, second, ..] = shared.as_slice() else {
                continue;
            };
            let fields: Vec<_> = shared
                .iter()
                .map(|column| format!("{:?}", column.plan.field))
                .collect();
            let message = format!(
                "tables {:?} and {:?} share {} fields: {}",
                left.plan.name.get_ref(),
                right.plan.name.get_ref(),
                fields.len(),
                fields.join(", ")
            );
            let fix = "rename all but one in one of the tables, or combine them into one key column";
            problems.push(manifest.problem_at(&second.place, Complaint::new(message, fix)));
        }
    }
}
