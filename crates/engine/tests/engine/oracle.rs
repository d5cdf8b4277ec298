//! The engine against a model that really makes the full outer join and walks its rows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::common::{cube, def};
use fanlight_column::ColumnBuilder;
use fanlight_engine::{
    DataModel, DimCell, Elem, LockMode, SelectMode, Session, Settings, Snapshot, TableSource,
};
use proptest::prelude::*;

/// A snowflake: two dimension tables on the facts, one behind the first, and a third table on the first key.
const TABLES: [(&str, &[&str]); 5] = [
    ("Fact", &["k1", "k2", "f", "m"]),
    ("Dim1", &["k1", "k3", "a", "w"]),
    ("Dim2", &["k2", "b"]),
    ("Sub", &["k3", "c", "v"]),
    ("Side", &["k1", "d", "u"]),
];
const FIELDS: [&str; 8] = ["k1", "k2", "k3", "f", "a", "b", "c", "d"];
/// Numbers to sum, and their tables.
const MEASURES: [(&str, usize); 4] = [("m", 0), ("w", 1), ("v", 3), ("u", 4)];

type Cell = Option<u8>;
type Data = Vec<Vec<Vec<Cell>>>;

fn data() -> impl Strategy<Value = Data> {
    let tables: Vec<_> = TABLES
        .iter()
        .map(|(_, fields)| {
            let row = prop::collection::vec(prop::option::weighted(0.85, 0..4_u8), fields.len());
            prop::collection::vec(row, 0..6)
        })
        .collect();
    tables
}

fn selections() -> impl Strategy<Value = Vec<(usize, Vec<u8>)>> {
    prop::collection::vec((0..FIELDS.len(), prop::collection::vec(0..4_u8, 1..4)), 0..4)
}

fn session(data: &Data) -> Session {
    let sources = TABLES
        .iter()
        .zip(data)
        .map(|((name, fields), rows)| {
            let columns = fields.iter().enumerate().map(|(at, field)| {
                let mut column = ColumnBuilder::new();
                for row in rows {
                    match row[at] {
                        Some(value) => column.push_num(f64::from(value)),
                        None => column.push_null(),
                    }
                }
                ((*field).to_owned(), column.finish())
            });
            TableSource {
                name: (*name).to_owned(),
                columns: columns.collect(),
            }
        })
        .collect();
    Session::new(
        Arc::new(DataModel::new(sources).expect("a snowflake")),
        Settings::default(),
    )
}

/// A record of the full outer join: the values of all fields and the row of each table.
#[derive(Clone, Default)]
struct Record {
    values: BTreeMap<&'static str, u8>,
    rows: [Option<usize>; 5],
}

/// Joins table after table; each shares one field with those before.
fn full_outer_join(data: &Data) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for (at, (_, fields)) in TABLES.iter().enumerate() {
        let own = |row: usize| -> BTreeMap<&'static str, u8> {
            fields
                .iter()
                .zip(&data[at][row])
                .filter_map(|(field, cell)| Some((*field, (*cell)?)))
                .collect()
        };
        let key = fields
            .iter()
            .find(|field| TABLES[..at].iter().any(|(_, others)| others.contains(field)));
        let mut next = Vec::new();
        let mut is_met = vec![false; data[at].len()];
        for record in &records {
            let mut is_alone = true;
            for (row, is_met) in is_met.iter_mut().enumerate() {
                let values = own(row);
                let key = key.expect("tables are linked");
                if record.values.contains_key(key) && record.values.get(key) == values.get(key) {
                    is_alone = false;
                    *is_met = true;
                    let mut joined = record.clone();
                    joined.values.extend(values);
                    joined.rows[at] = Some(row);
                    next.push(joined);
                }
            }
            if is_alone {
                next.push(record.clone());
            }
        }
        for row in (0..data[at].len()).filter(|row| !is_met[*row]) {
            let mut alone = Record {
                values: own(row),
                ..Record::default()
            };
            alone.rows[at] = Some(row);
            next.push(alone);
        }
        records = next;
    }
    records
}

type Chosen = BTreeMap<&'static str, BTreeSet<u8>>;

fn chosen(snapshot: &Snapshot) -> Chosen {
    snapshot
        .selections("$")
        .into_iter()
        .map(|item| {
            let field = snapshot.model().field(item.field);
            let name = *FIELDS
                .iter()
                .find(|name| **name == field.name())
                .expect("a known field");
            let value = |elem: &Elem| field.symbols().num(elem.0).expect("a number") as u8;
            (name, item.selected.iter().map(value).collect())
        })
        .collect()
}

fn is_possible(record: &Record, chosen: &Chosen, except: Option<&str>) -> bool {
    chosen
        .iter()
        .filter(|(field, _)| Some(**field) != except)
        .all(|(field, values)| {
            record
                .values
                .get(field)
                .is_some_and(|value| values.contains(value))
        })
}

