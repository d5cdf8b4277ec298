//! Results of calculations, so that data calls after a layout do not calculate again.
//!
//! Versions of the selections only grow, so nobody asks for the results of an earlier one again.

mod widths;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use fanlight_engine::{Cancel, Cube, CubeDef, EvalError, List, ListDef, MemoryPool, Snapshot};

pub(crate) use widths::CubeWidths;
use widths::Widths;

/// How many results are kept, however small they are: they are searched one by one.
const MAX_ENTRIES: usize = 200;

/// The cubes and lists of one engine session, by definition and version of the selections.
#[derive(Debug)]
pub(crate) struct Cache {
    max_cells: usize,
    /// What its session may hold in memory.
    memory: Arc<MemoryPool>,
    kept: Mutex<Kept>,
    /// Of every version, and of what is taken back too: nothing is lost when a column is wider than it must be.
    widths: Arc<Mutex<Widths>>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Of all entries.
    version: u64,
    /// The one used last is last.
    entries: VecDeque<Entry>,
    n_cells: usize,
}

#[derive(Debug)]
struct Entry {
    definition: Definition,
    n_cells: usize,
}

#[derive(Debug)]
enum Definition {
    Cube(Box<CubeDef>, Arc<Cube>),
    List(Box<ListDef>, Arc<List>),
}

impl Cache {
    pub(crate) fn new(max_cells: usize, memory: &Arc<MemoryPool>) -> Self {
        Self {
            max_cells,
            memory: Arc::clone(memory),
            kept: Mutex::default(),
            widths: Arc::default(),
        }
    }

    /// An empty cache of the same size.
    pub(crate) fn emptied(&self) -> Self {
        Self {
            widths: Arc::clone(&self.widths),
            ..Self::new(self.max_cells, &self.memory)
        }
    }

    /// The longest texts of the cube's columns, in this and in every earlier result.
    pub(crate) fn widths(&self, def: &CubeDef, cube: &Cube) -> CubeWidths {
        let mut widths = self.widths.lock().unwrap_or_else(PoisonError::into_inner);
        widths.of(def, cube)
    }

    /// The cube, calculated if it is not there.
    pub(crate) fn cube(
        &self,
        snapshot: &Snapshot,
        def: &CubeDef,
        cancel: &Cancel,
    ) -> Result<Arc<Cube>, EvalError> {
        let found = self.find(snapshot.version(), |definition| match definition {
            Definition::Cube(other, cube) if **other == *def => Some(Arc::clone(cube)),
            _ => None,
        });
        if let Some(cube) = found {
            return Ok(cube);
        }
        let cube = Arc::new(self.with_room(|| snapshot.cube(def, cancel))?);
        let n_cells = cube.weight();
        self.keep(
            snapshot.version(),
            n_cells,
            Definition::Cube(Box::new(def.clone()), Arc::clone(&cube)),
        );
        Ok(cube)
    }

    /// The list, calculated if it is not there.
    pub(crate) fn list(
        &self,
        snapshot: &Snapshot,
        def: &ListDef,
        cancel: &Cancel,
    ) -> Result<Arc<List>, EvalError> {
        let found = self.find(snapshot.version(), |definition| match definition {
            Definition::List(other, list) if **other == *def => Some(Arc::clone(list)),
            _ => None,
        });
        if let Some(list) = found {
            return Ok(list);
        }
        let list = Arc::new(self.with_room(|| snapshot.list(def, cancel))?);
        let n_cells = list.rows.len().max(1);
        self.keep(
            snapshot.version(),
            n_cells,
            Definition::List(Box::new(def.clone()), Arc::clone(&list)),
        );
        Ok(list)
    }

    /// Calculates; where there is no memory left, once more without what was calculated before.
    fn with_room<T>(&self, calculate: impl Fn() -> Result<T, EvalError>) -> Result<T, EvalError> {
        match calculate() {
            Err(EvalError::NoMemory(_)) if self.clear() > 0 => calculate(),
            outcome => outcome,
        }
    }

    /// Forgets all results; how many there were.
    pub(crate) fn clear(&self) -> usize {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.n_cells = 0;
        std::mem::take(&mut kept.entries).len()
    }

    fn find<T>(&self, version: u64, pick: impl Fn(&Definition) -> Option<T>) -> Option<T> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version != version {
            return None;
        }
        let (position, found) = kept
            .entries
            .iter()
            .enumerate()
            .find_map(|(position, entry)| Some((position, pick(&entry.definition)?)))?;
        if let Some(entry) = kept.entries.remove(position) {
            kept.entries.push_back(entry);
        }
        Some(found)
    }

    fn keep(&self, version: u64, n_cells: usize, definition: Definition) {
        if n_cells > self.max_cells {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if version < kept.version {
            // A calculation that took long; somebody has selected in the meantime.
            return;
        }
        if version > kept.version {
            *kept = Kept {
                version,
                ..Kept::default()
            };
        }
        kept.n_cells += n_cells;
        kept.entries.push_back(Entry { definition, n_cells });
        // What was calculated before never takes the room for what somebody wants now.
        while kept.n_cells > self.max_cells || kept.entries.len() > MAX_ENTRIES || self.memory.is_half_used()
        {
            match kept.entries.pop_front() {
                Some(oldest) => kept.n_cells -= oldest.n_cells,
                None => break,
            }
        }
    }

    /// How many cells are kept.
    #[cfg(test)]
    pub(crate) fn n_cells(&self) -> usize {
        self.kept.lock().unwrap().n_cells
    }
}

