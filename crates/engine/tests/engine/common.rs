//! Small models written as text, and cubes and lists read back as text.

use std::sync::Arc;

use fanlight_column::ColumnBuilder;
use fanlight_engine::{
    Cancel, Cube, CubeDef, DataModel, DimCell, DimDef, Elem, FieldId, LockMode, MeasureDef, ModelError,
    SelectMode, Session, Settings, Snapshot, TableSource,
};

/// Tables written as `name: field, field` and one line of comma-separated cells per row; `-` is NULL.
pub fn model(tables: &[&str]) -> Result<DataModel, ModelError> {
    DataModel::new(tables.iter().map(|text| table(text)).collect())
}

pub fn table(text: &str) -> TableSource {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (name, fields) = lines
        .next()
        .expect("a header")
        .split_once(':')
        .expect("a table's name");
    let fields: Vec<&str> = fields.split(',').map(str::trim).collect();
    let mut builders = vec![ColumnBuilder::new(); fields.len()];
    for line in lines {
        for (builder, cell) in builders.iter_mut().zip(line.split(',').map(str::trim)) {
            match cell.parse::<f64>() {
                _ if cell == "-" => builder.push_null(),
                Ok(num) => builder.push_num(num),
                Err(_) => builder.push_text(cell),
            }
        }
    }
    let columns = fields
        .iter()
        .map(|field| (*field).to_owned())
        .zip(builders.into_iter().map(ColumnBuilder::finish));
    TableSource {
        name: name.trim().to_owned(),
        columns: columns.collect(),
    }
}

pub fn session(tables: &[&str]) -> Session {
    Session::new(Arc::new(model(tables).expect("a model")), Settings::default())
}

pub fn field(session: &Session, name: &str) -> FieldId {
    session
        .model()
        .field_id(name)
        .unwrap_or_else(|| panic!("there is no field {name}"))
}

/// The elements of `a|b|c`.
pub fn elems(session: &Session, name: &str, values: &str) -> Vec<Elem> {
    let symbols = session.model().field(field(session, name)).symbols();
    values
        .split('|')
        .filter(|value| !value.is_empty())
        .map(|value| {
            Elem(
                symbols
                    .find_text(value.trim())
                    .unwrap_or_else(|| panic!("{name} has no {value}")),
            )
        })
        .collect()
}

pub fn select(session: &mut Session, name: &str, values: &str) -> bool {
    let elems = elems(session, name, values);
    session.select(
        "$",
        field(session, name),
        &elems,
        SelectMode::Replace,
        LockMode::Respect,
    )
}

pub fn toggle(session: &mut Session, name: &str, values: &str) -> bool {
    let elems = elems(session, name, values);
    session.select(
        "$",
        field(session, name),
        &elems,
        SelectMode::Toggle,
        LockMode::Respect,
    )
}

/// The states of a field's values: `A:S B:X`.
pub fn states(snapshot: &Snapshot, name: &str) -> String {
    let model = snapshot.model();
    let id = model.field_id(name).expect("a field");
    let symbols = model.field(id).symbols();
    let states: Vec<String> = (0..symbols.len() as u32)
        .map(|code| {
            format!(
                "{}:{}",
                symbols.text(code),
                snapshot.elem_state("$", id, Elem(code)).letter()
            )
        })
        .collect();
    assert_eq!(
        snapshot.state_counts("$", id).total(),
        symbols.len(),
        "counters sum to the number of values"
    );
    states.join(" ")
}

pub fn def(dims: &[&str], measures: &[&str]) -> CubeDef {
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
                ..MeasureDef::default()
            })
            .collect(),
        ..CubeDef::default()
    }
}

pub fn cube(snapshot: &Snapshot, def: &CubeDef) -> Cube {
    snapshot.cube(def, &Cancel::new()).expect("a cube")
}

