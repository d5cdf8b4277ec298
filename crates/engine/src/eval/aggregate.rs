//! Aggregation functions: what they keep per group, and what they make of it.

use std::sync::Arc;

use fanlight_column::{FastSet, NULL_CODE, Symbols};

use super::scalar::symbol_value;
use crate::value::{MAX_TEXT_BYTES, Value};

/// An aggregation function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AggFunc {
    Sum,
    Count,
    Avg,
    Min,
    Max,
    Only,
    NumericCount,
    TextCount,
    NullCount,
    MissingCount,
    MinString,
    MaxString,
    Concat,
    Median,
    Mode,
    Stdev,
    Var,
    FirstSortedValue,
}

impl AggFunc {
    /// The function of this name in lower case, if it is built.
    pub(crate) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "sum" => Self::Sum,
            "count" => Self::Count,
            "avg" => Self::Avg,
            "min" => Self::Min,
            "max" => Self::Max,
            "only" => Self::Only,
            "numericcount" => Self::NumericCount,
            "textcount" => Self::TextCount,
            "nullcount" => Self::NullCount,
            "missingcount" => Self::MissingCount,
            "minstring" => Self::MinString,
            "maxstring" => Self::MaxString,
            "concat" => Self::Concat,
            "median" => Self::Median,
            "mode" => Self::Mode,
            "stdev" => Self::Stdev,
            "var" => Self::Var,
            "firstsortedvalue" => Self::FirstSortedValue,
            _ => return None,
        })
    }

    /// The fewest arguments it takes.
    pub(crate) fn min_args(self) -> usize {
        match self {
            Self::FirstSortedValue => 2,
            _ => 1,
        }
    }

    /// The most arguments it takes.
    pub(crate) fn max_args(self) -> usize {
        match self {
            Self::Concat => 3,
            Self::FirstSortedValue => 2,
            _ => 1,
        }
    }

    /// Whether a value counts the same however often it occurs, so that no record is one too many.
    pub(crate) fn is_idempotent(self) -> bool {
        matches!(
            self,
            Self::Min | Self::Max | Self::Only | Self::MinString | Self::MaxString
        )
    }

    /// Whether it looks at numbers only; the others look at classes of equal values.
    pub(crate) fn wants_nums(self) -> bool {
        matches!(
            self,
            Self::Sum
                | Self::Avg
                | Self::Min
                | Self::Max
                | Self::NumericCount
                | Self::MissingCount
                | Self::Median
                | Self::Stdev
                | Self::Var
        )
    }
}

/// What one aggregation keeps per group.
#[derive(Debug)]
pub(crate) enum Acc {
    Sum(Vec<f64>),
    Count(Vec<u64>),
    Mean(Vec<(f64, u64)>),
    Min(Vec<f64>),
    Max(Vec<f64>),
    /// The one class, none ([`NULL_CODE`]) or several ([`SEVERAL`]).
    Only(Vec<u32>),
    /// The class with the least or greatest text.
    String(Vec<u32>),
    /// All numbers.
    Nums(Vec<Vec<f64>>),
    /// All classes with their sort weights.
    Classes(Vec<Vec<(f64, u32)>>),
}

const SEVERAL: u32 = NULL_CODE - 1;

/// A block of rows as an aggregation sees it. Slices that the function does not look at are empty.
pub(crate) struct Block<'b> {
    /// The group of each row.
    pub(crate) groups: &'b [u32],
    pub(crate) nums: &'b [f64],
    pub(crate) classes: &'b [u32],
    /// The second argument.
    pub(crate) weights: &'b [f64],
    /// Rows that count; all if there is no such list.
    pub(crate) keep: Option<&'b [bool]>,
}

impl Acc {
    pub(crate) fn new(func: AggFunc) -> Self {
        match func {
            AggFunc::Sum => Self::Sum(Vec::new()),
            AggFunc::Count
            | AggFunc::NumericCount
            | AggFunc::TextCount
            | AggFunc::NullCount
            | AggFunc::MissingCount => Self::Count(Vec::new()),
            AggFunc::Avg => Self::Mean(Vec::new()),
            AggFunc::Min => Self::Min(Vec::new()),
            AggFunc::Max => Self::Max(Vec::new()),
            AggFunc::Only => Self::Only(Vec::new()),
            AggFunc::MinString | AggFunc::MaxString => Self::String(Vec::new()),
            AggFunc::Median | AggFunc::Stdev | AggFunc::Var => Self::Nums(Vec::new()),
            AggFunc::Concat | AggFunc::Mode | AggFunc::FirstSortedValue => Self::Classes(Vec::new()),
        }
    }

