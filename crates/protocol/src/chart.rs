//! Chart types, and what their properties are where an author leaves them out.
//!
//! The chart packages expect every property that they know, with a hypercube that says its first page and its order. An
//! author says what a chart is about. What lies between is one table, `chart/defaults.json`:
//!
//! * `types` has an entry per chart type: its `parts`, its own `properties`, and what its cube or list has.
//! * `parts` are properties that several types share.
//! * `others` are types of objects that are no charts.
//!
//! An own value always wins, whole if it is an array or a scalar and member by member if it is an object. Where a group
//! of properties has a switch `auto`, giving any other member of the group turns it off: who says a colour means it.
//!
//! A cube or list that says its first page, `qInitialDataFetch`, is left as it is: a program wrote it, or it was read back,
//! and what it does not say is what the schema says. So properties that are read and set again change nothing.

mod data;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

type Members = Map<String, Value>;

/// The table.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    serde_json::from_str(include_str!("chart/defaults.json")).expect("the table of defaults has its own test")
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    parts: HashMap<String, Members>,
    types: HashMap<String, ChartType>,
    others: HashMap<String, Members>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChartType {
    parts: Vec<String>,
    #[serde(default)]
    properties: Members,
    cube: Option<CubeDefaults>,
    list: Option<ListDefaults>,
}

/// What a chart type's hypercube has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CubeDefaults {
    /// The size of the first page.
    page: Members,
    order: ColumnOrder,
    /// Flags that are on, beside the one that leaves out rows without any value.
    #[serde(default)]
    flags: Vec<String>,
    /// Members of each measure's definition.
    #[serde(default)]
    measure_def: Members,
}

/// What a list box's list has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListDefaults {
    /// The size of the first page.
    page: Members,
}

/// By which columns rows are sorted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ColumnOrder {
    Dimensions,
    Measures,
}

/// The themes that there are: the tenant's own two, and the two that the chart library knows by these names.
pub const THEME_IDS: [&str; 4] = ["fanlight", "fanlight-dark", "light", "dark"];

/// The chart types that can be drawn, by name, in alphabetical order.
pub fn types() -> Vec<&'static str> {
    let mut names: Vec<&str> = TABLE.types.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// Whether charts of this type can be drawn.
pub fn is_type(name: &str) -> bool {
    TABLE.types.contains_key(name)
}

/// What an object wants to be drawn as: its `visualization`, or its own type where that is left out.
pub fn drawn_as<'a>(properties: &'a Value, kind: &'a str) -> &'a str {
    match properties.get("visualization").and_then(Value::as_str) {
        Some(visualization) if !visualization.is_empty() => visualization,
        _ => kind,
    }
}

/// The properties of an object of type `kind`, with those that were left out. Objects that are neither charts nor sheets
/// stay as they are, and so do those that take their properties from another object by `qExtendsId`.
pub fn completed(properties: &Value, kind: &str) -> Value {
    let mut completed = properties.clone();
    let extends = properties.get("qExtendsId").and_then(Value::as_str);
    let Value::Object(members) = &mut completed else {
        return completed;
    };
    if extends.is_some_and(|id| !id.is_empty()) {
        return completed;
    }
    let name = drawn_as(properties, kind);
    if let Some(chart) = TABLE.types.get(name) {
        fill(members, &chart.properties);
        for part in chart.parts.iter().filter_map(|part| TABLE.parts.get(part)) {
            fill(members, part);
        }
        data::complete(members, chart);
        if is_absent(members.get("visualization")) {
            members.insert("visualization".to_owned(), Value::from(name));
        }
    } else if let Some(defaults) = TABLE.others.get(kind) {
        fill(members, defaults);
    }
    completed
}

/// Adds what `own` lacks of `defaults`.
fn fill(own: &mut Members, defaults: &Members) {
    for (key, default) in defaults {
        match (own.get_mut(key), default) {
            (None | Some(Value::Null), _) => {
                own.insert(key.clone(), default.clone());
            }
            (Some(Value::Object(own)), Value::Object(defaults)) if !is_expression(own) => {
                switch_off(own, defaults);
                fill(own, defaults);
            }
            _ => {}
        }
    }
}

/// Members that say by hand what `autoMinMax` would find.
const BOUNDS: [&str; 5] = ["min", "max", "minMax", "measureMin", "measureMax"];

/// Turns off the automatic form of what an author says by hand.
fn switch_off(own: &mut Members, defaults: &Members) {
    let says_something = !own.is_empty();
    let says_bounds = BOUNDS.iter().any(|bound| own.contains_key(*bound));
    for (switch, is_off) in [("auto", says_something), ("autoMinMax", says_bounds)] {
        if is_off && defaults.contains_key(switch) && !own.contains_key(switch) {
            own.insert(switch.to_owned(), Value::Bool(false));
        }
    }
}

fn is_expression(members: &Members) -> bool {
    members.contains_key("qStringExpression") || members.contains_key("qValueExpression")
}

fn is_absent(value: Option<&Value>) -> bool {
    matches!(value, None | Some(Value::Null))
}
