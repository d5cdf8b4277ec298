//! Time of hypercubes and of whole selections on the sample app, in process.
//!
//! ```text
//! cargo run --release -p fanlight-bench --bin hypercube -- [APP_DIR] [RUNS]
//! ```
//!
//! Each line is one hypercube (one thread, medians over RUNS). Two yardsticks are measured in the same run, in turns with
//! it: a *stream*, which reads the bytes of the columns involved once and adds them up, and a *loop*, which goes through
//! the rows one by one with a hash table, as a program without an engine would. The last lines are what a click costs:
//! selecting a value, working out the states of all values of all fields, and all cubes of the sheet `overview`.

use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fanlight_bench::clock::timed;
use fanlight_bench::output::line;
use fanlight_bench::stats::{median, millis};
use fanlight_column::Codes;
use fanlight_engine::{
    Cancel, Column, CubeDef, DataModel, DimDef, Elem, FieldId, LockMode, MeasureDef, SelectMode, Session,
    Settings, Snapshot, SortSpec, Table,
};
use fanlight_ingest::load_app;

const DEFAULT_RUNS: usize = 101;

/// A cube over the flights.
struct Query {
    name: &'static str,
    dims: &'static [&'static str],
    measures: &'static [&'static str],
    /// The columns of the flights table that have to be read, the group first and the number last.
    columns: &'static [&'static str],
    /// The field and the value selected, if any.
    selected: Option<(&'static str, &'static str)>,
}

const QUERIES: &[Query] = &[
    Query {
        name: "Sum by Carrier",
        dims: &["Carrier"],
        measures: &["Sum(Distance)"],
        columns: &["Carrier", "Distance"],
        selected: None,
    },
    Query {
        name: "Sum, Count, Avg, Min, Max by Carrier",
        dims: &["Carrier"],
        measures: &[
            "Sum(Distance)",
            "Count(Distance)",
            "Avg(Distance)",
            "Min(Distance)",
            "Max(Distance)",
        ],
        columns: &["Carrier", "Distance"],
        selected: None,
    },
    Query {
        name: "Avg by Month and Origin",
        dims: &["Month", "Origin"],
        measures: &["Avg([Dep Delay])"],
        columns: &["Month", "Origin", "Dep Delay"],
        selected: None,
    },
    Query {
        name: "Sum by Manufacturer (through planes)",
        dims: &["Manufacturer"],
        measures: &["Sum(Distance)"],
        columns: &["Tail Number", "Distance"],
        selected: None,
    },
    Query {
        name: "Count distinct planes by Carrier",
        dims: &["Carrier"],
        measures: &["Count(DISTINCT [Tail Number])"],
        columns: &["Carrier", "Tail Number"],
        selected: None,
    },
    Query {
        name: "Sum by Carrier, one airport selected",
        dims: &["Carrier"],
        measures: &["Sum(Distance)"],
        columns: &["Carrier", "Distance", "Dest"],
        selected: Some(("Airport", "Los Angeles Intl")),
    },
    Query {
        name: "Share with If by Carrier",
        dims: &["Carrier"],
        measures: &["Sum(If([Dep Delay] < 15, 1, 0)) / Count([Dep Delay])"],
        columns: &["Carrier", "Dep Delay"],
        selected: None,
    },
];

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let dir = args.next().unwrap_or_else(|| "apps/flights".to_owned());
    let n_runs = args.next().map_or(Ok(DEFAULT_RUNS), |text| text.parse())?;
    let (load, app) = timed(|| load_app(Path::new(&dir), &()));
    let model = app?.model;
    let flights = flights(&model)?;
    line(format!(
        "app loaded in {:.0} ms, {} flights",
        millis(load),
        flights.n_rows()
    ));
    line(format!(
        "model holds {:.1} MiB",
        model.size_bytes() as f64 / f64::from(1 << 20)
    ));
    line(format!(
        "{:<40} {:>10} {:>10} {:>10} {:>9} {:>9}",
        "", "cube", "stream", "loop", "× stream", "× loop"
    ));
    for query in QUERIES {
        measure(query, &model, n_runs)?;
    }
    click(&model, n_runs)
}

fn flights(model: &DataModel) -> Result<&Table> {
    model
        .tables()
        .iter()
        .find(|table| table.name() == "Flights")
        .context("the app has a table Flights")
}

fn measure(query: &Query, model: &Arc<DataModel>, n_runs: usize) -> Result<()> {
    let mut session = Session::new(Arc::clone(model), Settings::default());
    if let Some((field, text)) = query.selected {
        select(&mut session, model, field, text)?;
    }
    let snapshot = session.snapshot();
    let def = cube_def(query.dims, query.measures);
    let columns: Vec<&Column> = query
        .columns
        .iter()
        .map(|name| column(model, name))
        .collect::<Result<_>>()?;
    let nums = model
        .field(columns[columns.len() - 1].field())
        .symbols()
        .nums()
        .to_vec();
    let (mut cube, mut stream, mut naive) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n_runs {
        let (time, result) = timed(|| snapshot.cube(&def, &Cancel::default()));
        ensure!(
            result?.error.is_none(),
            "the cube of {:?} is computed",
            query.name
        );
        cube.push(time);
        stream.push(timed(|| black_box(columns.iter().map(|column| add_up(column.codes())).sum::<u64>())).0);
        naive.push(timed(|| black_box(row_loop(&columns, &nums))).0);
    }
    let (cube, stream, naive) = (median(&mut cube), median(&mut stream), median(&mut naive));
    let ratio = |other: Duration| cube.as_secs_f64() / other.as_secs_f64();
    line(format!(
        "{:<40} {:>7.3} ms {:>7.3} ms {:>7.3} ms {:>9.1} {:>9.2}",
        query.name,
        millis(cube),
        millis(stream),
        millis(naive),
        ratio(stream),
        ratio(naive)
    ));
    Ok(())
}

