//! The associative engine: data model, selections, inference, evaluation and hypercubes.
//!
//! * A [`DataModel`] holds tables of dictionary codes, linked through the fields they have in common. It never changes.
//! * A [`Session`] holds the selections, their history and the variables of one user: the mutable host.
//! * A [`Snapshot`] is what was true in a session at one moment. It is immutable and may be used from any thread; lists
//!   ([`ListDef`] → [`List`]), hypercubes ([`CubeDef`] → [`Cube`]) and expressions are evaluated on it.
//!
//! Everything visible follows from the selections by inference over the links, which equals a full outer join that is
//! never made. An aggregation runs over the records of the table that owns its field, never over a join.
//!
//! The crate does no input or output and knows no clock: time is an argument. Users' mistakes in definitions are data in
//! the results.

mod cancel;
mod catalogue;
mod cube;
pub mod date;
mod defs;
mod error;
mod eval;
pub mod format;
pub mod function;
mod infer;
mod list;
mod locale;
mod memory;
mod meter;
mod model;
mod numformat;
mod search;
mod selection;
mod session;
mod snapshot;
mod state;
mod states;
mod value;

pub use cancel::Cancel;
pub use catalogue::{FunctionEntry, FunctionGroup, functions};
pub use cube::{AttrColumn, Cube, DimCell, DimColumn, MeasureColumn};
pub use defs::{
    AttrExpr, CubeDef, DimDef, FrequencyMode, ListDef, MeasureDef, OtherSpec, SortSpec, TotalMode,
};
pub use error::{EvalError, ItemError, ItemErrorCode, ModelError, Quantity};
pub use list::{List, ListRow};
pub use locale::Locale;
pub use memory::{MemoryPool, PoolFull, Reservation};
pub use meter::Meter;
pub use model::{Column, DataModel, Field, Table, TableSource, ValueForm};
pub use numformat::{NumFormat, NumKind};
pub use session::{
    Accept, DEFAULT_STATE, Found, Library, LockMode, NumRange, SavedField, SavedSelections, SavedState,
    SavedValue, SelectMode, Session, Settings, Which,
};
pub use snapshot::{Check, Hit, SelectionItem, Snapshot};
pub use state::{ElemState, StateCounts};
pub use states::{StatesRead, StatesReader};
pub use value::{Elem, FieldId, TableId, Value};
