//! The dictionary of a field.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::hash::FastMap;
use crate::number::number_text;
use crate::numeral::{numeral_order, says_more};

/// A dictionary of duals. A symbol's code is its position, in the order of first loading.
///
/// A value with a number is identified by the number: `1`, `1.0` and `1.000` are one symbol, which keeps the text seen
/// first. A value without a number is identified by its exact text; so is one whose text says more than its number keeps,
/// such as `9007199254740993`: it has a number to count with, which it may share with other values.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    pool: String,
    /// Where each symbol's own text ends in the pool; a symbol starts where its predecessor ends.
    ends: Vec<u32>,
    /// NaN where the symbol has no number.
    nums: Vec<f64>,
    /// Whether a number's text is its own; otherwise the text is derived.
    derived: Vec<bool>,
    by_num: FastMap<u64, u32>,
    by_text: FastMap<Box<str>, u32>,
    n_nums: usize,
    /// How many symbols with a number are identified by their texts.
    n_exact: usize,
}

impl Symbols {
    /// The number of symbols. NULL is none of them.
    pub fn len(&self) -> usize {
        self.nums.len()
    }

    /// Whether there is no symbol.
    pub fn is_empty(&self) -> bool {
        self.nums.is_empty()
    }

    /// The text of a symbol; derived from the number if the symbol came without one.
    ///
    /// # Panics
    /// If there is no such code.
    pub fn text(&self, code: u32) -> Cow<'_, str> {
        let at = code as usize;
        if self.derived[at] {
            Cow::Owned(number_text(self.nums[at]))
        } else {
            Cow::Borrowed(self.own_text(at))
        }
    }

    /// The number of a symbol, if it has one.
    ///
    /// # Panics
    /// If there is no such code.
    pub fn num(&self, code: u32) -> Option<f64> {
        let num = self.nums[code as usize];
        (!num.is_nan()).then_some(num)
    }

    /// The numbers of all symbols by code; NaN where a symbol has none.
    pub fn nums(&self) -> &[f64] {
        &self.nums
    }

    /// How many symbols have a number.
    pub fn n_nums(&self) -> usize {
        self.n_nums
    }

    /// Whether the symbol's text is derived from its number.
    pub fn is_derived(&self, code: u32) -> bool {
        self.derived[code as usize]
    }

    /// Whether no two symbols have the same number, so that numbers say which symbol is meant.
    pub fn nums_are_unique(&self) -> bool {
        self.n_exact == 0
    }

    /// The order of two symbols with the same number.
    ///
    /// # Panics
    /// If there is no such code.
    pub fn order_of_equal_nums(&self, left: u32, right: u32) -> Ordering {
        if left == right || self.nums_are_unique() {
            return Ordering::Equal;
        }
        let (left, right) = (self.text(left), self.text(right));
        numeral_order(&left, &right).then_with(|| left.cmp(&right))
    }

    /// The symbol of a value with this text and number.
    pub fn find(&self, text: &str, num: Option<f64>) -> Option<u32> {
        match num {
            Some(num) if !says_more(text, num) => self.find_num(num),
            _ => self.find_text(text),
        }
    }

    /// The symbol here of a value there.
    ///
    /// # Panics
    /// If `other` has no such code.
    pub fn find_same(&self, other: &Self, code: u32) -> Option<u32> {
        match other.num(code) {
            Some(num) if other.derived[code as usize] => self.find_num(num),
            num => self.find(other.own_text(code as usize), num),
        }
    }

    /// The symbol that is identified by this number.
    pub fn find_num(&self, num: f64) -> Option<u32> {
        self.by_num.get(&num_key(num)).copied()
    }

    /// The symbol with exactly this text, numeric symbols included.
    pub fn find_text(&self, text: &str) -> Option<u32> {
        if let Some(code) = self.by_text.get(text) {
            return Some(*code);
        }
        if self.n_nums == 0 {
            return None;
        }
        let guess = text.trim().parse().ok().and_then(|num| self.find_num(num));
        if let Some(code) = guess
            && self.text(code) == text
        {
            return guess;
        }
        (0..self.len() as u32).find(|code| !self.nums[*code as usize].is_nan() && self.text(*code) == text)
    }

    /// The code of this text without a number, adding the symbol if it is new.
    pub fn intern_text(&mut self, text: &str) -> u32 {
        if let Some(code) = self.by_text.get(text) {
            return *code;
        }
        let code = self.push(Some(text), f64::NAN);
        self.by_text.insert(text.into(), code);
        code
    }

    /// The code of this number, adding the symbol if it is new; a new symbol keeps `text`, or derives its text. A text
    /// that says more than the number is a symbol of its own.
    ///
    /// NaN is no number: the caller treats it as NULL.
    pub fn intern_num(&mut self, text: Option<&str>, num: f64) -> u32 {
        debug_assert!(!num.is_nan(), "NaN is no number");
        if let Some(text) = text
            && says_more(text, num)
        {
            return self.intern_exact(text, num);
        }
        if let Some(code) = self.by_num.get(&num_key(num)) {
            return *code;
        }
        let code = self.push(text, num);
        self.by_num.insert(num_key(num), code);
        self.n_nums += 1;
        code
    }

    /// Adds what `other` has and this dictionary has not, and returns the code here of each code there.
    pub fn merge(&mut self, other: &Self) -> Vec<u32> {
        (0..other.len() as u32)
            .map(|code| match other.num(code) {
                None => self.intern_text(other.own_text(code as usize)),
                Some(num) if other.derived[code as usize] => self.intern_num(None, num),
                Some(num) => self.intern_num(Some(other.own_text(code as usize)), num),
            })
            .collect()
    }

    /// Bytes of memory, roughly.
    pub fn size_bytes(&self) -> usize {
        let texts: usize = self.by_text.keys().map(|text| text.len() + 24).sum();
        self.pool.len() + self.ends.len() * 4 + self.nums.len() * 9 + self.by_num.len() * 16 + texts
    }

    /// The code of a text that says more than its number.
    fn intern_exact(&mut self, text: &str, num: f64) -> u32 {
        let code = self.intern_text(text);
        let known = &mut self.nums[code as usize];
        // Another table may have had the text without its number.
        if known.is_nan() {
            *known = num;
            self.n_nums += 1;
            self.n_exact += 1;
        }
        code
    }

    fn push(&mut self, text: Option<&str>, num: f64) -> u32 {
        let code = u32::try_from(self.nums.len()).expect("a dictionary holds fewer than 2^32 symbols");
        self.pool.push_str(text.unwrap_or_default());
        self.ends
            .push(u32::try_from(self.pool.len()).expect("a dictionary's texts fit in 4 GiB"));
        self.nums.push(if num == 0.0 { 0.0 } else { num });
        self.derived.push(text.is_none());
        code
    }

    fn own_text(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.pool[start..self.ends[at] as usize]
    }
}

/// Both zeros are one number.
fn num_key(num: f64) -> u64 {
    if num == 0.0 { 0 } else { num.to_bits() }
}
