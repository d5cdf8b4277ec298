//! What is true in a session at one moment: all evaluation happens here.

use std::sync::Arc;

use crate::cancel::Cancel;
use crate::cube::Cube;
use crate::defs::{CubeDef, ListDef};
use crate::error::EvalError;
use crate::eval::{Evaluator, Fault};
use crate::format;
use crate::list::List;
use crate::locale::Locale;
use crate::meter::Meter;
use crate::model::DataModel;
use crate::numformat::NumFormat;
use crate::search;
use crate::selection::StateSelection;
use crate::session::{DEFAULT_STATE, Library, Selections};
use crate::state::{ElemState, StateCounts};
use crate::value::{Elem, FieldId, Value};

/// An immutable view of a session. Cloning costs one reference count; all calls may be made from any thread.
#[derive(Clone, Debug)]
pub struct Snapshot(Arc<Parts>);

#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) model: Arc<DataModel>,
    pub(crate) locale: Arc<Locale>,
    pub(crate) library: Arc<Library>,
    pub(crate) user: Arc<str>,
    pub(crate) variables: Arc<Vec<(Arc<str>, Arc<str>)>>,
    pub(crate) now: f64,
    pub(crate) states: Selections,
    pub(crate) past: Arc<Vec<Selections>>,
    pub(crate) future: Arc<Vec<Selections>>,
    pub(crate) version: u64,
}

/// The selection of one field, for a selections bar.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectionItem {
    /// The field.
    pub field: FieldId,
    /// The states of its values.
    pub counts: StateCounts,
    /// All selected values, in element order.
    pub selected: Vec<Elem>,
    /// Whether it is locked.
    pub locked: bool,
    /// Whether all its values are numbers.
    pub is_num: bool,
    /// The search that made the selection.
    pub text_search: Option<String>,
    /// Whether exactly one value must be selected.
    pub one_and_only_one: bool,
}

/// A value that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The value.
    pub elem: Elem,
    /// Where the search's terms stand in the text: position and length in characters.
    pub ranges: Vec<(usize, usize)>,
}

/// What is wrong with an expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// Why it cannot be read.
    pub error: Option<String>,
    /// Where unknown names stand: first character and number of characters, in the expression after expansion.
    pub bad_fields: Vec<(usize, usize)>,
}

