//! Records and their values, out of a text.
//!
//! A value in quotes ends with the next quote that is not doubled, and only a delimiter or a line end may follow; blanks
//! around the quotes do not count. What else a quote could mean is told, not guessed: a value may not end only because the
//! file does.

mod swallowed;

use memchr::{memchr, memchr2, memchr2_iter, memchr3};

use super::encoding::{Decoded, Fault};
use crate::limits::Limits;
use crate::problem::{Complaint, Place};

/// How a text is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Between values; without one, each line is one value.
    pub delimiter: Option<u8>,
    pub quote: Option<u8>,
}

/// Where the text comes from.
pub(crate) enum Source {
    File(Box<Decoded>),
    /// A whole text.
    Text(Vec<u8>),
}

impl Source {
    fn more(&mut self, out: &mut Vec<u8>) -> Result<bool, Fault> {
        match self {
            Self::File(decoded) => decoded.more(out),
            Self::Text(text) => {
                let len = text.len();
                out.append(text);
                Ok(len > 0)
            }
        }
    }
}

/// One value of the current record. Positions count from the record's start.
#[derive(Clone, Copy, Debug)]
struct Value {
    /// Where it begins in the text, its quote included.
    start: usize,
    content: Content,
    is_quoted: bool,
}

/// What a value consists of.
#[derive(Clone, Copy, Debug)]
enum Content {
    /// A part of the text.
    Text { start: usize, end: usize },
    /// A part of the texts from which doubled quotes were taken out.
    Undoubled { start: usize, end: usize },
}

/// Reads record by record.
pub(crate) struct Records<'a> {
    source: Source,
    marks: Marks,
    limits: &'a Limits,
    buffer: Vec<u8>,
    /// Where the current record starts in the buffer.
    start: usize,
    /// Where the next one does.
    next: usize,
    /// The line of the current record.
    line: usize,
    next_line: usize,
    values: Vec<Value>,
    undoubled: Vec<u8>,
    source_ended: bool,
    first_nul: Option<Place>,
    n_blank_lines: usize,
    first_blank_line: Option<usize>,
}

impl<'a> Records<'a> {
    pub fn new(source: Source, marks: Marks, limits: &'a Limits) -> Self {
        Self {
            source,
            marks,
            limits,
            buffer: Vec::new(),
            start: 0,
            next: 0,
            line: 1,
            next_line: 1,
            values: Vec::new(),
            undoubled: Vec::new(),
            source_ended: false,
            first_nul: None,
            n_blank_lines: 0,
            first_blank_line: None,
        }
    }

    /// Leaves out lines, whatever is in them.
    pub fn skip_lines(&mut self, n_lines: usize) -> Result<(), Complaint> {
        for _ in 0..n_lines {
            self.begin();
            let end = self.line_end(0)?;
            if !self.has(end)? {
                self.next = self.start + end;
                return Ok(());
            }
            self.end_record(end)?;
        }
        Ok(())
    }

    /// The text behind the lines that were left out.
    pub fn into_rest(mut self) -> Vec<u8> {
        while self.source.more(&mut self.buffer).unwrap_or(false) {}
        self.buffer.split_off(self.next)
    }

    /// Goes to the next record; `false` at the end. Empty lines are none.
    pub fn advance(&mut self) -> Result<bool, Complaint> {
        loop {
            self.begin();
            if !self.has(0)? {
                return Ok(false);
            }
            if matches!(self.byte(0), b'\n' | b'\r') {
                self.n_blank_lines += 1;
                self.first_blank_line.get_or_insert(self.line);
                self.end_record(0)?;
                continue;
            }
            break;
        }
        let mut at = 0;
        loop {
            at = self.take_value(at)?;
            if self.values.len() > self.limits.columns {
                let message = format!("the line has more than {} values", self.limits.columns);
                return Err(
                    Complaint::new(message, "leave out columns, or correct the delimiter")
                        .at(self.place_at(0)),
                );
            }
            if !self.has(at)? || matches!(self.byte(at), b'\n' | b'\r') {
                break;
            }
            at += 1;
        }
        self.note_nul(at);
        self.end_record(at)?;
        Ok(true)
    }

    /// How many values the record has.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// A value of the record, in UTF-8.
    pub fn value(&self, position: usize) -> &[u8] {
        match self.values[position].content {
            Content::Text { start, end } => &self.buffer[self.start + start..self.start + end],
            Content::Undoubled { start, end } => &self.undoubled[start..end],
        }
    }