    /// Makes room for so many groups.
    pub(crate) fn grow(&mut self, n_groups: usize) {
        match self {
            Self::Sum(sums) => sums.resize(n_groups, 0.0),
            Self::Count(counts) => counts.resize(n_groups, 0),
            Self::Mean(means) => means.resize(n_groups, (0.0, 0)),
            Self::Min(mins) => mins.resize(n_groups, f64::NAN),
            Self::Max(maxs) => maxs.resize(n_groups, f64::NAN),
            Self::Only(classes) | Self::String(classes) => classes.resize(n_groups, NULL_CODE),
            Self::Nums(nums) => nums.resize(n_groups, Vec::new()),
            Self::Classes(classes) => classes.resize(n_groups, Vec::new()),
        }
    }

    /// What is kept for each group, in bytes, without what is kept for each row.
    pub(crate) fn bytes_per_group(&self) -> usize {
        match self {
            Self::Sum(_) | Self::Count(_) | Self::Min(_) | Self::Max(_) => 8,
            Self::Mean(_) => 16,
            Self::Only(_) | Self::String(_) => 4,
            Self::Nums(_) | Self::Classes(_) => 24,
        }
    }

    /// What is kept for each row, in bytes.
    pub(crate) fn bytes_per_row(&self) -> usize {
        match self {
            Self::Nums(_) => 8,
            Self::Classes(_) => 16,
            _ => 0,
        }
    }

    /// How many things the result for a group is made from.
    pub(crate) fn n_items(&self, group: usize) -> usize {
        match self {
            Self::Nums(all) => all[group].len(),
            Self::Classes(all) => all[group].len(),
            _ => 0,
        }
    }

    /// Adds a block of rows.
    pub(crate) fn feed(&mut self, func: AggFunc, block: &Block<'_>, symbols: Option<&Symbols>) {
        match self {
            // The usual case, kept free of the test per row.
            Self::Sum(sums) if block.keep.is_none() => {
                for (group, num) in block.groups.iter().zip(block.nums) {
                    sums[*group as usize] += if num.is_nan() { 0.0 } else { *num };
                }
            }
            Self::Sum(sums) => block.each_num(|group, num| sums[group] += num),
            Self::Count(counts) => count(func, counts, block, symbols),
            Self::Mean(means) => block.each_num(|group, num| {
                means[group].0 += num;
                means[group].1 += 1;
            }),
            // `f64::min` and `max` ignore NaN, which is what an empty group starts with.
            Self::Min(mins) => block.each_num(|group, num| mins[group] = mins[group].min(num)),
            Self::Max(maxs) => block.each_num(|group, num| maxs[group] = maxs[group].max(num)),
            Self::Only(only) => block.each_class(|group, class, _| {
                let kept = &mut only[group];
                if *kept == NULL_CODE {
                    *kept = class;
                } else if *kept != class {
                    *kept = SEVERAL;
                }
            }),
            Self::String(best) => {
                let Some(symbols) = symbols else { return };
                let wanted = if func == AggFunc::MinString {
                    std::cmp::Ordering::Less
                } else {
                    std::cmp::Ordering::Greater
                };
                block.each_class(|group, class, _| {
                    let kept = &mut best[group];
                    if *kept == NULL_CODE || symbols.text(class).cmp(&symbols.text(*kept)) == wanted {
                        *kept = class;
                    }
                });
            }
            Self::Nums(all) => block.each_num(|group, num| all[group].push(num)),
            Self::Classes(all) => block.each_class(|group, class, weight| all[group].push((weight, class))),
        }
    }

    /// The result for a group.
    pub(crate) fn result(&self, func: AggFunc, group: usize, finish: &Finish<'_>) -> Value {
        match self {
            Self::Sum(sums) => Value::num(sums[group]),
            Self::Count(counts) => Value::num(counts[group] as f64),
            Self::Mean(means) => match means[group] {
                (_, 0) => Value::Null,
                (sum, n) => Value::num(sum / n as f64),
            },
            Self::Min(nums) | Self::Max(nums) => Value::num(nums[group]),
            Self::Only(classes) | Self::String(classes) => match classes[group] {
                NULL_CODE | SEVERAL => Value::Null,
                class => finish.value(class),
            },
            Self::Nums(all) => statistic(func, &all[group]),
            Self::Classes(all) => match func {
                AggFunc::Mode => mode(&all[group], finish),
                AggFunc::FirstSortedValue => first_sorted(&all[group], finish),
                _ => concat(&all[group], finish),
            },
        }
    }
}

/// What results are made with.
pub(crate) struct Finish<'f> {
    /// The values behind the classes.
    pub(crate) symbols: Option<&'f Symbols>,
    /// What stands between the texts of `Concat`.
    pub(crate) delimiter: &'f str,
}

impl Finish<'_> {
    fn value(&self, class: u32) -> Value {
        self.symbols
            .map_or(Value::Null, |symbols| symbol_value(symbols, class))
    }
}

/// The result over no records at all.
pub(crate) fn empty_result(func: AggFunc) -> Value {
    match func {
        AggFunc::Sum
        | AggFunc::Count
        | AggFunc::NumericCount
        | AggFunc::TextCount
        | AggFunc::NullCount
        | AggFunc::MissingCount => Value::Num(0.0),
        AggFunc::Concat => Value::Text(Arc::from("")),
        _ => Value::Null,
    }
}

