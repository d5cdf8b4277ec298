//! Pages of cubes and lists.

use fanlight_protocol::def::Area;
use fanlight_protocol::{ErrorBody, ErrorCode};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Method, params, reads};
use crate::call::{Outcome, Reading, later};
use crate::layout::{self, Node};
use crate::objects::ObjectId;
use crate::to_wire::{MAX_CELLS, bounded};

params! {
    Pages { q_path: String, q_pages: Vec<Area> }
}

pub(super) const METHODS: &[Method] = &[
    reads!("GetHyperCubeData", get_hyper_cube_data),
    reads!("GetHyperCubeReducedData", get_hyper_cube_reduced_data),
    reads!("GetListObjectData", get_list_object_data),
];

/// What a data call is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Cube,
    /// Charts ask for a small form of the whole cube to draw an overview. Up to the reply's limit the rows themselves are
    /// that form.
    ReducedCube,
    List,
}

fn get_hyper_cube_data(reading: &mut Reading<'_>, params: Pages) -> Outcome {
    data(reading, params, Kind::Cube)
}

fn get_hyper_cube_reduced_data(reading: &mut Reading<'_>, params: Pages) -> Outcome {
    data(reading, params, Kind::ReducedCube)
}

fn get_list_object_data(reading: &mut Reading<'_>, params: Pages) -> Outcome {
    data(reading, params, Kind::List)
}

fn data(reading: &mut Reading<'_>, params: Pages, kind: Kind) -> Outcome {
    let areas = match kind {
        Kind::ReducedCube => bounded(&params.q_pages),
        Kind::Cube | Kind::List => {
            check_size(&params.q_pages)?;
            params.q_pages
        }
    };
    let id = ObjectId::clone(reading.call.id()?);
    let view = reading.view();
    later(move |cancel| {
        let node = layout::at_path(&view, &id, &params.q_path, cancel)?;
        check_kind(&node, kind, &params.q_path)?;
        Ok(DataPages { node, areas, kind })
    })
}

/// Refuses pages that hold more cells than one reply may, all of them together.
fn check_size(areas: &[Area]) -> Result<(), ErrorBody> {
    let n_cells = areas.iter().fold(0_i64, |sum, area| {
        sum.saturating_add(area.q_width.max(0).saturating_mul(area.q_height.max(0)))
    });
    if n_cells > MAX_CELLS {
        let message = format!("{n_cells} cells were asked for, and {MAX_CELLS} is the limit");
        return Err(ErrorBody::new(ErrorCode::PagesTooLarge, message));
    }
    Ok(())
}

fn check_kind(node: &Node, kind: Kind, path: &str) -> Result<(), ErrorBody> {
    let error = match (node, kind) {
        (Node::Cube(cube), Kind::Cube | Kind::ReducedCube) => cube.error(),
        (Node::List(list), Kind::List) => list.error(),
        (Node::Value(layout), _) => {
            let message = layout
                .pointer("/qError/qExtendedMessage")
                .and_then(serde_json::Value::as_str);
            return Err(ErrorBody::new(
                ErrorCode::InvalidDefinition,
                message.unwrap_or(path),
            ));
        }
        _ => {
            let wanted = if kind == Kind::List { "list" } else { "cube" };
            return Err(ErrorBody::new(
                ErrorCode::InvalidObject,
                format!("there is no {wanted} at {path:?}"),
            ));
        }
    };
    match error {
        None => Ok(()),
        Some(error) => {
            let code = ErrorCode::ALL
                .iter()
                .find(|code| code.number() == error.q_error_code);
            let code = code.copied().unwrap_or(ErrorCode::InvalidDefinition);
            Err(ErrorBody::new(code, error.q_extended_message))
        }
    }
}

/// `{"qDataPages": […]}`, written straight from the result.
struct DataPages {
    node: Node,
    areas: Vec<Area>,
    kind: Kind,
}

impl Serialize for DataPages {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("qDataPages", &Sequence(self))?;
        map.end()
    }
}

struct Sequence<'a>(&'a DataPages);

impl Serialize for Sequence<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let DataPages { node, areas, kind } = self.0;
        let mut seq = serializer.serialize_seq(Some(areas.len()))?;
        for area in areas {
            match node {
                Node::Cube(cube) if *kind == Kind::ReducedCube => {
                    seq.serialize_element(&cube.page(*area).reduced())?;
                }
                Node::Cube(cube) => seq.serialize_element(&cube.page(*area))?,
                Node::List(list) => seq.serialize_element(&list.page(*area))?,
                Node::Value(_) | Node::Members(_) | Node::Items(_) => {}
            }
        }
        seq.end()
    }
}
