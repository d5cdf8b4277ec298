//! Equal values as equal numbers, and which of them a group has met.

use std::sync::Arc;

use fanlight_column::{BitSet, FastSet, NULL_CODE, Symbols};

use super::scalar::Scalar;
use super::scan::Scope;
use crate::error::EvalError;
use crate::value::Value;

/// What a numbered value takes beside its text.
const BYTES_OF_A_CLASS: usize = 64;

/// Equal values as equal numbers.
pub(crate) enum Classes {
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
    pub(crate) fn new(arg: &Scalar) -> Self {
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

    pub(crate) fn classes(
        &mut self,
        arg: &Scalar,
        inputs: &[&[u32]],
        n_rows: usize,
        scope: &Scope<'_>,
        out: &mut Vec<u32>,
    ) -> Result<(), EvalError> {
        out.clear();
        match self {
            Self::Codes { input, .. } => out.extend_from_slice(inputs[*input]),
            Self::Mapped { input, map, .. } => {
                let last = map.len() - 1;
                out.extend(inputs[*input].iter().map(|code| map[(*code as usize).min(last)]));
            }
            Self::Numbered(symbols) => {
                for row in 0..n_rows {
                    let value = arg.value(inputs, row, &scope.context);
                    scope.meter.outcome()?;
                    let n_before = symbols.len();
                    out.push(class_of(symbols, &value));
                    if symbols.len() > n_before {
                        scope.memory.count(&value)?;
                        scope.memory.take(BYTES_OF_A_CLASS)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The number of classes if it is known from the start.
    pub(crate) fn n_fixed(&self) -> Option<usize> {
        match self {
            Self::Numbered(_) => None,
            _ => Some(self.symbols().len()),
        }
    }

    pub(crate) fn symbols(&self) -> &Symbols {
        match self {
            Self::Codes { symbols, .. } => symbols,
            Self::Mapped { symbols, .. } | Self::Numbered(symbols) => symbols,
        }
    }

    pub(crate) fn into_symbols(self) -> Arc<Symbols> {
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
pub(crate) enum Seen {
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
    pub(crate) fn prepare(&mut self, n_groups: usize, n_classes: Option<usize>) {
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

    /// What one more pair takes, in bytes.
    pub(crate) fn bytes_per_pair(&self) -> usize {
        match self {
            Self::Pairs(_) => 2 * size_of::<u64>(),
            // All of them were there from the start, and are bounded.
            Self::Unprepared | Self::Bits { .. } => 0,
        }
    }

    pub(crate) fn is_new(&mut self, group: u32, class: u32) -> bool {
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
