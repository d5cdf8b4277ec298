//! How people write numbers that are not read as such.

use std::sync::LazyLock;

use fanlight_engine::format::{Separators, read_number};

/// What a text is that was not read as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Written {
    /// A number with other separators.
    Otherwise,
    Percent,
    /// A negative number in brackets.
    Bracketed,
    /// A number with a minus sign that is no hyphen, or behind it.
    OtherMinus,
    /// An amount in a currency that the app does not name.
    Currency,
    /// A number with a word behind it, such as `10 kg`.
    Unit,
    /// It stands for nothing, such as `n/a`.
    Placeholder,
    /// Anything else.
    Words,
}

const SIGNS: [&str; 5] = ["$", "€", "£", "¥", "₹"];

/// Currencies of much trade: other words of three letters are codes of something else as likely.
const CURRENCIES: [&str; 24] = [
    "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK",
    "HUF", "RON", "TRY", "BRL", "MXN", "ZAR", "SGD", "HKD", "KRW",
];

/// In small letters.
const PLACEHOLDERS: [&str; 25] = [
    "n/a",
    "na",
    "n.a.",
    "#n/a",
    "none",
    "null",
    "nil",
    "nan",
    "-nan",
    "inf",
    "-inf",
    "infinity",
    "-infinity",
    "unknown",
    "missing",
    "tbd",
    "k.a.",
    "-",
    "--",
    "–",
    "—",
    "?",
    "??",
    ".",
    "…",
];

impl Written {
    /// What a text is where numbers have these separators.
    pub fn of(text: &str, separators: &Separators) -> Self {
        let text = text.trim();
        if is_placeholder(text) {
            return Self::Placeholder;
        }
        let (figures, around) = bare(text);
        if !figures.starts_with(|c: char| c.is_ascii_digit()) || !is_number_somewhere(figures) {
            return Self::Words;
        }
        match around {
            // Separators come first: what stands around the figures may be read once they are declared.
            Some(Self::Currency | Self::OtherMinus) if read_number(figures, separators).is_none() => {
                Self::Otherwise
            }
            Some(around) => around,
            None => Self::Otherwise,
        }
    }

    /// Whether it is a number to people, whatever stands beside it in its column.
    pub fn is_number(self) -> bool {
        !matches!(self, Self::Unit | Self::Placeholder | Self::Words)
    }
}

/// The bytes that a placeholder can have: nine characters, of which a capital letter may take three.
const MAX_PLACEHOLDER_BYTES: usize = 27;

fn is_placeholder(text: &str) -> bool {
    let is_listed =
        text.len() <= MAX_PLACEHOLDER_BYTES && PLACEHOLDERS.contains(&text.to_lowercase().as_str());
    // Spreadsheets write `#DIV/0!`, and C programs `1.#INF`.
    let is_fault = text.starts_with('#') && text.chars().nth(1).is_some_and(char::is_alphabetic);
    is_listed || is_fault || text.contains(".#")
}

/// The figures of a text, and the outermost thing around them that is not part of a number.
fn bare(text: &str) -> (&str, Option<Written>) {
    let (mut rest, mut around) = (text, None);
    while let Some((inner, found)) = peeled(rest) {
        rest = inner.trim();
        around = around.or(found);
    }
    (rest, around)
}

fn peeled(text: &str) -> Option<(&str, Option<Written>)> {
    let bracketed = || text.strip_prefix('(')?.strip_suffix(')');
    let percent = || text.strip_suffix('%').or_else(|| text.strip_prefix('%'));
    let other_minus = || {
        text.strip_prefix(['\u{2212}', '–', '—'])
            .or_else(|| text.strip_suffix('-'))
    };
    let kinds = [
        (bracketed(), Some(Written::Bracketed)),
        (percent(), Some(Written::Percent)),
        (other_minus(), Some(Written::OtherMinus)),
        (text.strip_prefix(['-', '+']), None),
        (without_currency(text), Some(Written::Currency)),
        (without_unit(text), Some(Written::Unit)),
    ];
    kinds
        .into_iter()
        .find_map(|(inner, kind)| inner.map(|inner| (inner, kind)))
}

/// The currency's sign or code in an amount.
pub(super) fn currency_of(text: &str) -> Option<&'static str> {
    let text = text.trim_matches(['-', '+', '\u{2212}', '–', ' ', '\u{A0}']);
    let mut marks = SIGNS.into_iter().chain(CURRENCIES);
    marks.find(|mark| text.starts_with(mark) || text.ends_with(mark))
}

fn without_currency(text: &str) -> Option<&str> {
    let mut marks = SIGNS.into_iter().chain(CURRENCIES);
    marks.find_map(|mark| text.strip_prefix(mark).or_else(|| text.strip_suffix(mark)))
}

/// A unit is a short word; a single letter right behind the figures is more likely part of a code.
fn without_unit(text: &str) -> Option<&str> {
    let is_unit = |c: char| c.is_alphabetic() || matches!(c, '°' | '²' | '³' | '/');
    let figures = text.trim_end_matches(is_unit);
    let n_letters = text[figures.len()..].chars().count();
    let is_apart = figures.ends_with(char::is_whitespace);
    let is_short = (1..=5).contains(&n_letters) && (n_letters >= 2 || is_apart);
    is_short.then_some(figures)
}

/// Separators of some countries, of decimals and thousands.
static USUAL: LazyLock<[Separators; 7]> = LazyLock::new(|| {
    [
        (".", ","),
        (",", "."),
        (",", " "),
        (",", "\u{A0}"),
        (",", "\u{202F}"),
        (".", "'"),
        (".", "’"),
    ]
    .map(|(decimal, thousand)| Separators {
        decimal: decimal.to_owned(),
        thousand: thousand.to_owned(),
    })
});

/// Whether figures are a number with the separators of some country.
fn is_number_somewhere(figures: &str) -> bool {
    USUAL
        .iter()
        .any(|separators| read_number(figures, separators).is_some())
}
