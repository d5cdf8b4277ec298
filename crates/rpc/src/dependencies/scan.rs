//! From properties to what their layout depends on.

use fanlight_engine::{Snapshot, StatesRead, StatesReader};
use serde_json::{Map, Value};

use super::{Data, Dependence, Dependencies};
use crate::objects::ObjectId;
use crate::view::View;

/// How deep master items may name master items.
const MAX_ITEMS: usize = 4;

/// What the layout made from an object's effective properties depends on.
pub(crate) fn of_object(view: &View, id: &ObjectId, effective: &Value) -> Dependencies {
    let state = view.objects.state_of(id, effective);
    let mut scan = Scan {
        view,
        found: Dependencies::default(),
        reader: view.snapshot.states_reader(),
        items_left: MAX_ITEMS,
    };
    scan.value(effective, &state);
    let Scan {
        mut found, reader, ..
    } = scan;
    found.data.add(reader.found());
    found
}

/// What the value of an expression in `state` depends on.
pub(crate) fn of_expression(snapshot: &Snapshot, state: &str, expr: &str) -> Data {
    let mut data = Data::Free;
    data.follow(state);
    data.add(&snapshot.states_read(expr));
    data
}

impl Data {
    fn add(&mut self, read: &StatesRead) {
        if read.all {
            *self = Self::Selections;
        }
        read.names.iter().for_each(|name| self.follow(name));
    }
}

struct Scan<'v> {
    view: &'v View,
    found: Dependencies,
    reader: StatesReader<'v>,
    items_left: usize,
}

impl Scan<'_> {
    fn value(&mut self, value: &Value, state: &str) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    self.member(key, value, state);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.value(item, state)),
            _ => {}
        }
    }

    fn member(&mut self, key: &str, value: &Value, state: &str) {
        match key {
            "qHyperCubeDef" | "qListObjectDef" => {
                let own = value.get("qStateName").and_then(Value::as_str);
                let state = own.filter(|name| !name.trim().is_empty()).unwrap_or(state);
                self.calculated(value, state);
                return;
            }
            "qStringExpression" | "qValueExpression" => {
                self.calculated(value, state);
                return;
            }
            // They tell of the history, which is one for all states.
            "qTreeDataDef" | "qSelectionObjectDef" | "qUndoInfoDef" => self.found.data = Data::Selections,
            "qAppObjectListDef" | "qBookmarkListDef" | "qMediaListDef" => {
                self.found.objects = Dependence::Bound;
            }
            // The lists of master items tell how many values a dimension has, but not how many are possible.
            "qDimensionListDef" | "qMeasureListDef" => self.found.objects = Dependence::Bound,
            "qVariableListDef" => self.found.variables = Dependence::Bound,
            "qChildListDef" => self.found.children = Dependence::Bound,
            _ => {}
        }
        self.value(value, state);
    }

    /// A definition that is calculated in `state`, and whatever its expressions name beside it.
    fn calculated(&mut self, def: &Value, state: &str) {
        self.found.data.follow(state);
        // Where there is one state, there is nothing to tell apart; a new one is told to everybody.
        if self.view.snapshot.n_states() < 2 {
            self.found.data = Data::Selections;
        }
        self.expressions("qExpr", def);
    }

    fn expressions(&mut self, key: &str, value: &Value) {
        if self.found.data == Data::Selections || self.reader.found().all {
            return;
        }
        match value {
            Value::String(text) => self.text(key, text),
            Value::Array(items) => items.iter().for_each(|item| self.expressions(key, item)),
            Value::Object(members) => {
                self.item(members);
                for (key, value) in members {
                    self.expressions(key, value);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, key: &str, text: &str) {
        match key {
            "qContextSetExpression" => self.reader.read_set(text),
            "qDef" | "qFieldDefs" | "qExpr" | "qExpression" | "qExpressions" | "qLabelExpression" | "qv" => {
                self.reader.read(text);
            }
            _ if text.trim_start().starts_with('=') => self.reader.read(text),
            _ => {}
        }
    }

    /// A master item in place of a definition.
    fn item(&mut self, members: &Map<String, Value>) {
        let id = members.get("qLibraryId").and_then(Value::as_str);
        let Some(object) = id.and_then(|id| self.view.objects.get(id)).cloned() else {
            return;
        };
        if let Some(left) = self.items_left.checked_sub(1) {
            self.items_left = left;
            self.expressions("", &object.properties);
            self.items_left += 1;
        }
    }
}
