//! From a syntax tree to aggregation plans and a node to evaluate per row.

use std::sync::Arc;

use fanlight_expr::ast::{Aggregation, Expr, ExprKind, Name, Span, Total};

use super::aggregate::AggFunc;
use super::drive::{Repeats, drives};
use super::node::{Compiled, Node, Wanted};
use super::scalar::{Scalar, is_comparison};
use super::scan::{AggPlan, Dim, Keep};
use super::{Evaluator, Fault, RecordSet};
use crate::function::{self, Function};
use crate::value::{FieldId, Value};

/// Compiles the expressions of one object; their plans are run together.
pub(crate) struct Compiler<'e, 's> {
    evaluator: &'e Evaluator<'s>,
    dims: &'e [Dim],
    /// The measures that expressions may name by their labels.
    labels: &'e [(String, String)],
    compiled: Compiled,
    unknown: Vec<Span>,
    depth: usize,
}

/// What is true at a place of an expression.
#[derive(Clone)]
struct Place {
    /// The records that aggregations run over.
    base: RecordSet,
}

impl<'e, 's> Compiler<'e, 's> {
    pub(crate) fn new(evaluator: &'e Evaluator<'s>, dims: &'e [Dim], labels: &'e [(String, String)]) -> Self {
        Self {
            evaluator,
            dims,
            labels,
            compiled: Compiled::default(),
            unknown: Vec::new(),
            depth: 0,
        }
    }

    pub(crate) fn finish(self) -> Compiled {
        self.compiled
    }

    /// How many plans there are so far.
    pub(crate) fn n_plans(&self) -> usize {
        self.compiled.plans().len()
    }

    /// Reads and compiles an expression that has been expanded.
    pub(crate) fn compile(&mut self, text: &str) -> Result<Node, Fault> {
        let base = self.evaluator.base.clone();
        self.compile_in(text, &Place { base })
    }

    /// Where names stand that mean nothing: first character and number of characters.
    pub(crate) fn bad_names(&self, text: &str) -> Vec<(usize, usize)> {
        let chars = |from: usize, to: usize| text.get(from..to).map_or(0, |part| part.chars().count());
        self.unknown
            .iter()
            .map(|span| (chars(0, span.start), chars(span.start, span.end)))
            .collect()
    }

    fn compile_in(&mut self, text: &str, place: &Place) -> Result<Node, Fault> {
        if text.trim().trim_start_matches('=').trim().is_empty() {
            return Ok(Node::Const(Value::Null));
        }
        let expr = fanlight_expr::parse(text).map_err(|error| Fault::Mistake(error.to_string()))?;
        self.node(&expr, place)
    }

    fn node(&mut self, expr: &Expr, place: &Place) -> Result<Node, Fault> {
        Ok(match &expr.kind {
            ExprKind::Number(num) => Node::Const(Value::num(*num)),
            ExprKind::Text(text) => Node::Const(Value::Text(Arc::clone(text))),
            ExprKind::Name(name) => self.name(name, place)?,
            ExprKind::Unary(op, operand) => Node::Unary(*op, Box::new(self.node(operand, place)?)),
            ExprKind::Binary(op, left, right) => Node::Binary(
                *op,
                Box::new(self.node(left, place)?),
                Box::new(self.node(right, place)?),
            ),
            ExprKind::Call(call) => {
                if let Some(value) = self.evaluator.info(call)? {
                    return Ok(Node::Const(value));
                }
                let args = call
                    .args
                    .iter()
                    .map(|arg| self.node(arg, place))
                    .collect::<Result<Vec<_>, Fault>>()?;
                Node::Call(known_function(&call.name, args.len())?, args)
            }
            ExprKind::Aggregation(aggregation) => self.aggregation(aggregation, place)?,
            ExprKind::Aggr(_) => return Fault::mistake("`Aggr` is not supported yet"),
            ExprKind::Scoped(sets, body) => {
                let [outer] = sets.as_slice() else {
                    return Fault::mistake("a chain of set expressions is not supported yet");
                };
                let base = self.evaluator.record_set(&outer.set, &place.base)?;
                self.node(body, &Place { base })?
            }
        })
    }

