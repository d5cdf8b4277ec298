//! What a layout depends on, so that a change reaches the handles it concerns and no others.

use serde_json::Value;

/// What a layout depends on beside the object's own properties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dependencies {
    /// Selections, variables or data: cubes, lists, expressions.
    pub(crate) data: Dependence,
    /// Which app objects and master items there are.
    pub(crate) objects: Dependence,
    /// The object's children.
    pub(crate) children: Dependence,
    /// Which variables there are.
    pub(crate) variables: Dependence,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Dependence {
    /// It does not matter.
    #[default]
    Free,
    /// The layout follows it.
    Bound,
}

impl Dependence {
    pub(crate) const fn is_bound(self) -> bool {
        matches!(self, Self::Bound)
    }
}

impl Dependencies {
    /// A layout that follows selections, variables and data only.
    pub(crate) const DATA: Self = Self {
        data: Dependence::Bound,
        objects: Dependence::Free,
        children: Dependence::Free,
        variables: Dependence::Free,
    };

    /// What the layout made from these effective properties depends on.
    pub(crate) fn of(properties: &Value) -> Self {
        let mut found = Self::default();
        found.scan(properties);
        found
    }

    fn scan(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    self.note(key);
                    self.scan(value);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.scan(item)),
            _ => {}
        }
    }

    fn note(&mut self, key: &str) {
        match key {
            "qHyperCubeDef"
            | "qListObjectDef"
            | "qTreeDataDef"
            | "qStringExpression"
            | "qValueExpression"
            | "qSelectionObjectDef"
            | "qUndoInfoDef" => self.data = Dependence::Bound,
            "qAppObjectListDef" | "qBookmarkListDef" | "qMediaListDef" => self.objects = Dependence::Bound,
            // The lists of master items tell how many values a dimension has, but not how many are possible.
            "qDimensionListDef" | "qMeasureListDef" => self.objects = Dependence::Bound,
            "qVariableListDef" => self.variables = Dependence::Bound,
            "qChildListDef" => self.children = Dependence::Bound,
            _ => {}
        }
    }
}
