//! From the columns as files have them to the values of fields.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fanlight_engine::{Locale, ValueForm};

use super::interpret::{Column, Doubt, Interpreted, interpret};
use super::opened::{Format, Opened};
use super::typing::{At, by_field};
use super::{Columns, Ground};
use crate::csv;
use crate::manifest::{ColumnPlan, Typing};
use crate::problem::{Complaint, Problem, problem_in};

/// How the values of fields are written, by the fields' names.
pub(super) type Forms = BTreeMap<String, ValueForm>;

/// Reads the texts of the columns that are to be read, field by field. What is wrong or doubtful is added to `problems`.
pub(super) fn read(
    tables: &[Opened<'_>],
    mut columns: Columns,
    ground: &Ground<'_>,
    problems: &mut Vec<Problem>,
) -> (Columns, Forms) {
    let mut forms = Forms::new();
    let locales: Vec<Locale> = tables
        .iter()
        .map(|table| locale_of(table, ground.locale))
        .collect();
    let mut jobs: Vec<(Vec<At>, Vec<Column<'_>>)> = Vec::new();
    for ats in by_field(tables).into_values() {
        let mut job = (Vec::new(), Vec::new());
        for at in ats {
            let opened = &tables[at.table];
            let plan = &opened.columns[at.column].plan;
            let slot = &mut columns[at.table][at.column];
            match plan.typing {
                // Readers write the texts of such columns: they know each value's own.
                Typing::Text => {}
                Typing::Source => forms.extend(declared_form(plan, ground.locale)),
                Typing::Interpret => {
                    let Some(coded) = slot.take() else { continue };
                    job.0.push(at);
                    job.1.push(Column {
                        table: opened.plan.name.get_ref(),
                        plan,
                        locale: &locales[at.table],
                        is_csv: matches!(opened.format, Format::Csv(_)),
                        has_separators: opened.plan.separators.is_some(),
                        coded,
                    });
                }
            }
        }
        if !job.0.is_empty() {
            jobs.push(job);
        }
    }
    let mut doubts: Vec<(At, Doubt)> = Vec::new();
    for (at, interpreted) in run(jobs) {
        columns[at.table][at.column] = Some(interpreted.coded);
        if let Some(form) = interpreted.form {
            let field = &tables[at.table].columns[at.column].plan.field;
            forms.entry(field.clone()).or_insert(form);
        }
        doubts.extend(interpreted.doubts.into_iter().map(|doubt| (at, doubt)));
    }
    tell(tables, doubts, ground, problems);
    (columns, forms)
}

/// The form in which a column of dates and times is to be shown.
fn declared_form(plan: &ColumnPlan, locale: &Locale) -> Option<(String, ValueForm)> {
    let format = plan.format.as_deref()?;
    Some((plan.field.clone(), ValueForm::moments(&[format], locale)))
}

/// The app's formats, with the separators of the table's file.
fn locale_of(table: &Opened<'_>, locale: &Locale) -> Locale {
    let mut locale = locale.clone();
    if let Some(separators) = &table.plan.separators {
        locale.decimal_sep.clone_from(&separators.decimal);
        locale.thousand_sep.clone_from(&separators.thousand);
        locale.money_decimal_sep.clone_from(&separators.decimal);
        locale.money_thousand_sep.clone_from(&separators.thousand);
    }
    locale
}

/// Each job on one of several threads; the results in the jobs' order.
fn run(jobs: Vec<(Vec<At>, Vec<Column<'_>>)>) -> Vec<(At, Interpreted)> {
    let n_threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(jobs.len());
    let slots: Vec<_> = jobs
        .into_iter()
        .map(|job| Mutex::new((Some(job), Vec::new())))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut slot = slot.lock().expect("each slot is locked by one thread only");
            if let Some((ats, columns)) = slot.0.take() {
                slot.1 = ats.into_iter().zip(interpret(columns)).collect();
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..n_threads {
            scope.spawn(work);
        }
        work();
    });
    slots
        .into_iter()
        .flat_map(|slot| {
            slot.into_inner()
                .expect("each slot is locked by one thread only")
                .1
        })
        .collect()
}

/// Says where the doubtful values are. A text file is read once more for that.
fn tell(tables: &[Opened<'_>], doubts: Vec<(At, Doubt)>, ground: &Ground<'_>, problems: &mut Vec<Problem>) {
    let mut by_table: BTreeMap<usize, Vec<(usize, Doubt)>> = BTreeMap::new();
    for (at, doubt) in doubts {
        let position = tables[at.table].columns[at.column].position;
        by_table.entry(at.table).or_default().push((position, doubt));
    }
    for (table, mut doubts) in by_table {
        doubts.sort_by_key(|(position, doubt)| (doubt.row, *position));
        let opened = &tables[table];
        let wanted = doubts.iter().map(|(position, doubt)| (doubt.row, *position));
        let places = match &opened.format {
            Format::Csv(file) => csv::places(&opened.path, file, wanted, ground.limits),
            Format::Parquet => BTreeMap::new(),
        };
        for (position, doubt) in doubts {
            let complaint = match places.get(&(doubt.row, position)) {
                Some(place) => doubt.complaint.at(*place),
                None => in_row(doubt),
            };
            problems.push(problem_in(opened.plan.source.get_ref(), complaint));
        }
    }
}

/// The place in a file that has no lines.
fn in_row(doubt: Doubt) -> Complaint {
    Complaint {
        message: format!("{}, in row {}", doubt.complaint.message, doubt.row + 1),
        ..doubt.complaint
    }
}