#[cfg(test)]
mod tests {
    use fanlight_engine::{DataModel, MeasureDef, Session, Settings};

    use super::*;

    fn session() -> Session {
        Session::new(Arc::new(DataModel::new(Vec::new()).unwrap()), Settings::default())
    }

    fn cache(max_cells: usize) -> Cache {
        Cache::new(max_cells, &MemoryPool::new("this session", 1 << 20, None))
    }

    fn constant(expr: &str) -> CubeDef {
        CubeDef {
            measures: vec![MeasureDef {
                expr: expr.to_owned(),
                ..MeasureDef::default()
            }],
            ..CubeDef::default()
        }
    }

    #[test]
    fn a_result_is_calculated_once_per_definition_and_version() {
        let cache = cache(10);
        let mut session = session();
        let cancel = Cancel::new();
        let first = cache.cube(&session.snapshot(), &constant("1"), &cancel).unwrap();
        let again = cache.cube(&session.snapshot(), &constant("1"), &cancel).unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        let other = cache.cube(&session.snapshot(), &constant("2"), &cancel).unwrap();
        assert!(!Arc::ptr_eq(&first, &other));
        session.set_variable("v", "1");
        let later = cache.cube(&session.snapshot(), &constant("1"), &cancel).unwrap();
        assert!(!Arc::ptr_eq(&first, &later));
    }

    #[test]
    fn a_new_version_forgets_the_results_of_the_one_before() {
        let cache = cache(10);
        let mut session = session();
        let cancel = Cancel::new();
        let before = session.snapshot();
        cache.cube(&before, &constant("1"), &cancel).unwrap();
        cache.cube(&before, &constant("2"), &cancel).unwrap();
        assert_eq!(cache.n_cells(), 2);
        session.set_variable("v", "1");
        let now = cache.cube(&session.snapshot(), &constant("1"), &cancel).unwrap();
        assert_eq!(cache.n_cells(), 1);
        // One that began before the change ends after it.
        cache.cube(&before, &constant("3"), &cancel).unwrap();
        assert_eq!(cache.n_cells(), 1);
        let again = cache.cube(&session.snapshot(), &constant("1"), &cancel).unwrap();
        assert!(Arc::ptr_eq(&now, &again));
    }

    #[test]
    fn the_oldest_results_make_room() {
        let cache = cache(2);
        let session = session();
        let snapshot = session.snapshot();
        let cancel = Cancel::new();
        let first = cache.cube(&snapshot, &constant("1"), &cancel).unwrap();
        cache.cube(&snapshot, &constant("2"), &cancel).unwrap();
        cache.cube(&snapshot, &constant("1"), &cancel).unwrap();
        cache.cube(&snapshot, &constant("3"), &cancel).unwrap();
        assert_eq!(cache.n_cells(), 2);
        let kept = cache.cube(&snapshot, &constant("1"), &cancel).unwrap();
        assert!(
            Arc::ptr_eq(&first, &kept),
            "it was used later than the second one"
        );
    }

    #[test]
    fn a_cancelled_calculation_leaves_nothing_behind() {
        let cache = cache(10);
        let cancel = Cancel::new();
        cancel.cancel();
        let outcome = cache.cube(&session().snapshot(), &constant("1"), &cancel);
        assert_eq!(outcome.err(), Some(EvalError::Cancelled));
        assert_eq!(cache.n_cells(), 0);
    }

    #[test]
    fn results_make_room_where_memory_is_short() {
        let memory = MemoryPool::new("this session", 1 << 20, None);
        let cache = Cache::new(1000, &memory);
        let cancel = Cancel::new().within(Arc::clone(&memory));
        let session = session();
        cache.cube(&session.snapshot(), &constant("1"), &cancel).unwrap();
        assert_eq!(cache.n_cells(), 1);
        let taken = memory.reserve(memory.limit() - memory.used()).unwrap();
        // There is room for another one only without the first.
        let second = cache.cube(&session.snapshot(), &constant("2"), &cancel);
        assert!(matches!(second, Err(EvalError::NoMemory(_))), "{second:?}");
        assert_eq!(cache.n_cells(), 0);
        drop(taken);
        let _taken = memory.reserve(memory.limit() / 2 + 1).unwrap();
        cache.cube(&session.snapshot(), &constant("3"), &cancel).unwrap();
        assert_eq!(cache.n_cells(), 0, "nothing is kept where more than half is used");
    }
}
