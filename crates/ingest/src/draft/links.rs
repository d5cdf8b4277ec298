//! Which columns link two tables.

use fanlight_column::Symbols;

use super::{DraftColumn, DraftTable, Kind};

/// A column that two tables seem to share.
#[derive(Clone, Debug)]
pub struct Link {
    /// Where it is looked up from.
    pub(crate) left: Place,
    /// Where it is looked up.
    pub(crate) right: Place,
    /// Whether the tables are to be linked by it.
    pub is_accepted: bool,
    /// Why it seems so: one sentence.
    pub why: String,
    score: f64,
}

/// A column of a table, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub table: usize,
    pub column: usize,
}

/// How large a share of the values must be found again.
const LEAST_SHARE: f64 = 0.5;
/// Names that tables have in common without meaning the same.
const GENERIC: [&str; 20] = [
    "id",
    "key",
    "code",
    "no",
    "nr",
    "name",
    "title",
    "description",
    "date",
    "year",
    "month",
    "day",
    "status",
    "type",
    "value",
    "amount",
    "comment",
    "notes",
    "created",
    "updated",
];
/// What a column that points to another table's rows ends in.
const POINTERS: [&str; 5] = ["id", "key", "code", "no", "nr"];

/// The links that the tables' columns suggest, the surest first. Together they make no circle.
pub(super) fn propose(tables: &[DraftTable]) -> Vec<Link> {
    let mut candidates = Vec::new();
    for right in 0..tables.len() {
        for left in 0..right {
            candidates.extend(between(tables, left, right));
        }
    }
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut component: Vec<usize> = (0..tables.len()).collect();
    candidates.retain(|link| {
        let (kept, gone) = (component[link.left.table], component[link.right.table]);
        if kept == gone {
            return false;
        }
        component
            .iter_mut()
            .filter(|other| **other == gone)
            .for_each(|other| *other = kept);
        true
    });
    candidates
}

/// The best link between two tables.
fn between(tables: &[DraftTable], a: usize, b: usize) -> Option<Link> {
    let columns = |table: usize| (0..tables[table].columns.len()).map(move |column| Place { table, column });
    let pairs = columns(a).flat_map(|left| columns(b).map(move |right| (left, right)));
    let links = pairs.filter_map(|(left, right)| link(tables, left, right));
    links.max_by(|a, b| a.score.total_cmp(&b.score))
}

fn link(tables: &[DraftTable], a: Place, b: Place) -> Option<Link> {
    let column = |place: Place| &tables[place.table].columns[place.column];
    if !are_comparable(column(a), column(b)) || !are_named_alike(tables, a, b) {
        return None;
    }
    // The side with each value once is where the other looks its values up.
    let (left, right) = if column(a).is_unique && !column(b).is_unique {
        (b, a)
    } else {
        (a, b)
    };
    let share = share(&column(left).symbols, &column(right).symbols);
    if share < LEAST_SHARE {
        return None;
    }
    let named = |place: Place| format!("{}.{}", tables[place.table].name, column(place).name);
    let role = if column(right).is_unique {
        ", where each occurs once"
    } else {
        ""
    };
    let why = format!(
        "{:.0} % of the {} values of {} are in {}{role}",
        share * 100.0,
        column(left).n_values,
        named(left),
        named(right),
    );
    let score = share + if column(right).is_unique { 1.0 } else { 0.0 };
    Some(Link {
        left,
        right,
        is_accepted: true,
        why,
        score,
    })
}

fn are_comparable(a: &DraftColumn, b: &DraftColumn) -> bool {
    let is_measure = |column: &DraftColumn| column.kind == Kind::Number || column.n_values < 2;
    let is_text = |column: &DraftColumn| column.kind == Kind::Text;
    !is_measure(a) && !is_measure(b) && is_text(a) == is_text(b)
}

fn are_named_alike(tables: &[DraftTable], a: Place, b: Place) -> bool {
    let name = |place: Place| plain(&tables[place.table].columns[place.column].name);
    let (left, right) = (name(a), name(b));
    let says_something = !GENERIC.contains(&left.as_str());
    (left == right && says_something) || points_to(&left, tables, b) || points_to(&right, tables, a)
}

/// `customer_id` and the column `id` of `customers`.
fn points_to(name: &str, tables: &[DraftTable], target: Place) -> bool {
    let table = plain(&tables[target.table].name);
    let one = table.strip_suffix("ies").map_or_else(
        || table.strip_suffix('s').unwrap_or(&table).to_owned(),
        |stem| format!("{stem}y"),
    );
    let column = plain(&tables[target.table].columns[target.column].name);
    let is_pointer = POINTERS.contains(&column.as_str()) || column == "name";
    is_pointer
        && [&table, &one]
            .into_iter()
            .any(|owner| name == format!("{owner}{column}") || name == *owner)
}

/// Small letters and digits only.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// How many of the values of `left` are values of `right`.
fn share(left: &Symbols, right: &Symbols) -> f64 {
    let n_left = u32::try_from(left.len()).unwrap_or(u32::MAX);
    let is_found = |code: &u32| match left.num(*code) {
        Some(number) => right.find_num(number).is_some(),
        None => right.find_text(&left.text(*code)).is_some(),
    };
    let n_found = (0..n_left).filter(is_found).count();
    #[expect(clippy::cast_precision_loss, reason = "a share for people")]
    let share = n_found as f64 / left.len().max(1) as f64;
    share
}