fn cube_def(dims: &[&str], measures: &[&str]) -> CubeDef {
    CubeDef {
        dims: dims
            .iter()
            .map(|dim| DimDef {
                field: (*dim).to_owned(),
                ..DimDef::default()
            })
            .collect(),
        measures: measures
            .iter()
            .map(|expr| MeasureDef {
                expr: (*expr).to_owned(),
                sort: SortSpec {
                    by_numeric: -1,
                    ..SortSpec::default()
                },
                ..MeasureDef::default()
            })
            .collect(),
        ..CubeDef::default()
    }
}

fn column<'a>(model: &'a DataModel, name: &str) -> Result<&'a Column> {
    let field = field(model, name)?;
    let columns = flights(model)?.columns();
    columns
        .iter()
        .find(|column| column.field() == field)
        .with_context(|| format!("flights have no {name:?}"))
}

fn field(model: &DataModel, name: &str) -> Result<FieldId> {
    model
        .field_id(name)
        .with_context(|| format!("the app has no field {name:?}"))
}

fn select(session: &mut Session, model: &DataModel, name: &str, text: &str) -> Result<()> {
    let field = field(model, name)?;
    let elem = model
        .field(field)
        .symbols()
        .find_text(text)
        .with_context(|| format!("no value {text:?}"))?;
    let done = session.select("$", field, &[Elem(elem)], SelectMode::Replace, LockMode::Respect);
    ensure!(done, "{text:?} can be selected");
    Ok(())
}

/// Reads every byte of a column once.
fn add_up(codes: &Codes) -> u64 {
    match codes {
        Codes::U8(codes) => codes.iter().map(|code| u64::from(*code)).sum(),
        Codes::U16(codes) => codes.iter().map(|code| u64::from(*code)).sum(),
        Codes::U32(codes) => codes.iter().map(|code| u64::from(*code)).sum(),
    }
}

/// Adds up numbers by group, row by row.
fn row_loop(columns: &[&Column], nums: &[f64]) -> HashMap<Vec<u32>, (f64, u32)> {
    let (groups, values) = columns.split_at(columns.len() - 1);
    let mut sums: HashMap<Vec<u32>, (f64, u32)> = HashMap::new();
    for row in 0..values[0].codes().len() {
        let Some(code) = values[0].codes().get(row) else {
            continue;
        };
        let key = groups.iter().map(|column| column.codes().wide(row)).collect();
        let sum = sums.entry(key).or_default();
        sum.0 += nums[code as usize];
        sum.1 += 1;
    }
    sums
}

/// What the sheet `overview` computes after a selection.
const SHEET: &[(&[&str], &[&str])] = &[
    (&[], &["Count([Dep Time])"]),
    (&[], &["Avg([Dep Delay])"]),
    (&[], &["Sum(If([Dep Delay] < 15, 1, 0)) / Count([Dep Delay])"]),
    (&[], &["Count([Flight Number]) - Count([Dep Time])"]),
    (&["Month"], &["Count([Dep Time])"]),
    (&["Origin"], &["Count([Dep Time])"]),
    (&["Carrier"], &["Count([Dep Time])"]),
    (
        &["Origin", "Dest", "Airport"],
        &[
            "Count([Dep Time])",
            "Avg([Dep Delay])",
            "Sum(If([Dep Delay] < 15, 1, 0)) / Count([Dep Delay])",
        ],
    ),
];

fn click(model: &Arc<DataModel>, n_runs: usize) -> Result<()> {
    let clicks = [
        ("Month", "Jul"),
        ("Airport", "Los Angeles Intl"),
        ("Manufacturer", "BOEING"),
        ("Visibility", "0.5"),
    ];
    let defs: Vec<CubeDef> = SHEET
        .iter()
        .map(|(dims, measures)| cube_def(dims, measures))
        .collect();
    line("");
    line(format!(
        "{:<40} {:>10} {:>10} {:>10}",
        "a click on", "select", "states", "sheet"
    ));
    for (name, text) in clicks {
        let (mut selecting, mut states, mut sheet) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..n_runs {
            // A session of its own each time, so that nothing is remembered from the time before.
            let mut session = Session::new(Arc::clone(model), Settings::default());
            let (time, done) = timed(|| select(&mut session, model, name, text));
            done?;
            selecting.push(time);
            let snapshot = session.snapshot();
            states.push(timed(|| black_box(count_states(&snapshot, model))).0);
            let (time, done) = timed(|| compute(&snapshot, &defs));
            done?;
            sheet.push(time);
        }
        line(format!(
            "{:<40} {:>7.3} ms {:>7.3} ms {:>7.3} ms",
            format!("{name}: {text}"),
            millis(median(&mut selecting)),
            millis(median(&mut states)),
            millis(median(&mut sheet))
        ));
    }
    Ok(())
}

fn count_states(snapshot: &Snapshot, model: &DataModel) -> usize {
    let fields = (0..model.fields().len() as u32).map(FieldId);
    fields.map(|field| snapshot.state_counts("$", field).option).sum()
}

fn compute(snapshot: &Snapshot, defs: &[CubeDef]) -> Result<()> {
    for def in defs {
        let cube = snapshot.cube(def, &Cancel::default())?;
        ensure!(cube.error.is_none(), "the sheet's cubes are computed");
    }
    Ok(())
}
