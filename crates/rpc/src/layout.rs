//! From properties to layouts: definitions anywhere in the tree are replaced by what they evaluate to, the rest is copied.

mod lists;

use fanlight_engine::Cancel;
use fanlight_protocol::def::Area;
use fanlight_protocol::layout::{Items, SelectionInfo, UndoInfo};
use fanlight_protocol::{Class, Double, ErrorBody, ErrorCode};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::bounded::LayoutBudget;
use crate::from_wire::{CubePlan, ListPlan, mistake};
use crate::objects::{Object, ObjectId};
use crate::to_wire::{CubeNode, ListNode, bounded, bounded_by, clipped, selection_object};
use crate::view::{View, failed};

/// A layout. Copied properties are JSON; cubes and lists are written from their results.
#[derive(Debug)]
pub(crate) enum Node {
    Value(Value),
    Members(Vec<(String, Node)>),
    Items(Vec<Node>),
    Cube(Box<CubeNode>),
    List(Box<ListNode>),
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Members(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, node) in members {
                    map.serialize_entry(key, node)?;
                }
                map.end()
            }
            Self::Items(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Self::Cube(cube) => cube.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
        }
    }
}

/// Evaluates one object's properties.
pub(crate) struct Builder<'a> {
    view: &'a View,
    cancel: &'a Cancel,
    id: &'a ObjectId,
    object: &'a Object,
    /// What is left for the whole layout.
    budget: &'a LayoutBudget,
    /// The object's selection state.
    state: String,
}

/// The object's layout.
///
/// # Errors
/// 2 if the object is gone, 15 if the calculation is cancelled.
pub(crate) fn object(view: &View, id: &ObjectId, cancel: &Cancel) -> Result<Node, ErrorBody> {
    let effective = view.effective(id)?;
    let budget = LayoutBudget::default();
    Builder::new(view, id, &effective, (cancel, &budget))?.layout(&effective)
}

/// The cube or list at `path` in the object's properties.
///
/// # Errors
/// 6000 if there is none at this path, and as for [`object`].
pub(crate) fn at_path(view: &View, id: &ObjectId, path: &str, cancel: &Cancel) -> Result<Node, ErrorBody> {
    let effective = view.effective(id)?;
    let nothing = || {
        ErrorBody::new(
            ErrorCode::InvalidObject,
            format!("there is no cube or list at {path:?}"),
        )
    };
    let def = effective
        .pointer(path)
        .filter(|def| def.is_object())
        .ok_or_else(nothing)?;
    let budget = LayoutBudget::default();
    let builder = Builder::new(view, id, &effective, (cancel, &budget))?;
    match path.rsplit('/').next() {
        Some("qHyperCubeDef") => builder.cube(def),
        Some("qListObjectDef") => builder.list(def, path),
        _ => Err(nothing()),
    }
}

/// The definition at `path` in the object's properties, with the object's selection state.
fn definition(view: &View, id: &ObjectId, path: &str, kind: &str) -> Result<(Value, String), ErrorBody> {
    let effective = view.effective(id)?;
    let state = view.objects.state_of(id, &effective);
    let is_kind = path.rsplit('/').next() == Some(kind);
    match effective.pointer(path) {
        Some(def) if is_kind && def.is_object() => Ok((def.clone(), state)),
        _ => Err(ErrorBody::new(
            ErrorCode::InvalidObject,
            format!("there is no {kind} at {path:?}"),
        )),
    }
}

/// The plan of the cube at `path`, without calculating it.
///
/// # Errors
/// 6000 if there is none, 2 if the object is gone.
pub(crate) fn cube_plan(view: &View, id: &ObjectId, path: &str) -> Result<CubePlan, ErrorBody> {
    let (def, state) = definition(view, id, path, "qHyperCubeDef")?;
    Ok(CubePlan::new(&def, &state, &view.objects, view.rows_of(id)))
}

/// The plan of the list at `path`, without calculating it.
///
/// # Errors
/// 6000 if there is none, 2 if the object is gone.
pub(crate) fn list_plan(view: &View, id: &ObjectId, path: &str) -> Result<ListPlan, ErrorBody> {
    let (def, state) = definition(view, id, path, "qListObjectDef")?;
    let search = view.search(id, path);
    Ok(ListPlan::new(
        &def,
        &state,
        &view.objects,
        view.rows_of(id),
        search,
    ))
}

impl<'a> Builder<'a> {
    fn new(
        view: &'a View,
        id: &'a ObjectId,
        effective: &Value,
        (cancel, budget): (&'a Cancel, &'a LayoutBudget),
    ) -> Result<Self, ErrorBody> {
        let object = view
            .objects
            .get(id)
            .ok_or_else(|| ErrorBody::new(ErrorCode::NotFound, &**id))?;
        Ok(Self {
            view,
            cancel,
            id,
            object,
            budget,
            state: view.objects.state_of(id, effective),
        })
    }

