//! The engine on the sample app against brute force: every cell of cubes and the state of every value, under selections
//! in all five tables.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as its test does")]

mod brute;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use brute::{Aggregate, Flights, Key, Selections};
use fanlight_engine::{
    Cancel, Cube, CubeDef, DataModel, DimCell, DimDef, Elem, FieldId, LockMode, MeasureDef, SelectMode,
    Session, Settings, Snapshot,
};
use fanlight_ingest::load_app;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps/flights")
}

/// Both sides, and which of the engine's values is which of ours.
struct Sides {
    model: Arc<DataModel>,
    flights: Flights,
    /// By field and element number: our code.
    codes: BTreeMap<String, Vec<u32>>,
}

static SIDES: LazyLock<Sides> = LazyLock::new(|| {
    let model = load_app(&folder(), &()).unwrap().model;
    let flights = Flights::read(&folder());
    let codes = model.fields().iter().map(|field| {
        let symbols = field.symbols();
        let key = |elem| {
            symbols
                .num(elem)
                .map_or_else(|| Key::Text(symbols.text(elem).into_owned()), Key::num)
        };
        let values = &flights.values[field.name()];
        assert_eq!(
            symbols.len(),
            values.keys.len(),
            "distinct values of {}",
            field.name()
        );
        let codes = (0..symbols.len() as u32).map(|elem| values.find(&key(elem)).unwrap());
        (field.name().to_owned(), codes.collect())
    });
    Sides {
        codes: codes.collect(),
        flights,
        model,
    }
});

/// What a user did, on both sides.
struct Scenario {
    session: Session,
    selections: Selections,
}

impl Scenario {
    fn new() -> Self {
        let session = Session::new(Arc::clone(&SIDES.model), Settings::default());
        Self {
            session,
            selections: Selections::default(),
        }
    }

    fn select(mut self, field: &str, keys: &[Key]) -> Self {
        let codes = SIDES.flights.codes(field, keys);
        let elems: Vec<_> = (0..)
            .zip(&SIDES.codes[field])
            .filter(|(_, code)| codes.contains(code))
            .collect();
        let elems: Vec<_> = elems.into_iter().map(|(elem, _)| Elem(elem)).collect();
        assert!(
            self.session
                .select("$", id(field), &elems, SelectMode::Replace, LockMode::Respect),
            "{field}"
        );
        self.selections.fields.insert(field.to_owned(), codes);
        self
    }

    fn texts(self, field: &str, texts: &[&str]) -> Self {
        let keys: Vec<_> = texts.iter().map(|text| Key::text(text)).collect();
        self.select(field, &keys)
    }

    fn nums(self, field: &str, nums: &[f64]) -> Self {
        let keys: Vec<_> = nums.iter().map(|num| Key::num(*num)).collect();
        self.select(field, &keys)
    }

    fn lock(mut self, field: &str) -> Self {
        assert!(self.session.lock("$", id(field)));
        self.selections.locked.insert(field.to_owned());
        self
    }

    /// Compares everything, and answers the state letters that occurred.
    fn check(&self) -> BTreeSet<&'static str> {
        let snapshot = self.session.snapshot();
        let state = SIDES.flights.infer(&self.selections);
        let letters = check_letters(&snapshot, &state.letters);
        check_cube(&snapshot, &state.keep, Some("Carrier"));
        check_cube(&snapshot, &state.keep, Some("Manufacturer"));
        check_cube(&snapshot, &state.keep, Some("Month"));
        check_cube(&snapshot, &state.keep, None);
        letters
    }
}

fn id(field: &str) -> FieldId {
    SIDES.model.field_id(field).unwrap()
}