impl Block<'_> {
    fn is_kept(&self, row: usize) -> bool {
        self.keep.is_none_or(|keep| keep[row])
    }

    fn each_num(&self, mut add: impl FnMut(usize, f64)) {
        for (row, (group, num)) in self.groups.iter().zip(self.nums).enumerate() {
            if !num.is_nan() && self.is_kept(row) {
                add(*group as usize, *num);
            }
        }
    }

    fn each_class(&self, mut add: impl FnMut(usize, u32, f64)) {
        for (row, (group, class)) in self.groups.iter().zip(self.classes).enumerate() {
            if *class != NULL_CODE && self.is_kept(row) {
                add(
                    *group as usize,
                    *class,
                    self.weights.get(row).copied().unwrap_or(0.0),
                );
            }
        }
    }
}

fn count(func: AggFunc, counts: &mut [u64], block: &Block<'_>, symbols: Option<&Symbols>) {
    match func {
        AggFunc::NumericCount => block.each_num(|group, _| counts[group] += 1),
        AggFunc::MissingCount => {
            for (row, (group, num)) in block.groups.iter().zip(block.nums).enumerate() {
                counts[*group as usize] += u64::from(num.is_nan() && block.is_kept(row));
            }
        }
        AggFunc::NullCount => {
            for (row, (group, class)) in block.groups.iter().zip(block.classes).enumerate() {
                counts[*group as usize] += u64::from(*class == NULL_CODE && block.is_kept(row));
            }
        }
        AggFunc::TextCount => block.each_class(|group, class, _| {
            counts[group] += u64::from(symbols.is_some_and(|symbols| symbols.num(class).is_none()));
        }),
        _ => block.each_class(|group, _, _| counts[group] += 1),
    }
}

fn statistic(func: AggFunc, nums: &[f64]) -> Value {
    let n = nums.len() as f64;
    if func == AggFunc::Median {
        let mut sorted = nums.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        return match sorted.len() {
            0 => Value::Null,
            len if len % 2 == 1 => Value::num(sorted[middle]),
            _ => Value::num(f64::midpoint(sorted[middle - 1], sorted[middle])),
        };
    }
    if nums.len() < 2 {
        return Value::Null;
    }
    let mean = nums.iter().sum::<f64>() / n;
    let variance = nums.iter().map(|num| (num - mean).powi(2)).sum::<f64>() / (n - 1.0);
    Value::num(if func == AggFunc::Stdev {
        variance.sqrt()
    } else {
        variance
    })
}

/// The class that occurs most often; NULL if several do.
fn mode(classes: &[(f64, u32)], finish: &Finish<'_>) -> Value {
    let mut sorted: Vec<u32> = classes.iter().map(|(_, class)| *class).collect();
    sorted.sort_unstable();
    let mut runs: Vec<(usize, u32)> = sorted
        .chunk_by(|a, b| a == b)
        .map(|run| (run.len(), run[0]))
        .collect();
    runs.sort_by_key(|run| std::cmp::Reverse(run.0));
    match runs.as_slice() {
        [] => Value::Null,
        [first, second, ..] if first.0 == second.0 => Value::Null,
        [first, ..] => finish.value(first.1),
    }
}

/// The value with the least weight; NULL if several values have it.
fn first_sorted(classes: &[(f64, u32)], finish: &Finish<'_>) -> Value {
    let least = classes
        .iter()
        .map(|(weight, _)| *weight)
        .filter(|weight| !weight.is_nan())
        .reduce(f64::min);
    let Some(least) = least else { return Value::Null };
    let firsts: FastSet<u32> = classes
        .iter()
        .filter(|(weight, _)| *weight == least)
        .map(|(_, class)| *class)
        .collect();
    match (firsts.len(), firsts.iter().next()) {
        (1, Some(class)) => finish.value(*class),
        _ => Value::Null,
    }
}

/// All texts in the order of their weights; equal weights keep the order of text. NULL when that is too long.
fn concat(classes: &[(f64, u32)], finish: &Finish<'_>) -> Value {
    let Some(symbols) = finish.symbols else {
        return empty_result(AggFunc::Concat);
    };
    let lengths = classes
        .iter()
        .map(|(_, class)| symbols.text(*class).len() + finish.delimiter.len());
    if lengths.sum::<usize>() > MAX_TEXT_BYTES {
        return Value::Null;
    }
    let mut texts: Vec<(f64, std::borrow::Cow<'_, str>)> = classes
        .iter()
        .map(|(weight, class)| (*weight, symbols.text(*class)))
        .collect();
    texts.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    let texts: Vec<&str> = texts.iter().map(|(_, text)| text.as_ref()).collect();
    Value::text(texts.join(finish.delimiter))
}
