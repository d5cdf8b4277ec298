//! Lists: which rows a call wants, in which order, and one page of them. Every list of the API is made here, so that all
//! take the same parameters and mean the same by them.
//!
//! | parameter | meaning |
//! |---|---|
//! | `limit` | rows on a page |
//! | `next`, `prev` | the page after or before a row, from a link of another page |
//! | `sort` | a field's name, with `-` before it for the reverse |
//! | `filter` | a condition, see [`filter`] |
//! | `totalResults` | `false` leaves the count out |
//! | a field's name | that field only; words are found inside a longer text, in either case |
//!
//! A place in a list is the row itself, not a number, so that rows which come and go in between shift no page.

mod filter;
mod place;
mod value;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use fanlight_protocol::rest;

use crate::error::ApiError;
use crate::parameters;
use crate::wire::Base;

use filter::Filter;
use place::{Place, Row};
pub use value::{Field, Kind, Value, flag, newest_first};

/// What a list takes beside the names of its fields.
const PAGING: [&str; 6] = ["limit", "next", "prev", "sort", "filter", "totalResults"];

/// One list of the API.
pub struct Spec<T: 'static> {
    /// Where it is.
    pub path: &'static str,
    /// Rows on a page, if the call does not say.
    pub usual: usize,
    /// Most rows on a page.
    pub most: usize,
    /// What a row is sorted and filtered by.
    pub fields: &'static [Field<T>],
    /// Parameters that the route reads itself, by [`Query::own`].
    pub own: &'static [&'static str],
    /// What tells a row from all others.
    pub id: fn(&T) -> String,
    /// What rows are sorted by, if the call does not say; rows that are equal in it come by their ids.
    pub order: fn(&T) -> Value,
}

/// What a call asks of a list.
pub struct Query<T: 'static> {
    spec: &'static Spec<T>,
    limit: usize,
    /// The field and whether it is reversed; none is the list's own order.
    sort: Option<(&'static Field<T>, bool)>,
    place: Place,
    wants: Vec<(&'static Field<T>, String)>,
    filter: Option<Filter<T>>,
    with_total: bool,
    /// All parameters, as they came.
    given: Vec<(String, String)>,
}

/// Where a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side<'a> {
    /// It is the first one.
    Start,
    /// After the row with that id.
    After(&'a str),
    /// Before the row with that id.
    Before(&'a str),
}

/// What is known of the rows around a page.
#[derive(Debug, Clone)]
pub struct Found {
    /// There is a row at the given place or on its other side.
    pub has_others: bool,
    /// There are more rows on the page's side than it has.
    pub has_more: bool,
    /// How many match in all, where that is known.
    pub n_matching: Option<u64>,
    /// Up to which row was looked, by its id, where that is further than the last row of the page.
    pub looked_at: Option<String>,
}

/// Rows of a page, while all rows pass by: no more are kept than the page has.
pub struct Choosing<'q, T: 'static> {
    query: &'q Query<T>,
    kept: Vec<(Row, T)>,
    /// There is a row at the given place or on its other side.
    has_others: bool,
    /// There are more rows on this side than the page has.
    has_more: bool,
    n_matching: Option<u64>,
    /// Where the page ends, if that is beyond its last row.
    looked_at: Option<Row>,
}

impl<T> Spec<T> {
    /// Reads the parameters of a call.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] names the parameter that is not understood.
    pub fn read(&'static self, query: Option<&str>) -> Result<Query<T>, ApiError> {
        let mut read = Query {
            spec: self,
            limit: self.usual,
            sort: None,
            place: Place::Start,
            wants: Vec::new(),
            filter: None,
            with_total: true,
            given: Vec::new(),
        };
        let given = parameters::given(query)?;
        let (mut next, mut prev) = (None, None);
        for (name, value) in &given {
            match name.as_str() {
                "sort" | "filter" if self.fields.is_empty() => return Err(self.unknown(name)),
                "limit" => read.limit = self.limit(value)?,
                "next" => next = Some(value),
                "prev" => prev = Some(value),
                "sort" => read.sort = Some(self.sort(value)?),
                "filter" => read.filter = Some(Filter::parse(value, self.fields)?),
                "totalResults" => read.with_total = flag(name, value)?,
                _ if self.own.contains(&name.as_str()) => {}
                _ => {
                    let field = self.parameter(name)?;
                    field.check(value)?;
                    read.wants.push((field, value.clone()));
                }
            }
        }
        let sorted_by = read.sort_text();
        read.place = match (next, prev) {
            (None, None) => Place::Start,
            (Some(next), None) => Place::After(Row::parse("next", next, &sorted_by)?),
            (None, Some(prev)) => Place::Before(Row::parse("prev", prev, &sorted_by)?),
            (Some(_), Some(_)) => {
                let text = "next, prev: give one of them, as a link of another page has it";
                return Err(ApiError::Invalid(text.to_owned()));
            }
        };
        read.given = given;
        Ok(read)
    }

    fn limit(&self, text: &str) -> Result<usize, ApiError> {
        let limit = text.parse().ok().filter(|limit| (1..=self.most).contains(limit));
        limit.ok_or_else(|| ApiError::Invalid(format!("limit: write 1 to {}", self.most)))
    }

    /// A plus sign arrives as a blank where a client has not encoded it.
    fn sort(&self, text: &str) -> Result<(&'static Field<T>, bool), ApiError> {
        let (name, reversed) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text.strip_prefix(['+', ' ']).unwrap_or(text), false),
        };
        let sortable = || self.fields.iter().filter(|field| field.kind != Kind::Search);
        let found = sortable().find(|field| field.name == name);
        found.map(|field| (field, reversed)).ok_or_else(|| {
            let names: Vec<&str> = sortable().map(|field| field.name).collect();
            ApiError::Invalid(format!(
                "sort: write one of {}, with `-` before it for the reverse",
                names.join(", ")
            ))
        })
    }

    fn parameter(&self, name: &str) -> Result<&'static Field<T>, ApiError> {
        let is_parameter = |field: &&'static Field<T>| field.kind != Kind::Time;
        let mut fields = self.fields.iter().filter(is_parameter);
        fields
            .find(|field| field.name == name)
            .ok_or_else(|| self.unknown(name))
    }

    fn unknown(&self, name: &str) -> ApiError {
        let paging = PAGING.into_iter();
        let paging = paging.filter(|name| !self.fields.is_empty() || !matches!(*name, "sort" | "filter"));
        let fields = self.fields.iter().filter(|field| field.kind != Kind::Time);
        let fields = fields.map(|field| field.name);
        let known: Vec<&str> = paging.chain(self.own.iter().copied()).chain(fields).collect();
        parameters::unknown(name, &known)
    }
}

