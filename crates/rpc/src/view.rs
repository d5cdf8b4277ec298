//! What is true in an engine session at one moment: layouts and data pages are calculated on it, on any thread.

use std::sync::Arc;

use fanlight_engine::{Cancel, EvalError, Snapshot};
use fanlight_protocol::{ErrorBody, ErrorCode};
use serde_json::Value;

use crate::cache::Cache;
use crate::core::Searches;
use crate::objects::{ObjectId, Objects, Steps};
use crate::open_app::OpenApp;
use crate::variables::Variables;

/// The modal selection as a view sees it.
#[derive(Debug, Clone)]
pub(crate) struct FrozenView {
    pub(crate) owner: ObjectId,
    pub(crate) snapshot: Snapshot,
    pub(crate) made_selections: bool,
}

/// An immutable view of an engine session.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) app: Arc<OpenApp>,
    pub(crate) objects: Arc<Objects>,
    pub(crate) variables: Arc<Variables>,
    pub(crate) app_properties: Arc<Value>,
    pub(crate) searches: Arc<Searches>,
    /// Selections as they are: the states of cells.
    pub(crate) snapshot: Snapshot,
    pub(crate) modal: Option<FrozenView>,
    pub(crate) back_count: usize,
    pub(crate) forward_count: usize,
    pub(crate) cache: Arc<Cache>,
}

impl View {
    /// The snapshot that an object's rows and their order come from: the one at the beginning of the modal selection for
    /// the object that is being selected in, because clients address rows by number until it ends.
    pub(crate) fn rows_of(&self, id: &str) -> &Snapshot {
        match &self.modal {
            Some(modal) if *modal.owner == *id => &modal.snapshot,
            _ => &self.snapshot,
        }
    }

    /// The object's effective properties.
    ///
    /// # Errors
    /// 2 if it is gone; 19 if its patches take too many steps.
    pub(crate) fn effective(&self, id: &str) -> Result<Value, ErrorBody> {
        self.objects.effective(id, &Steps::new(&Cancel::new()))
    }

    /// The pattern of the search in the list at `path`, if there is one.
    pub(crate) fn search(&self, id: &ObjectId, path: &str) -> Option<&str> {
        self.searches
            .get(&(Arc::clone(id), path.to_owned()))
            .map(String::as_str)
    }
}

/// Why a calculation has no result, as a reply.
pub(crate) fn failed(error: &EvalError) -> ErrorBody {
    match error {
        EvalError::Cancelled => ErrorBody::new(ErrorCode::Aborted, "Failure"),
        EvalError::TooLarge { .. } => ErrorBody::new(ErrorCode::ResultTooLarge, error.to_string()),
        EvalError::TooMuchWork | EvalError::NoMemory(_) => {
            ErrorBody::new(ErrorCode::LimitReached, error.to_string())
        }
        EvalError::UnknownState { .. } => ErrorBody::new(ErrorCode::InvalidParameters, error.to_string()),
    }
}

/// A calculation that was cancelled before it began.
pub(crate) fn check(cancel: &Cancel) -> Result<(), ErrorBody> {
    if cancel.is_cancelled() {
        Err(failed(&EvalError::Cancelled))
    } else {
        Ok(())
    }
}
