//! From a table as written in the manifest to a table as meant.

use std::ops::Range;
use std::path::Component;

use fanlight_engine::format::Separators;
use toml::Spanned;

use super::check::Report;
use super::raw::{RawColumn, RawCsv, RawFullColumn, RawOtherColumns, RawTable, RawTyping};
use super::{ColumnPlan, CsvPlan, Delimiter, Header, OtherColumns, Reader, TablePlan, Typing};
use crate::csv::Encoding;
use crate::problem::{Complaint, one_of};

/// The table, unless something is wrong with it: reading it all the same would lead to problems that are none. `usual` are
/// the app's own separators.
pub(super) fn plan_table(raw: RawTable, usual: &Separators, at: &mut Report<'_>) -> Option<TablePlan> {
    let mut is_sound = true;
    let mut noticing = |place: Range<usize>, complaint: Complaint| {
        is_sound = false;
        at(place, complaint);
    };
    let plan = planned(raw, usual, &mut noticing);
    plan.filter(|_| is_sound)
}

fn planned(raw: RawTable, usual: &Separators, at: &mut Report<'_>) -> Option<TablePlan> {
    let reader = reader(&raw, at)?;
    let separators = separators(raw.decimal_sep.as_ref(), raw.thousand_sep.as_ref(), usual, at);
    let columns = raw.columns.0.into_iter().map(|(name, column)| {
        let plan = plan_column(&name, column, at);
        (name, plan)
    });
    Some(TablePlan {
        columns: columns.collect(),
        name: raw.name,
        source: raw.source,
        reader,
        separators,
        others: match raw.other_columns {
            RawOtherColumns::Keep => OtherColumns::Keep,
            RawOtherColumns::Skip => OtherColumns::Skip,
        },
    })
}

/// The separators of numbers where at least one is declared. A thousands separator that nobody declared gives way to the
/// decimal separator: comma and point change places.
pub(super) fn separators(
    decimal: Option<&Spanned<String>>,
    thousand: Option<&Spanned<String>>,
    usual: &Separators,
    at: &mut Report<'_>,
) -> Option<Separators> {
    let place = decimal.or(thousand)?.span();
    let mut separators = Separators {
        decimal: decimal.map_or(&usual.decimal, Spanned::get_ref).clone(),
        thousand: thousand.map_or(&usual.thousand, Spanned::get_ref).clone(),
    };
    // Letters may be those of an exponent, and nobody divides digits by several signs.
    let is_sign = |text: &str| {
        let belongs_to_numbers = |c: char| c.is_alphanumeric() || matches!(c, '-' | '+');
        text.chars().count() <= 1 && !text.contains(belongs_to_numbers)
    };
    if separators.decimal.is_empty() || !is_sign(&separators.decimal) || !is_sign(&separators.thousand) {
        at(
            place,
            Complaint::new(
                "numbers cannot be written with these separators",
                "use a comma, a point or another single sign; `thousand_sep` may be empty",
            ),
        );
        return None;
    }
    if separators.decimal == separators.thousand {
        if decimal.is_some() && thousand.is_some() {
            at(
                place,
                Complaint::new(
                    format!(
                        "`decimal_sep` and `thousand_sep` are both {:?}",
                        separators.decimal
                    ),
                    "give them different signs; `thousand_sep` may be empty",
                ),
            );
            return None;
        }
        let other = if separators.decimal == "," { "." } else { "," };
        match thousand {
            None => separators.thousand = other.to_owned(),
            Some(_) => separators.decimal = other.to_owned(),
        }
    }
    Some(separators)
}

/// The reader that the file's name asks for. A source outside the app's folder is refused: an app is its folder.
fn reader(raw: &RawTable, at: &mut Report<'_>) -> Option<Reader> {
    let path = raw.source.get_ref();
    let shown = path.display().to_string();
    if !path
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
    {
        at(
            raw.source.span(),
            Complaint::new(
                format!("the source {shown:?} is not inside the app's folder"),
                "copy the file into the folder and give its path from there",
            ),
        );
        return None;
    }
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "parquet" => {
            if let Some(csv) = &raw.csv {
                let complaint = Complaint::new("a Parquet file has no `csv` settings", "remove them");
                at(csv.span(), complaint);
            }
            Some(Reader::Parquet)
        }
        "csv" | "tsv" | "tab" | "txt" => {
            Some(Reader::Csv(csv_plan(raw.csv.as_ref().map(Spanned::get_ref), at)))
        }
        _ => {
            at(
                raw.source.span(),
                Complaint::new(
                    format!("it is not known how to read {shown:?}"),
                    "give a .parquet file, or a .csv, .tsv, .tab or .txt file",
                ),
            );
            None
        }
    }
}

