//! What a number format says.

/// A number format as a client defines it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NumFormat {
    /// What the number stands for.
    pub kind: NumKind,
    /// Decimals, or significant digits for reals.
    pub n_dec: i32,
    /// Whether thousands are separated when there is no pattern.
    pub use_thou: i32,
    /// The pattern; wins over the kind.
    pub fmt: Option<String>,
    /// The decimal separator; the app's if there is none.
    pub dec: Option<String>,
    /// The thousands separator; the app's if there is none.
    pub thou: Option<String>,
}

/// What a formatted number stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NumKind {
    /// Unknown: the text the value came with.
    #[default]
    Unknown,
    /// Plain text; patterns do not apply.
    Ascii,
    /// Integer.
    Integer,
    /// Real.
    Real,
    /// Fixed decimals.
    Fixed,
    /// Money.
    Money,
    /// Date.
    Date,
    /// Time of day.
    Time,
    /// Date and time.
    Timestamp,
    /// Duration.
    Interval,
}

impl NumKind {
    /// The wire's letters.
    pub fn letters(self) -> &'static str {
        match self {
            Self::Unknown => "U",
            Self::Ascii => "A",
            Self::Integer => "I",
            Self::Real => "R",
            Self::Fixed => "F",
            Self::Money => "M",
            Self::Date => "D",
            Self::Time => "T",
            Self::Timestamp => "TS",
            Self::Interval => "IV",
        }
    }

    /// The kind for the wire's letters; anything else is unknown.
    pub fn from_letters(letters: &str) -> Self {
        match letters {
            "A" => Self::Ascii,
            "I" => Self::Integer,
            "R" => Self::Real,
            "F" => Self::Fixed,
            "M" => Self::Money,
            "D" => Self::Date,
            "T" => Self::Time,
            "TS" => Self::Timestamp,
            "IV" => Self::Interval,
            _ => Self::Unknown,
        }
    }
}
