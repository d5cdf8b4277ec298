//! Expressions of fields, evaluated per row of a block.

use std::sync::Arc;

use fanlight_column::{NULL_CODE, Symbols, says_more};
use fanlight_expr::ast::{BinaryOp, UnaryOp};

use super::budget::Budget;
use crate::error::EvalError;
use crate::function::{Context, Function, operator};
use crate::value::Value;

/// An expression of fields. Its inputs are columns of codes.
#[derive(Debug)]
pub(crate) enum Scalar {
    Const(Value),
    /// A field as it is.
    Input(usize, Arc<Symbols>),
    /// Anything that depends on one field only, computed once per value.
    ByCode(usize, Arc<CodeTable>),
    Unary(UnaryOp, Box<Self>),
    Binary(BinaryOp, Box<Self>, Box<Self>),
    Call(&'static Function, Vec<Self>),
}

/// The values of an expression for each code of its one field; the last is for NULL.
#[derive(Debug)]
pub(crate) struct CodeTable {
    pub(crate) values: Vec<Value>,
    nums: Vec<f64>,
    is_numeric: bool,
    nums_are_unique: bool,
}

/// Above this many values, arithmetic is done per row rather than per value.
const MAX_FOLDED_ARITHMETIC: usize = 4096;

/// The value of a symbol; NULL for [`NULL_CODE`].
pub(crate) fn symbol_value(symbols: &Symbols, code: u32) -> Value {
    if code == NULL_CODE {
        return Value::Null;
    }
    match symbols.num(code) {
        Some(num) if symbols.is_derived(code) => Value::Num(num),
        Some(num) => Value::dual(symbols.text(code).as_ref(), num),
        None => Value::text(symbols.text(code).as_ref()),
    }
}

impl Scalar {
    /// Replaces what depends on one field only by a table over the field's values.
    ///
    /// # Errors
    /// The texts would take too much memory.
    pub(crate) fn fold(self, context: &Context<'_>, memory: &Budget) -> Result<Self, EvalError> {
        if matches!(self, Self::Const(_) | Self::Input(..) | Self::ByCode(..)) {
            return Ok(self);
        }
        let mut inputs = Vec::new();
        self.collect_inputs(&mut inputs);
        Ok(match inputs.as_slice() {
            [] => {
                let value = self.value(&[], 0, context);
                context.meter.outcome()?;
                memory.count(&value)?;
                Self::Const(value)
            }
            [(input, symbols)] if !(self.is_numeric() && symbols.len() > MAX_FOLDED_ARITHMETIC) => {
                let input = *input;
                let symbols = Arc::clone(symbols);
                let codes: Vec<u32> = (0..symbols.len() as u32).chain([NULL_CODE]).collect();
                let mut columns: Vec<&[u32]> = vec![&[]; input + 1];
                columns[input] = &codes;
                let values = (0..codes.len())
                    .map(|row| {
                        let value = self.value(&columns, row, context);
                        context.meter.outcome()?;
                        memory.keep(value)
                    })
                    .collect::<Result<_, _>>()?;
                Self::ByCode(input, Arc::new(CodeTable::new(values)))
            }
            _ => match self {
                Self::Unary(op, operand) => Self::Unary(op, Box::new(operand.fold(context, memory)?)),
                Self::Binary(op, left, right) => Self::Binary(
                    op,
                    Box::new(left.fold(context, memory)?),
                    Box::new(right.fold(context, memory)?),
                ),
                Self::Call(function, args) => {
                    let args = args.into_iter().map(|arg| arg.fold(context, memory));
                    Self::Call(function, args.collect::<Result<_, _>>()?)
                }
                leaf => leaf,
            },
        })
    }

    /// The value in a row of the input columns.
    pub(crate) fn value(&self, inputs: &[&[u32]], row: usize, context: &Context<'_>) -> Value {
        match self {
            Self::Const(value) => value.clone(),
            Self::Input(input, symbols) => symbol_value(symbols, inputs[*input][row]),
            Self::ByCode(input, table) => table.values[table.at(inputs[*input][row])].clone(),
            Self::Unary(op, operand) => operator::unary(*op, &operand.value(inputs, row, context), context),
            Self::Binary(op, left, right) => operator::binary_with(
                *op,
                &left.value(inputs, row, context),
                || right.value(inputs, row, context),
                context,
            ),
            Self::Call(function, args) => {
                function.call_with(args.iter().map(|arg| arg.value(inputs, row, context)), context)
            }
        }
    }

    /// The numbers in `n_rows` rows of the input columns; NaN is NULL or text.
    pub(crate) fn nums(&self, inputs: &[&[u32]], n_rows: usize, context: &Context<'_>, out: &mut Vec<f64>) {
        out.clear();
        if !self.is_numeric() && !matches!(self, Self::Input(..) | Self::ByCode(..)) {
            out.extend((0..n_rows).map(|row| self.value(inputs, row, context).as_num().unwrap_or(f64::NAN)));
            return;
        }
        match self {
            Self::Const(value) => out.resize(n_rows, value.as_num().unwrap_or(f64::NAN)),
            Self::Input(input, symbols) => {
                let nums = symbols.nums();
                out.extend(
                    inputs[*input]
                        .iter()
                        .map(|code| nums.get(*code as usize).copied().unwrap_or(f64::NAN)),
                );
            }
            Self::ByCode(input, table) => {
                out.extend(inputs[*input].iter().map(|code| table.nums[table.at(*code)]));
            }
            Self::Unary(op, operand) => {
                operand.nums(inputs, n_rows, context, out);
                for num in out {
                    *num = unary_num(*op, *num);
                }
            }
            Self::Binary(op, left, right) => {
                left.nums(inputs, n_rows, context, out);
                let mut rights = Vec::with_capacity(n_rows);
                right.nums(inputs, n_rows, context, &mut rights);
                for (left, right) in out.iter_mut().zip(&rights) {
                    *left = binary_num(*op, *left, *right);
                }
            }
            Self::Call(_, args) => {
                let mut columns = vec![Vec::with_capacity(n_rows); args.len()];
                for (arg, column) in args.iter().zip(&mut columns) {
                    arg.nums(inputs, n_rows, context, column);
                }
                out.extend((0..n_rows).map(|row| {
                    let branch = if is_true(columns[0][row]) { 1 } else { 2 };
                    columns.get(branch).map_or(f64::NAN, |column| column[row])
                }));
            }
        }
    }

