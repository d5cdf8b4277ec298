//! Reading all tables of an app, in parallel.

mod links;
mod opened;
mod sink;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fanlight_column::CodedColumn;
use fanlight_engine::{Locale, TableSource};

pub(crate) use sink::{Reading, Sink};

use crate::limits::Limits;
use crate::manifest::{Reader, TablePlan};
use crate::problem::{Complaint, Problem, SourceFile, problem_in};
use crate::progress::Progress;
use crate::{csv, parquet};
use opened::Opened;

/// What reading needs to know besides the plans.
pub(crate) struct Ground<'a> {
    /// The app's folder.
    pub dir: &'a Path,
    pub locale: &'a Locale,
    pub limits: &'a Limits,
    pub progress: &'a dyn Progress,
}

/// Reads the tables. Whatever cannot be read is added to `problems`; only whole tables are returned.
pub(crate) fn read_all(
    plans: &[TablePlan],
    ground: &Ground<'_>,
    manifest: &SourceFile,
    problems: &mut Vec<Problem>,
) -> Vec<TableSource> {
    let mut tables = Vec::new();
    for plan in plans {
        match opened::open(plan, ground, manifest) {
            Ok(opened) => tables.push(opened),
            Err(mut found) => problems.append(&mut found),
        }
    }
    links::check(&tables, manifest, problems);
    let units = units(&tables);
    ground.progress.planned(units.len());
    let results = run(&units, &tables, ground);
    assemble(tables, results, problems)
}

/// What one thread reads in one go.
struct Unit {
    table: usize,
    part: Part,
}

enum Part {
    /// The table's column with this position among those kept.
    Column(usize),
    Whole,
}

type Columns = Vec<(usize, CodedColumn)>;
type UnitResult = Result<Columns, Complaint>;

/// Large tables first, so that no thread is left with a large one at the end.
fn units(tables: &[Opened<'_>]) -> Vec<Unit> {
    let mut order: Vec<_> = (0..tables.len()).collect();
    order.sort_by_key(|table| std::cmp::Reverse(tables[*table].size_bytes));
    let mut units = Vec::new();
    for table in order {
        match tables[table].plan.reader {
            Reader::Csv(_) => units.push(Unit {
                table,
                part: Part::Whole,
            }),
            Reader::Parquet => {
                let columns = 0..tables[table].columns.len();
                units.extend(columns.map(|column| Unit {
                    table,
                    part: Part::Column(column),
                }));
            }
        }
    }
    units
}

/// Each unit's result, in the order of the units.
fn run(units: &[Unit], tables: &[Opened<'_>], ground: &Ground<'_>) -> Vec<(usize, UnitResult)> {
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<UnitResult>>> = units.iter().map(|_| Mutex::new(None)).collect();
    let work = || {
        loop {
            let position = next.fetch_add(1, Ordering::Relaxed);
            let Some(unit) = units.get(position) else { break };
            let table = &tables[unit.table];
            // A damaged file must not take the server down with it, whatever the decoders make of it.
            let result =
                catch_unwind(AssertUnwindSafe(|| read_unit(unit, table, ground))).unwrap_or_else(|_| {
                    Err(Complaint::new(
                        "the file is damaged: its reader gave up",
                        "write the file anew",
                    ))
                });
            ground.progress.unit_done(table.plan.name.get_ref());
            *results[position]
                .lock()
                .expect("a result is stored without panicking") = Some(result);
        }
    };
    let n_threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(units.len());
    thread::scope(|scope| {
        for _ in 1..n_threads {
            scope.spawn(work);
        }
        work();
    });
    let finished = results.into_iter().map(|slot| {
        let result = slot.into_inner().expect("a result is stored without panicking");
        result.expect("every unit was taken by one thread and finished")
    });
    units.iter().map(|unit| unit.table).zip(finished).collect()
}

fn read_unit(unit: &Unit, table: &Opened<'_>, ground: &Ground<'_>) -> UnitResult {
    match (&unit.part, &table.plan.reader) {
        (Part::Column(position), _) => {
            let column = &table.columns[*position];
            let reading = Reading::typed(&column.plan, ground.locale);
            let sink = Sink::new(&column.plan, &reading);
            let coded = parquet::read_column(&table.path, column.position, sink, ground.limits)
                .map_err(|complaint| prefixed(&column.name, complaint))?;
            Ok(vec![(*position, coded)])
        }
        (Part::Whole, Reader::Csv(plan)) => {
            let readings: Vec<_> = table
                .columns
                .iter()
                .map(|column| Reading::texts(&column.plan, ground.locale))
                .collect();
            let mut sinks: Vec<Option<Sink<'_>>> = Vec::new();
            for (column, reading) in table.columns.iter().zip(&readings) {
                sinks.resize_with(sinks.len().max(column.position + 1), || None);
                sinks[column.position] = Some(Sink::new(&column.plan, reading));
            }
            let columns = csv::read(&table.path, plan, sinks, ground.limits)?;
            Ok(columns.into_iter().enumerate().collect())
        }
        (Part::Whole, Reader::Parquet) => Ok(Vec::new()),
    }
}

fn prefixed(column: &str, complaint: Complaint) -> Complaint {
    Complaint {
        message: format!("column {column:?}: {}", complaint.message),
        ..complaint
    }
}

fn assemble(
    tables: Vec<Opened<'_>>,
    results: Vec<(usize, UnitResult)>,
    problems: &mut Vec<Problem>,
) -> Vec<TableSource> {
    let mut columns: Vec<Vec<Option<CodedColumn>>> = tables
        .iter()
        .map(|table| table.columns.iter().map(|_| None).collect())
        .collect();
    for (table, result) in results {
        match result {
            Ok(read) => {
                for (position, column) in read {
                    columns[table][position] = Some(column);
                }
            }
            Err(complaint) => problems.push(problem_in(tables[table].plan.source.get_ref(), complaint)),
        }
    }
    let whole = tables.into_iter().zip(columns).filter_map(|(table, columns)| {
        let names = table.columns.iter().map(|column| column.plan.field.clone());
        let columns = columns.into_iter().collect::<Option<Vec<_>>>()?;
        Some(TableSource {
            name: table.plan.name.get_ref().clone(),
            columns: names.zip(columns).collect(),
        })
    });
    whole.collect()
}
