//! Separators, formats and names: the settings that an app's numbers and dates are read and written with.

/// The formatting settings of an app.
#[derive(Clone, Debug, PartialEq)]
pub struct Locale {
    /// Between integer and fraction.
    pub decimal_sep: String,
    /// Between groups of three digits.
    pub thousand_sep: String,
    /// Between the items of a list.
    pub list_sep: String,
    /// Between integer and fraction of money.
    pub money_decimal_sep: String,
    /// Between groups of three digits of money.
    pub money_thousand_sep: String,
    /// Money.
    pub money_format: String,
    /// Times.
    pub time_format: String,
    /// Dates.
    pub date_format: String,
    /// Timestamps.
    pub timestamp_format: String,
    /// Short month names, January first.
    pub month_names: [String; 12],
    /// Long month names, January first.
    pub long_month_names: [String; 12],
    /// Short day names, Monday first.
    pub day_names: [String; 7],
    /// Long day names, Monday first.
    pub long_day_names: [String; 7],
    /// First day of the week: 0 is Monday, 6 is Sunday.
    pub first_week_day: u8,
    /// Whether week 1 always starts on January 1st (1), so that a year's first and last weeks may be short.
    pub broken_weeks: u8,
    /// The day of January that is always in week 1; 0 stands for the default of the locale.
    pub reference_day: u8,
    /// The month a year starts with, 1 to 12.
    pub first_month_of_year: u8,
    /// The collation's name.
    pub collation: String,
    /// `exponent:letter` pairs separated by `;`.
    pub numerical_abbreviation: String,
}

impl Default for Locale {
    fn default() -> Self {
        let owned = |names: &str| names.split(';').map(str::to_owned).collect::<Vec<_>>();
        let months = |names: &str| owned(names).try_into().expect("twelve months are written");
        let days = |names: &str| owned(names).try_into().expect("seven days are written");
        Self {
            decimal_sep: ".".into(),
            thousand_sep: ",".into(),
            list_sep: ",".into(),
            money_decimal_sep: ".".into(),
            money_thousand_sep: ",".into(),
            money_format: "$ ###0.00;-$ ###0.00".into(),
            time_format: "h:mm:ss TT".into(),
            date_format: "M/D/YYYY".into(),
            timestamp_format: "M/D/YYYY h:mm:ss[.fff] TT".into(),
            month_names: months("Jan;Feb;Mar;Apr;May;Jun;Jul;Aug;Sep;Oct;Nov;Dec"),
            long_month_names: months(
                "January;February;March;April;May;June;July;August;September;October;November;December",
            ),
            day_names: days("Mon;Tue;Wed;Thu;Fri;Sat;Sun"),
            long_day_names: days("Monday;Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday"),
            first_week_day: 6,
            broken_weeks: 1,
            reference_day: 0,
            first_month_of_year: 1,
            collation: "en-US".into(),
            numerical_abbreviation:
                "3:k;6:M;9:G;12:T;15:P;18:E;21:Z;24:Y;-3:m;-6:μ;-9:n;-12:p;-15:f;-18:a;-21:z;-24:y".into(),
        }
    }
}
