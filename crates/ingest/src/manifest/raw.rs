//! The manifest as it is written.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use toml::Spanned;

use super::format::RawFormat;
use super::pairs::Pairs;

/// All of `app.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawManifest {
    pub name: Spanned<String>,
    pub title: Option<String>,
    #[serde(default)]
    pub description: String,
    pub theme: Option<Spanned<String>>,
    pub access: Option<Spanned<RawAccess>>,
    #[serde(default)]
    pub locale: RawLocale,
    #[serde(default)]
    pub variables: Pairs<RawVariable>,
    #[serde(default)]
    pub tables: Vec<RawTable>,
    #[serde(default)]
    pub dimensions: Vec<RawDimension>,
    #[serde(default)]
    pub measures: Vec<RawMeasure>,
}

/// `access`: who may open the app.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAccess {
    #[serde(default)]
    pub users: Vec<String>,
    #[serde(default)]
    pub groups: Vec<String>,
}

/// A variable's definition: a text, or a number for convenience.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a text or a number")]
pub(crate) enum RawVariable {
    Text(String),
    Integer(i64),
    Real(f64),
}

/// One of `[[tables]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTable {
    pub name: Spanned<String>,
    pub source: Spanned<PathBuf>,
    #[serde(default)]
    pub other_columns: RawOtherColumns,
    pub decimal_sep: Option<Spanned<String>>,
    pub thousand_sep: Option<Spanned<String>>,
    pub csv: Option<Spanned<RawCsv>>,
    #[serde(default)]
    pub columns: Pairs<RawColumn>,
}

/// What becomes of columns that are not mentioned.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawOtherColumns {
    #[default]
    Keep,
    Skip,
}

/// `csv` of a table.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCsv {
    pub delimiter: Option<Spanned<String>>,
    pub quote: Option<Spanned<String>>,
    pub header: Option<bool>,
    #[serde(default)]
    pub nulls: Vec<String>,
    pub encoding: Option<Spanned<String>>,
    /// Checked by hand: serde would say which of Rust's types it is.
    pub skip_lines: Option<Spanned<toml::Value>>,
}

/// A column: the field's name, or all that can be said.
#[derive(Debug)]
pub(crate) enum RawColumn {
    Field(String),
    Full(Box<RawFullColumn>),
}

/// By hand, because serde's untagged enums forget the places of what is inside.
impl<'de> Deserialize<'de> for RawColumn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ColumnVisitor;

        impl<'de> Visitor<'de> for ColumnVisitor {
            type Value = RawColumn;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field's name, or a table with the keys field, type, format and values")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<RawColumn, E> {
                Ok(RawColumn::Field(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawColumn, A::Error> {
                let full = RawFullColumn::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawColumn::Full(Box::new(full)))
            }
        }

        deserializer.deserialize_any(ColumnVisitor)
    }
}

/// A column, fully.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFullColumn {
    pub field: Option<String>,
    #[serde(rename = "type", default)]
    pub typing: RawTyping,
    pub format: Option<Spanned<String>>,
    #[serde(default)]
    pub values: Pairs<String>,
}

/// `type` of a column.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawTyping {
    #[default]
    Source,
    Interpret,
    Text,
}

/// One of `[[dimensions]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDimension {
    pub id: Spanned<String>,
    pub title: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub tags: Vec<String>,
    pub fields: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    pub labels: Vec<String>,
}

/// One of `[[measures]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMeasure {
    pub id: Spanned<String>,
    pub title: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub tags: Vec<String>,
    pub expression: Spanned<String>,
    pub label: Option<String>,
    pub format: Option<RawFormat>,
}

/// `locale`: only what differs from US English.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawLocale {
    pub decimal_sep: Option<Spanned<String>>,
    pub thousand_sep: Option<Spanned<String>>,
    pub list_sep: Option<String>,
    pub money_decimal_sep: Option<String>,
    pub money_thousand_sep: Option<String>,
    pub money_format: Option<String>,
    pub time_format: Option<String>,
    pub date_format: Option<String>,
    pub timestamp_format: Option<String>,
    pub month_names: Option<[String; 12]>,
    pub long_month_names: Option<[String; 12]>,
    pub day_names: Option<[String; 7]>,
    pub long_day_names: Option<[String; 7]>,
    pub first_week_day: Option<u8>,
    pub broken_weeks: Option<bool>,
    pub reference_day: Option<u8>,
    pub first_month_of_year: Option<u8>,
    pub collation: Option<String>,
    pub numerical_abbreviation: Option<String>,
}
