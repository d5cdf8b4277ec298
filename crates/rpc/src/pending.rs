//! Calculations of one connection that are waiting or running.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use fanlight_engine::Cancel;
use fanlight_protocol::{ErrorBody, ErrorCode};

/// Calculations by the text of their request's id.
#[derive(Debug, Default)]
pub(crate) struct Pending(Mutex<HashMap<String, Cancel>>);

impl Pending {
    /// Notes a calculation.
    ///
    /// # Errors
    /// 5006 if there are `limit` already.
    pub(crate) fn begin(&self, id: &str, limit: usize) -> Result<Cancel, ErrorBody> {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.len() >= limit {
            return Err(ErrorBody::new(
                ErrorCode::Busy,
                format!("{limit} calculations are pending on this connection"),
            ));
        }
        let cancel = Cancel::new();
        pending.insert(id.to_owned(), cancel.clone());
        Ok(cancel)
    }

    pub(crate) fn end(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    pub(crate) fn is_pending(&self, id: &str) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(id)
    }

    pub(crate) fn cancel(&self, id: &str) {
        if let Some(cancel) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            cancel.cancel();
        }
    }

    pub(crate) fn cancel_all(&self) {
        let pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pending.values().for_each(Cancel::cancel);
    }
}
