//! The sample app loads and is what it says it is.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as its test does")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use fanlight_ingest::{LoadedApp, Progress, check_app, load_app};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps/flights")
}

fn app() -> LoadedApp {
    load_app(&folder(), &()).unwrap()
}

#[test]
fn it_has_no_problems() {
    assert_eq!(check_app(&folder()).problems, []);
}

#[test]
fn it_has_five_tables() {
    let app = app();
    let tables: Vec<_> = app
        .model
        .tables()
        .iter()
        .map(|table| (table.name(), table.n_rows(), table.columns().len()))
        .collect();
    let expected = [
        ("Flights", 336_776, 21),
        ("Airlines", 16, 2),
        ("Airports", 1_458, 8),
        ("Planes", 3_322, 9),
        ("Weather", 26_115, 17),
    ];
    assert_eq!(tables, expected);
}

#[test]
fn exactly_four_fields_link_tables() {
    let app = app();
    let links: BTreeMap<_, Vec<_>> = app
        .model
        .fields()
        .iter()
        .filter(|field| field.is_key())
        .map(|field| {
            let tables = field
                .tables()
                .iter()
                .map(|(table, _)| app.model.table(*table).name());
            (field.name(), tables.collect())
        })
        .collect();
    let expected = BTreeMap::from([
        ("Carrier", vec!["Flights", "Airlines"]),
        ("Dest", vec!["Flights", "Airports"]),
        ("Origin Hour", vec!["Flights", "Weather"]),
        ("Tail Number", vec!["Flights", "Planes"]),
    ]);
    assert_eq!(links, expected);
}

#[test]
fn months_dates_and_times_read_well() {
    let app = app();
    let symbols = |name: &str| {
        app.model
            .field(app.model.field_id(name).unwrap())
            .symbols()
            .clone()
    };
    let months = symbols("Month");
    assert_eq!(months.len(), 12);
    assert_eq!(months.text(months.find_num(3.0).unwrap()), "Mar");
    let dates = symbols("Date");
    assert_eq!(dates.len(), 365);
    assert_eq!(
        (dates.text(0).as_ref(), dates.num(0)),
        ("2013-01-01", Some(41_275.0))
    );
    let hours = symbols("Time Hour");
    assert_eq!(hours.text(0), "2013-01-01 10:00");
    let keys = symbols("Origin Hour");
    assert_eq!((keys.text(0).as_ref(), keys.num(0)), ("EWR|2013-01-01 05", None));
    assert_eq!(symbols("Wind Knots").num(0), Some(9.0));
}

#[test]
fn gaps_are_null() {
    let app = app();
    let n_nulls = |name: &str| {
        let field = app.model.field(app.model.field_id(name).unwrap());
        let (table, column) = field.tables()[0];
        app.model.table(table).columns()[column].n_nulls()
    };
    assert_eq!(n_nulls("Dep Time"), 8_255);
    assert_eq!(n_nulls("Arr Delay"), 9_430);
    assert_eq!(n_nulls("Tail Number"), 2_512);
    assert_eq!(n_nulls("Distance"), 0);
}