    /// Where a value begins.
    pub fn place(&self, position: usize) -> Place {
        self.place_at(self.values[position].start)
    }

    /// Where the record begins.
    pub fn record_place(&self) -> Place {
        self.place_at(0)
    }

    /// Whether the record is a line of blanks.
    pub fn is_blank(&self) -> bool {
        self.values.len() == 1
            && !self.values[0].is_quoted
            && self.value(0).iter().all(u8::is_ascii_whitespace)
    }

    /// Where the first NUL character is, if one has been read.
    pub fn first_nul(&self) -> Option<Place> {
        self.first_nul
    }

    /// How many empty lines there were, and which was the first.
    pub fn blank_lines(&self) -> Option<(usize, usize)> {
        Some((self.n_blank_lines, self.first_blank_line?))
    }

    fn begin(&mut self) {
        self.start = self.next;
        self.line = self.next_line;
        self.values.clear();
        self.undoubled.clear();
    }

    /// Passes the line end at `at`, if there is one, and makes what follows the next record.
    fn end_record(&mut self, at: usize) -> Result<(), Complaint> {
        // Only quotes let a record go over a line's end.
        let breaks = if self.values.iter().any(|value| value.is_quoted) {
            line_breaks(&self.buffer[self.start..self.start + at])
        } else {
            0
        };
        let mut len = at;
        if self.has(at)? {
            len += 1;
            if self.byte(at) == b'\r' && self.has(at + 1)? && self.byte(at + 1) == b'\n' {
                len += 1;
            }
        }
        self.next = self.start + len;
        self.next_line = self.line + breaks + 1;
        Ok(())
    }

    /// Takes the value that begins at `at`, and returns where it ends.
    fn take_value(&mut self, at: usize) -> Result<usize, Complaint> {
        if let Some(quote) = self.marks.quote {
            let opening = self.past_blanks(at)?;
            let opens = self.has(opening)? && self.byte(opening) == quote;
            if opens && (opening == at || self.closes_on_line(opening, quote)?) {
                return self.take_quoted(at, opening, quote);
            }
        }
        let end = self.unquoted_end(at)?;
        self.values.push(Value {
            start: at,
            content: Content::Text { start: at, end },
            is_quoted: false,
        });
        Ok(end)
    }

    fn unquoted_end(&mut self, at: usize) -> Result<usize, Complaint> {
        let mut from = at;
        loop {
            let rest = &self.buffer[self.start + from..];
            let found = match self.marks.delimiter {
                Some(delimiter) => memchr3(delimiter, b'\n', b'\r', rest),
                None => memchr2(b'\n', b'\r', rest),
            };
            if let Some(len) = found {
                return Ok(from + len);
            }
            from += rest.len();
            self.check_length(at, from - at)?;
            if !self.has(from)? {
                return Ok(from);
            }
        }
    }

    fn take_quoted(&mut self, at: usize, opening: usize, quote: u8) -> Result<usize, Complaint> {
        let (start, undoubled) = (opening + 1, self.undoubled.len());
        // What of the content has been copied, because a quote in it was doubled.
        let mut copied = start;
        let mut from = start;
        let closing = loop {
            match memchr(quote, &self.buffer[self.start + from..]) {
                None => {
                    from = self.buffer.len() - self.start;
                    self.check_length(opening, from - start)?;
                    if !self.has(from)? {
                        return Err(self.unclosed(opening));
                    }
                }
                Some(len) => {
                    let closing = from + len;
                    if !self.has(closing + 1)? || self.byte(closing + 1) != quote {
                        break closing;
                    }
                    let piece = self.start + copied..=self.start + closing;
                    self.undoubled.extend_from_slice(&self.buffer[piece]);
                    (copied, from) = (closing + 2, closing + 2);
                }
            }
        };
        let content = if copied == start {
            Content::Text { start, end: closing }
        } else {
            let piece = self.start + copied..self.start + closing;
            self.undoubled.extend_from_slice(&self.buffer[piece]);
            Content::Undoubled {
                start: undoubled,
                end: self.undoubled.len(),
            }
        };
        self.values.push(Value {
            start: at,
            content,
            is_quoted: true,
        });
        let end = self.past_blanks(closing + 1)?;
        if self.has(end)? && !self.ends_value(end) {
            return Err(self.text_after(opening, end));
        }
        Ok(end)
    }

