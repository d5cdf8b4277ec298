//! What a first sheet shows: measures by kind of number, dimensions by how many values they have.

use super::links::Place;
use super::{DraftColumn, DraftTable, Kind, Link};

/// What the app measures and by what.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub measures: Vec<Measure>,
    /// Few values first.
    pub dimensions: Vec<Dimension>,
    pub period: Option<Dimension>,
    /// Fields for a table, where there is nothing to sum up by.
    pub fields: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Measure {
    pub id: String,
    pub title: String,
    pub expression: String,
    pub format: &'static str,
}

#[derive(Clone, Debug)]
pub(super) struct Dimension {
    pub id: String,
    pub title: String,
    /// A field's name, or an expression with a leading `=`.
    pub definition: String,
    pub n_values: usize,
    pub order: Order,
}

/// What order the values of a dimension have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// None of their own: the largest first.
    Free,
    /// Their own, as of years.
    Own,
}

const MAX_MEASURES: usize = 4;
const MAX_DIMENSIONS: usize = 5;
/// Values that a filter is good for.
const MAX_VALUES: usize = 500;
/// Days that a line shows one by one; more become months.
const MAX_DAYS: usize = 62;

const WHOLE: &str = "{ kind = \"fixed\", decimals = 0, pattern = \"#,##0\" }";
const WITH_CENTS: &str = "{ kind = \"fixed\", decimals = 2, pattern = \"#,##0.00\" }";

/// Numbers that are told apart and not added up.
const LABELS: [&str; 16] = [
    "id", "key", "code", "no", "nr", "number", "zip", "postcode", "year", "month", "day", "week", "quarter",
    "hour", "lat", "lon",
];
/// Numbers of which an average says more than a sum.
const LEVELS: [&str; 14] = [
    "rate",
    "ratio",
    "share",
    "percent",
    "pct",
    "price",
    "temperature",
    "temp",
    "score",
    "age",
    "rating",
    "avg",
    "average",
    "index",
];
/// Numbers that are periods.
const PERIODS: [&str; 6] = ["year", "month", "quarter", "week", "day", "hour"];

pub(super) fn choose(tables: &[DraftTable], fields: &[Vec<String>], links: &[Link]) -> Chosen {
    let accepted = links.iter().filter(|link| link.is_accepted);
    let field = |place: Place| fields[place.table][place.column].as_str();
    let linking: Vec<&str> = accepted
        .flat_map(|link| [field(link.left), field(link.right)])
        .collect();
    let mut order: Vec<usize> = (0..tables.len()).collect();
    // The table with most rows holds what happened; others say more about it.
    order.sort_by_key(|table| std::cmp::Reverse(tables[*table].n_rows));
    let mut columns: Vec<(&DraftTable, &DraftColumn, &str)> = Vec::new();
    for table in order {
        for (column, field) in tables[table].columns.iter().zip(&fields[table]) {
            if columns.iter().all(|(_, _, known)| known != field) {
                columns.push((&tables[table], column, field));
            }
        }
    }
    let mut chosen = Chosen {
        fields: columns
            .iter()
            .take(6)
            .map(|(_, _, field)| (*field).to_owned())
            .collect(),
        period: columns
            .iter()
            .find(|(_, column, _)| column.kind.is_moment())
            .map(|(_, column, field)| period(column, field)),
        ..Chosen::default()
    };
    for (_, column, field) in &columns {
        if column.kind.is_number() && !is_label(column) && !linking.contains(field) {
            chosen.measures.push(measure(column, field));
        }
        if let Some(dimension) = dimension(column, field) {
            chosen.dimensions.push(dimension);
        }
    }
    chosen.measures.truncate(MAX_MEASURES - 1);
    chosen.measures.extend(count(&columns));
    chosen.dimensions.sort_by_key(|dimension| dimension.n_values);
    chosen.dimensions.truncate(MAX_DIMENSIONS);
    make_ids_differ(&mut chosen);
    chosen
}

/// The words of a column's name, in small letters: `CustomerID` and `customer_id` are `customer` and `id`.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut spaced = String::new();
    for (position, letter) in letters.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(position + 1);
        let begins = letter.is_uppercase()
            && (before.is_some_and(|before| !before.is_uppercase())
                || after.is_some_and(|after| after.is_lowercase()));
        if begins {
            spaced.push(' ');
        }
        spaced.extend(letter.to_lowercase());
    }
    let words = spaced.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn says(column: &DraftColumn, known: &[&str]) -> bool {
    words(&column.name)
        .iter()
        .any(|word| known.contains(&word.as_str()))
}

