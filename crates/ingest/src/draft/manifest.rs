//! `app.toml` of an app that was drafted, written to be read and changed.

use super::pick::Chosen;
use super::{Draft, DraftColumn, DraftTable};

pub(super) fn text(draft: &Draft, fields: &[Vec<String>], chosen: &Chosen) -> String {
    let mut text = format!(
        "# Written by `fanlight app new`; yours to change. `fanlight app check` says what is wrong with it.\n\n\
         name = {}\ntitle = {}\n",
        quoted(&draft.name),
        quoted(&titled(&draft.name))
    );
    for link in draft.links.iter().filter(|link| link.is_accepted) {
        text.push_str(&format!("\n# Link: {}.", link.why));
    }
    if draft.links.iter().any(|link| link.is_accepted) {
        text.push('\n');
    }
    for (table, names) in draft.tables.iter().zip(fields) {
        push_table(&mut text, table, names);
    }
    for dimension in chosen.dimensions.iter().chain(&chosen.period) {
        text.push_str(&format!(
            "\n[[dimensions]]\nid = {}\ntitle = {}\nfields = [{}]\n",
            quoted(&dimension.id),
            quoted(&dimension.title),
            quoted(&dimension.definition)
        ));
    }
    for measure in &chosen.measures {
        text.push_str(&format!(
            "\n[[measures]]\nid = {}\ntitle = {}\nexpression = {}\nformat = {}\n",
            quoted(&measure.id),
            quoted(&measure.title),
            quoted(&measure.expression),
            measure.format
        ));
    }
    text
}

fn push_table(text: &mut String, table: &DraftTable, names: &[String]) {
    text.push_str(&format!(
        "\n[[tables]]\nname = {}\nsource = {}\n",
        quoted(&table.name),
        quoted(&table.source)
    ));
    if !table.nulls.is_empty() {
        text.push_str(&nulls_line(&table.nulls));
    }
    text.push_str("\n[tables.columns]\n");
    for (column, field) in table.columns.iter().zip(names) {
        text.push_str(&column_line(column, field));
    }
}

/// What is said of a column, with what it holds in a comment.
fn column_line(column: &DraftColumn, field: &str) -> String {
    let mut keys = Vec::new();
    if field != column.name {
        keys.push(format!("field = {}", quoted(field)));
    }
    if column.stays_text {
        keys.push("type = \"text\"".to_owned());
    }
    if let Some(format) = &column.format {
        keys.push(format!("format = {}", quoted(format)));
    }
    let value = if keys.is_empty() {
        quoted(field)
    } else {
        format!("{{ {} }}", keys.join(", "))
    };
    let about: String = column
        .describe()
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    format!("{} = {value} # {about}\n", quoted(&column.name))
}

pub(super) fn nulls_line(nulls: &[String]) -> String {
    let listed: Vec<String> = nulls.iter().map(|text| quoted(text)).collect();
    format!("csv = {{ nulls = [{}] }}\n", listed.join(", "))
}

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            letter if letter.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(letter))),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// `my-sales` is called `My sales`.
fn titled(name: &str) -> String {
    let spaced = name.replace(['-', '_', '.'], " ");
    let mut letters = spaced.trim().chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => name.to_owned(),
    }
}
