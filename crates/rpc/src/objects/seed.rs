//! The objects that an app brings.

use std::sync::Arc;

use fanlight_protocol::Class;
use serde_json::{Value, json};

use super::{Charge, Object, ObjectId, Objects, Origin, completed, info_of};
use crate::App;

impl Objects {
    /// The objects, master dimensions and master measures of `app`. What has no id or type, or an id that is taken, is
    /// left out: the loader of app folders has already named such mistakes.
    pub(crate) fn of_app(app: &App) -> Self {
        let mut objects = Self::default();
        for tree in &app.objects {
            objects.seed(tree, Class::GenericObject, None);
        }
        for dimension in &app.dimensions {
            objects.seed(dimension, Class::GenericDimension, None);
        }
        for measure in &app.measures {
            objects.seed(measure, Class::GenericMeasure, None);
        }
        objects.seed_theme(app.theme.as_deref());
        objects
    }

    fn seed(&mut self, tree: &Value, class: Class, parent: Option<&ObjectId>) {
        let properties = tree.get("qProperty").unwrap_or(tree);
        let Ok(info) = info_of(properties) else { return };
        if info.q_id.is_empty() || self.by_id.contains_key(info.q_id.as_str()) {
            return;
        }
        let id: ObjectId = info.q_id.into();
        let object = Object {
            class,
            properties: Arc::new(completed(properties, &id, &info.q_type)),
            kind: info.q_type,
            origin: Origin::App,
            parent: parent.cloned(),
            children: Vec::new(),
            soft: Vec::new(),
            charge: Charge::Shared,
        };
        self.insert(Arc::clone(&id), object);
        if let Some(parent) = parent.and_then(|parent| self.by_id.get_mut(parent)) {
            Arc::make_mut(parent).children.push(Arc::clone(&id));
        }
        for child in tree
            .get("qChildren")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.seed(child, class, Some(&id));
        }
    }

    /// Clients read the app's theme from its one `appprops` object, so an app without that object gets one.
    fn seed_theme(&mut self, theme: Option<&str>) {
        let has_one = self.iter().any(|(_, object)| object.kind == "appprops");
        if let (false, Some(theme)) = (has_one, theme) {
            let properties =
                json!({ "qInfo": { "qId": "AppPropsList", "qType": "appprops" }, "theme": theme });
            self.seed(&properties, Class::GenericObject, None);
        }
    }
}
