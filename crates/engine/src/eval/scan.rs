//! Running aggregations over records, a block of rows at a time.

use std::sync::Arc;

use fanlight_column::{BitSet, FastMap, FastSet, NULL_CODE, Symbols};

use super::aggregate::{Acc, AggFunc, Block, Finish, empty_result};
use super::keys::{Groups, KeyLayout};
use super::scalar::Scalar;
use super::source::{self, Columns};
use crate::cancel::Cancel;
use crate::error::EvalError;
use crate::function::Context;
use crate::infer::Records;
use crate::model::DataModel;
use crate::value::{FieldId, TableId, Value};

/// A dimension to group by.
#[derive(Clone, Debug)]
pub(crate) struct Dim {
    pub(crate) field: FieldId,
    /// From the field's codes to the dimension's, for a calculated dimension.
    pub(crate) map: Option<Arc<[u32]>>,
    pub(crate) symbols: Arc<Symbols>,
}

/// An aggregation, ready to run.
#[derive(Debug)]
pub(crate) struct AggPlan {
    pub(crate) func: AggFunc,
    pub(crate) is_distinct: bool,
    pub(crate) arg: Scalar,
    pub(crate) weight: Option<Scalar>,
    pub(crate) delimiter: String,
    /// The fields that the arguments' inputs stand for.
    pub(crate) inputs: Vec<FieldId>,
    /// The tables whose rows are aggregated, one after the other.
    pub(crate) drives: Vec<TableId>,
    pub(crate) records: Arc<Records>,
    pub(crate) keep: Keep,
}

/// Which dimensions an aggregation is grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    All,
    /// `TOTAL`: only those of these fields.
    Only(Vec<FieldId>),
}

/// An aggregation's values per group.
#[derive(Debug)]
pub(crate) struct AggResult {
    /// The positions of the dimensions that it is grouped by.
    dims: Vec<usize>,
    groups: Arc<Groups>,
    acc: Acc,
    func: AggFunc,
    symbols: Option<Arc<Symbols>>,
    delimiter: String,
}

impl AggResult {
    /// The value for a row, given the codes of all its dimensions.
    pub(crate) fn value(&self, codes: &[u32]) -> Value {
        let own = self.dims.iter().map(|dim| codes[*dim]);
        match self.groups.find(own) {
            None => empty_result(self.func),
            Some(group) => {
                let finish = Finish {
                    symbols: self.symbols.as_deref(),
                    delimiter: &self.delimiter,
                };
                self.acc.result(self.func, group, &finish)
            }
        }
    }
}

/// What all scans of one evaluation share.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) model: &'a DataModel,
    pub(crate) cancel: &'a Cancel,
    pub(crate) context: Context<'a>,
}

/// Runs aggregations, grouped by the dimensions; those over the same records share one pass.
pub(crate) fn run(scope: Scope<'_>, dims: &[Dim], plans: &[&AggPlan]) -> Result<Vec<AggResult>, EvalError> {
    let mut results: Vec<Option<AggResult>> = plans.iter().map(|_| None).collect();
    let mut passes: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        let kept = kept_dims(scope.model, dims, plan);
        let known = passes.iter_mut().find(|(dims, members)| {
            let other = plans[members[0]];
            *dims == kept && other.drives == plan.drives && Arc::ptr_eq(&other.records, &plan.records)
        });
        match known {
            Some((_, members)) => members.push(at),
            None => passes.push((kept, vec![at])),
        }
    }
    for (kept, members) in passes {
        let own_dims: Vec<Dim> = kept.iter().map(|dim| dims[*dim].clone()).collect();
        let own_plans: Vec<&AggPlan> = members.iter().map(|at| plans[*at]).collect();
        for (at, mut result) in members.into_iter().zip(pass(scope, &own_dims, &own_plans)?) {
            result.dims.clone_from(&kept);
            results[at] = Some(result);
        }
    }
    Ok(results
        .into_iter()
        .map(|result| result.expect("every plan is in one pass"))
        .collect())
}