impl<T> Query<T> {
    /// A parameter that the route reads itself.
    pub fn own(&self, name: &str) -> Option<&str> {
        let found = self.given.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Most rows on the page.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Whether the call wants to know how many rows match.
    pub const fn wants_total(&self) -> bool {
        self.with_total
    }

    /// On which side of which row the page lies.
    pub fn side(&self) -> Side<'_> {
        match &self.place {
            Place::Start => Side::Start,
            Place::After(row) => Side::After(&row.id),
            Place::Before(row) => Side::Before(&row.id),
        }
    }

    /// A page whose rows somebody else has chosen, in the list's order.
    pub fn chosen(&self, rows: Vec<T>, found: Found) -> Choosing<'_, T> {
        Choosing {
            query: self,
            kept: rows.into_iter().map(|item| (self.row(&item), item)).collect(),
            has_others: found.has_others,
            has_more: found.has_more,
            n_matching: found.n_matching,
            looked_at: found.looked_at.map(|id| Row {
                value: Value::Absent,
                id,
            }),
        }
    }

    /// Looks at every row and keeps those of the page.
    pub fn choose(&self, rows: impl IntoIterator<Item = T>) -> Choosing<'_, T> {
        let mut choosing = Choosing {
            query: self,
            kept: Vec::new(),
            has_others: false,
            has_more: false,
            n_matching: Some(0),
            looked_at: None,
        };
        rows.into_iter().for_each(|row| choosing.offer(row));
        choosing
    }

    /// The field that rows are sorted by, as `sort` names it; empty in the list's own order.
    fn sort_text(&self) -> String {
        self.sort.map_or_else(String::new, |(field, reversed)| {
            format!("{}{}", if reversed { "-" } else { "" }, field.name)
        })
    }

    fn takes(&self, row: &T) -> bool {
        self.wants.iter().all(|(field, wanted)| field.has(row, wanted))
            && self.filter.as_ref().is_none_or(|filter| filter.takes(row))
    }

    fn row(&self, row: &T) -> Row {
        Row {
            value: self
                .sort
                .map_or_else(|| (self.spec.order)(row), |(field, _)| field.key(row)),
            id: (self.spec.id)(row),
        }
    }

    fn compare(&self, one: &Row, other: &Row) -> Ordering {
        let by_value = one.value.cmp(&other.value);
        let is_reversed = self.sort.is_some_and(|(_, reversed)| reversed);
        let by_value = if is_reversed { by_value.reverse() } else { by_value };
        by_value.then_with(|| one.id.cmp(&other.id))
    }

    /// The address of a page of this list; the place is a parameter's name and value.
    fn address(&self, place: Option<(&str, String)>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.given {
            if !matches!(name.as_str(), "next" | "prev") {
                query.append_pair(name, value);
            }
        }
        if let Some((name, value)) = place {
            query.append_pair(name, &value);
        }
        let query = query.finish();
        if query.is_empty() {
            self.spec.path.to_owned()
        } else {
            format!("{}?{query}", self.spec.path)
        }
    }
}

