//! A set of rows or of values.

/// A fixed-length set of small integers, one bit each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BitSet {
    words: Box<[u64]>,
    len: usize,
}

impl BitSet {
    /// The empty set of numbers below `len`.
    pub fn empty(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(64)].into(),
            len,
        }
    }

    /// The set of all numbers below `len`.
    pub fn full(len: usize) -> Self {
        let mut set = Self {
            words: vec![u64::MAX; len.div_ceil(64)].into(),
            len,
        };
        set.clip();
        set
    }

    /// The set of these numbers.
    ///
    /// # Panics
    /// If one is not below `len`.
    pub fn of(len: usize, members: impl IntoIterator<Item = usize>) -> Self {
        let mut set = Self::empty(len);
        for member in members {
            set.insert(member);
        }
        set
    }

    /// The set whose word `i` holds the members `64 i ..`.
    pub fn from_words(words: Box<[u64]>, len: usize) -> Self {
        assert_eq!(words.len(), len.div_ceil(64), "one bit per number");
        let mut set = Self { words, len };
        set.clip();
        set
    }

    /// One above the largest number that can be a member.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Whether every number below `len` is a member.
    pub fn is_full(&self) -> bool {
        self.count() == self.len
    }

    /// The 64-bit words, lowest numbers first; bits above `len` are zero.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Adds a number.
    ///
    /// # Panics
    /// If it is not below `len`.
    pub fn insert(&mut self, member: usize) {
        debug_assert!(member < self.len, "member {member} of a set below {}", self.len);
        self.words[member / 64] |= 1 << (member % 64);
    }

    /// Takes a number out.
    ///
    /// # Panics
    /// If it is not below `len`.
    pub fn remove(&mut self, member: usize) {
        self.words[member / 64] &= !(1 << (member % 64));
    }

    /// Whether the number is a member; numbers from `len` up never are.
    pub fn contains(&self, member: usize) -> bool {
        self.words
            .get(member / 64)
            .is_some_and(|word| word >> (member % 64) & 1 == 1)
    }

    /// The number of members.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The number of members that are also in `other`.
    pub fn count_and(&self, other: &Self) -> usize {
        self.words
            .iter()
            .zip(&other.words)
            .map(|(a, b)| (a & b).count_ones() as usize)
            .sum()
    }

    /// Whether the two have a member in common.
    pub fn intersects(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(a, b)| a & b != 0)
    }

    /// Keeps what is also in `other`.
    pub fn and(&mut self, other: &Self) {
        self.zip(other, |a, b| a & b);
    }

    /// Adds what is in `other`.
    pub fn or(&mut self, other: &Self) {
        self.zip(other, |a, b| a | b);
    }

    /// Takes out what is in `other`.
    pub fn and_not(&mut self, other: &Self) {
        self.zip(other, |a, b| a & !b);
    }

    /// Keeps what is in exactly one of the two.
    pub fn xor(&mut self, other: &Self) {
        self.zip(other, |a, b| a ^ b);
    }

    /// Turns members into non-members and back.
    pub fn invert(&mut self) {
        for word in &mut self.words {
            *word = !*word;
        }
        self.clip();
    }

    /// The members in rising order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| Ones {
            word: *word,
            base: at * 64,
        })
    }

    fn zip(&mut self, other: &Self, op: impl Fn(u64, u64) -> u64) {
        assert_eq!(self.len, other.len, "sets over the same numbers");
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a = op(*a, *b);
        }
    }

    fn clip(&mut self) {
        if !self.len.is_multiple_of(64)
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << (self.len % 64)) - 1;
        }
    }
}

struct Ones {
    word: u64,
    base: usize,
}

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.word == 0 {
            return None;
        }
        let bit = self.word.trailing_zeros() as usize;
        self.word &= self.word - 1;
        Some(self.base + bit)
    }
}