/// The dimensions that a plan is grouped by: those that its records can reach and that `TOTAL` leaves.
fn kept_dims(model: &DataModel, dims: &[Dim], plan: &AggPlan) -> Vec<usize> {
    let component = |table: TableId| model.table(table).component();
    let Some(own) = plan.drives.first().map(|table| component(*table)) else {
        return Vec::new();
    };
    (0..dims.len())
        .filter(|dim| {
            let field = dims[*dim].field;
            let is_kept = match &plan.keep {
                Keep::All => true,
                Keep::Only(fields) => fields.contains(&field),
            };
            is_kept && component(model.field(field).tables()[0].0) == own
        })
        .collect()
}

fn pass(scope: Scope<'_>, dims: &[Dim], plans: &[&AggPlan]) -> Result<Vec<AggResult>, EvalError> {
    let layout = KeyLayout::new(dims.iter().map(|dim| dim.symbols.len())).ok_or(EvalError::TooLarge {
        limit: super::MAX_ROWS,
    })?;
    let n_records = plans[0]
        .drives
        .iter()
        .map(|table| scope.model.table(*table).n_rows())
        .sum();
    let mut groups = Groups::new(layout, n_records);
    let mut fields: Vec<FieldId> = Vec::new();
    for field in plans.iter().flat_map(|plan| &plan.inputs) {
        if !fields.contains(field) {
            fields.push(*field);
        }
    }
    let mut members: Vec<Member<'_>> = plans.iter().map(|plan| Member::new(plan, &fields)).collect();
    let mut numbers = Vec::new();
    for drive in &plans[0].drives {
        let columns = Columns {
            dims,
            inputs: &fields,
        };
        source::each_block(scope, *drive, &plans[0].records, columns, &mut |block| {
            groups.assign(&block.dims, block.n_rows, &mut numbers);
            groups.check()?;
            for member in &mut members {
                member.feed(&scope.context, &numbers, groups.n_numbers(), &block.inputs);
            }
            Ok(())
        })?;
    }
    let groups = Arc::new(groups);
    Ok(members.into_iter().map(|member| member.finish(&groups)).collect())
}

/// One aggregation of a pass.
struct Member<'p> {
    plan: &'p AggPlan,
    /// Where the plan's inputs stand among the pass's columns.
    inputs: Vec<usize>,
    acc: Acc,
    classes: Option<Classes>,
    seen: Seen,
    nums_buf: Vec<f64>,
    class_buf: Vec<u32>,
    weight_buf: Vec<f64>,
    keep_buf: Vec<bool>,
}

impl<'p> Member<'p> {
    fn new(plan: &'p AggPlan, fields: &[FieldId]) -> Self {
        let at = |field: &FieldId| {
            fields
                .iter()
                .position(|other| other == field)
                .expect("the pass reads the inputs of all its plans")
        };
        let wants_classes = plan.is_distinct || !plan.func.wants_nums();
        Self {
            plan,
            inputs: plan.inputs.iter().map(at).collect(),
            acc: Acc::new(plan.func),
            classes: wants_classes.then(|| Classes::new(&plan.arg)),
            seen: Seen::default(),
            nums_buf: Vec::new(),
            class_buf: Vec::new(),
            weight_buf: Vec::new(),
            keep_buf: Vec::new(),
        }
    }

    fn feed(&mut self, context: &Context<'_>, groups: &[u32], n_groups: usize, columns: &[Vec<u32>]) {
        let inputs: Vec<&[u32]> = self.inputs.iter().map(|at| columns[*at].as_slice()).collect();
        let n_rows = groups.len();
        self.acc.grow(n_groups);
        if self.plan.func.wants_nums() {
            self.plan.arg.nums(&inputs, n_rows, context, &mut self.nums_buf);
        }
        if let Some(classes) = &mut self.classes {
            classes.classes(&self.plan.arg, &inputs, n_rows, context, &mut self.class_buf);
        }
        if let Some(weight) = &self.plan.weight {
            weight.nums(&inputs, n_rows, context, &mut self.weight_buf);
        }
        if self.plan.is_distinct {
            let n_classes = self.classes.as_ref().and_then(Classes::n_fixed);
            self.seen.prepare(n_groups, n_classes);
            self.keep_buf.clear();
            self.keep_buf.extend(
                groups
                    .iter()
                    .zip(&self.class_buf)
                    .map(|(group, class)| self.seen.is_new(*group, *class)),
            );
        }
        let block = Block {
            groups,
            nums: &self.nums_buf,
            classes: &self.class_buf,
            weights: &self.weight_buf,
            keep: self.plan.is_distinct.then_some(&self.keep_buf),
        };
        self.acc.feed(
            self.plan.func,
            &block,
            self.classes.as_ref().map(Classes::symbols),
        );
    }

