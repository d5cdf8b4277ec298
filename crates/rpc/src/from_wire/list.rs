//! List objects.

use fanlight_engine::{FieldId, FrequencyMode, ListDef, Snapshot};
use fanlight_protocol::def::{self, InlineDimension, ListObjectDef};
use fanlight_protocol::layout::ValidationError;
use serde_json::Value;

use super::{Titled, cube, library, num_format, some, sort};
use crate::objects::Objects;

/// A list as the client defined it beside what the engine makes of it.
#[derive(Debug, Clone)]
pub(crate) struct ListPlan {
    pub(crate) def: ListObjectDef,
    pub(crate) engine: ListDef,
    pub(crate) titled: Titled<InlineDimension>,
    pub(crate) group_pos: usize,
    /// Why nothing is to be computed.
    pub(crate) error: Option<ValidationError>,
}

impl ListPlan {
    /// Reads the definition in its normal form. `state` is the object's, `search` the pattern that the client searches for.
    pub(crate) fn new(
        def: &Value,
        state: &str,
        objects: &Objects,
        snapshot: &Snapshot,
        search: Option<&str>,
    ) -> Self {
        let empty = |def: ListObjectDef, error| Self {
            def,
            engine: ListDef::default(),
            titled: Titled {
                def: InlineDimension::default(),
                labels: Vec::new(),
            },
            group_pos: 0,
            error: Some(error),
        };
        let def = match super::read_definition::<ListObjectDef>("qListObjectDef", def) {
            Ok(def) => def,
            Err(error) => return empty(ListObjectDef::default(), error),
        };
        let titled = match library::dimension(objects, &def.q_library_id, &def.q_def) {
            Ok(titled) => titled,
            Err(error) => return empty(def, error),
        };
        let state = some(&def.q_state_name).unwrap_or_else(|| state.to_owned());
        let group_pos = cube::group_pos(&titled.def, &state, snapshot);
        let engine = engine_list(&def, &titled, (state, group_pos), search);
        Self {
            def,
            engine,
            titled,
            group_pos,
            error: None,
        }
    }

    /// The selection state.
    pub(crate) fn state(&self) -> &str {
        &self.engine.state
    }

    /// The field, unless the definition is wrong or an expression.
    pub(crate) fn field(&self, snapshot: &Snapshot) -> Option<FieldId> {
        let model = snapshot.model();
        let name = &self.engine.field;
        model.field_id(name).or_else(|| model.field_id(cube::bare(name)))
    }
}

fn engine_list(
    def: &ListObjectDef,
    titled: &Titled<InlineDimension>,
    (state, group_pos): (String, usize),
    search: Option<&str>,
) -> ListDef {
    let inline = &titled.def;
    let criteria = inline
        .q_sort_criterias
        .get(group_pos)
        .or_else(|| inline.q_sort_criterias.first());
    ListDef {
        state,
        field: inline.q_field_defs.get(group_pos).cloned().unwrap_or_default(),
        label: titled.labels.get(group_pos).cloned().flatten(),
        sort: sort(&criteria.cloned().unwrap_or_default(), inline.q_reverse_sort),
        frequency: match def.q_frequency_mode {
            def::FrequencyMode::None => FrequencyMode::None,
            def::FrequencyMode::Value => FrequencyMode::Count,
            def::FrequencyMode::Percent => FrequencyMode::Percent,
            def::FrequencyMode::Relative => FrequencyMode::Relative,
        },
        search: search.map(str::to_owned),
        auto_sort_by_state_rows: usize::try_from(def.q_auto_sort_by_state.q_display_number_of_rows)
            .unwrap_or(0),
        num_format: num_format(inline.q_number_presentations.get(group_pos)),
    }
}