    fn layout(&self, effective: &Value) -> Result<Node, ErrorBody> {
        let mut members = match self.node(effective, &mut String::new())? {
            Node::Members(members) => members,
            other => return Ok(other),
        };
        members.retain(|(key, _)| !matches!(key.as_str(), "qMeta" | "qSelectionInfo" | "qHasSoftPatches"));
        let meta = self.view.objects.meta(self.id, effective);
        members.insert(1.min(members.len()), ("qMeta".to_owned(), Node::Value(meta)));
        let selection_info = json!(self.selection_info());
        members.insert(
            2.min(members.len()),
            ("qSelectionInfo".to_owned(), Node::Value(selection_info)),
        );
        if !self.object.soft.is_empty() {
            members.push(("qHasSoftPatches".to_owned(), Node::Value(Value::Bool(true))));
        }
        if self.object.class == Class::GenericDimension {
            lists::complete_dimension(self.view, effective, &mut members);
        }
        Ok(Node::Members(members))
    }

    fn selection_info(&self) -> SelectionInfo {
        match &self.view.modal {
            Some(modal) if modal.owner == *self.id => SelectionInfo {
                q_in_selections: true,
                q_made_selections: modal.made_selections,
            },
            _ => SelectionInfo::default(),
        }
    }

    /// The layout of a part of the properties. `path` leads to it.
    fn node(&self, value: &Value, path: &mut String) -> Result<Node, ErrorBody> {
        match value {
            Value::Object(members) => match self.expression(members) {
                Some(value) => Ok(Node::Value(value)),
                None => self.members(members, path),
            },
            Value::Array(items) => {
                let mut nodes = Vec::with_capacity(items.len());
                for (position, item) in items.iter().enumerate() {
                    nodes.push(self.below(path, &position.to_string(), |path| self.node(item, path))?);
                }
                Ok(Node::Items(nodes))
            }
            scalar => Ok(Node::Value(scalar.clone())),
        }
    }

    fn members(&self, members: &Map<String, Value>, path: &mut String) -> Result<Node, ErrorBody> {
        let mut nodes = Vec::with_capacity(members.len());
        for (key, value) in members {
            let (name, node) = self.below(path, key, |path| self.member(key, value, path))?;
            nodes.push((name, node));
        }
        Ok(Node::Members(nodes))
    }

    fn below<T>(
        &self,
        path: &mut String,
        segment: &str,
        then: impl FnOnce(&mut String) -> Result<T, ErrorBody>,
    ) -> Result<T, ErrorBody> {
        let length = path.len();
        path.push('/');
        path.push_str(segment);
        let result = then(path);
        path.truncate(length);
        result
    }

    /// One member: a definition gives its layout under the layout's name, anything else is copied.
    fn member(&self, key: &str, value: &Value, path: &mut String) -> Result<(String, Node), ErrorBody> {
        let node = match key {
            "qHyperCubeDef" if value.is_object() => self.cube(value)?,
            "qListObjectDef" if value.is_object() => self.list(value, path)?,
            "qLayoutExclude" => return Ok((key.to_owned(), Node::Value(value.clone()))),
            _ => match lists::named(self, key, value)? {
                Some(node) => node,
                None => return Ok((key.to_owned(), self.node(value, path)?)),
            },
        };
        Ok((key.strip_suffix("Def").unwrap_or(key).to_owned(), node))
    }

    /// The value of an object that stands for an expression.
    fn expression(&self, members: &Map<String, Value>) -> Option<Value> {
        if let Some(def) = members.get("qStringExpression") {
            let text = expression_text(def);
            return Some(Value::String(self.evaluated(text)));
        }
        let text = expression_text(members.get("qValueExpression")?);
        let value = self.view.snapshot.evaluate_until(&self.state, text, self.cancel);
        let value = value.ok();
        let number = value.and_then(|value| value.as_num()).unwrap_or(f64::NAN);
        Some(json!(Double(number)))
    }

    fn cube(&self, def: &Value) -> Result<Node, ErrorBody> {
        let rows = self.view.rows_of(self.id);
        let mut plan = CubePlan::new(def, &self.state, &self.view.objects, rows);
        if plan.error.is_some() {
            // The cube of the mistaken definition is that of no columns; the error is what clients look at.
            plan.engine = fanlight_engine::CubeDef::default();
            plan.dims.clear();
            plan.measures.clear();
        }
        let cube = match self.view.cache.cube(rows, &plan.engine, self.cancel) {
            Ok(cube) => cube,
            Err(fanlight_engine::EvalError::Cancelled) => {
                return Err(failed(&fanlight_engine::EvalError::Cancelled));
            }
            Err(error) => {
                let code = match error {
                    fanlight_engine::EvalError::TooLarge { .. }
                    | fanlight_engine::EvalError::TooMuchWork
                    | fanlight_engine::EvalError::NoMemory(_) => ErrorCode::CubeTooLarge,
                    _ => ErrorCode::InvalidDefinition,
                };
                return Ok(empty_cube(&mistake(code, error.to_string())));
            }
        };
        if !self.budget.hold(cube.weight()) {
            let message = "the results of one layout are too large together";
            return Ok(empty_cube(&mistake(ErrorCode::CubeTooLarge, message)));
        }
        let widths = self.view.cache.widths(&plan.engine, &cube);
        let mut node = CubeNode::new(plan, (cube, widths), self.view.snapshot.clone());
        let size = (node.cube.n_cols(), node.n_rows());
        self.show(&mut node.plan.def.q_initial_data_fetch, size);
        node.title = node.plan.def.q_title.text().map(|text| self.text(text));
        if node
            .error()
            .is_some_and(|error| error.q_error_code == ErrorCode::ConditionNotMet.number())
        {
            node.condition_message = node
                .plan
                .def
                .q_calc_condition
                .q_msg
                .text()
                .map(|text| self.text(text));
        }
        Ok(Node::Cube(Box::new(node)))
    }

