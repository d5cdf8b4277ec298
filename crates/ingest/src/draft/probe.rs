//! One file as a table: which columns it has, and what they hold.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use fanlight_column::Symbols;
use fanlight_engine::date::Pattern;
use fanlight_engine::{DataModel, Locale};

use super::{DATA, DraftColumn, DraftError, DraftTable, Kind};
use crate::app::load_app;
use crate::manifest::FILE;

/// How dates are written, beside the ISO form that is read without being told.
const DATES: [&str; 7] = [
    "MM/DD/YYYY",
    "DD/MM/YYYY",
    "DD.MM.YYYY",
    "YYYY/MM/DD",
    "DD-MM-YYYY",
    "YYYYMMDD",
    "YYYY-MM-DD",
];
/// How times follow dates.
const TIMES: [&str; 4] = ["", " hh:mm:ss", " hh:mm", "Thh:mm:ss"];
/// Texts that people write where there is no value.
const NULLS: [&str; 8] = ["NA", "N/A", "n/a", "NULL", "null", "NaN", "-", "?"];

/// Looks at a file in the data folder of `dir`.
pub(super) fn table(dir: &Path, file: &str, notes: &mut Vec<String>) -> Result<DraftTable, DraftError> {
    let source = format!("{DATA}/{file}");
    let is_parquet = has_extension(file, "parquet");
    let stem = Path::new(file)
        .file_stem()
        .map_or(file.into(), |stem| stem.to_string_lossy());
    let mut nulls = if is_parquet {
        Vec::new()
    } else {
        vec![String::new()]
    };
    let mut model = load(dir, &source, &nulls, &[])?;
    let names = column_names(&model);
    let raw = if is_parquet {
        None
    } else {
        Some(load(dir, &source, &nulls, &names)?)
    };
    if let Some(raw) = &raw {
        let stand_ins = stand_ins(&model, raw);
        if !stand_ins.is_empty() {
            notes.push(format!("{file}: {} stand for no value", stand_ins.join(", ")));
            nulls.extend(stand_ins);
            model = load(dir, &source, &nulls, &[])?;
        }
    }
    let table = &model.tables()[0];
    if table.n_rows() == 0 || table.columns().is_empty() {
        return Err(DraftError::NoRows(file.into()));
    }
    let mut columns = Vec::with_capacity(names.len());
    for (position, name) in names.iter().enumerate() {
        let column = &table.columns()[position];
        let field = model.field(column.field());
        let raw = raw.as_ref().map(|raw| symbols_of(raw, position));
        let found = Found::of(field.symbols(), field.tags(), raw.as_ref());
        notes.extend(found.note.map(|note| format!("{file}: {name}: {note}")));
        let stays_text = found.stays_text;
        columns.push(DraftColumn {
            name: name.clone(),
            kind: found.kind,
            stays_text,
            format: found.format,
            n_values: column.n_distinct(),
            n_nulls: column.n_nulls(),
            is_unique: column.is_unique(),
            symbols: raw
                .filter(|_| stays_text)
                .unwrap_or_else(|| Arc::clone(field.symbols())),
        });
    }
    if columns.iter().all(|column| column.n_nulls == 0) {
        nulls.clear();
    }
    Ok(DraftTable {
        name: stem.into_owned(),
        source,
        n_rows: table.n_rows(),
        nulls,
        columns,
    })
}

pub(super) fn has_extension(file: &str, extension: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// The file as the only table of an app; columns of `texts` are not interpreted.
fn load(dir: &Path, source: &str, nulls: &[String], texts: &[String]) -> Result<Arc<DataModel>, DraftError> {
    let mut manifest = format!(
        "name = \"draft\"\n[[tables]]\nname = \"draft\"\nsource = {}\n",
        super::manifest::quoted(source)
    );
    if !nulls.is_empty() {
        manifest.push_str(&super::manifest::nulls_line(nulls));
    }
    if !texts.is_empty() {
        manifest.push_str("[tables.columns]\n");
        for name in texts {
            manifest.push_str(&format!(
                "{} = {{ type = \"text\" }}\n",
                super::manifest::quoted(name)
            ));
        }
    }
    let path = dir.join(FILE);
    fs::write(&path, manifest).map_err(|source| DraftError::Write { path, source })?;
    Ok(load_app(dir, &())?.model)
}

fn column_names(model: &DataModel) -> Vec<String> {
    let columns = model.tables().iter().flat_map(fanlight_engine::Table::columns);
    columns
        .map(|column| model.field(column.field()).name().to_owned())
        .collect()
}

fn symbols_of(model: &DataModel, position: usize) -> Arc<Symbols> {
    let column = &model.tables()[0].columns()[position];
    Arc::clone(model.field(column.field()).symbols())
}

fn texts(symbols: &Symbols) -> impl Iterator<Item = String> + '_ {
    let n_symbols = u32::try_from(symbols.len()).unwrap_or(u32::MAX);
    (0..n_symbols).map(|code| symbols.text(code).into_owned())
}