fn expected_state(records: &[Record], chosen: &Chosen, field: &'static str, value: u8) -> &'static str {
    let is_possible = records
        .iter()
        .any(|record| record.values.get(field) == Some(&value) && is_possible(record, chosen, Some(field)));
    match (chosen.get(field), is_possible) {
        (None, true) => "O",
        (None, false) => "X",
        (Some(own), true) => {
            if own.contains(&value) {
                "S"
            } else {
                "A"
            }
        }
        (Some(own), false) => {
            if own.contains(&value) {
                "XS"
            } else {
                "X"
            }
        }
    }
}

/// The tables on the ways between the tables that hold the dimensions and the measure.
fn connecting(dims: &[&'static str], measure_table: usize) -> BTreeSet<usize> {
    let mut tables: BTreeSet<usize> = (0..5)
        .filter(|at| dims.iter().any(|dim| TABLES[*at].1.contains(dim)))
        .chain([measure_table])
        .collect();
    // Sub hangs on Dim1, Dim2 on Fact; Fact, Dim1 and Side share one field.
    if tables.contains(&3) && tables.len() > 1 {
        tables.insert(1);
    }
    if tables.contains(&2) && tables.len() > 1 {
        tables.insert(0);
    }
    tables
}

/// Rows of the cube: the key, and sum, count and count of distinct values.
type Expected = BTreeMap<Vec<Cell>, (f64, usize, usize)>;

fn expected_cube(
    data: &Data,
    possible: &[&Record],
    dims: &[&'static str],
    measure: (&'static str, usize),
) -> Expected {
    let (name, table) = measure;
    let column = TABLES[table]
        .1
        .iter()
        .position(|field| *field == name)
        .expect("the table has the measure");
    let tables = connecting(dims, table);
    let mut groups: BTreeMap<Vec<Cell>, BTreeSet<usize>> = BTreeMap::new();
    for record in possible
        .iter()
        .filter(|record| tables.iter().any(|table| record.rows[*table].is_some()))
    {
        let key: Vec<Cell> = dims.iter().map(|dim| record.values.get(dim).copied()).collect();
        groups.entry(key).or_default().extend(record.rows[table]);
    }
    if dims.is_empty() {
        groups.entry(Vec::new()).or_default();
    }
    groups
        .into_iter()
        .map(|(key, rows)| {
            let cells: Vec<u8> = rows.iter().filter_map(|row| data[table][*row][column]).collect();
            let sum = cells.iter().map(|cell| f64::from(*cell)).sum();
            let distinct: BTreeSet<u8> = cells.iter().copied().collect();
            (key, (sum, cells.len(), distinct.len()))
        })
        .collect()
}

fn found_cube(snapshot: &Snapshot, dims: &[&'static str], measure: &str) -> (Expected, (f64, f64, f64)) {
    let measures = [
        format!("Sum({measure})"),
        format!("Count({measure})"),
        format!("Count(DISTINCT {measure})"),
    ];
    let measures: Vec<&str> = measures.iter().map(String::as_str).collect();
    let cube = cube(snapshot, &def(dims, &measures));
    let num = |row: usize, at: usize| cube.measure(row, at).as_num().expect("a number");
    let rows = (0..cube.n_rows())
        .map(|row| {
            let key = (0..dims.len())
                .map(|dim| match cube.dim(row, dim) {
                    DimCell::Elem(_) => Some(cube.dim_num(row, dim) as u8),
                    _ => None,
                })
                .collect();
            (key, (num(row, 0), num(row, 1) as usize, num(row, 2) as usize))
        })
        .collect();
    (
        rows,
        (
            cube.grand_total(0).1,
            cube.grand_total(1).1,
            cube.grand_total(2).1,
        ),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn states_and_cubes_equal_those_of_the_join(data in data(), picks in selections()) {
        let mut session = session(&data);
        for (field, values) in &picks {
            let id = session.model().field_id(FIELDS[*field]).expect("a known field");
            let symbols = Arc::clone(session.model().field(id).symbols());
            let elems: Vec<Elem> =
                values.iter().filter_map(|value| symbols.find_num(f64::from(*value)).map(Elem)).collect();
            session.select("$", id, &elems, SelectMode::Replace, LockMode::Respect);
        }
        let snapshot = session.snapshot();
        let chosen = chosen(&snapshot);
        let records = full_outer_join(&data);
        for name in FIELDS {
            let id = snapshot.model().field_id(name).expect("a known field");
            let symbols = snapshot.model().field(id).symbols();
            for code in 0..symbols.len() as u32 {
                let value = symbols.num(code).expect("a number") as u8;
                let found = snapshot.elem_state("$", id, Elem(code)).letter();
                prop_assert_eq!(found, expected_state(&records, &chosen, name, value), "{} {}", name, value);
            }
            prop_assert_eq!(snapshot.state_counts("$", id).total(), symbols.len());
        }
        let possible: Vec<&Record> = records.iter().filter(|record| is_possible(record, &chosen, None)).collect();
        for measure in MEASURES {
            let total = expected_cube(&data, &possible, &[], measure)[&Vec::new()];
            for (at, first) in FIELDS.iter().enumerate() {
                let second = FIELDS[(at * 3 + 1) % FIELDS.len()];
                for dims in [vec![*first], vec![*first, second]] {
                    if dims.len() == 2 && dims[0] == dims[1] {
                        continue;
                    }
                    let (rows, totals) = found_cube(&snapshot, &dims, measure.0);
                    let expected = expected_cube(&data, &possible, &dims, measure);
                    prop_assert_eq!(&rows, &expected, "{} by {:?} under {:?}", measure.0, &dims, &chosen);
                    prop_assert_eq!(totals, (total.0, total.1 as f64, total.2 as f64));
                }
            }
        }
    }
}