    /// Cuts the pages to what the layout may still show.
    fn show(&self, areas: &mut Vec<Area>, (n_cols, n_rows): (usize, usize)) {
        let meant = bounded(areas).into_iter();
        let meant: Vec<Area> = meant.map(|area| clipped(area, n_cols, n_rows)).collect();
        let n_cells = meant.iter().map(|area| area.q_width * area.q_height).sum();
        let left = self.budget.to_show();
        if n_cells > left {
            *areas = bounded_by(&meant, left);
        }
        self.budget.show(n_cells);
    }

    fn list(&self, def: &Value, path: &str) -> Result<Node, ErrorBody> {
        let rows = self.view.rows_of(self.id);
        let search = self.view.search(self.id, path);
        let plan = ListPlan::new(def, &self.state, &self.view.objects, rows, search);
        let list = match self.view.cache.list(rows, &plan.engine, self.cancel) {
            Ok(list) => list,
            Err(fanlight_engine::EvalError::Cancelled) => {
                return Err(failed(&fanlight_engine::EvalError::Cancelled));
            }
            Err(error) => {
                return Ok(empty_list(&mistake(
                    ErrorCode::InvalidDefinition,
                    error.to_string(),
                )));
            }
        };
        if !self.budget.hold(list.rows.len()) {
            let message = "the results of one layout are too large together";
            return Ok(empty_list(&mistake(ErrorCode::CubeTooLarge, message)));
        }
        let mut plan = plan;
        self.show(&mut plan.def.q_initial_data_fetch, (1, list.rows.len()));
        let title = plan.def.q_title.text().map(|text| self.text(text));
        Ok(Node::List(Box::new(ListNode {
            plan,
            list,
            states: self.view.snapshot.clone(),
            title,
        })))
    }

    /// A text that is an expression if it starts with `=`.
    fn text(&self, text: &str) -> String {
        if text.trim_start().starts_with('=') {
            self.evaluated(text)
        } else {
            text.to_owned()
        }
    }

    fn evaluated(&self, expression: &str) -> String {
        self.view
            .snapshot
            .text_until(&self.state, expression, self.cancel)
    }

    fn selections(&self, def: &Value) -> Node {
        let named = def.get("qStateName").and_then(Value::as_str).unwrap_or_default();
        let state = if named.is_empty() { &self.state } else { named };
        Node::Value(json!(selection_object(self.view, state, named)))
    }

    fn undo() -> Node {
        Node::Value(json!(UndoInfo::default()))
    }
}

fn expression_text(def: &Value) -> &str {
    let nested = def.get("qExpr").or_else(|| def.get("qv"));
    nested.unwrap_or(def).as_str().unwrap_or_default()
}

fn items<T: Serialize>(items: Vec<T>) -> Node {
    Node::Value(json!(Items { q_items: items }))
}

/// The layout of a cube that cannot be calculated at all.
fn empty_cube(error: &fanlight_protocol::layout::ValidationError) -> Node {
    Node::Value(json!({
        "qSize": { "qcx": 0, "qcy": 0 }, "qError": error, "qDimensionInfo": [], "qMeasureInfo": [],
        "qEffectiveInterColumnSortOrder": [], "qGrandTotalRow": [], "qDataPages": [], "qPivotDataPages": [],
        "qStackedDataPages": [], "qMode": "S", "qNoOfLeftDims": -1, "qTreeNodesOnDim": [], "qColumnOrder": []
    }))
}

fn empty_list(error: &fanlight_protocol::layout::ValidationError) -> Node {
    Node::Value(json!({
        "qSize": { "qcx": 0, "qcy": 0 }, "qError": error, "qDimensionInfo": { "qStateCounts": {} },
        "qExpressions": [], "qDataPages": []
    }))
}

impl crate::objects::Objects {
    /// What a layout's `qMeta` says: the author's words and what the user may do.
    pub(crate) fn meta(&self, id: &str, effective: &Value) -> Value {
        let mut meta = effective.get("qMetaDef").cloned().unwrap_or_else(|| json!({}));
        if let (Some(object), Value::Object(members)) = (self.get(id), &mut meta) {
            members.insert("privileges".to_owned(), json!(object.privileges()));
            if object.origin == crate::objects::Origin::App {
                members.insert("published".to_owned(), Value::Bool(true));
                members.insert("approved".to_owned(), Value::Bool(true));
            }
        }
        meta
    }
}
