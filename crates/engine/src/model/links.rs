//! Following links between tables.

use std::sync::Arc;

use fanlight_column::{NULL_CODE, Symbols};

use super::{Column, DataModel};
use crate::value::{FieldId, TableId};

/// The rows of a column by code.
#[derive(Debug)]
pub(crate) struct RowsByCode {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl RowsByCode {
    /// The rows that hold the code, in rising order; none for [`NULL_CODE`].
    pub(crate) fn rows(&self, code: u32) -> &[u32] {
        let at = code as usize;
        if at + 1 >= self.starts.len() {
            return &[];
        }
        &self.rows[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    fn new(column: &Column, n_symbols: usize) -> Self {
        let n_rows = column.codes.len();
        let mut starts = vec![0_u32; n_symbols + 1];
        for row in 0..n_rows {
            if let Some(code) = column.codes.get(row) {
                starts[code as usize + 1] += 1;
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; starts[n_symbols] as usize];
        for row in 0..n_rows {
            if let Some(code) = column.codes.get(row) {
                let slot = &mut next[code as usize];
                rows[*slot as usize] = row as u32;
                *slot += 1;
            }
        }
        Self { starts, rows }
    }
}

impl Column {
    /// The rows of each code, made on first use.
    pub(crate) fn rows_by_code(&self, model: &DataModel) -> &RowsByCode {
        self.rows_by_code
            .get_or_init(|| Arc::new(RowsByCode::new(self, model.field(self.field).symbols.len())))
    }
}

/// How to get from a row of one table to the one value of a field that may be in another table.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// The column of the row's own table.
    pub(crate) column: usize,
    /// From that column's codes to the field's codes, [`NULL_CODE`] where there is none. `None`: they are the same.
    pub(crate) map: Option<Arc<[u32]>>,
}

/// A step from one table to a neighbour over the field they share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) via: FieldId,
    pub(crate) to: TableId,
}

impl DataModel {
    /// The hops from one table to another; empty for the same table, `None` if they are not linked.
    pub(crate) fn path(&self, from: TableId, to: TableId) -> Option<Vec<Hop>> {
        if self.table(from).component != self.table(to).component {
            return None;
        }
        let mut came: Vec<Option<(TableId, Hop)>> = vec![None; self.tables.len()];
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            if at == to {
                break;
            }
            for key in &self.table(at).keys {
                let via = self.table(at).columns[*key].field;
                for (next, _) in &self.field(via).tables {
                    if *next != from && *next != at && came[next.index()].is_none() {
                        came[next.index()] = Some((at, Hop { via, to: *next }));
                        open.push(*next);
                    }
                }
            }
        }
        let mut hops = Vec::new();
        let mut at = to;
        while at != from {
            let (before, hop) = came[at.index()]?;
            hops.push(hop);
            at = before;
        }
        hops.reverse();
        // Tables on one field are all neighbours of each other: two hops over the same field are one.
        let mut short: Vec<Hop> = Vec::new();
        for hop in hops {
            match short.last_mut() {
                Some(last) if last.via == hop.via => *last = hop,
                _ => short.push(hop),
            }
        }
        Some(short)
    }

    /// How each row of `table` gets at its one value of `field`, if every link on the way leads to one row at most.
    pub(crate) fn access(&self, table: TableId, field: FieldId) -> Option<Access> {
        let key = (table.0, field.0);
        let cached = self
            .accesses
            .lock()
            .expect("no holder of the lock panics")
            .get(&key)
            .cloned();
        if let Some(access) = cached {
            return access;
        }
        let access = self.find_access(table, field);
        self.accesses
            .lock()
            .expect("no holder of the lock panics")
            .insert(key, access.clone());
        access
    }

    fn find_access(&self, table: TableId, field: FieldId) -> Option<Access> {
        let own = self
            .table(table)
            .columns
            .iter()
            .position(|column| column.field == field);
        if let Some(column) = own {
            return Some(Access { column, map: None });
        }
        // A field of several tables is reached at the nearest: the others hang on the same key value.
        let paths = self
            .field(field)
            .tables
            .iter()
            .filter_map(|(to, _)| self.path(table, *to));
        let hops = paths.min_by_key(Vec::len)?;
        if !hops.iter().all(|hop| self.key_column(hop).is_unique()) {
            return None;
        }
        let first = hops.first()?;
        let column = self
            .table(table)
            .columns
            .iter()
            .position(|column| column.field == first.via)?;
        let n_keys = self.field(first.via).symbols.len() as u32;
        let map = (0..n_keys).map(|code| self.follow(code, &hops, field)).collect();
        Some(Access {
            column,
            map: Some(map),
        })
    }

    fn follow(&self, key: u32, hops: &[Hop], field: FieldId) -> u32 {
        let mut code = key;
        for (at, hop) in hops.iter().enumerate() {
            let Some(row) = self.key_column(hop).rows_by_code(self).rows(code).first() else {
                return NULL_CODE;
            };
            let wanted = hops.get(at + 1).map_or(field, |next| next.via);
            let column = self
                .table(hop.to)
                .column_of(wanted)
                .expect("the next hop starts at this table");
            code = column.codes.wide(*row as usize);
        }
        code
    }

    fn key_column(&self, hop: &Hop) -> &Column {
        self.table(hop.to)
            .column_of(hop.via)
            .expect("a hop ends at a table that has its field")
    }
}

/// Ranks by case-insensitive text.
pub(super) fn text_rank(symbols: &Symbols) -> Arc<[u32]> {
    let folded: Vec<String> = (0..symbols.len() as u32)
        .map(|code| symbols.text(code).to_lowercase())
        .collect();
    let mut order: Vec<u32> = (0..symbols.len() as u32).collect();
    order.sort_by(|a, b| folded[*a as usize].cmp(&folded[*b as usize]));
    let mut ranks = vec![0; folded.len()];
    let mut rank = 0;
    for (at, code) in order.iter().enumerate() {
        if at > 0 && folded[*code as usize] != folded[order[at - 1] as usize] {
            rank += 1;
        }
        ranks[*code as usize] = rank;
    }
    ranks.into()
}