    /// Whether a quote that does not begin its value nevertheless encloses all of it.
    fn closes_on_line(&mut self, opening: usize, quote: u8) -> Result<bool, Complaint> {
        let line_end = self.line_end(opening)?;
        let mut at = opening + 1;
        while at < line_end {
            if self.byte(at) == quote {
                if at + 1 < line_end && self.byte(at + 1) == quote {
                    at += 1;
                } else {
                    let end = self.past_blanks(at + 1)?;
                    return Ok(!self.has(end)? || self.ends_value(end));
                }
            }
            at += 1;
        }
        Ok(false)
    }

    fn ends_value(&self, at: usize) -> bool {
        let byte = self.byte(at);
        matches!(byte, b'\n' | b'\r') || Some(byte) == self.marks.delimiter
    }

    fn past_blanks(&mut self, mut at: usize) -> Result<usize, Complaint> {
        while self.has(at)?
            && matches!(self.byte(at), b' ' | b'\t')
            && Some(self.byte(at)) != self.marks.delimiter
        {
            at += 1;
        }
        Ok(at)
    }

    fn line_end(&mut self, at: usize) -> Result<usize, Complaint> {
        let mut from = at;
        loop {
            let rest = &self.buffer[self.start + from..];
            if let Some(len) = memchr2(b'\n', b'\r', rest) {
                return Ok(from + len);
            }
            from += rest.len();
            if !self.has(from)? {
                return Ok(from);
            }
        }
    }

    fn byte(&self, at: usize) -> u8 {
        self.buffer[self.start + at]
    }

    /// Whether there is a byte there; more of the text is fetched for it.
    fn has(&mut self, at: usize) -> Result<bool, Complaint> {
        while self.start + at >= self.buffer.len() {
            if self.source_ended {
                return Ok(false);
            }
            self.buffer.drain(..self.start);
            self.next -= self.start.min(self.next);
            self.start = 0;
            match self.source.more(&mut self.buffer) {
                Ok(true) => {}
                Ok(false) => self.source_ended = true,
                Err(fault) => return Err(fault.complaint(self.place_at(self.buffer.len()))),
            }
        }
        Ok(true)
    }

    /// The place of a byte of the current record.
    fn place_at(&self, at: usize) -> Place {
        let record = &self.buffer[self.start..];
        let text = match std::str::from_utf8(record) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&record[..error.valid_up_to()]).unwrap_or_default(),
        };
        let place = Place::of_byte(text, at);
        Place {
            line: self.line + place.line - 1,
            ..place
        }
    }

    fn note_nul(&mut self, len: usize) {
        let record = &self.buffer[self.start..self.start + len];
        if self.first_nul.is_none()
            && let Some(at) = memchr(0, record)
        {
            self.first_nul = Some(self.place_at(at));
        }
    }

    fn check_length(&self, at: usize, len: usize) -> Result<(), Complaint> {
        if len <= self.limits.value_bytes {
            return Ok(());
        }
        Err(too_long(self.limits).at(self.place_at(at)))
    }

    fn unclosed(&self, opening: usize) -> Complaint {
        Complaint::new(
            "the quoted value that begins here is never closed: everything to the end of the file is in it",
            "close it, or write csv = { quote = \"\" } for the table if quotes are plain characters in this file",
        )
        .at(self.place_at(opening))
    }

    fn text_after(&self, opening: usize, end: usize) -> Complaint {
        Complaint::new(
            format!(
                "the quoted value that begins here is closed at {}, and text follows its quote",
                self.place_at(end)
            ),
            "write a quote inside a value twice, or close the value before; if quotes are plain characters in this file, \
             write csv = { quote = \"\" } for the table",
        )
        .at(self.place_at(opening))
    }
}

/// What is said of a value beyond the limit.
pub(crate) fn too_long(limits: &Limits) -> Complaint {
    Complaint::new(
        format!(
            "the value that begins here has more than {} bytes",
            limits.value_bytes
        ),
        "shorten it; a missing closing quote makes one value of many lines",
    )
}

/// How many lines end in a text: with LF, CR or both.
fn line_breaks(text: &[u8]) -> usize {
    memchr2_iter(b'\n', b'\r', text)
        .filter(|at| text[*at] == b'\n' || text.get(at + 1) != Some(&b'\n'))
        .count()
}
