//! Packed code columns.

/// NULL in an unpacked code.
pub const NULL_CODE: u32 = u32::MAX;

/// A code in its packed width.
pub trait Code: Copy + Eq + Send + Sync + 'static {
    /// The value that stands for NULL.
    const NULL: Self;
    /// The code as an index; NULL is the type's largest value.
    fn index(self) -> usize;
    /// The unpacked code: NULL becomes [`NULL_CODE`].
    fn wide(self) -> u32 {
        if self == Self::NULL {
            NULL_CODE
        } else {
            self.index() as u32
        }
    }
}

impl Code for u8 {
    const NULL: Self = Self::MAX;
    fn index(self) -> usize {
        usize::from(self)
    }
}

impl Code for u16 {
    const NULL: Self = Self::MAX;
    fn index(self) -> usize {
        usize::from(self)
    }
}

impl Code for u32 {
    const NULL: Self = Self::MAX;
    fn index(self) -> usize {
        self as usize
    }
}

/// One table's codes of a field, as narrow as the field's dictionary allows. NULL is the type's largest value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Codes {
    /// Up to 255 symbols.
    U8(Box<[u8]>),
    /// Up to 65,535 symbols.
    U16(Box<[u16]>),
    /// The rest.
    U32(Box<[u32]>),
}

/// Runs the same code for each width of a [`Codes`]: `with_codes!(codes, |slice| …)`.
#[macro_export]
macro_rules! with_codes {
    ($codes:expr, |$slice:ident| $body:expr) => {
        match $codes {
            $crate::Codes::U8($slice) => $body,
            $crate::Codes::U16($slice) => $body,
            $crate::Codes::U32($slice) => $body,
        }
    };
}

impl Codes {
    /// Packs unpacked codes (NULL as [`NULL_CODE`]) of a dictionary with `n_symbols` symbols.
    pub fn pack(codes: &[u32], n_symbols: usize) -> Self {
        // The narrowing keeps NULL: its low bits are all ones in every width.
        if n_symbols <= usize::from(u8::MAX) {
            Self::U8(codes.iter().map(|code| *code as u8).collect())
        } else if n_symbols <= usize::from(u16::MAX) {
            Self::U16(codes.iter().map(|code| *code as u16).collect())
        } else {
            Self::U32(codes.into())
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        with_codes!(self, |codes| codes.len())
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code in a row; `None` is NULL.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn get(&self, row: usize) -> Option<u32> {
        let wide = self.wide(row);
        (wide != NULL_CODE).then_some(wide)
    }

    /// The code in a row; NULL is [`NULL_CODE`].
    ///
    /// # Panics
    /// If there is no such row.
    pub fn wide(&self, row: usize) -> u32 {
        with_codes!(self, |codes| codes[row].wide())
    }

    /// The same rows with each code replaced by `map[code]`, packed for a dictionary of `n_symbols`.
    pub fn remap(&self, map: &[u32], n_symbols: usize) -> Self {
        let wide: Vec<u32> = with_codes!(self, |codes| codes
            .iter()
            .map(|code| if *code == Code::NULL {
                NULL_CODE
            } else {
                map[code.index()]
            })
            .collect());
        Self::pack(&wide, n_symbols)
    }

    /// How many rows are NULL.
    pub fn n_nulls(&self) -> usize {
        with_codes!(self, |codes| codes
            .iter()
            .filter(|code| **code == Code::NULL)
            .count())
    }

    /// Bytes of memory.
    pub fn size_bytes(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len() * 2,
            Self::U32(codes) => codes.len() * 4,
        }
    }
}