/// The rows of a cube, `a b=1 2`, separated by `; `, then the totals behind ` | `.
pub fn show(cube: &Cube) -> String {
    let rows: Vec<String> = (0..cube.n_rows())
        .map(|row| {
            let dims: Vec<String> = (0..cube.dims.len())
                .map(|dim| cube.dim_text(row, dim).into_owned())
                .collect();
            let measures: Vec<String> = (0..cube.measures.len())
                .map(|measure| cube.measure_text(row, measure).into_owned())
                .collect();
            if dims.is_empty() {
                measures.join(" ")
            } else {
                format!("{}={}", dims.join(" "), measures.join(" "))
            }
        })
        .collect();
    let totals: Vec<String> = (0..cube.measures.len())
        .map(|at| cube.grand_total(at).0.into_owned())
        .collect();
    assert!(
        (0..cube.n_rows()).all(|row| (0..cube.dims.len()).all(|dim| cube.dim(row, dim) != DimCell::Others)),
        "no cube groups values yet"
    );
    format!("{} | {}", rows.join("; "), totals.join(" "))
}

/// Evaluates a cube and compares its rows and totals with the expected text.
pub fn check(session: &Session, dims: &[&str], measures: &[&str], expected: &str) {
    let cube = cube(&session.snapshot(), &def(dims, measures));
    let errors = cube.dims.iter().filter_map(|dim| dim.error.as_ref());
    let errors = errors.chain(cube.measures.iter().filter_map(|measure| measure.error.as_ref()));
    assert_eq!(
        errors.map(|error| error.message.as_str()).collect::<Vec<_>>(),
        Vec::<&str>::new()
    );
    assert_eq!(show(&cube), expected, "{measures:?} by {dims:?}");
}

/// Evaluates an expression over all records and compares its text.
pub fn check_value(session: &Session, expr: &str, expected: &str) {
    assert_eq!(session.snapshot().evaluate_text("$", expr), expected, "{expr}");
}

pub const T1: &str = "T1: Date, Year, Country, Product, Amount
    2018-02-20, 2018, Canada, Washer, 6
    2018-07-08, 2018, Germany, Anchor bolt, 10
    2018-07-14, 2018, Germany, Anchor bolt, 3
    2018-08-31, 2018, France, Nut, 2
    2018-09-02, 2018, Czech Republic, Bolt, 1
    2019-02-11, 2019, Czech Republic, Bolt, 3
    2019-07-31, 2019, Czech Republic, Washer, 6
    2020-03-13, 2020, France, Anchor bolt, 1
    2020-07-12, 2020, Canada, Anchor bolt, 8
    2020-09-16, 2020, France, Washer, 1";

pub const T2: &str = "T2: Country, Year, Sales
    Argentina, 2014, 66295.03
    Argentina, 2015, 140037.89
    Austria, 2014, 54166.09
    Austria, 2015, 182739.87
    Belgium, 2014, 182766.87
    Belgium, 2015, 178042.33
    Brazil, 2014, 174492.67
    Brazil, 2015, 2104.22
    Canada, 2014, 101801.33
    Canada, 2015, 40288.25
    Denmark, 2014, 45273.25
    Denmark, 2015, 106938.41
    Finland, 2014, 107565.55
    Finland, 2015, 30583.44
    France, 2014, 115644.26
    France, 2015, 30696.98
    Germany, 2014, 8775.18
    Germany, 2015, 77185.68";

pub const T3: &str = "T3: Customer, Product, UnitSales
    Astrida, AA, 10
    Astrida, AA, 18
    Astrida, BB, 9
    Astrida, CC, 2
    Betacab, AA, 4
    Betacab, BB, 5
    Betacab, DD, 25
    Canutility, AA, 8
    Canutility, CC, 19
    Divadip, AA, 16
    Divadip, AA, 16
    Divadip, DD, 10";

pub const T4: &str = "T4: Month, Grp, Value
    1, A, 1
    1, B, 2
    2, A, 3
    2, B, 4
    3, A, 5
    3, B, 6";

pub const T8: &str = "T8: Region, Team, Amount
    East, Gamma, 20000
    East, Gamma, 20000
    East, Alpha, 25000
    East, Delta, 14000
    East, Beta, 20000
    West, Zeta, 19000
    West, Epsilon, 17000
    West, Eta, 14000
    West, Theta, 23000";

pub const T10: [&str; 2] = [
    "numbers: numbers
    1
    2
    3
    4
    5",
    "map: numbers, xyz
    1, x
    2, y
    3, y
    4, y
    5, z",
];

pub const T11: [&str; 2] = [
    "Orders: Id, Customer, Amount
    1, A, 100
    2, B, 50
    3, C, 70",
    "Lines: Id, Product, Qty
    1, P, 1
    1, Q, 2
    1, P, 3
    2, Q, 1",
];
