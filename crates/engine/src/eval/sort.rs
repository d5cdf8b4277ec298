//! Sorting: each column becomes ranks, rows are compared by ranks.

use std::cmp::Ordering;

use fanlight_column::{BitSet, NULL_CODE};

use super::budget::Budget;
use super::order;
use super::scan::Dim;
use super::{Evaluator, Fault, is_value};
use crate::defs::SortSpec;
use crate::error::EvalError;
use crate::meter::Meter;
use crate::value::{Elem, FieldId, Value};

/// What comes last in every direction.
const LAST: u32 = u32::MAX;

/// `A`, `D` or `N`: the direction of the first criterion in use.
pub(crate) fn indicator(spec: &SortSpec) -> char {
    let first = [
        spec.by_state,
        spec.by_expression,
        -spec.by_frequency,
        spec.by_numeric,
        spec.by_ascii,
        spec.by_load_order,
    ]
    .into_iter()
    .find(|criterion| *criterion != 0);
    match first.map(|criterion| (criterion > 0) != spec.reverse) {
        None => 'N',
        Some(true) => 'A',
        Some(false) => 'D',
    }
}

fn direct(order: Ordering, criterion: i8) -> Ordering {
    if criterion < 0 { order.reverse() } else { order }
}

/// Numbers first, in order; what is no number after them in either direction.
fn by_num(left: Option<f64>, right: Option<f64>, criterion: i8) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => direct(left.total_cmp(&right), criterion),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

impl Evaluator<'_> {
    /// The rank of each value of a dimension; equal ranks where no criterion tells values apart.
    pub(crate) fn dim_ranks(&self, dim: &Dim, spec: &SortSpec) -> Result<Vec<u32>, Fault> {
        let n_values = dim.symbols.len();
        let model = self.snapshot.model();
        let is_plain = dim.map.is_none();
        let states: Vec<u8> = if spec.by_state != 0 && is_plain {
            (0..n_values as u32)
                .map(|code| self.state.elem_state(model, dim.field, Elem(code)).rank())
                .collect()
        } else {
            Vec::new()
        };
        let expression: Vec<Value> = match &spec.expression {
            Some(text) if spec.by_expression != 0 && is_plain && !text.trim().is_empty() => {
                self.value_per_elem(dim.field, text)?
            }
            _ => Vec::new(),
        };
        let frequency = if spec.by_frequency != 0 && is_plain {
            self.frequencies(dim.field)
        } else {
            Vec::new()
        };
        let texts = if spec.by_ascii == 0 {
            Vec::new()
        } else if is_plain {
            model.field(dim.field).text_rank().to_vec()
        } else {
            text_ranks(
                n_values,
                |code| dim.symbols.text(code).to_lowercase(),
                &self.meter,
            )?
        };
        let compare = |a: &u32, b: &u32| {
            let (x, y) = (*a as usize, *b as usize);
            let mut order = Ordering::Equal;
            if !states.is_empty() {
                order = direct(states[x].cmp(&states[y]), spec.by_state);
            }
            if !expression.is_empty() {
                order =
                    order.then_with(|| compare_values(&expression[x], &expression[y], spec.by_expression));
            }
            if !frequency.is_empty() {
                order = order.then_with(|| direct(frequency[y].cmp(&frequency[x]), spec.by_frequency));
            }
            if spec.by_numeric != 0 {
                let symbols = &dim.symbols;
                order = order.then_with(|| by_num(symbols.num(*a), symbols.num(*b), spec.by_numeric));
                if order.is_eq() && symbols.num(*a).is_some() {
                    order = direct(symbols.order_of_equal_nums(*a, *b), spec.by_numeric);
                }
            }
            if !texts.is_empty() {
                order = order.then_with(|| direct(texts[x].cmp(&texts[y]), spec.by_ascii));
            }
            if spec.by_load_order != 0 {
                order = order.then_with(|| direct(a.cmp(b), spec.by_load_order));
            }
            if spec.reverse { order.reverse() } else { order }
        };
        Ok(ranks(n_values, compare, Ties::ByPosition, &self.meter)?)
    }

    /// The number of possible records of each value, in the largest table of the field.
    pub(crate) fn frequencies(&self, field: FieldId) -> Vec<u64> {
        let model = self.snapshot.model();
        let known = model.field(field);
        let mut counts = vec![0; known.cardinal()];
        let largest = known
            .tables()
            .iter()
            .max_by_key(|(table, _)| model.table(*table).n_rows());
        let Some((table, column)) = largest else {
            return counts;
        };
        let codes = model.table(*table).columns()[*column].codes();
        let mut add = |row: usize| {
            if let Some(count) = counts.get_mut(codes.wide(row) as usize) {
                *count += 1;
            }
        };
        match self.base.records.of(*table) {
            None => (0..codes.len()).for_each(&mut add),
            Some(rows) => BitSet::iter(rows).for_each(&mut add),
        }
        counts
    }
}