    /// A name outside an aggregation: a field's only value, a measure, or a variable.
    fn name(&mut self, name: &Name, place: &Place) -> Result<Node, Fault> {
        let model = self.evaluator.snapshot.model();
        if let Some(field) = model.field_id(&name.text) {
            let symbols = Arc::clone(model.field(field).symbols());
            let dim = self
                .dims
                .iter()
                .position(|dim| dim.field == field && dim.map.is_none());
            let plan = AggPlan {
                func: AggFunc::Only,
                is_distinct: false,
                arg: Scalar::Input(0, symbols),
                weight: None,
                delimiter: String::new(),
                inputs: vec![field],
                drives: model
                    .field(field)
                    .tables()
                    .iter()
                    .map(|(table, _)| *table)
                    .collect(),
                records: Arc::clone(&place.base.records),
                keep: Keep::All,
            };
            let agg = self.compiled.push(
                plan,
                if dim.is_none() {
                    Wanted::PerRow
                } else {
                    Wanted::InTotals
                },
            );
            return Ok(match dim {
                Some(dim) => Node::Dim { dim, agg },
                None => Node::Agg(agg),
            });
        }
        let named = self.definition(name);
        match named {
            Some(Definition::Measure(text)) => {
                if self.depth >= super::MAX_DEPTH {
                    return Fault::mistake(format!("`{}` refers to itself", name.text));
                }
                self.depth += 1;
                let text = self.evaluator.expand(&text)?;
                let node = self.compile_in(&text, place);
                self.depth -= 1;
                node
            }
            // A variable is computed once, without dimensions.
            Some(Definition::Computed(text)) => Ok(Node::Const(self.evaluator.value(&text)?)),
            Some(Definition::Constant(value)) => Ok(Node::Const(value)),
            None => {
                self.unknown.push(name.span);
                Ok(Node::Const(Value::Null))
            }
        }
    }

    fn definition(&self, name: &Name) -> Option<Definition> {
        let of = |measures: &[(String, String)]| {
            let found = measures.iter().find(|(label, _)| **label == *name.text);
            found.map(|(_, expr)| Definition::Measure(expr.clone()))
        };
        let parts = self.evaluator.snapshot.parts();
        of(self.labels)
            .or_else(|| of(&parts.library.measures))
            .or_else(|| {
                let definition = self.evaluator.snapshot.variable(&name.text)?;
                Some(match definition.strip_prefix('=') {
                    Some(expression) => Definition::Computed(expression.to_owned()),
                    None => Definition::Constant(
                        match crate::format::interpret_literal(definition, &parts.locale) {
                            Some(num) => Value::dual(definition, num),
                            None => Value::text(definition),
                        },
                    ),
                })
            })
    }

    /// [`Self::scalar`], with what depends on one field only computed once per value.
    fn folded(&mut self, expr: &Expr, inputs: &mut Inputs) -> Result<Scalar, Fault> {
        let scalar = self.scalar(expr, inputs)?;
        Ok(scalar.fold(&self.evaluator.context(), &self.evaluator.memory)?)
    }

    fn aggregation(&mut self, aggregation: &Aggregation, place: &Place) -> Result<Node, Fault> {
        let Some(func) = AggFunc::of(&aggregation.name) else {
            return Fault::mistake(format!("`{}` is not supported yet", aggregation.name));
        };
        check_arguments(aggregation, func)?;
        if aggregation.all {
            return Fault::mistake("the qualifier `ALL` is not supported yet");
        }
        let base = match &aggregation.set {
            Some(set) => self.evaluator.record_set(set, &place.base)?,
            None => place.base.clone(),
        };
        let mut inputs = Inputs::default();
        let n_unknown = self.unknown.len();
        let arg = self.folded(&aggregation.args[0], &mut inputs)?;
        let mut delimiter = String::new();
        let mut weight = None;
        match (func, &aggregation.args[1..]) {
            (AggFunc::Concat, [text, weights @ ..]) => {
                let Scalar::Const(value) = self.folded(text, &mut inputs)? else {
                    return Fault::mistake("the delimiter of `concat` is a text");
                };
                delimiter = value.as_text().into_owned();
                if let [by] = weights {
                    weight = Some(self.folded(by, &mut inputs)?);
                }
            }
            (AggFunc::FirstSortedValue, [by]) => {
                weight = Some(self.folded(by, &mut inputs)?);
            }
            _ => {}
        }
        if self.unknown.len() > n_unknown {
            // Over a name that means nothing there is no value, not a sum of nothing.
            return Ok(Node::Const(Value::Null));
        }
        let is_single = matches!(arg, Scalar::Input(..) | Scalar::ByCode(..)) && weight.is_none();
        let repeats = if is_single && (aggregation.distinct || func.is_idempotent()) {
            Repeats::Ignored
        } else {
            Repeats::Counted
        };
        let drives = drives(
            self.evaluator.snapshot.model(),
            self.dims,
            &inputs.fields,
            repeats,
        )?;
        let plan = AggPlan {
            func,
            is_distinct: aggregation.distinct,
            arg,
            weight,
            delimiter,
            inputs: inputs.fields,
            drives,
            records: base.records,
            keep: self.keep(aggregation.total.as_ref()),
        };
        Ok(Node::Agg(self.compiled.push(plan, Wanted::PerRow)))
    }

    fn keep(&self, total: Option<&Total>) -> Keep {
        let Some(total) = total else { return Keep::All };
        let model = self.evaluator.snapshot.model();
        Keep::Only(
            total
                .fields
                .iter()
                .filter_map(|name| model.field_id(&name.text))
                .collect(),
        )
    }