/// A number that names something.
fn is_label(column: &DraftColumn) -> bool {
    let counts_rows = column.kind == Kind::Integer && column.is_unique && column.n_values > 20;
    says(column, &LABELS) || counts_rows || column.n_values < 2
}

fn measure(column: &DraftColumn, field: &str) -> Measure {
    let (function, word) = if says(column, &LEVELS) {
        ("Avg", "Average ")
    } else {
        ("Sum", "")
    };
    let is_whole = column.kind == Kind::Integer && function == "Sum";
    Measure {
        id: id(field),
        title: format!("{word}{field}"),
        expression: format!("{function}({})", bracketed(field)),
        format: if is_whole { WHOLE } else { WITH_CENTS },
    }
}

/// How many rows the first table has, counted by a column that is never empty.
fn count(columns: &[(&DraftTable, &DraftColumn, &str)]) -> Option<Measure> {
    let (fact, _, _) = columns.first()?;
    let is_full = |(table, column, _): &&(&DraftTable, &DraftColumn, &str)| {
        std::ptr::eq(*table, *fact) && column.n_nulls == 0
    };
    // A field that other tables have too would count their rows.
    let (_, _, field) = columns
        .iter()
        .filter(is_full)
        .max_by_key(|(_, column, _)| column.kind.is_number())?;
    Some(Measure {
        id: "rows".to_owned(),
        title: "Rows".to_owned(),
        expression: format!("Count({})", bracketed(field)),
        format: WHOLE,
    })
}

fn dimension(column: &DraftColumn, field: &str) -> Option<Dimension> {
    let is_period = column.kind == Kind::Integer && says(column, &PERIODS);
    let has_few = (2..=MAX_VALUES).contains(&column.n_values);
    let repeats = !column.is_unique || column.n_values <= 30;
    let names_things = column.kind == Kind::Text || is_period;
    (names_things && has_few && repeats).then(|| Dimension {
        id: id(field),
        title: field.to_owned(),
        definition: field.to_owned(),
        n_values: column.n_values,
        order: if is_period { Order::Own } else { Order::Free },
    })
}

fn period(column: &DraftColumn, field: &str) -> Dimension {
    let in_brackets = bracketed(field);
    let (title, definition) = match column.kind {
        Kind::Date if column.n_values <= MAX_DAYS => (field.to_owned(), field.to_owned()),
        _ => (format!("Month of {field}"), format!("=MonthName({in_brackets})")),
    };
    Dimension {
        id: id(&title),
        title,
        definition,
        n_values: column.n_values,
        order: Order::Own,
    }
}

fn bracketed(field: &str) -> String {
    format!("[{}]", field.replace(']', "]]"))
}

/// Small letters, digits and hyphens.
fn id(name: &str) -> String {
    let mut id = String::new();
    for letter in name.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            id.push(letter);
        } else if !id.ends_with('-') && !id.is_empty() {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-');
    if id.is_empty() {
        "item".to_owned()
    } else {
        id.to_owned()
    }
}

/// Master items and objects share one space of ids.
fn make_ids_differ(chosen: &mut Chosen) {
    let mut taken: Vec<String> = vec!["overview".to_owned()];
    let dimensions = chosen
        .dimensions
        .iter_mut()
        .chain(&mut chosen.period)
        .map(|item| (&mut item.id, "by"));
    let measures = chosen.measures.iter_mut().map(|item| (&mut item.id, "sum"));
    for (id, prefix) in dimensions.chain(measures) {
        let wanted = format!("{prefix}-{id}");
        let mut free = wanted.clone();
        let mut number = 1;
        while taken.contains(&free) {
            number += 1;
            free = format!("{wanted}-{number}");
        }
        taken.push(free.clone());
        *id = free;
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_fall_into_words() {
        for name in [
            "CustomerID",
            "customer_id",
            "Customer Id",
            "customerId",
            "CUSTOMER-ID",
        ] {
            assert_eq!(words(name), ["customer", "id"], "{name}");
        }
        assert_eq!(words("HTTPStatus2"), ["http", "status2"]);
    }
}