fn compare_values(left: &Value, right: &Value, criterion: i8) -> Ordering {
    by_num(left.as_num(), right.as_num(), criterion).then_with(|| {
        if left.as_num().is_some() {
            Ordering::Equal
        } else {
            direct(left.as_text().cmp(&right.as_text()), criterion)
        }
    })
}

/// The rank of each row by a measure.
///
/// # Errors
/// If the evaluation is over, or has no memory for the texts that are compared.
pub(crate) fn measure_ranks(
    values: &[&Value],
    spec: &SortSpec,
    (meter, memory): (&Meter, &Budget),
) -> Result<Vec<u32>, EvalError> {
    let mut texts = Vec::new();
    if spec.by_ascii != 0 {
        for value in values {
            let text = value.as_text().to_lowercase();
            memory.take(size_of::<String>() + text.len())?;
            texts.push(text);
        }
    }
    let compare = |a: &u32, b: &u32| {
        let (left, right) = (values[*a as usize], values[*b as usize]);
        let mut order = Ordering::Equal;
        let reversed = |criterion: i8| if spec.reverse { -criterion } else { criterion };
        if spec.by_numeric != 0 {
            order = by_num(left.as_num(), right.as_num(), reversed(spec.by_numeric));
        }
        if spec.by_ascii != 0 {
            order = order.then_with(|| {
                direct(
                    texts[*a as usize].cmp(&texts[*b as usize]),
                    reversed(spec.by_ascii),
                )
            });
        }
        order
    };
    ranks(values.len(), compare, Ties::Equal, meter)
}

/// The order of rows by the ranks of their columns, then by the dimensions' load order.
///
/// # Errors
/// If the evaluation is over.
pub(crate) fn row_order(
    n_rows: usize,
    columns: &[RankColumn<'_>],
    (codes, n_dims): (&[u32], usize),
    meter: &Meter,
) -> Result<Vec<u32>, EvalError> {
    let mut rows: Vec<u32> = (0..n_rows as u32).collect();
    order::sort_by(&mut rows, meter, |a, b| {
        let (a, b) = (*a as usize, *b as usize);
        columns
            .iter()
            .map(|column| column.rank(a, codes, n_dims).cmp(&column.rank(b, codes, n_dims)))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| codes[a * n_dims..(a + 1) * n_dims].cmp(&codes[b * n_dims..(b + 1) * n_dims]))
    })?;
    Ok(rows)
}

/// Ranks of one column.
pub(crate) enum RankColumn<'r> {
    /// Per value of a dimension.
    Dim { dim: usize, ranks: &'r [u32] },
    /// Per row.
    Measure(Vec<u32>),
}

impl RankColumn<'_> {
    fn rank(&self, row: usize, codes: &[u32], n_dims: usize) -> u32 {
        match self {
            Self::Measure(ranks) => ranks[row],
            Self::Dim { dim, ranks } => {
                let code = codes[row * n_dims + dim];
                if is_value(code) {
                    ranks[code as usize]
                } else {
                    LAST - u32::from(code != NULL_CODE)
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ties {
    Equal,
    ByPosition,
}

fn ranks(
    n: usize,
    compare: impl Fn(&u32, &u32) -> Ordering,
    ties: Ties,
    meter: &Meter,
) -> Result<Vec<u32>, EvalError> {
    let mut sorted: Vec<u32> = (0..n as u32).collect();
    order::sort_by(&mut sorted, meter, &compare)?;
    let mut ranks = vec![0; n];
    let mut rank = 0;
    for (at, item) in sorted.iter().enumerate() {
        if at > 0 && (ties == Ties::ByPosition || compare(&sorted[at - 1], item).is_ne()) {
            rank += 1;
        }
        ranks[*item as usize] = rank;
    }
    Ok(ranks)
}

fn text_ranks(n: usize, text: impl Fn(u32) -> String, meter: &Meter) -> Result<Vec<u32>, EvalError> {
    let texts: Vec<String> = (0..n as u32).map(text).collect();
    ranks(
        n,
        |a, b| texts[*a as usize].cmp(&texts[*b as usize]),
        Ties::Equal,
        meter,
    )
}
