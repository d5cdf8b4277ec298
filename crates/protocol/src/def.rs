//! Definitions of cubes and lists as clients write them. They are read from the normal form ([`crate::normal`]), which
//! has already brought loose spellings into shape.

mod cube;
mod dimension;
mod list;
mod measure;

use serde::Deserialize;
use serde_json::{Map, Value};

pub use cube::{Condition, DataMode, HyperCubeDef};
pub use dimension::{Dimension, Grouping, InlineDimension, OtherMode, OtherTotalSpec, TotalMode};
pub use list::{AutoSort, FrequencyMode, ListExpression, ListObjectDef};
pub use measure::{InlineMeasure, Measure};

/// Members that the schema does not name, which layouts carry on.
pub type Extra = Map<String, Value>;

/// An expression in an object of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Expr {
    /// The text; an expression if it starts with `=`, depending on where it stands.
    #[serde(default, alias = "qExpr")]
    pub qv: Option<String>,
}

impl Expr {
    /// The text, unless it is absent or blank.
    pub fn text(&self) -> Option<&str> {
        self.qv.as_deref().filter(|text| !text.trim().is_empty())
    }
}

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Area {
    /// First column.
    #[serde(deserialize_with = "whole")]
    pub q_left: i64,
    /// First row.
    #[serde(deserialize_with = "whole")]
    pub q_top: i64,
    /// Number of columns.
    #[serde(deserialize_with = "whole")]
    pub q_width: i64,
    /// Number of rows.
    #[serde(deserialize_with = "whole")]
    pub q_height: i64,
}

/// A whole number; charts that lay out in fractions of pixels ask for fractions of rows.
fn whole<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let number = crate::Double::deserialize(deserializer)?.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates; areas are clipped to what is there"
    )]
    let whole = number.floor() as i64;
    Ok(whole)
}

/// One column's sort criteria: −1, 0 or +1 each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SortCriteria {
    /// By selection state.
    pub q_sort_by_state: i64,
    /// By number of records; +1 is most frequent first.
    pub q_sort_by_frequency: i64,
    /// By number.
    pub q_sort_by_numeric: i64,
    /// By text.
    pub q_sort_by_ascii: i64,
    /// By load order.
    pub q_sort_by_load_order: i64,
    /// By the value of `q_expression`.
    pub q_sort_by_expression: i64,
    /// What `q_sort_by_expression` sorts by.
    pub q_expression: Expr,
}

/// How numbers are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NumberFormat {
    /// What the number stands for: U, A, I, R, F, M, D, T, TS or IV.
    pub q_type: String,
    /// Decimals.
    #[serde(rename = "qnDec")]
    pub qn_dec: i64,
    /// 1 to group thousands.
    pub q_use_thou: i64,
    /// The pattern.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q_fmt: String,
    /// The decimal separator.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q_dec: String,
    /// The thousands separator.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q_thou: String,
}

/// A further expression per dimension value or row, such as a colour.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AttributeExpression {
    /// The expression.
    pub q_expression: String,
    /// A master measure in its place.
    pub q_library_id: String,
    /// Whether it only decorates; otherwise it contributes rows.
    pub q_attribute: bool,
    /// How its numbers are written.
    pub q_num_format: Option<NumberFormat>,
    /// The label.
    pub q_label: String,
    /// The label as an expression.
    pub q_label_expression: String,
    /// What the schema does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_read_in_whole_cells() {
        let area: Area = serde_json::from_str(r#"{"qTop":1,"qWidth":2.9,"qHeight":"7"}"#).unwrap();
        let expected = Area {
            q_top: 1,
            q_width: 2,
            q_height: 7,
            q_left: 0,
        };
        assert_eq!(area, expected);
        assert!(serde_json::from_str::<Area>(r#"{"qTop":"far"}"#).is_err());
    }
}
