//! What a layout depends on, so that a change reaches the handles it concerns and no others.

mod scan;

use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) use scan::{of_expression, of_object};

/// What a layout depends on beside the object's own properties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dependencies {
    /// Selections, variables or data: cubes, lists, expressions.
    pub(crate) data: Data,
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

/// Which selections a layout follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Data {
    /// None: nothing in it is calculated.
    #[default]
    Free,
    /// Those in these states.
    States(BTreeSet<Arc<str>>),
    /// Those in all states, and their history.
    Selections,
}

impl Data {
    pub(crate) const fn is_bound(&self) -> bool {
        !matches!(self, Self::Free)
    }

    /// Whether the layout follows selections that have changed.
    pub(crate) fn follows(&self, selected: &Selected) -> bool {
        match (self, selected) {
            (Self::Free, _) | (_, Selected::Nothing) => false,
            (Self::Selections, _) => true,
            (Self::States(own), Selected::In(changed)) => changed.iter().any(|state| own.contains(&**state)),
        }
    }

    fn follow(&mut self, state: &str) {
        match self {
            Self::Free => *self = Self::States(BTreeSet::from([state.into()])),
            Self::States(states) if !states.contains(state) => {
                states.insert(state.into());
            }
            Self::States(_) | Self::Selections => {}
        }
    }
}

/// What a request changed in the selections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Selected {
    /// Nothing.
    #[default]
    Nothing,
    /// The selections in these states, or, if they are none, only the history.
    In(Vec<String>),
}
