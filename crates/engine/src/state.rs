//! The states of values.

/// What a value is in one selection state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ElemState {
    /// Selected and possible.
    Selected,
    /// Selected in a locked field, and possible.
    Locked,
    /// Possible; the field has no selection.
    Option,
    /// Not selected in a field with a selection, but possible without it.
    Alternative,
    /// Not possible because of other fields.
    Excluded,
    /// Selected but not possible because of other fields.
    SelectedExcluded,
    /// Selected in a locked field but not possible because of other fields.
    LockedExcluded,
    /// Excluded by force.
    Deselected,
}

impl ElemState {
    /// The wire's letters.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Selected => "S",
            Self::Locked => "L",
            Self::Option => "O",
            Self::Alternative => "A",
            Self::Excluded => "X",
            Self::SelectedExcluded => "XS",
            Self::LockedExcluded => "XL",
            Self::Deselected => "D",
        }
    }

    /// Selected, possible, alternative, excluded: the order in which lists sort by state.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Self::Selected | Self::Locked => 0,
            Self::Option => 1,
            Self::Alternative => 2,
            Self::SelectedExcluded | Self::LockedExcluded => 3,
            Self::Excluded | Self::Deselected => 4,
        }
    }
}

/// How many values of a field are in each state. They sum to the field's number of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StateCounts {
    /// [`ElemState::Locked`]
    pub locked: usize,
    /// [`ElemState::Selected`]
    pub selected: usize,
    /// [`ElemState::Option`]
    pub option: usize,
    /// [`ElemState::Deselected`]
    pub deselected: usize,
    /// [`ElemState::Alternative`]
    pub alternative: usize,
    /// [`ElemState::Excluded`]
    pub excluded: usize,
    /// [`ElemState::SelectedExcluded`]
    pub selected_excluded: usize,
    /// [`ElemState::LockedExcluded`]
    pub locked_excluded: usize,
}

impl StateCounts {
    /// The number of values.
    pub fn total(&self) -> usize {
        self.locked
            + self.selected
            + self.option
            + self.deselected
            + self.alternative
            + self.excluded
            + self.selected_excluded
            + self.locked_excluded
    }
}