    fn finish(mut self, groups: &Arc<Groups>) -> AggResult {
        self.acc.grow(groups.n_numbers());
        AggResult {
            dims: Vec::new(),
            groups: Arc::clone(groups),
            acc: self.acc,
            func: self.plan.func,
            symbols: self.classes.map(Classes::into_symbols),
            delimiter: self.plan.delimiter.clone(),
        }
    }
}

/// Equal values as equal numbers.
enum Classes {
    /// A field's own codes.
    Codes { input: usize, symbols: Arc<Symbols> },
    /// The values per code of one field, merged where they are equal.
    Mapped {
        input: usize,
        map: Vec<u32>,
        symbols: Symbols,
    },
    /// Numbered as they come.
    Numbered(Symbols),
}

impl Classes {
    fn new(arg: &Scalar) -> Self {
        match arg {
            Scalar::Input(input, symbols) => Self::Codes {
                input: *input,
                symbols: Arc::clone(symbols),
            },
            Scalar::ByCode(input, table) => {
                let mut symbols = Symbols::default();
                let map = table
                    .values
                    .iter()
                    .map(|value| class_of(&mut symbols, value))
                    .collect();
                Self::Mapped {
                    input: *input,
                    map,
                    symbols,
                }
            }
            _ => Self::Numbered(Symbols::default()),
        }
    }

    fn classes(
        &mut self,
        arg: &Scalar,
        inputs: &[&[u32]],
        n_rows: usize,
        context: &Context<'_>,
        out: &mut Vec<u32>,
    ) {
        out.clear();
        match self {
            Self::Codes { input, .. } => out.extend_from_slice(inputs[*input]),
            Self::Mapped { input, map, .. } => {
                let last = map.len() - 1;
                out.extend(inputs[*input].iter().map(|code| map[(*code as usize).min(last)]));
            }
            Self::Numbered(symbols) => {
                out.extend((0..n_rows).map(|row| class_of(symbols, &arg.value(inputs, row, context))));
            }
        }
    }

    /// The number of classes if it is known from the start.
    fn n_fixed(&self) -> Option<usize> {
        match self {
            Self::Numbered(_) => None,
            _ => Some(self.symbols().len()),
        }
    }

    fn symbols(&self) -> &Symbols {
        match self {
            Self::Codes { symbols, .. } => symbols,
            Self::Mapped { symbols, .. } | Self::Numbered(symbols) => symbols,
        }
    }

    fn into_symbols(self) -> Arc<Symbols> {
        match self {
            Self::Codes { symbols, .. } => symbols,
            Self::Mapped { symbols, .. } | Self::Numbered(symbols) => Arc::new(symbols),
        }
    }
}

/// The class of a value among those numbered so far.
pub(crate) fn class_of(symbols: &mut Symbols, value: &Value) -> u32 {
    match value {
        Value::Null => NULL_CODE,
        Value::Num(num) => symbols.intern_num(None, *num),
        Value::Text(text) => symbols.intern_text(text),
        Value::Dual { text, num } => symbols.intern_num(Some(text), *num),
    }
}

/// The pairs of group and class met so far.
#[derive(Default)]
enum Seen {
    #[default]
    Unprepared,
    Bits {
        n_classes: usize,
        bits: BitSet,
    },
    Pairs(FastSet<u64>),
}

/// Up to this many possible pairs get one bit each.
const MAX_SEEN_BITS: usize = 1 << 26;

