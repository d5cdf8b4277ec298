//! The schema, one numbered step after the other. A step that was released is never changed.

use std::collections::BTreeSet;

use fanlight_identity::StoreError;
use rusqlite::Connection;

use crate::error::{Result, from_sqlite};

const STEPS: [&str; 7] = [
    include_str!("migrations/0001_identity.sql"),
    include_str!("migrations/0002_audit.sql"),
    include_str!("migrations/0003_keys_and_tickets.sql"),
    include_str!("migrations/0004_renewal.sql"),
    include_str!("migrations/0005_due.sql"),
    include_str!("migrations/0006_audit_quota.sql"),
    include_str!("migrations/0007_issuers.sql"),
];

/// Brings the file up to date. The version stands in SQLite's own `user_version`; each step and its number are one
/// transaction, so that a crash in between leaves the older version whole. A file that has lost a table, an index or a
/// column of its version is refused by its name, before anything in it is changed.
pub(crate) fn run(connection: &mut Connection) -> Result<()> {
    let found: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(from_sqlite)?;
    let known = u32::try_from(STEPS.len()).expect("there are few steps");
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    check(connection, found)?;
    for (version, step) in (1_u32..).zip(STEPS).skip(found as usize) {
        let transaction = connection.transaction().map_err(from_sqlite)?;
        transaction.execute_batch(step).map_err(from_sqlite)?;
        transaction
            .pragma_update(None, "user_version", version)
            .map_err(from_sqlite)?;
        transaction.commit().map_err(from_sqlite)?;
    }
    Ok(())
}

/// Compares the file with what the steps up to `version` make of an empty one.
fn check(connection: &Connection, version: u32) -> Result<()> {
    if version == 0 {
        return Ok(());
    }
    let model = Connection::open_in_memory().map_err(from_sqlite)?;
    for step in STEPS.iter().take(version as usize) {
        model.execute_batch(step).map_err(from_sqlite)?;
    }
    let there = parts(connection)?;
    match parts(&model)?.difference(&there).next() {
        None => Ok(()),
        Some(missing) => Err(StoreError::Missing {
            what: missing.to_string(),
        }),
    }
}

/// Something that a schema is made of; what contains others comes before them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Table(String),
    Column(String, String),
    Index(String),
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Table(table) => write!(f, "table `{table}`"),
            Self::Column(table, column) => write!(f, "column `{column}` in the table `{table}`"),
            Self::Index(index) => write!(f, "index `{index}`"),
        }
    }
}

fn parts(connection: &Connection) -> Result<BTreeSet<Part>> {
    let sql = "SELECT s.type, s.name, c.name FROM sqlite_schema s LEFT JOIN pragma_table_info(s.name) c \
               ON s.type = 'table' WHERE s.name NOT LIKE 'sqlite_%'";
    let mut statement = connection.prepare(sql).map_err(from_sqlite)?;
    let mut rows = statement.query([]).map_err(from_sqlite)?;
    let mut parts = BTreeSet::new();
    while let Some(row) = rows.next().map_err(from_sqlite)? {
        let (kind, name): (String, String) =
            (row.get(0).map_err(from_sqlite)?, row.get(1).map_err(from_sqlite)?);
        let column: Option<String> = row.get(2).map_err(from_sqlite)?;
        match kind.as_str() {
            "table" => {
                parts.extend(column.map(|column| Part::Column(name.clone(), column)));
                parts.insert(Part::Table(name));
            }
            "index" => {
                parts.insert(Part::Index(name));
            }
            _ => {}
        }
    }
    Ok(parts)
}
