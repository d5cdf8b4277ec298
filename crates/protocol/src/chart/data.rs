//! What hypercubes and lists of charts have where an author leaves it out.

use serde_json::{Value, json};

use super::{ChartType, ColumnOrder, CubeDefaults, ListDefaults, Members, fill, is_absent};

pub(super) fn complete(members: &mut Members, chart: &ChartType) {
    if let (Some(defaults), Some(Value::Object(cube))) = (&chart.cube, members.get_mut("qHyperCubeDef")) {
        complete_cube(cube, defaults);
    }
    if let (Some(defaults), Some(Value::Object(list))) = (&chart.list, members.get_mut("qListObjectDef")) {
        complete_list(list, defaults);
    }
}

fn complete_cube(cube: &mut Members, defaults: &CubeDefaults) {
    for measure in objects_in(cube, "qMeasures") {
        if !defaults.measure_def.is_empty()
            && let Some(def) = object_at(measure, "qDef")
        {
            fill(def, &defaults.measure_def);
        }
    }
    if has_first_page(cube) {
        return;
    }
    let flags = defaults.flags.iter().map(String::as_str);
    switch_on(cube, flags.chain(["qSuppressMissing"]));
    if is_absent(cube.get("qInterColumnSortOrder")) {
        let order = column_order(cube, defaults.order);
        cube.insert("qInterColumnSortOrder".to_owned(), order);
    }
    for dimension in objects_in(cube, "qDimensions") {
        sort_by_value(
            dimension,
            &json!({ "qSortByNumeric": 1, "qSortByAscii": 1, "qSortByLoadOrder": 1 }),
        );
    }
    for measure in objects_in(cube, "qMeasures") {
        if is_absent(measure.get("qSortBy")) {
            let largest_first = json!({ "qSortByNumeric": -1, "qSortByLoadOrder": 1 });
            measure.insert("qSortBy".to_owned(), largest_first);
        }
    }
    add_first_page(cube, &defaults.page);
}

fn complete_list(list: &mut Members, defaults: &ListDefaults) {
    if has_first_page(list) {
        return;
    }
    switch_on(list, ["qShowAlternatives"].into_iter());
    if is_absent(list.get("qAutoSortByState")) {
        list.insert(
            "qAutoSortByState".to_owned(),
            json!({ "qDisplayNumberOfRows": -1 }),
        );
    }
    let selected_first =
        json!({ "qSortByState": 1, "qSortByNumeric": 1, "qSortByAscii": 1, "qSortByLoadOrder": 1 });
    sort_by_value(list, &selected_first);
    add_first_page(list, &defaults.page);
}

fn switch_on<'a>(members: &mut Members, flags: impl Iterator<Item = &'a str>) {
    for flag in flags {
        if is_absent(members.get(flag)) {
            members.insert(flag.to_owned(), Value::Bool(true));
        }
    }
}

/// One criterion for each field of a dimension that says nothing of its order.
fn sort_by_value(dimension: &mut Members, criterion: &Value) {
    let Some(def) = object_at(dimension, "qDef") else {
        return;
    };
    if is_absent(def.get("qSortCriterias")) {
        let n_fields = def
            .get("qFieldDefs")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        let criteria = vec![criterion.clone(); n_fields.max(1)];
        def.insert("qSortCriterias".to_owned(), Value::Array(criteria));
    }
}

/// The columns in the order in which they sort the rows. An author who sorts a dimension means its order to be seen.
fn column_order(cube: &Members, usual: ColumnOrder) -> Value {
    let columns = |key: &str| {
        cube.get(key)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let (dimensions, measures) = (columns("qDimensions"), columns("qMeasures"));
    let says = |column: &Value, pointer: &str| match column.pointer(pointer) {
        Some(Value::Array(criteria)) => !criteria.is_empty(),
        Some(Value::Object(criterion)) => !criterion.is_empty(),
        _ => false,
    };
    let sorts_dimension = dimensions
        .iter()
        .any(|column| says(column, "/qDef/qSortCriterias"));
    let sorts_measure = measures.iter().any(|column| says(column, "/qSortBy"));
    // With more dimensions, the order of the measure would take apart what belongs together.
    let by_measure =
        dimensions.len() < 2 && !sorts_dimension && (sorts_measure || usual == ColumnOrder::Measures);
    let (n_dimensions, n_columns) = (dimensions.len(), dimensions.len() + measures.len());
    let order: Vec<usize> = if by_measure {
        (n_dimensions..n_columns).chain(0..n_dimensions).collect()
    } else {
        (0..n_columns).collect()
    };
    Value::from(order)
}

/// Whether a definition is the work of a program, or was read back: it says its own pages, and so all else that it wants.
fn has_first_page(definition: &Members) -> bool {
    !is_absent(definition.get("qInitialDataFetch"))
}

fn add_first_page(definition: &mut Members, size: &Members) {
    let mut page = Members::new();
    page.extend([
        ("qTop".to_owned(), Value::from(0)),
        ("qLeft".to_owned(), Value::from(0)),
    ]);
    page.extend(size.clone());
    definition.insert("qInitialDataFetch".to_owned(), json!([page]));
}

fn objects_in<'a>(cube: &'a mut Members, key: &str) -> impl Iterator<Item = &'a mut Members> {
    let columns = cube.get_mut(key).and_then(Value::as_array_mut);
    columns.into_iter().flatten().filter_map(Value::as_object_mut)
}

/// The object at `key`, which is made where there is nothing.
fn object_at<'a>(members: &'a mut Members, key: &str) -> Option<&'a mut Members> {
    if is_absent(members.get(key)) {
        members.insert(key.to_owned(), json!({}));
    }
    members.get_mut(key).and_then(Value::as_object_mut)
}
