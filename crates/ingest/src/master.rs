//! Master items as property trees.

use serde_json::{Value, json};

use crate::manifest::{DimensionPlan, Manifest, MeasurePlan};

/// All master dimensions.
pub(crate) fn dimensions(manifest: &Manifest) -> Vec<Value> {
    manifest.dimensions.iter().map(dimension).collect()
}

/// All master measures.
pub(crate) fn measures(manifest: &Manifest) -> Vec<Value> {
    manifest
        .measures
        .iter()
        .map(|plan| measure(plan, manifest))
        .collect()
}

fn dimension(plan: &DimensionPlan) -> Value {
    let fields: Vec<_> = plan.fields.iter().map(toml::Spanned::get_ref).collect();
    let labels = if plan.labels.is_empty() {
        vec![plan.title.clone()]
    } else {
        plan.labels.clone()
    };
    json!({
        "qInfo": { "qId": plan.id.get_ref(), "qType": "dimension" },
        "qDim": {
            "qGrouping": if fields.len() > 1 { "H" } else { "N" },
            "qFieldDefs": fields,
            "qFieldLabels": labels,
            "title": plan.title,
        },
        "qMetaDef": { "title": plan.title, "description": plan.description, "tags": plan.tags },
    })
}

fn measure(plan: &MeasurePlan, manifest: &Manifest) -> Value {
    let mut measure = json!({
        "qLabel": plan.label.as_ref().unwrap_or(&plan.title),
        "qDef": plan.expression.get_ref(),
        "qGrouping": "N",
        "qExpressions": [],
        "qActiveExpression": 0,
    });
    if let Some(format) = &plan.format {
        measure["qNumFormat"] = format.to_wire(&manifest.locale);
    }
    json!({
        "qInfo": { "qId": plan.id.get_ref(), "qType": "measure" },
        "qMeasure": measure,
        "qMetaDef": { "title": plan.title, "description": plan.description, "tags": plan.tags },
    })
}
