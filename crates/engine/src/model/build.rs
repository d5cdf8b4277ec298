//! From tables with dictionaries of their own to a linked model.

use std::sync::{Arc, Mutex, OnceLock};

use fanlight_column::{Codes, FastMap, Symbols, mark_codes};

use super::{Column, DataModel, Field, Table, TableSource};
use crate::error::ModelError;
use crate::value::{FieldId, TableId};

struct Draft {
    name: Arc<str>,
    symbols: Symbols,
    tables: Vec<(TableId, usize)>,
}

pub(super) fn build(sources: Vec<TableSource>) -> Result<DataModel, ModelError> {
    check_shape(&sources)?;
    let mut drafts: Vec<Draft> = Vec::new();
    let mut by_name: FastMap<Box<str>, FieldId> = FastMap::default();
    let mut raw_tables = Vec::new();
    for (table_idx, source) in sources.into_iter().enumerate() {
        let table = TableId(table_idx as u32);
        let mut columns = Vec::new();
        for (column_idx, (name, column)) in source.columns.into_iter().enumerate() {
            let (field, codes) = match by_name.get(name.as_str()) {
                Some(field) => {
                    let map = drafts[field.index()].symbols.merge(&column.symbols);
                    // Packing waits until all tables have added their values.
                    (*field, column.codes.remap(&map, usize::MAX))
                }
                None => {
                    let field = FieldId(drafts.len() as u32);
                    by_name.insert(name.as_str().into(), field);
                    drafts.push(Draft {
                        name: name.into(),
                        symbols: column.symbols,
                        tables: Vec::new(),
                    });
                    (field, column.codes)
                }
            };
            drafts[field.index()].tables.push((table, column_idx));
            columns.push((field, codes));
        }
        raw_tables.push((source.name, columns));
    }
    check_links(&drafts, &raw_tables)?;
    let components = components(&drafts, raw_tables.len());
    let tables: Vec<Table> = raw_tables
        .into_iter()
        .zip(components)
        .map(|((name, columns), component)| finish_table(&name, columns, component, &drafts))
        .collect();
    let fields = drafts
        .into_iter()
        .map(|draft| finish_field(draft, &tables))
        .collect();
    Ok(DataModel {
        fields,
        tables,
        by_name,
        accesses: Mutex::default(),
    })
}

fn check_shape(sources: &[TableSource]) -> Result<(), ModelError> {
    for (at, source) in sources.iter().enumerate() {
        if sources[..at].iter().any(|other| other.name == source.name) {
            return Err(ModelError::DuplicateTable {
                table: source.name.clone(),
            });
        }
        for (at, (field, column)) in source.columns.iter().enumerate() {
            if source.columns[..at].iter().any(|(other, _)| other == field) {
                return Err(ModelError::DuplicateField {
                    table: source.name.clone(),
                    field: field.clone(),
                });
            }
            let expected = source.columns[0].1.codes.len();
            let found = column.codes.len();
            if found != expected {
                let (table, field) = (source.name.clone(), field.clone());
                return Err(ModelError::RaggedTable {
                    table,
                    field,
                    expected,
                    found,
                });
            }
        }
    }
    Ok(())
}

type RawTable = (String, Vec<(FieldId, Codes)>);

fn check_links(drafts: &[Draft], tables: &[RawTable]) -> Result<(), ModelError> {
    for (right, (right_name, right_columns)) in tables.iter().enumerate() {
        for (left_name, left_columns) in &tables[..right] {
            let shared: Vec<String> = left_columns
                .iter()
                .filter(|(field, _)| right_columns.iter().any(|(other, _)| other == field))
                .map(|(field, _)| drafts[field.index()].name.to_string())
                .collect();
            if shared.len() > 1 {
                let (left, right) = (left_name.clone(), right_name.clone());
                return Err(ModelError::SyntheticKey {
                    left,
                    right,
                    fields: shared,
                });
            }
        }
    }
    find_cycle(drafts, tables)
}

/// Links the tables one by one and reports the circle that the first superfluous link closes.
fn find_cycle(drafts: &[Draft], tables: &[RawTable]) -> Result<(), ModelError> {
    let mut links: Vec<(usize, usize)> = Vec::new();
    for (field, draft) in drafts
        .iter()
        .enumerate()
        .filter(|(_, draft)| draft.tables.len() > 1)
    {
        for (table, _) in &draft.tables {
            if let Some(path) = path_between(&links, table.index(), field) {
                let mut names: Vec<String> = path.tables.iter().map(|at| tables[*at].0.clone()).collect();
                names.sort();
                let mut fields: Vec<String> = path
                    .fields
                    .iter()
                    .map(|at| drafts[*at].name.to_string())
                    .collect();
                fields.sort();
                return Err(ModelError::Cycle {
                    tables: names,
                    fields,
                });
            }
            links.push((table.index(), field));
        }
    }
    Ok(())
}

