//! From the manifest as written to the manifest as meant.

use std::collections::HashSet;
use std::path::Component;

use fanlight_engine::Locale;
use toml::Spanned;

use super::raw::{
    RawAccess, RawColumn, RawCsv, RawDimension, RawFullColumn, RawLocale, RawManifest, RawMeasure,
    RawOtherColumns, RawTable, RawTyping, RawVariable,
};
use super::{
    ColumnPlan, CsvPlan, DimensionPlan, Header, Manifest, MeasurePlan, OtherColumns, Reader, TablePlan,
    Typing,
};
use crate::app::AppAccess;
use crate::limits::Limits;
use crate::problem::{Complaint, Problem, SourceFile};

/// Checks what can be checked without looking at other files. What is wrong is added to `problems`; the manifest holds
/// the rest.
pub(crate) fn check(
    raw: RawManifest,
    file: &SourceFile,
    limits: &Limits,
    problems: &mut Vec<Problem>,
) -> Manifest {
    let mut at = |place: std::ops::Range<usize>, complaint| problems.push(file.problem_at(&place, complaint));
    if !is_id(raw.name.get_ref()) {
        at(
            raw.name.span(),
            Complaint::new(
                format!("{:?} is no app name", raw.name.get_ref()),
                "use 1 to 128 characters out of letters, digits, `-`, `_` and `.`",
            ),
        );
    }
    if raw.tables.len() > limits.tables {
        at(
            raw.name.span(),
            Complaint::new(
                format!(
                    "the app has {} tables, more than {}",
                    raw.tables.len(),
                    limits.tables
                ),
                "combine tables or split the app",
            ),
        );
    }
    unique(raw.tables.iter().map(|table| &table.name), "table", &mut at);
    let items = raw
        .dimensions
        .iter()
        .map(|item| &item.id)
        .chain(raw.measures.iter().map(|item| &item.id));
    unique(items, "master item", &mut at);
    unique(raw.variables.0.iter().map(|(name, _)| name), "variable", &mut at);
    let locale = locale(raw.locale);
    let id = raw.name.into_inner();
    Manifest {
        title: raw.title.unwrap_or_else(|| id.clone()),
        description: raw.description,
        theme: raw.theme,
        access: raw.access.map(|access| plan_access(access, &mut at)),
        variables: raw
            .variables
            .0
            .into_iter()
            .map(|(name, definition)| (name, variable(definition)))
            .collect(),
        tables: raw
            .tables
            .into_iter()
            .filter_map(|table| plan_table(table, &mut at))
            .collect(),
        dimensions: raw
            .dimensions
            .into_iter()
            .map(|item| plan_dimension(item, &mut at))
            .collect(),
        measures: raw.measures.into_iter().map(plan_measure).collect(),
        locale,
        id,
    }
}

/// Receives a complaint and its place.
type Report<'a> = dyn FnMut(std::ops::Range<usize>, Complaint) + 'a;

/// A list that names nobody is a slip more likely than a wish, and must not be taken for one of everybody.
fn plan_access(raw: Spanned<RawAccess>, at: &mut Report<'_>) -> AppAccess {
    let span = raw.span();
    let RawAccess { users, groups } = raw.into_inner();
    let is_blank = |name: &String| name.trim().is_empty();
    if users.is_empty() && groups.is_empty() || users.iter().chain(&groups).any(is_blank) {
        at(
            span,
            Complaint::new(
                "the access list names nobody, or has an empty name",
                "name users (the `sub` of their tokens) or groups, or remove it to let everyone in the tenant open the app",
            ),
        );
    }
    AppAccess { users, groups }
}

fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=128).contains(&text.len()) && text.bytes().all(allowed)
}

fn unique<'a>(names: impl Iterator<Item = &'a Spanned<String>>, what: &str, at: &mut Report<'_>) {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name.get_ref()) {
            at(
                name.span(),
                Complaint::new(
                    format!("there are two of {what} {:?}", name.get_ref()),
                    "rename one of them",
                ),
            );
        }
    }
}

fn variable(raw: RawVariable) -> String {
    match raw {
        RawVariable::Text(text) => text,
        RawVariable::Integer(number) => number.to_string(),
        RawVariable::Real(number) => number.to_string(),
    }
}

fn plan_table(raw: RawTable, at: &mut Report<'_>) -> Option<TablePlan> {
    let reader = reader(&raw, at)?;
    let columns = raw.columns.0.into_iter().map(|(name, column)| {
        let plan = plan_column(&name, column, at);
        (name, plan)
    });
    Some(TablePlan {
        columns: columns.collect(),
        name: raw.name,
        source: raw.source,
        reader,
        others: match raw.other_columns {
            RawOtherColumns::Keep => OtherColumns::Keep,
            RawOtherColumns::Skip => OtherColumns::Skip,
        },
    })
}

