//! Running aggregations over records, a block of rows at a time.

use std::sync::Arc;

use fanlight_column::Symbols;

use super::MAX_ROWS;
use super::aggregate::{Acc, AggFunc, Block, Finish, empty_result};
use super::budget::Budget;
use super::classes::{Classes, Seen};
use super::keys::{Groups, KeyLayout};
use super::scalar::Scalar;
use super::source::{self, Columns};
use crate::error::{EvalError, Quantity};
use crate::function::Context;
use crate::infer::Records;
use crate::meter::Meter;
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
    pub(crate) fn value(&self, codes: &[u32], meter: &Meter) -> Value {
        let own = self.dims.iter().map(|dim| codes[*dim]);
        match self.groups.find(own) {
            None => empty_result(self.func),
            Some(group) => {
                let finish = Finish {
                    symbols: self.symbols.as_deref(),
                    delimiter: &self.delimiter,
                };
                // Some functions go through all that they have kept of a group, for each row that asks.
                match meter.spend(self.acc.n_items(group)) {
                    Some(()) => self.acc.result(self.func, group, &finish),
                    None => Value::Null,
                }
            }
        }
    }
}

/// What all scans of one evaluation share.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) model: &'a DataModel,
    pub(crate) meter: &'a Meter,
    pub(crate) context: Context<'a>,
    pub(crate) memory: &'a Budget,
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
        limit: MAX_ROWS,
        of: Quantity::Rows,
    })?;
    let n_records = plans[0]
        .drives
        .iter()
        .map(|table| scope.model.table(*table).n_rows())
        .sum();
    let mut groups = Groups::new(layout, n_records);
    let mut held = Held::default();
    scope.memory.take(plans.len() * BYTES_OF_A_MEMBER)?;
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
            held.count(scope.memory, &groups, &members)?;
            for member in &mut members {
                member.feed(&scope, &numbers, groups.n_numbers(), &block.inputs)?;
            }
            Ok(())
        })?;
    }
    held.count(scope.memory, &groups, &members)?;
    let groups = Arc::new(groups);
    Ok(members.into_iter().map(|member| member.finish(&groups)).collect())
}

/// What an aggregation takes for the block that it works on.
const BYTES_OF_A_MEMBER: usize = 24 * source::BLOCK_ROWS;

/// The memory of a pass, counted before it is taken: groups times aggregations.
#[derive(Default)]
struct Held {
    n_bytes: usize,
}

impl Held {
    fn count(&mut self, memory: &Budget, groups: &Groups, members: &[Member<'_>]) -> Result<(), EvalError> {
        let per_group: usize = members.iter().map(|member| member.acc.bytes_per_group()).sum();
        let n_bytes = groups
            .n_bytes()
            .saturating_add(groups.n_numbers().saturating_mul(per_group));
        if n_bytes > self.n_bytes {
            memory.take(n_bytes - self.n_bytes)?;
            self.n_bytes = n_bytes;
        }
        Ok(())
    }
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

    fn feed(
        &mut self,
        scope: &Scope<'_>,
        groups: &[u32],
        n_groups: usize,
        columns: &[Vec<u32>],
    ) -> Result<(), EvalError> {
        let context = &scope.context;
        let inputs: Vec<&[u32]> = self.inputs.iter().map(|at| columns[*at].as_slice()).collect();
        let n_rows = groups.len();
        scope.memory.take(self.acc.bytes_per_row() * n_rows)?;
        self.acc.grow(n_groups);
        if self.plan.func.wants_nums() {
            self.plan.arg.nums(&inputs, n_rows, context, &mut self.nums_buf);
        }
        if let Some(classes) = &mut self.classes {
            classes.classes(&self.plan.arg, &inputs, n_rows, scope, &mut self.class_buf)?;
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
            let n_new = self.keep_buf.iter().filter(|is_new| **is_new).count();
            scope.memory.take(n_new * self.seen.bytes_per_pair())?;
        }
        scope.meter.outcome()?;
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
        Ok(())
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