fn csv_plan(raw: Option<&RawCsv>, at: &mut Report<'_>) -> CsvPlan {
    let nothing = RawCsv::default();
    let raw = raw.unwrap_or(&nothing);
    let mut single = |text: &Option<Spanned<String>>, what: &str| match text {
        None => None,
        Some(text) => match text.get_ref().as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Some(Some(*byte)),
            [] => Some(None),
            _ => {
                at(
                    text.span(),
                    Complaint::new(
                        format!("{:?} cannot be a {what}", text.get_ref()),
                        "use one ASCII character that does not end a line",
                    ),
                );
                None
            }
        },
    };
    let delimiter = match single(&raw.delimiter, "delimiter") {
        None => Delimiter::Found,
        Some(None) => Delimiter::None,
        Some(Some(byte)) => Delimiter::Declared(byte),
    };
    let quote = single(&raw.quote, "quote").unwrap_or(Some(b'"'));
    if let (Delimiter::Declared(byte), Some(text)) = (delimiter, &raw.delimiter)
        && quote == Some(byte)
    {
        let message = format!("{:?} cannot be both delimiter and quote", text.get_ref());
        at(
            text.span(),
            Complaint::new(message, "give one of them another character"),
        );
    }
    CsvPlan {
        delimiter,
        quote,
        header: if raw.header == Some(false) {
            Header::Absent
        } else {
            Header::Present
        },
        nulls: raw.nulls.clone(),
        encoding: raw.encoding.as_ref().and_then(|name| encoding(name, at)),
        skip_lines: raw
            .skip_lines
            .as_ref()
            .map_or(0, |skip_lines| n_lines(skip_lines, at)),
    }
}

fn n_lines(value: &Spanned<toml::Value>, at: &mut Report<'_>) -> usize {
    let number = value.get_ref().as_integer();
    number
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or_else(|| {
            let message = format!("`skip_lines` is {}, and not a number of lines", value.get_ref());
            let fix = "write how many lines stand above the header: 0, 1, 2 …";
            at(value.span(), Complaint::new(message, fix));
            0
        })
}

fn encoding(name: &Spanned<String>, at: &mut Report<'_>) -> Option<Encoding> {
    let known = Encoding::all();
    let found = known
        .into_iter()
        .find(|encoding| encoding.name().eq_ignore_ascii_case(name.get_ref()));
    if found.is_none() {
        at(
            name.span(),
            Complaint::new(
                format!("{:?} is no encoding that is read", name.get_ref()),
                format!(
                    "use {}, or save the file as UTF-8",
                    one_of(known.map(Encoding::name))
                ),
            ),
        );
    }
    found
}

fn plan_column(name: &Spanned<String>, raw: RawColumn, at: &mut Report<'_>) -> ColumnPlan {
    match raw {
        RawColumn::Field(field) => ColumnPlan::named(&field),
        RawColumn::Full(full) => {
            let RawFullColumn {
                field,
                typing,
                format,
                values,
            } = *full;
            if let Some(format) = &format {
                check_format(format, typing, at);
            }
            ColumnPlan {
                field: field.unwrap_or_else(|| name.get_ref().clone()),
                typing: match typing {
                    RawTyping::Source => Typing::Source,
                    RawTyping::Interpret => Typing::Interpret,
                    RawTyping::Text => Typing::Text,
                },
                format: format.map(Spanned::into_inner),
                values: values
                    .0
                    .into_iter()
                    .filter_map(|(key, text)| value(&key, text, at))
                    .collect(),
            }
        }
    }
}

/// What in a pattern cannot have been meant is told before any value is read by it.
fn check_format(format: &Spanned<String>, typing: RawTyping, at: &mut Report<'_>) {
    let text = format.get_ref();
    let has = |letters: &str| text.contains(|c| letters.contains(c));
    let complaint = if matches!(typing, RawTyping::Text) {
        Complaint::new(
            "a column of texts has no `format`",
            "remove `format`, or `type = \"text\"`",
        )
    } else if has("%") || !has("YyMDdWwHhmSsFf") {
        Complaint::new(
            format!("{text:?} is no date or time pattern"),
            "write it with letters: \"YYYY-MM-DD\", \"D.M.YYYY hh:mm\", \"h:mm:ss TT\"",
        )
    } else if has("m") && has("YyDd") && !has("MHh") {
        Complaint::new(
            format!("in the pattern {text:?} the letter m stands for minutes"),
            format!("write {:?}: months are M", text.replace('m', "M")),
        )
    } else {
        return;
    };
    at(format.span(), complaint);
}

fn value(key: &Spanned<String>, text: String, at: &mut Report<'_>) -> Option<(f64, String)> {
    match key.get_ref().parse() {
        Ok(number) => Some((number, text)),
        Err(_) => {
            at(
                key.span(),
                Complaint::new(
                    format!("{:?} in `values` is no number", key.get_ref()),
                    "give the numbers of the column on the left and their texts on the right",
                ),
            );
            None
        }
    }
}