fn check_letters(
    snapshot: &Snapshot,
    expected: &BTreeMap<String, Vec<&'static str>>,
) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    for (field, codes) in &SIDES.codes {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (elem, code) in (0..).zip(codes) {
            let letter = snapshot.elem_state("$", id(field), Elem(elem)).letter();
            let value = &SIDES.flights.values[field].keys[*code as usize];
            assert_eq!(letter, expected[field][*code as usize], "{value:?} of {field}");
            *counts.entry(letter).or_default() += 1;
            seen.insert(letter);
        }
        let theirs = snapshot.state_counts("$", id(field));
        let count = |letter| counts.get(letter).copied().unwrap_or(0);
        assert_eq!(theirs.selected, count("S"), "{field}");
        assert_eq!(theirs.option, count("O"), "{field}");
        assert_eq!(theirs.alternative, count("A"), "{field}");
        assert_eq!(theirs.excluded, count("X"), "{field}");
        assert_eq!(theirs.selected_excluded, count("XS"), "{field}");
        assert_eq!(
            (theirs.locked, theirs.locked_excluded),
            (count("L"), count("XL")),
            "{field}"
        );
    }
    seen
}

/// How a cell follows from an aggregate; `None` is NULL.
type Cell = fn(&Aggregate) -> Option<f64>;

const SUM: Cell = |aggregate| Some(aggregate.sum);
const COUNT: Cell = |aggregate| Some(aggregate.count as f64);
const DISTINCT: Cell = |aggregate| Some(aggregate.distinct.len() as f64);

/// Measures over flights, over tables that flights refer to (each record once per group), and over keys.
const MEASURES: &[(&str, &str, Cell)] = &[
    ("Sum(Distance)", "Distance", SUM),
    ("Count([Dep Time])", "Dep Time", COUNT),
    ("Avg([Dep Delay])", "Dep Delay", Aggregate::avg),
    ("Min([Arr Delay])", "Arr Delay", |aggregate| aggregate.min),
    ("Max([Air Time])", "Air Time", |aggregate| aggregate.max),
    ("Count(DISTINCT [Flight Number])", "Flight Number", DISTINCT),
    ("Count(DISTINCT [Tail Number])", "Tail Number", DISTINCT),
    ("Count(DISTINCT Model)", "Model", DISTINCT),
    ("Sum(Seats)", "Seats", SUM),
    ("Count(Airport)", "Airport", COUNT),
    ("Avg(Temperature)", "Temperature", Aggregate::avg),
    ("Max(Latitude)", "Latitude", |aggregate| aggregate.max),
];

fn check_cube(snapshot: &Snapshot, keep: &[bool], dim: Option<&str>) {
    let def = CubeDef {
        dims: dim
            .iter()
            .map(|dim| DimDef {
                field: (*dim).to_owned(),
                ..DimDef::default()
            })
            .collect(),
        measures: MEASURES
            .iter()
            .map(|(expr, ..)| MeasureDef {
                expr: (*expr).to_owned(),
                ..MeasureDef::default()
            })
            .collect(),
        ..CubeDef::default()
    };
    let cube = snapshot.cube(&def, &Cancel::default()).unwrap();
    assert_eq!(cube.error, None);
    let row_keys: Vec<Option<Key>> = (0..cube.n_rows()).map(|row| row_key(&cube, row, dim)).collect();
    for (number, (expr, field, cell)) in MEASURES.iter().enumerate() {
        assert_eq!(cube.measures[number].error, None, "{expr}");
        let groups = SIDES.flights.group(keep, dim, field);
        for (row, key) in row_keys.iter().enumerate() {
            let found = cube.measure(row, number).as_num();
            let expected = groups.get(key).map_or_else(|| cell(&Aggregate::default()), cell);
            assert!(
                is_close(found, expected),
                "{expr} by {dim:?} {key:?}: {found:?}, expected {expected:?}"
            );
        }
        let mut values: Vec<_> = groups.keys().filter(|key| key.is_some()).collect();
        let mut rows: Vec<_> = row_keys.iter().filter(|key| key.is_some()).collect();
        values.sort();
        rows.sort();
        assert_eq!(rows, values, "rows by {dim:?}");
        let total = SIDES
            .flights
            .group(keep, None, field)
            .remove(&None)
            .unwrap_or_default();
        let found = Some(cube.grand_total(number).1).filter(|num| !num.is_nan());
        assert!(
            is_close(found, cell(&total)),
            "total of {expr}: {found:?}, expected {:?}",
            cell(&total)
        );
    }
}

