//! Reading all tables of an app, in parallel.

mod dates;
mod doubts;
mod fields;
mod interpret;
mod links;
mod odd;
mod opened;
mod sink;
mod typing;
mod unread;
mod written;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fanlight_column::CodedColumn;
use fanlight_engine::{Locale, TableSource};

pub(crate) use sink::Sink;
pub(crate) use written::Moment;

use crate::limits::Limits;
use crate::manifest::{Reader, TablePlan};
use crate::problem::{Complaint, Problem, SourceFile, problem_in};
use crate::progress::Progress;
use crate::{csv, parquet};
use fields::Forms;
use opened::{Format, Opened, OpenedColumn};

/// What reading needs to know besides the plans.
pub(crate) struct Ground<'a> {
    /// The app's folder.
    pub dir: &'a Path,
    pub locale: &'a Locale,
    pub limits: &'a Limits,
    pub progress: &'a dyn Progress,
}

/// Reads the tables. Whatever cannot be read, or is doubtful, is added to `problems`; only whole tables are returned, with
/// how the values of fields are written.
pub(crate) fn read_all(
    plans: &[TablePlan],
    ground: &Ground<'_>,
    manifest: &SourceFile,
    problems: &mut Vec<Problem>,
) -> (Vec<TableSource>, Forms) {
    let mut tables = Vec::new();
    for plan in plans {
        match opened::open(plan, ground, manifest, problems) {
            Ok(opened) => tables.push(opened),
            Err(mut found) => problems.append(&mut found),
        }
    }
    links::check(&tables, manifest, problems);
    typing::resolve(&mut tables, manifest, problems);
    let units = units(&tables);
    ground.progress.planned(units.len());
    let results = run(&units, &tables, ground);
    let columns = collect(&tables, results, problems);
    let (columns, forms) = fields::read(&tables, columns, ground, problems);
    (assemble(tables, columns), forms)
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

/// What was read in one go: columns by their position among those kept, and what is doubtful about their file.
struct UnitRead {
    columns: Vec<(usize, CodedColumn)>,
    doubts: Vec<Complaint>,
}

type UnitResult = Result<UnitRead, Complaint>;

/// The columns of each table; none where one could not be read.
type Columns = Vec<Vec<Option<CodedColumn>>>;

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
    match (&unit.part, &table.format, &table.plan.reader) {
        (Part::Column(position), ..) => {
            let column = &table.columns[*position];
            let sink = sink(column, ground);
            let (coded, doubts) = parquet::read_column(&table.path, column.position, sink, ground.limits)
                .map_err(|complaint| prefixed(&column.name, complaint))?;
            Ok(UnitRead {
                columns: vec![(*position, coded)],
                doubts: doubts
                    .into_iter()
                    .map(|doubt| prefixed(&column.name, doubt))
                    .collect(),
            })
        }
        (Part::Whole, Format::Csv(file), Reader::Csv(plan)) => {
            let mut sinks: Vec<Option<Sink<'_>>> = Vec::new();
            for column in &table.columns {
                sinks.resize_with(sinks.len().max(column.position + 1), || None);
                sinks[column.position] = Some(sink(column, ground));
            }
            let read = csv::read(&table.path, file, &plan.nulls, sinks, ground.limits)?;
            Ok(UnitRead {
                columns: read.columns.into_iter().enumerate().collect(),
                doubts: read.doubts,
            })
        }
        (Part::Whole, ..) => Ok(UnitRead {
            columns: Vec::new(),
            doubts: Vec::new(),
        }),
    }
}

fn sink<'a>(column: &'a OpenedColumn, ground: &Ground<'a>) -> Sink<'a> {
    if column.holds_texts {
        Sink::texts(&column.plan, ground.locale)
    } else {
        Sink::typed(&column.plan, ground.locale)
    }
}

fn prefixed(column: &str, complaint: Complaint) -> Complaint {
    Complaint {
        message: format!("column {column:?}: {}", complaint.message),
        ..complaint
    }
}

fn collect(tables: &[Opened<'_>], results: Vec<(usize, UnitResult)>, problems: &mut Vec<Problem>) -> Columns {
    let mut columns: Columns = tables
        .iter()
        .map(|table| table.columns.iter().map(|_| None).collect())
        .collect();
    for (table, result) in results {
        let source = tables[table].plan.source.get_ref();
        match result {
            Ok(read) => {
                for (position, column) in read.columns {
                    columns[table][position] = Some(column);
                }
                problems.extend(read.doubts.into_iter().map(|doubt| problem_in(source, doubt)));
            }
            Err(complaint) => problems.push(problem_in(source, complaint)),
        }
    }
    columns
}

fn assemble(tables: Vec<Opened<'_>>, columns: Columns) -> Vec<TableSource> {
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
