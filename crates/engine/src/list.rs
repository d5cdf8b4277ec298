//! List objects: one row per value of a field.

use std::borrow::Cow;
use std::sync::Arc;

use crate::memory::Reservation;
use crate::model::DataModel;
use crate::numformat::NumFormat;
use crate::state::StateCounts;
use crate::value::{Elem, FieldId};

/// An evaluated list object. Cell states are not in it: ask [`Snapshot::elem_state`](crate::Snapshot::elem_state).
#[derive(Clone, Debug)]
pub struct List {
    /// The field; `None` with an error.
    pub field: Option<FieldId>,
    /// The label, or the field's name.
    pub title: String,
    /// What is wrong with the definition.
    pub error: Option<crate::ItemError>,
    /// The states of all values of the field.
    pub counts: StateCounts,
    /// One row per value, or per hit of the search, in order.
    pub rows: Vec<ListRow>,
    /// The number of distinct values of the field.
    pub cardinal: usize,
    /// The smallest number; 0 for a field of texts.
    pub min: f64,
    /// The largest number; 0 for a field of texts.
    pub max: f64,
    /// The longest text's length in characters.
    pub max_glyphs: usize,
    /// The format of the numbers.
    pub format: NumFormat,
    /// `A`, `D` or `N`: the direction of the first sort criterion.
    pub sort_indicator: char,
    pub(crate) model: Arc<DataModel>,
    pub(crate) texts: Option<Vec<Arc<str>>>,
    /// What it holds of the memory of whoever asked for it.
    pub(crate) _memory: Option<Arc<Reservation>>,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRow {
    /// The value.
    pub elem: Elem,
    /// Where the search's terms stand in the text: position and length in characters.
    pub highlight: Vec<(usize, usize)>,
    /// The frequency's text, if asked for.
    pub frequency: Option<String>,
}

impl List {
    /// The text of a value; empty if there is no such value.
    pub fn text(&self, elem: Elem) -> Cow<'_, str> {
        if let Some(texts) = &self.texts {
            return texts
                .get(elem.0 as usize)
                .map_or(Cow::Borrowed(""), |text| Cow::Borrowed(text));
        }
        match self.field {
            Some(field) if elem.index() < self.cardinal => self.model.field(field).symbols().text(elem.0),
            _ => Cow::Borrowed(""),
        }
    }

    /// The number of a value; NaN if it has none.
    pub fn num(&self, elem: Elem) -> f64 {
        match self.field {
            Some(field) if elem.index() < self.cardinal => {
                self.model.field(field).symbols().num(elem.0).unwrap_or(f64::NAN)
            }
            _ => f64::NAN,
        }
    }
}
