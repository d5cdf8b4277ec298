//! Evaluation: from definitions to results, over one snapshot.
//!
//! ```text
//! text ─expansion─► text ─parse─► tree ─compile─► Node + aggregation plans ─scan─► values per group ─► Node per row
//! ```
//!
//! Each aggregation runs over the records of its own driving table and is grouped by the dimensions that those records can
//! reach; a cube's rows are found separately, and each row looks its groups up.

mod aggregate;
mod budget;
mod classes;
mod columns;
mod combinations;
mod compile;
mod cubes;
mod drive;
mod expansion;
mod info;
mod keys;
mod lists;
mod mistakes;
mod node;
mod order;
mod scalar;
mod scan;
mod sets;
mod sort;
mod source;
mod tree;

use std::cell::Cell;
use std::sync::Arc;

use fanlight_column::NULL_CODE;

use crate::cancel::Cancel;
use crate::error::EvalError;
use crate::function::Context;
use crate::infer::Records;
use crate::meter::Meter;
use crate::selection::StateSelection;
use crate::snapshot::{Check, Snapshot};
use crate::value::{FieldId, Value};
pub(crate) use aggregate::AggFunc;
use budget::Budget;
use compile::Compiler;
pub(crate) use info::SELECTION_FUNCTIONS;
use node::{Compiled, Node};
use scan::{Dim, Scope};

/// The most rows a result may have.
pub(crate) const MAX_ROWS: usize = 4_000_000;

/// How deep expressions may refer to other expressions: variables, labels, master measures, searches.
const MAX_DEPTH: usize = 16;

/// The most bytes of text that the dollar-sign expansions of one evaluation may paste: variables that name each other
/// would otherwise grow without end.
const MAX_PASTED_BYTES: usize = 1 << 22;

/// After so many rows of a result a calculation looks whether it was cancelled.
const CANCEL_ROWS: usize = 1024;

/// Evaluates in one selection state of a snapshot.
pub(crate) struct Evaluator<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) meter: Meter,
    pub(crate) state_name: &'s str,
    pub(crate) state: Arc<StateSelection>,
    /// What an aggregation without a set of its own runs over.
    pub(crate) base: RecordSet,
    depth: Cell<usize>,
    /// How many more bytes expansions may paste.
    pasted: Cell<usize>,
    pub(crate) memory: Budget,
}

/// A set of records of every table.
#[derive(Clone, Debug)]
pub(crate) struct RecordSet {
    pub(crate) records: Arc<Records>,
    /// The selections that the records follow from, if they do.
    pub(crate) natural: Option<Arc<StateSelection>>,
}

/// Why an expression has no value: a mistake to show, or the end of the evaluation.
#[derive(Debug)]
pub(crate) enum Fault {
    Mistake(String),
    Stop(EvalError),
}

impl From<EvalError> for Fault {
    fn from(error: EvalError) -> Self {
        Self::Stop(error)
    }
}

impl Fault {
    fn mistake<T>(message: impl Into<String>) -> Result<T, Self> {
        Err(Self::Mistake(message.into()))
    }
}

impl<'s> Evaluator<'s> {
    pub(crate) fn new(
        snapshot: &'s Snapshot,
        state_name: &'s str,
        cancel: &Cancel,
    ) -> Result<Self, EvalError> {
        let state = Arc::clone(snapshot.state(state_name)?);
        let base = RecordSet::natural(snapshot, Arc::clone(&state));
        Ok(Self {
            snapshot,
            meter: Meter::new(cancel),
            state_name,
            state,
            base,
            depth: Cell::new(0),
            pasted: Cell::new(MAX_PASTED_BYTES),
            memory: Budget::full(cancel)?,
        })
    }

    pub(crate) fn context(&self) -> Context<'_> {
        let parts = self.snapshot.parts();
        Context {
            locale: &parts.locale,
            now: parts.now,
            user: &parts.user,
            meter: &self.meter,
        }
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            model: self.snapshot.model(),
            meter: &self.meter,
            context: self.context(),
            memory: &self.memory,
        }
    }

    /// The value of an expression over all records of the state.
    pub(crate) fn value(&self, text: &str) -> Result<Value, Fault> {
        self.deeper(|| {
            let text = self.expand(text)?;
            let mut compiler = Compiler::new(self, &[], &[]);
            let node = compiler.compile(&text)?;
            let compiled = compiler.finish();
            self.total(&compiled, &node)
        })
    }

    /// The value of an expression for each value of a field, in element order.
    pub(crate) fn value_per_elem(&self, field: FieldId, text: &str) -> Result<Vec<Value>, Fault> {
        self.deeper(|| {
            let text = self.expand(text)?;
            let symbols = Arc::clone(self.snapshot.model().field(field).symbols());
            let n_values = symbols.len() as u32;
            let dims = [Dim {
                field,
                map: None,
                symbols,
            }];
            let mut compiler = Compiler::new(self, &dims, &[]);
            let node = compiler.compile(&text)?;
            let compiled = compiler.finish();
            let results = compiled.run(self.scope(), &dims)?;
            (0..n_values)
                .map(|code| {
                    if (code as usize).is_multiple_of(CANCEL_ROWS) {
                        self.meter.check()?;
                    }
                    let value = node.value(&results, &dims, &[code], &self.context());
                    self.meter.outcome()?;
                    Ok(self.memory.keep(value)?)
                })
                .collect()
        })
    }

    /// The value of a compiled expression over all records.
    fn total(&self, compiled: &Compiled, node: &Node) -> Result<Value, Fault> {
        let results = compiled.run(self.scope(), &[])?;
        let value = node.value(&results, &[], &[], &self.context());
        self.meter.outcome()?;
        Ok(value)
    }

    /// Reads an expression and says what is wrong with it.
    pub(crate) fn check(&self, text: &str) -> Check {
        let mut check = Check::default();
        let result = self.expand(text).and_then(|text| {
            let mut compiler = Compiler::new(self, &[], &[]);
            let compiled = compiler.compile(&text).map(|_| ());
            check.bad_fields = compiler.bad_names(&text);
            compiled
        });
        if let Err(fault) = result {
            check.error = Some(fault.message());
        }
        check
    }

    /// Runs `inner` one level deeper.
    fn deeper<T>(&self, inner: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth.get() >= MAX_DEPTH {
            return Fault::mistake("expressions refer to each other too deeply");
        }
        self.depth.set(self.depth.get() + 1);
        let result = inner();
        self.depth.set(self.depth.get() - 1);
        result
    }
}

impl Fault {
    pub(crate) fn message(self) -> String {
        match self {
            Self::Mistake(message) => message,
            Self::Stop(error) => error.to_string(),
        }
    }

    /// The mistake's message, or the end of the evaluation.
    pub(crate) fn into_mistake(self) -> Result<String, EvalError> {
        match self {
            Self::Mistake(message) => Ok(message),
            Self::Stop(error) => Err(error),
        }
    }
}

impl RecordSet {
    fn natural(snapshot: &Snapshot, state: Arc<StateSelection>) -> Self {
        let records = Arc::clone(state.inference(snapshot.model()).records());
        Self {
            records,
            natural: Some(state),
        }
    }
}

/// Whether the code stands for a value.
fn is_value(code: u32) -> bool {
    code < NULL_CODE - 1
}