impl<T> Choosing<'_, T> {
    /// Looks at one more row.
    pub fn offer(&mut self, item: T) {
        let query = self.query;
        if !query.takes(&item) {
            return;
        }
        self.n_matching = self.n_matching.map(|n_matching| n_matching + 1);
        let row = query.row(&item);
        let is_inside = match &query.place {
            Place::Start => true,
            Place::After(place) => query.compare(&row, place) == Ordering::Greater,
            Place::Before(place) => query.compare(&row, place) == Ordering::Less,
        };
        if !is_inside {
            self.has_others = true;
            return;
        }
        let at = self
            .kept
            .partition_point(|(kept, _)| query.compare(kept, &row) == Ordering::Less);
        self.kept.insert(at, (row, item));
        if self.kept.len() > query.limit {
            self.has_more = true;
            let outermost = match query.place {
                Place::Before(_) => 0,
                Place::Start | Place::After(_) => query.limit,
            };
            self.kept.remove(outermost);
        }
    }

    /// What `next` of the following page is; none on the last one.
    pub fn next(&self) -> Option<String> {
        let has_next = match self.query.place {
            Place::Before(_) => self.has_others,
            Place::Start | Place::After(_) => self.has_more,
        };
        let looked_at = self.looked_at.as_ref().filter(|_| !self.is_backwards());
        let last = looked_at.or(self.kept.last().map(|(row, _)| row));
        self.link(last, has_next)
    }

    /// What `prev` of the page before is; none on the first one.
    pub fn prev(&self) -> Option<String> {
        let has_prev = match self.query.place {
            Place::Before(_) => self.has_more,
            Place::Start | Place::After(_) => self.has_others,
        };
        let looked_at = self.looked_at.as_ref().filter(|_| self.is_backwards());
        let first = looked_at.or(self.kept.first().map(|(row, _)| row));
        self.link(first, has_prev)
    }

    const fn is_backwards(&self) -> bool {
        matches!(self.query.place, Place::Before(_))
    }

    /// A page that has lost its rows still leads on from its place.
    fn link(&self, row: Option<&Row>, is_there: bool) -> Option<String> {
        let place = match &self.query.place {
            Place::Start => None,
            Place::After(place) | Place::Before(place) => Some(place),
        };
        let row = row.or(place).filter(|_| is_there)?;
        Some(row.text(&self.query.sort_text()))
    }

    /// The addresses of this page and its neighbours.
    pub fn links(&self, base: &Base<'_>) -> rest::ListLinks {
        let query = self.query;
        let here = match &query.place {
            Place::Start => None,
            Place::After(row) => Some(("next", row.text(&query.sort_text()))),
            Place::Before(row) => Some(("prev", row.text(&query.sort_text()))),
        };
        let link = |place: Option<(&str, String)>| base.href(&query.address(place));
        rest::ListLinks {
            this: link(here),
            next: self.next().map(|next| link(Some(("next", next)))),
            prev: self.prev().map(|prev| link(Some(("prev", prev)))),
        }
    }

    /// How many rows match, on all pages, unless the call wants no count.
    pub fn total(&self) -> Option<u64> {
        self.n_matching.filter(|_| self.query.with_total)
    }

    /// The rows of the page, in their order.
    pub fn rows(self) -> impl Iterator<Item = T> {
        self.kept.into_iter().map(|(_, item)| item)
    }

    /// The page as it is answered.
    pub fn answer<W>(self, base: &Base<'_>, wire: impl FnMut(T) -> W) -> rest::List<W> {
        let links = self.links(base);
        let total_results = self.total();
        rest::List {
            data: self.rows().map(wire).collect(),
            links,
            total_results,
        }
    }
}
