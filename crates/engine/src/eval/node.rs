//! Compiled expressions: aggregations that have run, and what is made of them per row.

use std::sync::Arc;

use fanlight_column::{FastMap, NULL_CODE};
use fanlight_expr::ast::{BinaryOp, UnaryOp};

use super::scalar::symbol_value;
use super::scan::{AggPlan, AggResult, Dim, Scope, run};
use crate::error::EvalError;
use crate::function::{Context, Function, operator};
use crate::infer::Records;
use crate::value::{TableId, Value};

/// An expression whose aggregations are plans.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Const(Value),
    Agg(usize),
    /// A dimension's field outside an aggregation: the row's value, and `Only` in totals.
    Dim {
        dim: usize,
        agg: usize,
    },
    Unary(UnaryOp, Box<Self>),
    Binary(BinaryOp, Box<Self>, Box<Self>),
    Call(&'static Function, Vec<Self>),
}

impl Node {
    /// The value in a row, given the codes of its dimensions; without dimensions, over all records.
    pub(crate) fn value(
        &self,
        results: &Results,
        dims: &[Dim],
        codes: &[u32],
        context: &Context<'_>,
    ) -> Value {
        match self {
            Self::Const(value) => value.clone(),
            Self::Agg(agg) => results.value(*agg, codes, context),
            Self::Dim { dim, .. } if *dim < codes.len() => match codes[*dim] {
                NULL_CODE => Value::Null,
                code => symbol_value(&dims[*dim].symbols, code),
            },
            Self::Dim { agg, .. } => results.value(*agg, codes, context),
            Self::Unary(op, operand) => {
                operator::unary(*op, &operand.value(results, dims, codes, context), context)
            }
            Self::Binary(op, left, right) => operator::binary_with(
                *op,
                &left.value(results, dims, codes, context),
                || right.value(results, dims, codes, context),
                context,
            ),
            Self::Call(function, args) => function.call_with(
                args.iter().map(|arg| arg.value(results, dims, codes, context)),
                context,
            ),
        }
    }
}

/// Where a plan's values are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    PerRow,
    InTotals,
}

/// The plans of one or more expressions.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    plans: Vec<AggPlan>,
    wanted: Vec<Wanted>,
}

/// The values of the plans that were run.
#[derive(Debug)]
pub(crate) struct Results(Vec<Option<AggResult>>);

impl Results {
    fn value(&self, agg: usize, codes: &[u32], context: &Context<'_>) -> Value {
        self.0[agg]
            .as_ref()
            .map_or(Value::Null, |result| result.value(codes, context.meter))
    }
}

impl Compiled {
    /// Runs the plans grouped by the dimensions; without dimensions, over all records.
    pub(crate) fn run(&self, scope: Scope<'_>, dims: &[Dim]) -> Result<Results, EvalError> {
        let is_wanted = |at: &usize| dims.is_empty() || self.wanted[*at] == Wanted::PerRow;
        let wanted: Vec<usize> = (0..self.plans.len()).filter(is_wanted).collect();
        let plans: Vec<&AggPlan> = wanted.iter().map(|at| &self.plans[*at]).collect();
        let mut results = Results((0..self.plans.len()).map(|_| None).collect());
        for (at, result) in wanted.into_iter().zip(run(scope, dims, &plans)?) {
            results.0[at] = Some(result);
        }
        Ok(results)
    }

    /// Adds a plan and returns its number.
    pub(crate) fn push(&mut self, plan: AggPlan, wanted: Wanted) -> usize {
        self.plans.push(plan);
        self.wanted.push(wanted);
        self.plans.len() - 1
    }

    pub(crate) fn plans(&self) -> &[AggPlan] {
        &self.plans
    }
}

/// The tables that a set of plans reads.
pub(crate) fn tables_read(plans: &[AggPlan], model: &crate::DataModel) -> Vec<TableId> {
    let mut tables: Vec<TableId> = Vec::new();
    for plan in plans {
        tables.extend(&plan.drives);
        for field in &plan.inputs {
            let known = model.field(*field).tables();
            if !known.iter().any(|(table, _)| plan.drives.contains(table)) {
                tables.extend(known.first().map(|(table, _)| *table));
            }
        }
    }
    tables.sort();
    tables.dedup();
    tables
}

/// The different record sets of plans.
pub(crate) fn records_read(plans: &[AggPlan]) -> Vec<Arc<Records>> {
    let mut seen: FastMap<usize, Arc<Records>> = FastMap::default();
    for plan in plans {
        seen.entry(Arc::as_ptr(&plan.records) as usize)
            .or_insert_with(|| Arc::clone(&plan.records));
    }
    seen.into_values().collect()
}
