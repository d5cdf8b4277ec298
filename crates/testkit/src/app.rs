//! A small app: sales by region and product.

use std::sync::Arc;

use fanlight_column::ColumnBuilder;
use fanlight_engine::{DataModel, Locale, TableSource};
use fanlight_rpc::{Access, App};
use serde_json::json;

/// The id of [`small_app`].
pub const APP_ID: &str = "t11";

/// Six rows in one table, one sheet.
pub fn small_app() -> App {
    let rows = [
        ("North", "Pen", 3.0),
        ("North", "Ink", 5.0),
        ("South", "Pen", 7.0),
        ("South", "Ink", 11.0),
        ("East", "Pen", 13.0),
        ("East", "Pad", 17.0),
    ];
    let mut columns = [ColumnBuilder::new(), ColumnBuilder::new(), ColumnBuilder::new()];
    for (region, product, amount) in rows {
        columns[0].push_text(region);
        columns[1].push_text(product);
        columns[2].push_num(amount);
    }
    let names = ["Region", "Product", "Amount"].map(str::to_owned);
    let sales = TableSource {
        name: "Sales".to_owned(),
        columns: names
            .into_iter()
            .zip(columns.map(ColumnBuilder::finish))
            .collect(),
    };
    App {
        id: APP_ID.parse().expect("the id is made of letters and digits"),
        title: "Sales".to_owned(),
        description: "What was sold.".to_owned(),
        access: Access::Everyone,
        model: Arc::new(DataModel::new(vec![sales]).expect("one table has no loops")),
        locale: Locale::default(),
        variables: Vec::new(),
        objects: vec![json!({
            "qProperty": {"qInfo": {"qId": "first", "qType": "sheet"}, "qMetaDef": {"title": "First"}},
            "qChildren": [],
        })],
        dimensions: Vec::new(),
        measures: Vec::new(),
        theme: Some("fanlight".to_owned()),
        last_reload: "2026-01-01T00:00:00.000Z".to_owned(),
    }
}