fn row_key(cube: &Cube, row: usize, dim: Option<&str>) -> Option<Key> {
    let dim = dim?;
    match cube.dim(row, 0) {
        DimCell::Elem(elem) => {
            let code = SIDES.codes[dim][elem.0 as usize];
            Some(SIDES.flights.values[dim].keys[code as usize].clone())
        }
        DimCell::Null => None,
        other => panic!("{other:?} was not asked for"),
    }
}

fn is_close(found: Option<f64>, expected: Option<f64>) -> bool {
    match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        (found, expected) => found == expected,
    }
}

fn letters(scenario: &Scenario) -> Vec<&'static str> {
    scenario.check().into_iter().collect()
}

#[test]
fn no_selection() {
    assert_eq!(letters(&Scenario::new()), ["O"]);
}

#[test]
fn an_airport() {
    let scenario = Scenario::new().texts("Airport", &["Los Angeles Intl"]);
    assert_eq!(letters(&scenario), ["A", "O", "S", "X"]);
}

#[test]
fn an_airport_without_flights() {
    let scenario = Scenario::new().texts("Airport", &["Lansdowne Airport"]);
    assert_eq!(letters(&scenario), ["A", "O", "S", "X"]);
}

#[test]
fn a_manufacturer() {
    assert_eq!(
        letters(&Scenario::new().texts("Manufacturer", &["BOEING"])),
        ["A", "O", "S", "X"]
    );
}

#[test]
fn a_weather_value() {
    let scenario = Scenario::new().nums("Visibility", &[0.0, 0.06, 0.12, 0.25, 0.5]);
    assert_eq!(letters(&scenario), ["A", "O", "S", "X"]);
}

#[test]
fn values_of_three_tables_together() {
    let scenario = Scenario::new()
        .texts(
            "Airport",
            &["Los Angeles Intl", "San Francisco Intl", "Miami Intl"],
        )
        .texts("Manufacturer", &["BOEING", "AIRBUS"])
        .nums("Visibility", &[0.25, 0.5, 1.0, 3.0, 9.0]);
    assert_eq!(letters(&scenario), ["A", "O", "S", "X"]);
}

#[test]
fn flights_airlines_and_planes_together() {
    let scenario = Scenario::new()
        .nums("Month", &[1.0, 2.0, 7.0])
        .texts("Origin", &["JFK", "LGA"])
        .texts(
            "Airline",
            &[
                "JetBlue Airways",
                "Delta Air Lines Inc.",
                "American Airlines Inc.",
            ],
        )
        .nums("Engines", &[2.0, 3.0, 4.0]);
    // Planes with three engines flew in other months only.
    assert_eq!(letters(&scenario), ["A", "O", "S", "X", "XS"]);
}

#[test]
fn selected_values_that_another_field_excludes() {
    let scenario = Scenario::new()
        .texts("Carrier", &["AA", "HA", "9E", "UA"])
        .texts("Airport", &["Honolulu Intl"]);
    assert_eq!(letters(&scenario), ["A", "O", "S", "X", "XS"]);
}

#[test]
fn locked_values_that_another_field_excludes() {
    let scenario = Scenario::new()
        .texts("Carrier", &["AA", "HA", "9E", "UA"])
        .lock("Carrier")
        .texts("Airport", &["Honolulu Intl"])
        .nums("Visibility", &[10.0]);
    assert_eq!(letters(&scenario), ["A", "L", "O", "S", "X", "XL"]);
}

#[test]
fn values_of_keys() {
    let scenario = Scenario::new()
        .texts("Tail Number", &["N14228", "N24211", "N619AA", "N804JB"])
        .texts("Dest", &["IAH", "MIA", "BQN", "SJU"]);
    assert_eq!(letters(&scenario), ["A", "O", "S", "X"]);
}

#[test]
fn a_destination_that_is_no_airport() {
    assert_eq!(
        letters(&Scenario::new().texts("Dest", &["SJU"])),
        ["A", "O", "S", "X"]
    );
}

#[test]
fn an_hour_of_weather_without_flights() {
    let scenario = Scenario::new().texts("Origin Hour", &["EWR|2013-11-03 01b"]);
    assert_eq!(letters(&scenario), ["A", "O", "S", "X"]);
}
