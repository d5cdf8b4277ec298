//! The app's own layout, and lists of apps.

use serde::Serialize;
use serde_json::{Map, Value};

use super::is_false;

/// What charts format by.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocaleInfo {
    /// Between integer and fraction.
    pub q_decimal_sep: String,
    /// Between groups of three digits.
    pub q_thousand_sep: String,
    /// Between items of a list.
    pub q_list_sep: String,
    /// Between integer and fraction of money.
    pub q_money_decimal_sep: String,
    /// Between groups of three digits of money.
    pub q_money_thousand_sep: String,
    /// The year it is.
    pub q_current_year: i64,
    /// Money.
    pub q_money_fmt: String,
    /// Times.
    pub q_time_fmt: String,
    /// Dates.
    pub q_date_fmt: String,
    /// Timestamps.
    pub q_timestamp_fmt: String,
    /// Names of days and months.
    pub q_calendar_strings: CalendarStrings,
    /// The first day of the week; 0 is Monday.
    pub q_first_week_day: u8,
    /// Whether weeks break at the new year.
    pub q_broken_weeks: bool,
    /// The day of January that is always in week 1.
    pub q_reference_day: u8,
    /// The month a year starts with.
    pub q_first_month_of_year: u8,
    /// The collation's name.
    pub q_collation: String,
    /// `exponent:letter` pairs.
    pub q_numerical_abbreviation: String,
}

/// Names of days and months.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CalendarStrings {
    /// Short, Monday first.
    pub q_day_names: Vec<String>,
    /// Short, January first.
    pub q_month_names: Vec<String>,
    /// Long, Monday first.
    pub q_long_day_names: Vec<String>,
    /// Long, January first.
    pub q_long_month_names: Vec<String>,
}

/// The app's layout.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppLayout {
    /// The title.
    pub q_title: String,
    /// The id.
    pub q_file_name: String,
    /// When the data was read, ISO 8601.
    pub q_last_reload_time: String,
    /// Whether there is something to save.
    #[serde(skip_serializing_if = "is_false")]
    pub q_modified: bool,
    /// Whether there is a script.
    #[serde(skip_serializing_if = "is_false")]
    pub q_has_script: bool,
    /// Whether there are tables.
    #[serde(skip_serializing_if = "is_false")]
    pub q_has_data: bool,
    /// Whether it lives as long as its session.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_session_app: bool,
    /// Alternate states, without those of the session.
    pub q_state_names: Vec<String>,
    /// What is known about it.
    pub q_meta: Value,
    /// What charts format by.
    pub q_locale_info: LocaleInfo,
    /// Nothing.
    pub q_unsupported_features: [(); 0],
    /// What it is for.
    pub q_usage: &'static str,
    /// Whether users of section access see less.
    pub q_has_section_access: bool,
    /// The app's id as web pages know it.
    pub id: String,
    /// Properties that the schema does not name.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// An app in a list.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocEntry {
    /// The id.
    pub q_doc_id: String,
    /// The name.
    pub q_doc_name: String,
    /// The title.
    pub q_title: String,
    /// When the data was read, ISO 8601.
    pub q_last_reload_time: String,
    /// Whether it is open on this connection.
    #[serde(skip_serializing_if = "is_false")]
    pub q_read_only: bool,
    /// What is known about it.
    pub q_meta: DocMeta,
    /// The thumbnail.
    pub q_thumbnail: Map<String, Value>,
}

/// What is known about an app.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocMeta {
    /// What the user may do.
    pub privileges: &'static [&'static str],
}
