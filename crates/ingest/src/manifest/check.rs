//! From the manifest as written to the manifest as meant.

use std::collections::HashSet;

use fanlight_engine::Locale;
use fanlight_engine::format::Separators;
use toml::Spanned;

use super::check_table::{plan_table, separators};
use super::raw::{RawAccess, RawDimension, RawLocale, RawManifest, RawMeasure, RawVariable};
use super::{DimensionPlan, Manifest, MeasurePlan};
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
    let locale = locale(raw.locale, &mut at);
    let usual = Separators::of(&locale);
    let n_tables = raw.tables.len();
    let tables: Vec<_> = raw
        .tables
        .into_iter()
        .filter_map(|table| plan_table(table, &usual, &mut at))
        .collect();
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
        is_whole: tables.len() == n_tables,
        tables,
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
pub(super) type Report<'a> = dyn FnMut(std::ops::Range<usize>, Complaint) + 'a;

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

fn locale(raw: RawLocale, at: &mut Report<'_>) -> Locale {
    let base = Locale::default();
    let usual = Separators::of(&base);
    // Money is written like other numbers unless something else is said of it.
    let numbers =
        separators(raw.decimal_sep.as_ref(), raw.thousand_sep.as_ref(), &usual, at).unwrap_or(usual);
    Locale {
        money_decimal_sep: raw.money_decimal_sep.unwrap_or_else(|| numbers.decimal.clone()),
        money_thousand_sep: raw.money_thousand_sep.unwrap_or_else(|| numbers.thousand.clone()),
        decimal_sep: numbers.decimal,
        thousand_sep: numbers.thousand,
        list_sep: raw.list_sep.unwrap_or(base.list_sep),
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