/// The reader that the file's name asks for. A source outside the app's folder is refused: an app is its folder.
fn reader(raw: &RawTable, at: &mut Report<'_>) -> Option<Reader> {
    let path = raw.source.get_ref();
    if !path
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    {
        at(
            raw.source.span(),
            Complaint::new(
                format!(
                    "the source {:?} is not inside the app's folder",
                    path.display().to_string()
                ),
                "copy the file into the folder and give its path from there",
            ),
        );
        return None;
    }
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let is_csv = match extension.to_ascii_lowercase().as_str() {
        "parquet" => false,
        "csv" | "tsv" | "tab" | "txt" => true,
        _ => {
            at(
                raw.source.span(),
                Complaint::new(
                    format!("it is not known how to read {:?}", path.display().to_string()),
                    "give a .parquet file, or a .csv, .tsv or .txt file",
                ),
            );
            return None;
        }
    };
    match (&raw.csv, is_csv) {
        (Some(csv), false) => {
            at(
                csv.span(),
                Complaint::new("a Parquet file has no `csv` settings", "remove them"),
            );
            Some(Reader::Parquet)
        }
        (None, false) => Some(Reader::Parquet),
        (csv, true) => {
            let default = if matches!(extension, "tsv" | "tab") {
                b'\t'
            } else {
                b','
            };
            Some(Reader::Csv(csv_plan(
                csv.as_ref().map(Spanned::get_ref),
                default,
                at,
            )))
        }
    }
}

fn csv_plan(raw: Option<&RawCsv>, default_delimiter: u8, at: &mut Report<'_>) -> CsvPlan {
    let nothing = RawCsv::default();
    let raw = raw.unwrap_or(&nothing);
    let mut single = |text: &Option<Spanned<String>>, what: &str| match text {
        None => None,
        Some(text) => match text.get_ref().as_bytes() {
            [byte] if byte.is_ascii() => Some(Some(*byte)),
            [] => Some(None),
            _ => {
                at(
                    text.span(),
                    Complaint::new(
                        format!("{:?} cannot be a {what}", text.get_ref()),
                        "use one ASCII character",
                    ),
                );
                None
            }
        },
    };
    CsvPlan {
        delimiter: single(&raw.delimiter, "delimiter")
            .flatten()
            .unwrap_or(default_delimiter),
        quote: single(&raw.quote, "quote").unwrap_or(Some(b'"')),
        header: if raw.header == Some(false) {
            Header::Absent
        } else {
            Header::Present
        },
        nulls: raw.nulls.clone(),
    }
}

fn plan_column(name: &Spanned<String>, raw: RawColumn, at: &mut Report<'_>) -> ColumnPlan {
    match raw {
        RawColumn::Field(field) => ColumnPlan::named(&field),
        RawColumn::Full(full) => {
            let RawFullColumn {
                field,
                typing,
                format,
                values,
            } = *full;
            ColumnPlan {
                field: field.unwrap_or_else(|| name.get_ref().clone()),
                typing: match typing {
                    RawTyping::Source => Typing::Source,
                    RawTyping::Interpret => Typing::Interpret,
                    RawTyping::Text => Typing::Text,
                },
                format,
                values: values
                    .0
                    .into_iter()
                    .filter_map(|(key, text)| value(&key, text, at))
                    .collect(),
            }
        }
    }
}

fn value(key: &Spanned<String>, text: String, at: &mut Report<'_>) -> Option<(f64, String)> {
    match key.get_ref().parse() {
        Ok(number) => Some((number, text)),
        Err(_) => {
            at(
                key.span(),
                Complaint::new(
                    format!("{:?} in `values` is no number", key.get_ref()),
                    "give the numbers of the column on the left and their texts on the right",
                ),
            );
            None
        }
    }
}

fn plan_dimension(raw: RawDimension, at: &mut Report<'_>) -> DimensionPlan {
    let place = raw.fields.span();
    let fields = raw.fields.into_inner();
    if fields.is_empty() {
        at(
            place,
            Complaint::new(
                format!("the dimension {:?} has no fields", raw.id.get_ref()),
                "name one field",
            ),
        );
    }
    DimensionPlan {
        id: raw.id,
        title: raw.title,
        description: raw.description,
        tags: raw.tags,
        fields,
        labels: raw.labels,
    }
}

fn plan_measure(raw: RawMeasure) -> MeasurePlan {
    MeasurePlan {
        id: raw.id,
        title: raw.title,
        description: raw.description,
        tags: raw.tags,
        expression: raw.expression,
        label: raw.label,
        format: raw.format,
    }
}

fn locale(raw: RawLocale) -> Locale {
    let base = Locale::default();
    Locale {
        decimal_sep: raw.decimal_sep.unwrap_or(base.decimal_sep),
        thousand_sep: raw.thousand_sep.unwrap_or(base.thousand_sep),
        list_sep: raw.list_sep.unwrap_or(base.list_sep),
        money_decimal_sep: raw.money_decimal_sep.unwrap_or(base.money_decimal_sep),
        money_thousand_sep: raw.money_thousand_sep.unwrap_or(base.money_thousand_sep),
        money_format: raw.money_format.unwrap_or(base.money_format),
        time_format: raw.time_format.unwrap_or(base.time_format),
        date_format: raw.date_format.unwrap_or(base.date_format),
        timestamp_format: raw.timestamp_format.unwrap_or(base.timestamp_format),
        month_names: raw.month_names.unwrap_or(base.month_names),
        long_month_names: raw.long_month_names.unwrap_or(base.long_month_names),
        day_names: raw.day_names.unwrap_or(base.day_names),
        long_day_names: raw.long_day_names.unwrap_or(base.long_day_names),
        first_week_day: raw.first_week_day.unwrap_or(base.first_week_day),
        broken_weeks: raw.broken_weeks.map_or(base.broken_weeks, u8::from),
        reference_day: raw.reference_day.unwrap_or(base.reference_day),
        first_month_of_year: raw.first_month_of_year.unwrap_or(base.first_month_of_year),
        collation: raw.collation.unwrap_or(base.collation),
        numerical_abbreviation: raw.numerical_abbreviation.unwrap_or(base.numerical_abbreviation),
    }
}
