//! Texts. Positions count characters from 1.

use super::{Args, Function};
use crate::value::{MAX_TEXT_BYTES, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("capitalize", 1, 1, |args| {
        Some(Value::text(capitalize(&args.text(0)?)))
    }),
    Function::new("chr", 1, 1, |args| {
        Some(Value::text(
            char::from_u32(u32::try_from(args.int(0)?).ok()?)?.to_string(),
        ))
    }),
    Function::new("findoneof", 2, 3, find_one_of),
    Function::new("index", 2, 3, index),
    Function::new("keepchar", 2, 2, |args| {
        let (text, kept) = (args.text(0)?, CharSet::new(&args.text(1)?));
        Some(Value::text(
            text.chars().filter(|c| kept.contains(*c)).collect::<String>(),
        ))
    }),
    Function::new("left", 2, 2, |args| {
        Some(Value::text(slice(&args.text(0)?, 0, count(args, 1)?)))
    }),
    Function::new("len", 1, 1, |args| {
        Some(Value::num(
            args.text(0).map_or(0, |text| text.chars().count()) as f64
        ))
    }),
    Function::new("lower", 1, 1, |args| {
        Some(Value::text(args.text(0)?.to_lowercase()))
    }),
    Function::new("ltrim", 1, 1, |args| {
        Some(Value::text(args.text(0)?.trim_start()))
    }),
    Function::new("mid", 2, 3, mid),
    Function::new("ord", 1, 1, |args| {
        Some(Value::num(f64::from(u32::from(args.text(0)?.chars().next()?))))
    }),
    Function::new("osuser", 0, 0, |args| Some(Value::text(args.context().user))),
    Function::new("purgechar", 2, 2, |args| {
        let (text, purged) = (args.text(0)?, CharSet::new(&args.text(1)?));
        Some(Value::text(
            text.chars().filter(|c| !purged.contains(*c)).collect::<String>(),
        ))
    }),
    Function::new("repeat", 2, 2, repeat),
    Function::new("replace", 3, 3, replace),
    Function::new("right", 2, 2, |args| {
        let (text, n_chars) = (args.text(0)?, count(args, 1)?);
        let skipped = text.chars().count().saturating_sub(n_chars);
        Some(Value::text(slice(&text, skipped, usize::MAX)))
    }),
    Function::new("rtrim", 1, 1, |args| Some(Value::text(args.text(0)?.trim_end()))),
    Function::new("subfield", 3, 3, sub_field),
    Function::new("substringcount", 2, 2, |args| {
        let (text, part) = (args.text(0)?, args.text(1)?);
        Some(Value::num(if part.is_empty() {
            0.0
        } else {
            text.matches(&*part).count() as f64
        }))
    }),
    Function::new("textbetween", 3, 4, text_between),
    Function::new("trim", 1, 1, |args| Some(Value::text(args.text(0)?.trim()))),
    Function::new("upper", 1, 1, |args| {
        Some(Value::text(args.text(0)?.to_uppercase()))
    }),
];

/// The characters of a text, to be asked for one by one without reading the text again.
struct CharSet(Vec<char>);

impl CharSet {
    fn new(text: &str) -> Self {
        let mut chars: Vec<char> = text.chars().collect();
        chars.sort_unstable();
        chars.dedup();
        Self(chars)
    }

    fn contains(&self, c: char) -> bool {
        self.0.binary_search(&c).is_ok()
    }
}

/// A number of characters; a negative one is none.
fn count(args: &Args<'_>, index: usize) -> Option<usize> {
    Some(usize::try_from(args.int(index)?).unwrap_or(0))
}

fn slice(text: &str, start: usize, n_chars: usize) -> String {
    text.chars().skip(start).take(n_chars).collect()
}

fn mid(args: &Args<'_>) -> Option<Value> {
    let text = args.text(0)?;
    let start = usize::try_from(args.int(1)?.max(1)).ok()?;
    let n_chars = if args.has(2) { count(args, 2)? } else { usize::MAX };
    Some(Value::text(slice(&text, start - 1, n_chars)))
}

fn capitalize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at_start = true;
    for c in text.chars() {
        if at_start {
            out.extend(c.to_uppercase());
        } else {
            out.extend(c.to_lowercase());
        }
        at_start = c.is_whitespace();
    }
    out
}

fn replace(args: &Args<'_>) -> Option<Value> {
    let (text, from, to) = (args.text(0)?, args.text(1)?, args.text(2)?);
    if from.is_empty() {
        return Some(Value::text(text.into_owned()));
    }
    let n_found = text.matches(&*from).count();
    let n_bytes = n_found.checked_mul(to.len())?.checked_add(text.len())?;
    (n_bytes <= MAX_TEXT_BYTES).then(|| Value::text(text.replace(&*from, &to)))
}

fn repeat(args: &Args<'_>) -> Option<Value> {
    let (text, times) = (args.text(0)?, count(args, 1)?);
    let fits = text
        .len()
        .checked_mul(times)
        .is_some_and(|n_bytes| n_bytes <= MAX_TEXT_BYTES);
    fits.then(|| Value::text(text.repeat(times)))
}

/// The item at a position that counts from 1, or from the end when negative.
fn nth<T: Copy>(items: &[T], position: i64) -> Option<T> {
    let index = match position {
        0 => return None,
        1.. => usize::try_from(position - 1).ok()?,
        _ => items
            .len()
            .checked_sub(usize::try_from(position.unsigned_abs()).ok()?)?,
    };
    items.get(index).copied()
}

fn sub_field(args: &Args<'_>) -> Option<Value> {
    let (text, delimiter) = (args.text(0)?, args.text(1)?);
    let parts: Vec<&str> = if delimiter.is_empty() {
        vec![&*text]
    } else {
        text.split(&*delimiter).collect()
    };
    nth(&parts, args.int(2)?).map(Value::text)
}

/// The position in characters of the byte at an offset.
fn position(text: &str, offset: usize) -> f64 {
    text[..offset].chars().count() as f64 + 1.0
}

fn index(args: &Args<'_>) -> Option<Value> {
    let (text, part, n) = (args.text(0)?, args.text(1)?, args.int_or(2, 1)?);
    let starts: Vec<usize> = text.match_indices(&*part).map(|(start, _)| start).collect();
    Some(Value::num(
        nth(&starts, n).map_or(0.0, |start| position(&text, start)),
    ))
}

fn find_one_of(args: &Args<'_>) -> Option<Value> {
    let (text, wanted, n) = (args.text(0)?, CharSet::new(&args.text(1)?), args.int_or(2, 1)?);
    let starts: Vec<usize> = text
        .char_indices()
        .filter(|(_, c)| wanted.contains(*c))
        .map(|(start, _)| start)
        .collect();
    Some(Value::num(
        nth(&starts, n).map_or(0.0, |start| position(&text, start)),
    ))
}

/// What stands between the n-th beginning mark and the next end mark.
fn text_between(args: &Args<'_>) -> Option<Value> {
    let (text, before, after, n) = (args.text(0)?, args.text(1)?, args.text(2)?, args.int_or(3, 1)?);
    let starts: Vec<usize> = text
        .match_indices(&*before)
        .map(|(start, _)| start + before.len())
        .collect();
    let rest = &text[nth(&starts, n)?..];
    Some(Value::text(&rest[..rest.find(&*after)?]))
}