#[test]
fn it_has_a_theme_sheets_and_master_items() {
    let app = app();
    assert_eq!(
        (app.id.as_str(), app.theme.as_deref()),
        ("flights", Some("fanlight"))
    );
    let ids: Vec<_> = app
        .objects
        .iter()
        .map(|tree| tree["qProperty"]["qInfo"]["qId"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["appprops", "delays", "overview"]);
    assert_eq!(app.objects[0]["qProperty"]["theme"], "fanlight");
    assert_eq!((app.dimensions.len(), app.measures.len()), (10, 9));
    let on_time = app
        .measures
        .iter()
        .find(|item| item["qInfo"]["qId"] == "on-time")
        .unwrap();
    assert_eq!(on_time["qMeasure"]["qNumFormat"]["qFmt"], "0.0%");
    assert_eq!(app.variables, [("vLate".to_owned(), "15".to_owned())]);
    assert!(app.data_modified_ms.is_some());
}

/// What the charts' own code crashes without: the first page of data, and the properties it starts a new chart with.
const CHARTS: [(&str, (u64, u64), &[&str]); 5] = [
    (
        "barchart",
        (17, 500),
        &[
            "color",
            "legend",
            "dimensionAxis",
            "measureAxis",
            "barGrouping",
            "gridLine",
        ],
    ),
    (
        "linechart",
        (17, 500),
        &[
            "color",
            "legend",
            "dimensionAxis",
            "measureAxis",
            "nullMode",
            "gridLine",
        ],
    ),
    (
        "piechart",
        (10, 500),
        &["color", "legend", "dataPoint", "donut", "components"],
    ),
    ("table", (50, 100), &["totals", "components", "usePagination"]),
    (
        "kpi",
        (500, 10),
        &["fontSize", "layoutBehavior", "textAlign", "components"],
    ),
];

fn visit(tree: &Value, check: &mut impl FnMut(&str, &Value)) {
    let properties = properties_of(tree);
    let kind = properties["qInfo"]["qType"].as_str().unwrap();
    // The files say what each chart shows; the rest is filled in when a session meets it.
    check(kind, &fanlight_protocol::chart::completed(properties, kind));
    for child in tree["qChildren"].as_array().into_iter().flatten() {
        visit(child, check);
    }
}

fn properties_of(tree: &Value) -> &Value {
    tree.get("qProperty").unwrap_or(tree)
}

#[test]
fn charts_have_what_their_code_expects() {
    let mut n_charts = 0;
    let mut check = |kind: &str, properties: &Value| {
        let Some((_, page, keys)) = CHARTS.iter().find(|(chart, ..)| *chart == kind) else {
            return;
        };
        n_charts += 1;
        let id = &properties["qInfo"]["qId"];
        let fetch = &properties["qHyperCubeDef"]["qInitialDataFetch"][0];
        assert_eq!(
            (&fetch["qWidth"], &fetch["qHeight"]),
            (&page.0.into(), &page.1.into()),
            "{id}"
        );
        assert_eq!(properties["visualization"], kind, "{id}");
        for key in *keys {
            assert!(!properties[key].is_null(), "{id} has no {key}");
        }
    };
    app().objects.iter().for_each(|tree| visit(tree, &mut check));
    assert!(n_charts >= 12, "{n_charts}");
}

/// A sheet shows each of its children once.
#[test]
fn every_child_of_a_sheet_has_a_cell() {
    for sheet in app()
        .objects
        .iter()
        .filter(|tree| tree["qProperty"]["qInfo"]["qType"] == "sheet")
    {
        let ids = |list: &Value, id: fn(&Value) -> &Value| -> BTreeSet<String> {
            list.as_array()
                .unwrap()
                .iter()
                .map(|item| id(item).as_str().unwrap().to_owned())
                .collect()
        };
        let cells = ids(&sheet["qProperty"]["cells"], |cell| &cell["name"]);
        let children = ids(&sheet["qChildren"], |child| &properties_of(child)["qInfo"]["qId"]);
        assert_eq!(cells, children);
    }
}

#[test]
fn progress_counts_every_column() {
    #[derive(Default)]
    struct Counter {
        planned: AtomicUsize,
        done: AtomicUsize,
    }
    impl Progress for Counter {
        fn planned(&self, n_units: usize) {
            self.planned.store(n_units, Ordering::Relaxed);
        }
        fn unit_done(&self, _: &str) {
            self.done.fetch_add(1, Ordering::Relaxed);
        }
    }
    let counter = Counter::default();
    load_app(&folder(), &counter).unwrap();
    assert_eq!(
        (counter.planned.into_inner(), counter.done.into_inner()),
        (57, 57)
    );
}