impl Seen {
    fn prepare(&mut self, n_groups: usize, n_classes: Option<usize>) {
        let is_grown = matches!(self, Self::Bits { n_classes, bits } if n_groups * *n_classes > bits.len());
        if let Self::Bits { n_classes, bits } = self
            && is_grown
        {
            // Hashed groups grow: go on with a set of pairs.
            let pairs = bits
                .iter()
                .map(|bit| pair((bit / *n_classes) as u32, (bit % *n_classes) as u32))
                .collect();
            *self = Self::Pairs(pairs);
        }
        if matches!(self, Self::Unprepared) {
            *self = match n_classes {
                Some(n_classes) if n_groups.saturating_mul(n_classes) <= MAX_SEEN_BITS => Self::Bits {
                    n_classes,
                    bits: BitSet::empty(n_groups * n_classes),
                },
                _ => Self::Pairs(FastSet::default()),
            };
        }
    }

    fn is_new(&mut self, group: u32, class: u32) -> bool {
        if class == NULL_CODE {
            return false;
        }
        match self {
            Self::Unprepared => false,
            Self::Pairs(pairs) => pairs.insert(pair(group, class)),
            Self::Bits { n_classes, bits } => {
                let bit = group as usize * *n_classes + class as usize;
                let is_new = !bits.contains(bit);
                bits.insert(bit);
                is_new
            }
        }
    }
}

fn pair(group: u32, class: u32) -> u64 {
    u64::from(group) << 32 | u64::from(class)
}

/// The distinct combinations of dimensions over the full outer join of the tables, in no particular order: one code per
/// dimension, one combination after the other.
pub(crate) fn combinations(
    scope: Scope<'_>,
    dims: &[Dim],
    tables: &[TableId],
    records: &[Arc<Records>],
) -> Result<Vec<u32>, EvalError> {
    let mut parts: FastMap<usize, Vec<usize>> = FastMap::default();
    for (at, dim) in dims.iter().enumerate() {
        let table = scope.model.field(dim.field).tables()[0].0;
        parts
            .entry(scope.model.table(table).component())
            .or_default()
            .push(at);
    }
    let mut parts: Vec<(usize, Vec<usize>)> = parts.into_iter().collect();
    parts.sort();
    let mut rows = vec![NULL_CODE; dims.len()];
    let mut n_rows = 1;
    for (component, members) in parts {
        let own: Vec<Dim> = members.iter().map(|at| dims[*at].clone()).collect();
        let tables: Vec<TableId> = tables
            .iter()
            .copied()
            .filter(|table| scope.model.table(*table).component() == component)
            .collect();
        let found = component_combinations(scope, &own, &tables, records)?;
        let n_found = found.len() / own.len();
        if n_rows * n_found > super::MAX_ROWS {
            return Err(EvalError::TooLarge {
                limit: super::MAX_ROWS,
            });
        }
        // Fields of tables that are not linked at all: every combination.
        let mut product = Vec::with_capacity(rows.len() * n_found);
        for row in rows.chunks_exact(dims.len()) {
            for combination in found.chunks_exact(own.len()) {
                let start = product.len();
                product.extend_from_slice(row);
                for (at, code) in members.iter().zip(combination) {
                    product[start + at] = *code;
                }
            }
        }
        rows = product;
        n_rows *= n_found;
    }
    Ok(rows)
}

fn component_combinations(
    scope: Scope<'_>,
    dims: &[Dim],
    tables: &[TableId],
    records: &[Arc<Records>],
) -> Result<Vec<u32>, EvalError> {
    let model = scope.model;
    let mut needed: Vec<TableId> = dims
        .iter()
        .flat_map(|dim| model.field(dim.field).tables())
        .map(|(table, _)| *table)
        .chain(tables.iter().copied())
        .collect();
    needed.sort();
    needed.dedup();
    let layout = KeyLayout::new(dims.iter().map(|dim| dim.symbols.len())).ok_or(EvalError::TooLarge {
        limit: super::MAX_ROWS,
    })?;
    let n_records = needed.iter().map(|table| model.table(*table).n_rows()).sum();
    let mut groups = Groups::new(layout, n_records);
    let mut numbers = Vec::new();
    let root = *needed
        .iter()
        .max_by_key(|table| model.table(**table).n_rows())
        .expect("a dimension's field has a table");
    for records in records {
        let columns = Columns { dims, inputs: &[] };
        source::each_outer_block(scope, root, &needed, records, columns, &mut |block| {
            groups.assign(&block.dims, block.n_rows, &mut numbers);
            groups.check()?;
            Ok(())
        })?;
    }
    Ok(groups.all_codes())
}
