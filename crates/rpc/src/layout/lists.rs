//! Definitions that list something: objects, children, master items, variables, fields.

use std::sync::Arc;

use fanlight_engine::Field;
use fanlight_protocol::layout::{Items, ListItem, VariableItem};
use fanlight_protocol::{Class, ErrorBody, ErrorCode};
use serde_json::{Map, Value, json};

use super::{Builder, Node, items};
use crate::from_wire::{bare, mistake};
use crate::objects::{Object, ObjectId, Origin};
use crate::to_wire::field_list;
use crate::view::View;

/// The layout of the definition called `key`, if it is one.
pub(super) fn named(builder: &Builder<'_>, key: &str, def: &Value) -> Result<Option<Node>, ErrorBody> {
    let view = builder.view;
    Ok(Some(match key {
        "qSelectionObjectDef" => builder.selections(def),
        "qUndoInfoDef" => Builder::undo(),
        "qAppObjectListDef" => {
            let kind = def.get("qType").and_then(Value::as_str).unwrap_or_default();
            let is_listed = |object: &Object| {
                object.class == Class::GenericObject
                    && object.origin != Origin::Session
                    && object.parent.is_none()
                    && (kind.is_empty() || object.kind == kind)
            };
            objects(builder, def, is_listed)?
        }
        "qDimensionListDef" => objects(builder, def, |object| object.class == Class::GenericDimension)?,
        "qMeasureListDef" => objects(builder, def, |object| object.class == Class::GenericMeasure)?,
        "qChildListDef" => children(builder, def)?,
        "qVariableListDef" => items(variables(builder, def)?),
        "qFieldListDef" => items(field_list(&view.app.model, def)),
        // Nothing of these kinds can exist yet, so their lists are truly empty.
        "qBookmarkListDef" | "qMediaListDef" | "qExtensionListDef" => items(Vec::<Value>::new()),
        "qTreeDataDef" => {
            let error = mistake(ErrorCode::InvalidDefinition, "tree data is not implemented");
            Node::Value(json!({ "qError": error, "qNodesOnDim": [], "qTreeDataPages": [] }))
        }
        "qStaticContentUrlDef" => Node::Value(match def.get("qUrl").and_then(Value::as_str) {
            Some(url) => json!({ "qUrl": url }),
            None => json!({}),
        }),
        "qEmbeddedSnapshotDef" => Node::Value(json!({})),
        "qMetaDef" => Node::Value(def.clone()),
        _ => return Ok(None),
    }))
}

fn objects(
    builder: &Builder<'_>,
    def: &Value,
    is_listed: impl Fn(&Object) -> bool,
) -> Result<Node, ErrorBody> {
    let listed = builder
        .view
        .objects
        .iter()
        .filter(|(_, object)| is_listed(object));
    let items: Result<Vec<ListItem>, ErrorBody> = listed.map(|(id, _)| item(builder, id, def)).collect();
    Ok(Node::Value(json!(Items { q_items: items? })))
}

fn children(builder: &Builder<'_>, def: &Value) -> Result<Node, ErrorBody> {
    let children = builder.view.objects.children(builder.id);
    let items: Result<Vec<ListItem>, ErrorBody> = children.iter().map(|id| item(builder, id, def)).collect();
    Ok(Node::Value(json!(Items { q_items: items? })))
}

fn item(builder: &Builder<'_>, id: &ObjectId, def: &Value) -> Result<ListItem, ErrorBody> {
    let view = builder.view;
    let effective = view.effective(id)?;
    let own = Builder::new(view, id, &effective, (builder.cancel, builder.budget))?;
    crate::view::check(builder.cancel)?;
    let asked = def.get("qData").and_then(Value::as_object);
    let mut data = Map::new();
    for (name, path) in asked.into_iter().flatten() {
        if let Some(value) = resolved(&own, &effective, path)? {
            builder.budget.copy(&value)?;
            data.insert(name.clone(), value);
        }
    }
    Ok(ListItem {
        q_info: own.object.info(id),
        q_meta: view.objects.meta(id, &effective),
        q_data: data,
    })
}

/// What a list asks of an item: a path into its layout, which is its properties with the definitions evaluated.
fn resolved(own: &Builder<'_>, effective: &Value, path: &Value) -> Result<Option<Value>, ErrorBody> {
    let Some(path) = path.as_str().filter(|path| path.starts_with('/')) else {
        return Ok(Some(path.clone()));
    };
    if path == "/qDimInfos" {
        return Ok(Some(dimension_infos(own.view, effective)));
    }
    let path = path
        .strip_prefix("/qMeta/")
        .map_or_else(|| path.to_owned(), |rest| format!("/qMetaDef/{rest}"));
    let Some(value) = effective.pointer(&path) else {
        return Ok(None);
    };
    let node = own.node(value, &mut path.clone())?;
    Ok(Some(json!(node)))
}

fn variables(builder: &Builder<'_>, def: &Value) -> Result<Vec<VariableItem>, ErrorBody> {
    let view = builder.view;
    let asked = def.get("qData").and_then(Value::as_object);
    let shows_session = def.get("qShowSession").and_then(Value::as_bool).unwrap_or(false);
    let listed = view
        .variables
        .iter()
        .filter(|variable| variable.origin != Origin::Session || shows_session);
    listed
        .map(|variable| {
            let properties = variable.properties();
            let mut data = Map::new();
            for (name, path) in asked.into_iter().flatten() {
                let Some(value) = path.as_str().and_then(|path| properties.pointer(path)) else {
                    continue;
                };
                builder.budget.copy(value)?;
                data.insert(name.clone(), value.clone());
            }
            Ok(VariableItem {
                q_name: variable.name.clone(),
                q_definition: variable.definition.clone(),
                q_description: properties
                    .get("qComment")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
                q_is_config: false,
                q_is_reserved: false,
                q_is_script_created: variable.origin == Origin::App,
                q_info: variable.info(),
                q_meta: properties.get("qMetaDef").cloned().unwrap_or_else(|| json!({})),
                q_data: data,
            })
        })
        .collect()
}

/// What a master dimension's layout has beside its properties.
pub(super) fn complete_dimension(view: &View, effective: &Value, members: &mut Vec<(String, Node)>) {
    let title = effective.pointer("/qMetaDef/title").cloned();
    if let (Some((_, Node::Members(dim))), Some(title)) =
        (members.iter_mut().find(|(key, _)| key == "qDim"), title)
        && dim.iter().all(|(key, _)| key != "title")
    {
        dim.push(("title".to_owned(), Node::Value(title)));
    }
    members.push((
        "qDimInfos".to_owned(),
        Node::Value(dimension_infos(view, effective)),
    ));
}

fn dimension_infos(view: &View, effective: &Value) -> Value {
    let model = &view.app.model;
    let defs = effective.pointer("/qDim/qFieldDefs").and_then(Value::as_array);
    let infos = defs.into_iter().flatten().filter_map(Value::as_str).map(|def| {
        let field = model.field_id(bare(def)).map(|id| model.field(id));
        json!({
            "qApprMaxGlyphCount": field.map_or(0, longest_text),
            "qCardinal": field.map_or(0, Field::cardinal),
            "qTags": field.map_or(&[][..], Field::tags),
        })
    });
    infos.collect()
}

fn longest_text(field: &Field) -> usize {
    let symbols = Arc::clone(field.symbols());
    let n_symbols = u32::try_from(symbols.len()).unwrap_or(u32::MAX);
    (0..n_symbols)
        .map(|code| symbols.text(code).chars().count())
        .max()
        .unwrap_or(0)
}