    /// Whether every value is a number or NULL, so that [`Self::nums`] says it all.
    pub(crate) fn is_numeric(&self) -> bool {
        match self {
            Self::Const(value) => !matches!(value, Value::Text(_)),
            Self::Input(_, symbols) => symbols.n_nums() == symbols.len(),
            Self::ByCode(_, table) => table.is_numeric,
            Self::Unary(op, operand) => *op != UnaryOp::BitNot && operand.is_numeric(),
            Self::Binary(op, left, right) => {
                let compares = |side: &Self| is_comparison(*op) && !side.nums_are_unique();
                has_num_form(*op)
                    && left.is_numeric()
                    && right.is_numeric()
                    && !compares(left)
                    && !compares(right)
            }
            Self::Call(function, args) => {
                function.name == "if" && args.len() >= 2 && args.iter().all(Self::is_numeric)
            }
        }
    }

    /// Whether values with equal numbers are equal values, which is not so for numerals of more digits than a number keeps.
    fn nums_are_unique(&self) -> bool {
        match self {
            Self::Input(_, symbols) => symbols.nums_are_unique(),
            Self::ByCode(_, table) => table.nums_are_unique,
            Self::Call(_, args) => args.iter().all(Self::nums_are_unique),
            Self::Const(_) | Self::Unary(..) | Self::Binary(..) => true,
        }
    }

    pub(crate) fn collect_inputs(&self, out: &mut Vec<(usize, Arc<Symbols>)>) {
        match self {
            Self::Const(_) => {}
            Self::Input(input, symbols) => {
                if out.iter().all(|(other, _)| other != input) {
                    out.push((*input, Arc::clone(symbols)));
                }
            }
            Self::ByCode(..) => unreachable!("inputs are collected before folding"),
            Self::Unary(_, operand) => operand.collect_inputs(out),
            Self::Binary(_, left, right) => {
                left.collect_inputs(out);
                right.collect_inputs(out);
            }
            Self::Call(_, args) => {
                for arg in args {
                    arg.collect_inputs(out);
                }
            }
        }
    }
}

impl CodeTable {
    fn new(values: Vec<Value>) -> Self {
        let nums = values
            .iter()
            .map(|value| value.as_num().unwrap_or(f64::NAN))
            .collect();
        let is_numeric = !values.iter().any(|value| matches!(value, Value::Text(_)));
        let is_exact = |value: &Value| matches!(value, Value::Dual { text, num } if says_more(text, *num));
        Self {
            is_numeric,
            nums_are_unique: !values.iter().any(is_exact),
            values,
            nums,
        }
    }

    pub(crate) fn at(&self, code: u32) -> usize {
        (code as usize).min(self.values.len() - 1)
    }
}

fn is_true(num: f64) -> bool {
    num != 0.0 && !num.is_nan()
}

fn has_num_form(op: BinaryOp) -> bool {
    use BinaryOp as Op;
    matches!(
        op,
        Op::Add
            | Op::Subtract
            | Op::Multiply
            | Op::Divide
            | Op::Equal
            | Op::NotEqual
            | Op::Less
            | Op::LessOrEqual
            | Op::Greater
            | Op::GreaterOrEqual
            | Op::And
            | Op::Or
            | Op::Xor
    )
}

pub(crate) fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp as Op;
    matches!(
        op,
        Op::Equal | Op::NotEqual | Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual
    )
}

fn unary_num(op: UnaryOp, num: f64) -> f64 {
    match op {
        UnaryOp::Minus => -num,
        UnaryOp::Not => truth(!is_true(num)),
        UnaryOp::Plus | UnaryOp::BitNot => num,
    }
}

fn truth(truth: bool) -> f64 {
    if truth { -1.0 } else { 0.0 }
}

/// [`operator::binary`] on numbers, with NaN for NULL.
fn binary_num(op: BinaryOp, left: f64, right: f64) -> f64 {
    use BinaryOp as Op;
    let finite = |num: f64| if num.is_finite() { num } else { f64::NAN };
    let compared = |holds: bool| if left.is_nan() { f64::NAN } else { truth(holds) };
    match op {
        Op::Add => finite(left + right),
        Op::Subtract => finite(left - right),
        Op::Multiply => finite(left * right),
        Op::Divide => finite(left / right),
        Op::And => truth(is_true(left) && is_true(right)),
        Op::Or => truth(is_true(left) || is_true(right)),
        Op::Xor => truth(is_true(left) != is_true(right)),
        Op::Equal => compared(left == right),
        Op::NotEqual => compared(left != right),
        Op::Less => compared(left < right),
        Op::LessOrEqual => compared(left <= right),
        Op::Greater => compared(left > right),
        Op::GreaterOrEqual => compared(left >= right),
        _ => f64::NAN,
    }
}
