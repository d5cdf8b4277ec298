//! What one engine session holds beside its connections.

use std::collections::HashMap;
use std::sync::Arc;

use fanlight_base::{ConnectionId, Timestamp};
use fanlight_engine::{MemoryPool, Reservation, Session, Settings, Snapshot};
use fanlight_protocol::{ErrorBody, ErrorCode};
use serde_json::Value;

use crate::cache::Cache;
use crate::memory::{reserve, size_of_tree};
use crate::objects::{ObjectId, Objects};
use crate::open_app::{self, OpenApp};
use crate::variables::Variables;
use crate::view::{FrozenView, View};

/// The searches in list objects: object and path to pattern.
pub(crate) type Searches = HashMap<(ObjectId, String), String>;

/// The modal selection.
#[derive(Debug, Clone)]
pub(crate) struct Modal {
    /// The object that is being selected in.
    pub(crate) owner: ObjectId,
    /// The connection that began it: it ends with the connection.
    pub(crate) connection: ConnectionId,
    /// The session at the beginning: the owner's rows stay as they were then.
    pub(crate) frozen: Snapshot,
}

/// Everything that requests read and change. What is shared with views is behind reference counts, so that a clone is
/// cheap; a request that fails, or cannot be kept, is taken back by putting the clone of before in its place.
#[derive(Debug, Clone)]
pub(crate) struct Core {
    pub(crate) app: Arc<OpenApp>,
    pub(crate) engine: Session,
    pub(crate) objects: Arc<Objects>,
    pub(crate) variables: Arc<Variables>,
    pub(crate) app_properties: Arc<Value>,
    pub(crate) searches: Arc<Searches>,
    pub(crate) modal: Option<Modal>,
    pub(crate) cache: Arc<Cache>,
    /// What selections, searches and the app's properties take in memory.
    rest: Option<Arc<Reservation>>,
    /// Whether a client has opened the app: until then `GetActiveDoc` answers that none is open.
    pub(crate) opened: bool,
}

/// What a search takes beside its texts.
const BYTES_OF_A_SEARCH: usize = 128;

/// The numbers of days between the engine's epoch, 1899-12-30, and the Unix epoch.
const SERIAL_OF_UNIX_EPOCH: f64 = 25_569.0;

/// A point in time as the engine counts it: days, with the time of day as fraction.
pub(crate) fn serial(now: Timestamp) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 stay far below 2^53"
    )]
    let millis = now.as_millis() as f64;
    SERIAL_OF_UNIX_EPOCH + millis / 86_400_000.0
}

impl Core {
    /// A session without selections on `app`.
    pub(crate) fn new(app: Arc<OpenApp>, user: &str, now: Timestamp, cache: Cache) -> Self {
        let variables = app
            .variables
            .iter()
            .map(|variable| (variable.name.clone(), variable.definition.clone()))
            .collect();
        let settings = Settings {
            locale: app.locale.clone(),
            variables,
            now: serial(now),
            library: open_app::library(&app.objects),
            user: user.to_owned(),
        };
        Self {
            engine: Session::new(Arc::clone(&app.model), settings),
            objects: Arc::clone(&app.objects),
            variables: Arc::clone(&app.variables),
            app_properties: Arc::new(serde_json::json!({ "qTitle": app.title })),
            searches: Arc::default(),
            modal: None,
            cache: Arc::new(cache),
            rest: None,
            opened: app.kind == open_app::AppKind::Session,
            app,
        }
    }

    /// What is true now, kept for as long as the view lives.
    pub(crate) fn view(&self) -> View {
        View {
            app: Arc::clone(&self.app),
            objects: Arc::clone(&self.objects),
            variables: Arc::clone(&self.variables),
            app_properties: Arc::clone(&self.app_properties),
            searches: Arc::clone(&self.searches),
            snapshot: self.engine.snapshot(),
            modal: self.modal.as_ref().map(|modal| FrozenView {
                owner: Arc::clone(&modal.owner),
                snapshot: modal.frozen.clone(),
                made_selections: self.engine.made_modal_selections(),
            }),
            back_count: self.engine.back_count(),
            forward_count: self.engine.forward_count(),
            cache: Arc::clone(&self.cache),
        }
    }

    /// Refuses a selection that does not come from the object that is being selected in.
    ///
    /// # Errors
    /// 6003 if another object owns the modal selection; clients answer with `AbortModal` and try again.
    pub(crate) fn may_select(&self, by: Option<&ObjectId>) -> Result<(), ErrorBody> {
        match &self.modal {
            Some(modal) if by != Some(&modal.owner) => Err(ErrorBody::new(
                ErrorCode::ModalObject,
                format!("object {} is being selected in", modal.owner),
            )),
            _ => Ok(()),
        }
    }

    /// Puts everything back as it was in `before`. Results of what is taken back may not be found again under the same
    /// version of the selections, so the cache starts anew.
    pub(crate) fn undo(&mut self, before: Self) {
        let is_same = self.engine.version() == before.engine.version();
        *self = before;
        if !is_same {
            self.cache = Arc::new(self.cache.emptied());
        }
    }

    /// Counts the memory of what has changed since `before`.
    ///
    /// # Errors
    /// 19 if there is no room for it; the change is then to be taken back.
    pub(crate) fn settle(&mut self, before: &Self, pool: &Arc<MemoryPool>) -> Result<(), ErrorBody> {
        if self.objects.is_due() {
            self.objects_mut().settle(pool)?;
        }
        if !Arc::ptr_eq(&self.variables, &before.variables) {
            self.variables_mut().settle(pool)?;
        }
        let is_same = self.engine.version() == before.engine.version()
            && Arc::ptr_eq(&self.searches, &before.searches)
            && Arc::ptr_eq(&self.app_properties, &before.app_properties);
        if !is_same || self.rest.is_none() {
            let searches: usize = self
                .searches
                .iter()
                .map(|((_, path), pattern)| BYTES_OF_A_SEARCH + path.len() + pattern.len())
                .sum();
            let n_bytes = self.engine.selection_bytes() + searches + size_of_tree(&self.app_properties);
            self.rest = Some(Arc::new(reserve(pool, n_bytes)?));
        }
        Ok(())
    }

    pub(crate) fn objects_mut(&mut self) -> &mut Objects {
        Arc::make_mut(&mut self.objects)
    }

    pub(crate) fn variables_mut(&mut self) -> &mut Variables {
        Arc::make_mut(&mut self.variables)
    }

    pub(crate) fn searches_mut(&mut self) -> &mut Searches {
        Arc::make_mut(&mut self.searches)
    }

    /// The library changed: expressions may name its measures.
    pub(crate) fn refresh_library(&mut self) {
        self.engine.set_library(open_app::library(&self.objects));
    }
}
