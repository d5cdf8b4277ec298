//! The app and its data model.

use fanlight_base::Timestamp;
use fanlight_engine::{DataModel, Field, Locale, Table};
use fanlight_protocol::Double;
use fanlight_protocol::layout::{
    self, AppLayout, CalendarStrings, FieldDescription, FieldInTable, FieldItem, LocaleInfo, Point,
    SourceKey, TablesAndKeys,
};
use serde_json::{Map, Value, json};

use crate::open_app::AppKind;
use crate::view::View;

/// The app's layout.
pub(crate) fn app_layout(view: &View, now: Timestamp) -> AppLayout {
    let app = &view.app;
    let is_session_app = app.kind == AppKind::Session;
    let own = view.app_properties.as_object().cloned().unwrap_or_default();
    let title = own
        .get("qTitle")
        .and_then(Value::as_str)
        .unwrap_or(&app.title)
        .to_owned();
    let privileges = match app.kind {
        AppKind::Stored => json!(["read", "exportdata"]),
        AppKind::Session => json!(["read", "update", "delete", "exportdata"]),
    };
    AppLayout {
        q_title: title,
        q_file_name: app.name.clone(),
        q_last_reload_time: app.last_reload.clone(),
        q_modified: false,
        q_has_script: false,
        q_has_data: !app.model.tables().is_empty(),
        q_is_session_app: is_session_app,
        q_state_names: Vec::new(),
        q_meta: json!({ "privileges": privileges }),
        q_locale_info: locale_info(&app.locale, now),
        q_unsupported_features: [],
        q_usage: "ANALYTICS",
        q_has_section_access: false,
        id: app.name.clone(),
        extra: own_members(own),
    }
}

fn own_members(own: Map<String, Value>) -> Map<String, Value> {
    let is_known = |key: &String| key.starts_with('q') || key == "id";
    own.into_iter().filter(|(key, _)| !is_known(key)).collect()
}

/// What charts format by.
pub(crate) fn locale_info(locale: &Locale, now: Timestamp) -> LocaleInfo {
    LocaleInfo {
        q_decimal_sep: locale.decimal_sep.clone(),
        q_thousand_sep: locale.thousand_sep.clone(),
        q_list_sep: locale.list_sep.clone(),
        q_money_decimal_sep: locale.money_decimal_sep.clone(),
        q_money_thousand_sep: locale.money_thousand_sep.clone(),
        q_current_year: now.civil().0,
        q_money_fmt: locale.money_format.clone(),
        q_time_fmt: locale.time_format.clone(),
        q_date_fmt: locale.date_format.clone(),
        q_timestamp_fmt: locale.timestamp_format.clone(),
        q_calendar_strings: CalendarStrings {
            q_day_names: locale.day_names.to_vec(),
            q_month_names: locale.month_names.to_vec(),
            q_long_day_names: locale.long_day_names.to_vec(),
            q_long_month_names: locale.long_month_names.to_vec(),
        },
        q_first_week_day: locale.first_week_day,
        q_broken_weeks: locale.broken_weeks != 0,
        q_reference_day: locale.reference_day,
        q_first_month_of_year: locale.first_month_of_year,
        q_collation: locale.collation.clone(),
        q_numerical_abbreviation: locale.numerical_abbreviation.clone(),
    }
}

fn table_names(model: &DataModel, field: &Field) -> Vec<String> {
    field
        .tables()
        .iter()
        .map(|(table, _)| model.table(*table).name().to_owned())
        .collect()
}

fn has_tag(field: &Field, tag: &str) -> bool {
    field.tags().iter().any(|other| other == tag)
}

/// The fields, as `qFieldListDef` asks for them.
pub(crate) fn field_list(model: &DataModel, def: &Value) -> Vec<FieldItem> {
    let asks = |what: &str| def.get(what).and_then(Value::as_bool).unwrap_or(false);
    model
        .fields()
        .iter()
        .map(|field| FieldItem {
            q_name: field.name().to_owned(),
            q_cardinal: field.cardinal(),
            q_tags: field.tags().to_vec(),
            q_src_tables: if asks("qShowSrcTables") {
                table_names(model, field)
            } else {
                Vec::new()
            },
            q_is_hidden: has_tag(field, "$hidden"),
            q_is_system: has_tag(field, "$system"),
        })
        .filter(|item| {
            (!item.q_is_hidden || asks("qShowHidden")) && (!item.q_is_system || asks("qShowSystem"))
        })
        .collect()
}

/// What `GetFieldDescription` answers.
pub(crate) fn field_description(model: &DataModel, name: &str) -> Option<FieldDescription> {
    let id = model.field_id(name)?;
    let field = model.field(id);
    Some(FieldDescription {
        q_internal_number: id.0 as usize,
        q_name: field.name().to_owned(),
        q_src_tables: table_names(model, field),
        q_tags: field.tags().to_vec(),
        q_cardinal: field.cardinal(),
        q_total_count: field.n_non_null(),
        q_is_hidden: has_tag(field, "$hidden"),
        q_is_system: has_tag(field, "$system"),
        q_is_numeric: field.is_numeric(),
        q_byte_size: 0,
    })
}

/// What `GetTablesAndKeys` answers.
pub(crate) fn tables_and_keys(model: &DataModel) -> TablesAndKeys {
    let keys = model.fields().iter().filter(|field| field.is_key());
    TablesAndKeys {
        qtr: model
            .tables()
            .iter()
            .map(|table| table_entry(model, table))
            .collect(),
        qk: keys
            .map(|field| SourceKey {
                q_key_fields: vec![field.name().to_owned()],
                q_tables: table_names(model, field),
            })
            .collect(),
    }
}

fn table_entry(model: &DataModel, table: &Table) -> layout::Table {
    let fields = table.columns().iter().map(|column| {
        let field = model.field(column.field());
        let n_total = field.cardinal();
        #[expect(clippy::cast_precision_loss, reason = "a ratio for display")]
        let ratio = if n_total == 0 {
            1.0
        } else {
            column.n_distinct() as f64 / n_total as f64
        };
        let is_perfect = column.is_unique() && column.n_nulls() == 0 && column.n_distinct() == n_total;
        FieldInTable {
            q_name: field.name().to_owned(),
            q_original_fields: Vec::new(),
            q_present: true,
            q_has_null: column.n_nulls() > 0,
            q_subset_ratio: Double(ratio),
            qn_rows: table.n_rows(),
            qn_total_distinct_values: n_total,
            qn_present_distinct_values: column.n_distinct(),
            q_key_type: match (field.is_key(), column.is_unique()) {
                (false, _) => "NOT_KEY",
                (true, true) if is_perfect => "PERFECT_KEY",
                (true, true) => "PRIMARY_KEY",
                (true, false) => "ANY_KEY",
            },
            q_tags: field.tags().to_vec(),
        }
    });
    layout::Table {
        q_name: table.name().to_owned(),
        q_no_of_rows: table.n_rows(),
        q_fields: fields.collect(),
        q_pos: Point::default(),
    }
}
