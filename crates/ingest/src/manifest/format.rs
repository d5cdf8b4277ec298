//! Number formats of master measures.

use serde::Deserialize;
use serde_json::{Value, json};

use fanlight_engine::Locale;

/// `format` of a measure.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFormat {
    pub kind: FormatKind,
    #[serde(default)]
    pub decimals: u8,
    pub pattern: Option<String>,
}

/// What a number stands for.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FormatKind {
    Integer,
    Real,
    Fixed,
    Money,
    Date,
    Time,
    Timestamp,
    Interval,
}

impl RawFormat {
    /// The format as the public contract writes it.
    pub fn to_wire(&self, locale: &Locale) -> Value {
        let (letters, dec, thou) = match self.kind {
            FormatKind::Integer => ("I", &locale.decimal_sep, &locale.thousand_sep),
            FormatKind::Real => ("R", &locale.decimal_sep, &locale.thousand_sep),
            FormatKind::Fixed => ("F", &locale.decimal_sep, &locale.thousand_sep),
            FormatKind::Money => ("M", &locale.money_decimal_sep, &locale.money_thousand_sep),
            FormatKind::Date => ("D", &locale.decimal_sep, &locale.thousand_sep),
            FormatKind::Time => ("T", &locale.decimal_sep, &locale.thousand_sep),
            FormatKind::Timestamp => ("TS", &locale.decimal_sep, &locale.thousand_sep),
            FormatKind::Interval => ("IV", &locale.decimal_sep, &locale.thousand_sep),
        };
        let thousands = self
            .pattern
            .as_ref()
            .is_none_or(|pattern| pattern.contains(thou.as_str()));
        let mut wire = json!({
            "qType": letters,
            "qnDec": self.decimals,
            "qUseThou": u8::from(thousands && !thou.is_empty()),
            "qDec": dec,
            "qThou": thou,
        });
        if let Some(pattern) = &self.pattern {
            wire["qFmt"] = pattern.clone().into();
        }
        wire
    }
}