impl Snapshot {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }

    /// The data model.
    pub fn model(&self) -> &Arc<DataModel> {
        &self.0.model
    }

    /// Separators, formats and names.
    pub fn locale(&self) -> &Locale {
        &self.0.locale
    }

    /// The session's version at the time of the snapshot.
    pub fn version(&self) -> u64 {
        self.0.version
    }

    /// What a value is; excluded if there is no such state.
    ///
    /// # Panics
    /// If the field is of another model.
    pub fn elem_state(&self, state: &str, field: FieldId, elem: Elem) -> ElemState {
        match self.state(state) {
            Ok(selection) => selection.elem_state(self.model(), field, elem),
            Err(_) => ElemState::Excluded,
        }
    }

    /// How many values of a field are in each state; all excluded if there is no such state.
    ///
    /// # Panics
    /// If the field is of another model.
    pub fn state_counts(&self, state: &str, field: FieldId) -> StateCounts {
        match self.state(state) {
            Ok(selection) => selection.state_counts(self.model(), field),
            Err(_) => StateCounts {
                excluded: self.model().field(field).cardinal(),
                ..StateCounts::default()
            },
        }
    }

    /// Whether a field is locked.
    pub fn is_locked(&self, state: &str, field: FieldId) -> bool {
        self.state(state)
            .is_ok_and(|selection| selection.of(field).is_some_and(|own| own.is_locked))
    }

    /// The selections of a state in the order in which they were made; none if there is no such state.
    pub fn selections(&self, state: &str) -> Vec<SelectionItem> {
        let Ok(selection) = self.state(state) else {
            return Vec::new();
        };
        let item = |own: &Arc<crate::selection::FieldSelection>| SelectionItem {
            field: own.field,
            counts: selection.state_counts(self.model(), own.field),
            selected: own.values.iter().map(|code| Elem(code as u32)).collect(),
            locked: own.is_locked,
            is_num: self.model().field(own.field).is_numeric(),
            text_search: own.text_search.clone(),
            one_and_only_one: false,
        };
        selection.fields().iter().map(item).collect()
    }

    /// The values that an interactive search finds, in element order: terms match the beginnings of words, or the
    /// pattern is a wildcard (`*`, `?`, `^`) or a numeric search (`<`, `>`).
    ///
    /// # Panics
    /// If the field is of another model.
    pub fn search(&self, state: &str, field: FieldId, pattern: &str) -> Vec<Hit> {
        self.search_until(state, field, pattern, &Cancel::new())
            .unwrap_or_default()
    }

    /// As [`Snapshot::search`], until it is cancelled: the pattern may be an expression, which may take long.
    ///
    /// # Errors
    /// If it is cancelled or too large, or there is no such state.
    ///
    /// # Panics
    /// If the field is of another model.
    pub fn search_until(
        &self,
        state: &str,
        field: FieldId,
        pattern: &str,
        cancel: &Cancel,
    ) -> Result<Vec<Hit>, EvalError> {
        Evaluator::new(self, state, cancel)?
            .search(field, pattern)
            .or_else(|fault| fault.into_mistake().map(|_| Vec::new()))
    }

    /// The values that a programmatic search finds, in element order: the pattern is a wildcard that matches the whole
    /// text, or a numeric search.
    ///
    /// # Panics
    /// If the field is of another model.
    pub fn match_programmatic(&self, state: &str, field: FieldId, pattern: &str) -> Vec<Elem> {
        self.match_until(state, field, pattern, &Cancel::new())
            .unwrap_or_default()
    }

    /// As [`Snapshot::match_programmatic`], until it is cancelled.
    ///
    /// # Errors
    /// If it is cancelled or too large, or there is no such state.
    ///
    /// # Panics
    /// If the field is of another model.
    pub fn match_until(
        &self,
        state: &str,
        field: FieldId,
        pattern: &str,
        cancel: &Cancel,
    ) -> Result<Vec<Elem>, EvalError> {
        if pattern.starts_with('=') {
            let hits = self.search_until(state, field, pattern, cancel)?;
            return Ok(hits.into_iter().map(|hit| hit.elem).collect());
        }
        let field = self.model().field(field);
        let reading = field.reading(self.locale());
        let found = search::programmatic(field.symbols(), pattern, reading, &Meter::new(cancel))?;
        Ok(found.iter().map(|code| Elem(code as u32)).collect())
    }

    /// Evaluates a list object.
    ///
    /// # Errors
    /// If it is cancelled or there is no such state. Mistakes in the definition are in the result.
    pub fn list(&self, def: &ListDef, cancel: &Cancel) -> Result<List, EvalError> {
        Evaluator::new(self, &def.state, cancel)?.list(def)
    }

    /// Evaluates a hypercube.
    ///
    /// # Errors
    /// If it is cancelled, too large, or there is no such state. Mistakes in the definition are in the result.
    pub fn cube(&self, def: &CubeDef, cancel: &Cancel) -> Result<Cube, EvalError> {
        Evaluator::new(self, &def.state, cancel)?.cube(def)
    }

    /// The value of an expression over all possible records of a state. A mistake in the expression is NULL; ask
    /// [`Snapshot::check`] what it is.
    ///
    /// # Errors
    /// If there is no such state.
    pub fn evaluate(&self, state: &str, expr: &str) -> Result<Value, EvalError> {
        self.evaluate_until(state, expr, &Cancel::new())
    }

    /// As [`Snapshot::evaluate`], until it is cancelled.
    ///
    /// # Errors
    /// If it is cancelled or too large, or there is no such state.
    pub fn evaluate_until(&self, state: &str, expr: &str, cancel: &Cancel) -> Result<Value, EvalError> {
        match Evaluator::new(self, state, cancel)?.value(expr) {
            Ok(value) => Ok(value),
            Err(fault) => fault.into_mistake().map(|_| Value::Null),
        }
    }

    /// The text of an expression's value, `-` for NULL; a mistake in the expression reads `Error: …`.
    pub fn evaluate_text(&self, state: &str, expr: &str) -> String {
        self.text_until(state, expr, &Cancel::new())
    }

    /// As [`Snapshot::evaluate_text`], until it is cancelled, which is then what the text says.
    pub fn text_until(&self, state: &str, expr: &str, cancel: &Cancel) -> String {
        let value = match Evaluator::new(self, state, cancel) {
            Ok(evaluator) => evaluator.value(expr).map_err(Fault::message),
            Err(error) => Err(error.to_string()),
        };
        match value {
            Ok(value) => format::value(&value, &NumFormat::default(), self.locale()),
            Err(message) => format!("Error: {message}"),
        }
    }

    /// Reads an expression and says what is wrong with it.
    pub fn check(&self, expr: &str) -> Check {
        self.check_until(expr, &Cancel::new())
    }

    /// As [`Snapshot::check`], until it is cancelled: the expansions of an expression are evaluated.
    pub fn check_until(&self, expr: &str, cancel: &Cancel) -> Check {
        match Evaluator::new(self, DEFAULT_STATE, cancel) {
            Ok(evaluator) => evaluator.check(expr),
            Err(error) => Check {
                error: Some(error.to_string()),
                bad_fields: Vec::new(),
            },
        }
    }

    /// The expression with its dollar-sign expansions made, in the default state; unchanged if that fails.
    pub fn expand(&self, expr: &str) -> String {
        self.expand_until(expr, &Cancel::new())
    }

    /// As [`Snapshot::expand`], until it is cancelled.
    pub fn expand_until(&self, expr: &str, cancel: &Cancel) -> String {
        let expanded = Evaluator::new(self, DEFAULT_STATE, cancel).map(|evaluator| evaluator.expand(expr));
        expanded
            .ok()
            .and_then(Result::ok)
            .unwrap_or_else(|| expr.to_owned())
    }

    /// How many selection states there are.
    pub fn n_states(&self) -> usize {
        self.0.states.names().count()
    }

    /// A variable's definition.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.0
            .variables
            .iter()
            .find(|(other, _)| **other == *name)
            .map(|(_, definition)| &**definition)
    }

    pub(crate) fn state(&self, name: &str) -> Result<&Arc<StateSelection>, EvalError> {
        self.0.states.get(name).ok_or_else(|| EvalError::UnknownState {
            name: name.to_owned(),
        })
    }
}
