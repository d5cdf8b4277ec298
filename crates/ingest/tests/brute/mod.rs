//! The sample app once more, by the plainest means there are: rows from the Parquet crate's row reader, one full outer
//! join written out, and loops over it. It shares no code with the engine, so that equal answers mean something.

mod join;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::path::Path;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

pub use join::Selections;

/// A value: a number in millionths, or a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Num(i64),
    Text(String),
}

impl Key {
    pub fn num(num: f64) -> Self {
        Self::Num((num * 1e6).round() as i64)
    }

    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

pub const NONE: u32 = u32::MAX;

/// A field's values over all tables; a code is a position.
#[derive(Default)]
pub struct Values {
    pub keys: Vec<Key>,
    codes: HashMap<Key, u32>,
}

impl Values {
    fn code(&mut self, key: Key) -> u32 {
        let next = self.keys.len() as u32;
        *self.codes.entry(key.clone()).or_insert_with(|| {
            self.keys.push(key);
            next
        })
    }

    pub fn find(&self, key: &Key) -> Option<u32> {
        self.codes.get(key).copied()
    }

    pub fn number(&self, code: u32) -> Option<f64> {
        match self.keys[code as usize] {
            Key::Num(millionths) => Some(millionths as f64 / 1e6),
            Key::Text(_) => None,
        }
    }
}

pub struct Table {
    pub n_rows: usize,
    /// Codes of each row by field; `NONE` is NULL.
    pub columns: BTreeMap<String, Vec<u32>>,
}

/// All tables, and their join.
pub struct Flights {
    pub values: BTreeMap<String, Values>,
    pub tables: Vec<Table>,
    /// For each row of the full outer join and each table, the row there or `NONE`.
    pub rows: Vec<[u32; 5]>,
}

impl Flights {
    pub fn read(dir: &Path) -> Self {
        let manifest: toml::Table = std::fs::read_to_string(dir.join("app.toml"))
            .unwrap()
            .parse()
            .unwrap();
        let mut values = BTreeMap::new();
        let mut tables = Vec::new();
        for table in manifest["tables"].as_array().unwrap() {
            let fields: HashMap<String, String> = table["columns"]
                .as_table()
                .unwrap()
                .iter()
                .map(|(column, field)| {
                    let name = field.as_str().unwrap_or_else(|| field["field"].as_str().unwrap());
                    (column.clone(), name.to_owned())
                })
                .collect();
            tables.push(read_table(
                &dir.join(table["source"].as_str().unwrap()),
                &fields,
                &mut values,
            ));
        }
        let rows = join::full_outer_join(&tables);
        Self { values, tables, rows }
    }

    /// The code of a field in a row of the join: from the first of its tables that has the row.
    pub fn code(&self, row: &[u32; 5], columns: &[(usize, &[u32])]) -> u32 {
        columns
            .iter()
            .filter(|(table, _)| row[*table] != NONE)
            .map(|(table, codes)| codes[row[*table] as usize])
            .find(|code| *code != NONE)
            .unwrap_or(NONE)
    }

    /// The tables that have the field, and its column there.
    pub fn columns(&self, field: &str) -> Vec<(usize, &[u32])> {
        let tables = self.tables.iter().enumerate();
        tables
            .filter_map(|(at, table)| Some((at, table.columns.get(field)?.as_slice())))
            .collect()
    }

    /// Aggregates `measure` by `dim` over the join rows that `keep` lets through. A record of the table that has the
    /// measure counts once per group, however many join rows lead there. `None` is the group without a value.
    pub fn group(&self, keep: &[bool], dim: Option<&str>, measure: &str) -> BTreeMap<Option<Key>, Aggregate> {
        let dim_columns = dim.map(|dim| self.columns(dim));
        let measure_columns = self.columns(measure);
        let measure_table = measure_columns[0].0;
        let mut seen = BTreeSet::new();
        let mut groups: BTreeMap<u32, Aggregate> = BTreeMap::new();
        for (row, _) in self.rows.iter().zip(keep).filter(|(_, keep)| **keep) {
            let group = dim_columns.as_ref().map_or(0, |columns| self.code(row, columns));
            let aggregate = groups.entry(group).or_default();
            let code = self.code(row, &measure_columns);
            if code == NONE {
                continue;
            }
            aggregate.distinct.insert(code);
            // A flight stands in one join row only; records of other tables may stand in many.
            if measure_table == 0 || seen.insert((group, row[measure_table])) {
                aggregate.add(self.values[measure].number(code));
            }
        }
        let key = |group: u32| {
            dim.filter(|_| group != NONE)
                .map(|dim| self.values[dim].keys[group as usize].clone())
        };
        groups
            .into_iter()
            .map(|(group, aggregate)| (key(group), aggregate))
            .collect()
    }
}

/// All aggregates of one group.
#[derive(Debug, Default)]
pub struct Aggregate {
    pub count: usize,
    pub distinct: BTreeSet<u32>,
    pub sum: f64,
    pub n_nums: usize,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

impl Aggregate {
    fn add(&mut self, num: Option<f64>) {
        self.count += 1;
        let Some(num) = num else { return };
        self.sum += num;
        self.n_nums += 1;
        self.min = Some(self.min.map_or(num, |min| min.min(num)));
        self.max = Some(self.max.map_or(num, |max| max.max(num)));
    }

    pub fn avg(&self) -> Option<f64> {
        (self.n_nums > 0).then(|| self.sum / self.n_nums as f64)
    }
}

fn read_table(path: &Path, fields: &HashMap<String, String>, values: &mut BTreeMap<String, Values>) -> Table {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let mut names = Vec::new();
    let mut columns: Vec<Vec<u32>> = Vec::new();
    let mut dictionaries: Vec<Values> = Vec::new();
    for row in reader.get_row_iter(None).unwrap() {
        let row = row.unwrap();
        for (at, (column, field)) in row.get_column_iter().enumerate() {
            if at == names.len() {
                let name = fields[column].clone();
                dictionaries.push(values.remove(&name).unwrap_or_default());
                columns.push(Vec::new());
                names.push(name);
            }
            columns[at].push(key(field).map_or(NONE, |key| dictionaries[at].code(key)));
        }
    }
    values.extend(names.iter().cloned().zip(dictionaries));
    Table {
        n_rows: columns[0].len(),
        columns: names.into_iter().zip(columns).collect(),
    }
}

fn key(field: &Field) -> Option<Key> {
    match field {
        Field::Null => None,
        Field::Int(value) => Some(Key::num(f64::from(*value))),
        Field::Double(value) => Some(Key::num(*value)),
        Field::Str(text) => Some(Key::Text(text.clone())),
        Field::Date(days) => Some(Key::num(f64::from(*days) + 25_569.0)),
        Field::TimestampMillis(millis) => Some(Key::num(*millis as f64 / 86_400_000.0 + 25_569.0)),
        other => panic!("{other:?} does not occur in the sample app"),
    }
}