    /// An expression inside an aggregation, evaluated per record.
    fn scalar(&mut self, expr: &Expr, inputs: &mut Inputs) -> Result<Scalar, Fault> {
        Ok(match &expr.kind {
            ExprKind::Number(num) => Scalar::Const(Value::num(*num)),
            ExprKind::Text(text) => Scalar::Const(Value::Text(Arc::clone(text))),
            ExprKind::Name(name) => {
                let model = self.evaluator.snapshot.model();
                match (model.field_id(&name.text), self.definition(name)) {
                    (Some(field), _) => {
                        Scalar::Input(inputs.at(field), Arc::clone(model.field(field).symbols()))
                    }
                    (None, Some(Definition::Constant(value))) => Scalar::Const(value),
                    (None, Some(Definition::Computed(text))) => Scalar::Const(self.evaluator.value(&text)?),
                    (None, Some(Definition::Measure(_))) => {
                        return Fault::mistake(format!(
                            "the measure `{}` inside an aggregation needs `Aggr`, which is not supported yet",
                            name.text
                        ));
                    }
                    (None, None) => {
                        self.unknown.push(name.span);
                        Scalar::Const(Value::Null)
                    }
                }
            }
            ExprKind::Unary(op, operand) => Scalar::Unary(*op, Box::new(self.scalar(operand, inputs)?)),
            ExprKind::Binary(op, left, right) => {
                let mut left = self.scalar(left, inputs)?;
                let mut right = self.scalar(right, inputs)?;
                if is_comparison(*op) {
                    self.read_beside(&mut left, &right, inputs);
                    self.read_beside(&mut right, &left, inputs);
                }
                Scalar::Binary(*op, Box::new(left), Box::new(right))
            }
            ExprKind::Call(call) => {
                if let Some(value) = self.evaluator.info(call)? {
                    return Ok(Scalar::Const(value));
                }
                let args = call
                    .args
                    .iter()
                    .map(|arg| self.scalar(arg, inputs))
                    .collect::<Result<Vec<_>, Fault>>()?;
                Scalar::Call(known_function(&call.name, args.len())?, args)
            }
            ExprKind::Aggregation(_) | ExprKind::Aggr(_) => {
                return Fault::mistake(
                    "an aggregation inside another needs `Aggr`, which is not supported yet",
                );
            }
            ExprKind::Scoped(..) => {
                return Fault::mistake("a set expression stands before an aggregation, not inside one");
            }
        })
    }

    /// A text that is compared with a field is read as the field's values are written.
    fn read_beside(&self, text: &mut Scalar, field: &Scalar, inputs: &Inputs) {
        let (Scalar::Const(value), Scalar::Input(at, _)) = (&mut *text, field) else {
            return;
        };
        let form = self.evaluator.snapshot.model().field(inputs.fields[*at]).form();
        if let (Value::Text(text), Some(form)) = (&*value, form)
            && let Some(num) = form.read(text)
        {
            *value = Value::dual(text.as_ref(), num);
        }
    }

    /// A calculated dimension: an expression of one field, or the name in it that means nothing.
    pub(crate) fn dimension(&mut self, text: &str) -> Result<Result<(FieldId, Scalar), String>, Fault> {
        let expr = fanlight_expr::parse(text).map_err(|error| Fault::Mistake(error.to_string()))?;
        let mut inputs = Inputs::default();
        let scalar = self.scalar(&expr, &mut inputs)?;
        if let Some(span) = self.unknown.first() {
            return Ok(Err(text.get(span.start..span.end).unwrap_or(text).to_owned()));
        }
        match inputs.fields.as_slice() {
            [field] => Ok(Ok((*field, scalar))),
            [] => Fault::mistake("a calculated dimension without a field is not supported yet"),
            _ => Fault::mistake("a calculated dimension of several fields is not supported yet"),
        }
    }
}

/// What a name that is no field stands for.
enum Definition {
    /// The expression of a measure.
    Measure(String),
    /// The expression of a variable.
    Computed(String),
    Constant(Value),
}

#[derive(Default)]
struct Inputs {
    fields: Vec<FieldId>,
}

impl Inputs {
    fn at(&mut self, field: FieldId) -> usize {
        self.fields
            .iter()
            .position(|other| *other == field)
            .unwrap_or_else(|| {
                self.fields.push(field);
                self.fields.len() - 1
            })
    }
}

fn check_arguments(aggregation: &Aggregation, func: AggFunc) -> Result<(), Fault> {
    let (name, n_args) = (&aggregation.name, aggregation.args.len());
    if n_args > func.max_args() {
        return Fault::mistake(format!("`{name}` does not support {n_args} arguments yet"));
    }
    let min = func.min_args();
    if n_args < min {
        return Fault::mistake(format!("`{name}` takes {min} arguments, not {n_args}"));
    }
    Ok(())
}

fn known_function(name: &str, n_args: usize) -> Result<&'static Function, Fault> {
    if fanlight_expr::takes_total(name) {
        return Fault::mistake(format!("`{name}` is not supported yet"));
    }
    function::check(name, n_args).map_err(|error| Fault::Mistake(error.to_string()))
}