#[derive(Clone, Default)]
struct Path {
    tables: Vec<usize>,
    fields: Vec<usize>,
}

/// The way from a table to a field over table–field links, if there is one.
fn path_between(links: &[(usize, usize)], table: usize, field: usize) -> Option<Path> {
    let start = Path {
        tables: vec![table],
        fields: Vec::new(),
    };
    let mut open = vec![(table, start)];
    while let Some((at, path)) = open.pop() {
        for (_, via) in links
            .iter()
            .filter(|(from, via)| *from == at && !path.fields.contains(via))
        {
            let mut path = path.clone();
            path.fields.push(*via);
            if *via == field {
                return Some(path);
            }
            for (to, _) in links
                .iter()
                .filter(|(to, other)| other == via && !path.tables.contains(to))
            {
                let mut path = path.clone();
                path.tables.push(*to);
                open.push((*to, path));
            }
        }
    }
    None
}

fn components(drafts: &[Draft], n_tables: usize) -> Vec<usize> {
    let mut component: Vec<usize> = (0..n_tables).collect();
    for draft in drafts {
        let first = component[draft.tables[0].0.index()];
        for (table, _) in &draft.tables[1..] {
            let other = component[table.index()];
            for entry in &mut component {
                if *entry == other {
                    *entry = first;
                }
            }
        }
    }
    component
}

fn finish_table(name: &str, columns: Vec<(FieldId, Codes)>, component: usize, drafts: &[Draft]) -> Table {
    let n_rows = columns.first().map_or(0, |(_, codes)| codes.len());
    let keys = (0..columns.len())
        .filter(|at| drafts[columns[*at].0.index()].tables.len() > 1)
        .collect();
    let columns = columns
        .into_iter()
        .map(|(field, codes)| {
            let n_symbols = drafts[field.index()].symbols.len();
            let is_shared = drafts[field.index()].tables.len() > 1;
            let codes = if is_shared {
                repack(&codes, n_symbols)
            } else {
                codes
            };
            Column {
                field,
                n_nulls: codes.n_nulls(),
                n_distinct: if is_shared {
                    mark_codes(&codes, None, n_symbols).count()
                } else {
                    n_symbols
                },
                codes,
                rows_by_code: OnceLock::new(),
            }
        })
        .collect();
    Table {
        name: name.into(),
        n_rows,
        columns,
        keys,
        component,
    }
}

fn repack(codes: &Codes, n_symbols: usize) -> Codes {
    let wide: Vec<u32> = (0..codes.len()).map(|row| codes.wide(row)).collect();
    Codes::pack(&wide, n_symbols)
}

fn finish_field(draft: Draft, tables: &[Table]) -> Field {
    let n_non_null = draft
        .tables
        .iter()
        .map(|(table, column)| {
            let column = &tables[table.index()].columns[*column];
            column.codes.len() - column.n_nulls
        })
        .sum();
    let tags = tags(&draft.symbols, draft.tables.len() > 1);
    Field {
        name: draft.name,
        symbols: Arc::new(draft.symbols),
        tags,
        tables: draft.tables,
        n_non_null,
        text_rank: OnceLock::new(),
        form: None,
    }
}

fn tags(symbols: &Symbols, is_key: bool) -> Vec<String> {
    let n = symbols.len() as u32;
    let mut tags = Vec::new();
    if is_key {
        tags.push("$key");
    }
    if n > 0 && symbols.n_nums() == symbols.len() {
        tags.push("$numeric");
        if symbols.nums().iter().all(|num| num.fract() == 0.0) {
            tags.push("$integer");
        }
        let all_read = |test: fn(&str) -> bool| {
            (0..n).all(|code| !symbols.is_derived(code) && test(&symbols.text(code)))
        };
        if all_read(reads_as_timestamp) {
            tags.push("$timestamp");
        } else if all_read(reads_as_date) {
            tags.extend(["$timestamp", "$date"]);
        }
    } else if n > 0 {
        if (0..n).all(|code| symbols.text(code).is_ascii()) {
            tags.push("$ascii");
        }
        if symbols.n_nums() == 0 {
            tags.push("$text");
        }
    }
    tags.into_iter().map(str::to_owned).collect()
}

/// `2013-01-31`, `1/31/2013`, `31.1.2013`: three groups of digits with the same separator.
fn reads_as_date(text: &str) -> bool {
    ['-', '/', '.'].iter().any(|sep| {
        let groups: Vec<&str> = text.split(*sep).collect();
        groups.len() == 3
            && groups.iter().all(|group| {
                (1..=4).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit())
            })
    })
}

fn reads_as_timestamp(text: &str) -> bool {
    text.split_once([' ', 'T'])
        .is_some_and(|(date, time)| reads_as_date(date) && time.contains(':'))
}