/// Texts that stand for no value: they are the only ones in a column of numbers.
fn stand_ins(model: &DataModel, raw: &DataModel) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for position in 0..column_names(model).len() {
        let symbols = symbols_of(model, position);
        let n_texts = symbols.len() - symbols.n_nums();
        if symbols.n_nums() == 0 || n_texts == 0 || n_texts > NULLS.len() {
            continue;
        }
        let raw = symbols_of(raw, position);
        let present: Vec<String> = texts(&raw)
            .filter(|text| NULLS.contains(&text.as_str()))
            .collect();
        if present.len() == n_texts {
            found.extend(present);
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What a column was found to hold.
struct Found {
    kind: Kind,
    stays_text: bool,
    format: Option<String>,
    note: Option<String>,
}

impl Found {
    fn plain(kind: Kind) -> Self {
        Self {
            kind,
            stays_text: false,
            format: None,
            note: None,
        }
    }

    /// `symbols` are the interpreted values, `raw` the texts of a text file.
    fn of(symbols: &Symbols, tags: &[String], raw: Option<&Arc<Symbols>>) -> Self {
        let has = |tag: &str| tags.iter().any(|known| known == tag);
        if let Some(raw) = raw {
            if let Some(moment) = Self::moment(raw) {
                let is_usual = moment
                    .format
                    .as_deref()
                    .is_some_and(|format| format.starts_with("YYYY-MM-DD"));
                let is_read = symbols.n_nums() == symbols.len();
                return Self {
                    // What is read without being told needs no format.
                    format: moment.format.filter(|_| !(is_usual && is_read)),
                    ..moment
                };
            }
            if texts(raw).any(|text| is_code(&text)) {
                return Self {
                    stays_text: true,
                    note: Some("its zeros in front count, so it is read as text".to_owned()),
                    ..Self::plain(Kind::Text)
                };
            }
        }
        let all_numbers = !symbols.is_empty() && symbols.n_nums() == symbols.len();
        match all_numbers {
            true if has("$date") => Self::plain(Kind::Date),
            true if has("$timestamp") => Self::plain(Kind::Timestamp),
            true if has("$integer") => Self::plain(Kind::Integer),
            true => Self::plain(Kind::Number),
            // Numbers among texts are names too, and are not to be read as numbers.
            false => Self {
                stays_text: raw.is_some() && symbols.n_nums() > 0,
                ..Self::plain(Kind::Text)
            },
        }
    }

    /// A column all of whose texts are written as dates of one form.
    fn moment(raw: &Symbols) -> Option<Self> {
        let locale = Locale::default();
        let first = texts(raw).next()?;
        if !first.starts_with(|first: char| first.is_ascii_digit()) || first.len() < 8 {
            return None;
        }
        let fits = |format: &String| {
            let pattern = Pattern::new(format);
            texts(raw)
                .all(|text| is_as_long(&text, format) && pattern.read(&text, &locale).is_some_and(is_recent))
        };
        let formats = TIMES
            .iter()
            .flat_map(|time| DATES.iter().map(move |date| format!("{date}{time}")));
        let mut fitting = formats.filter(fits);
        let format = fitting.next()?;
        let other = fitting.next();
        let note = other.map(|other| format!("its dates are read as {format}; they could be {other} too"));
        let kind = if format.contains('h') {
            Kind::Timestamp
        } else {
            Kind::Date
        };
        Some(Self {
            format: Some(format),
            note,
            ..Self::plain(kind)
        })
    }
}

/// A pattern may read more than it writes: `2024-1-5` is `YYYY-MM-DD` too, `20240105` as `MMDD…` is not.
fn is_as_long(text: &str, format: &str) -> bool {
    let is_packed = format.starts_with("YYYYMMDD");
    text.len() == format.len() || (!is_packed && text.len() < format.len() && text.len() + 4 >= format.len())
}

/// From 1900 to 2100: eight digits that are no date give other years.
fn is_recent(serial: f64) -> bool {
    (1.0..73_416.0).contains(&serial)
}

/// `007`: digits whose zeros in front a number would lose.
fn is_code(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}
