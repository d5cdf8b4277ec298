//! Whether a quoted value has swallowed rows: because a quote was left open, it goes on to the next quote of the file.

use super::Records;

impl Records<'_> {
    /// A quoted value of the record that looks as if it had swallowed rows: without its quotes, the record's lines would be
    /// rows of as many values, and each value would look like the one above it.
    pub fn swallowing(&self) -> Option<usize> {
        self.find_swallowing(are_alike)
    }

    /// The same of the record that names the columns. Names do not look like values.
    pub fn header_swallowing(&self) -> Option<usize> {
        self.find_swallowing(|_| true)
    }

    fn find_swallowing(&self, are_rows: impl Fn(&[Vec<&[u8]>]) -> bool) -> Option<usize> {
        let delimiter = self.marks.delimiter?;
        if self.next_line == self.line + 1 || self.values.len() < 2 {
            return None;
        }
        (0..self.values.len()).find(|position| {
            let rows = self.swallowed_rows(*position, delimiter);
            rows.is_some_and(|rows| are_rows(&rows))
        })
    }

    /// The rows that the record's lines would be, if they would be rows of as many values.
    fn swallowed_rows(&self, position: usize, delimiter: u8) -> Option<Vec<Vec<&[u8]>>> {
        if !self.values[position].is_quoted {
            return None;
        }
        let lines = lines(self.value(position))?;
        if self.is_prose(&lines, delimiter) {
            return None;
        }
        let mut rows: Vec<Vec<&[u8]>> = lines
            .iter()
            .map(|line| line.split(|byte| *byte == delimiter).collect())
            .collect();
        // The first line goes on from the values before it, and the values behind go on from the last line.
        let last = rows.len() - 1;
        rows[0].splice(0..0, (0..position).map(|before| self.value(before)));
        rows[last].extend((position + 1..self.values.len()).map(|behind| self.value(behind)));
        let are_whole = rows.iter().all(|row| row.len() == self.values.len());
        are_whole.then_some(rows)
    }

    /// Whether a blank follows every delimiter in the lines, as in a sentence, and none follows those of the record.
    fn is_prose(&self, lines: &[&[u8]], delimiter: u8) -> bool {
        let mut followers = lines.iter().flat_map(|line| {
            let delimiters = (0..line.len()).filter(|at| line[*at] == delimiter);
            delimiters.map(|at| line.get(at + 1))
        });
        let is_blank = |at: usize| self.buffer.get(self.start + at) == Some(&b' ');
        followers.clone().any(|next| next == Some(&b' '))
            && followers.all(|next| next.is_none_or(|next| *next == b' '))
            && !self.values[1..].iter().any(|value| is_blank(value.start))
    }
}

/// The lines of a text that has several, without those in between that are empty.
fn lines(text: &[u8]) -> Option<Vec<&[u8]>> {
    let mut lines = text.split(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next()?;
    let last = lines.next_back()?;
    let is_blank = |line: &&[u8]| line.iter().all(u8::is_ascii_whitespace);
    // Who ends a text with a line end has closed it where they meant to.
    if is_blank(&last) {
        return None;
    }
    let between = lines.filter(|line| !is_blank(line));
    Some(std::iter::once(first).chain(between).chain([last]).collect())
}

/// Whether the values of each column look like the first: two rows are told by all of them, more by most.
fn are_alike(rows: &[Vec<&[u8]>]) -> bool {
    let (mut n_alike, mut n_known) = (0, 0);
    for row in &rows[1..] {
        for (above, value) in rows[0].iter().zip(row) {
            if let (Some(above), Some(value)) = (begins_like_a_number(above), begins_like_a_number(value)) {
                n_known += 1;
                n_alike += usize::from(above == value);
            }
        }
    }
    if rows.len() == 2 {
        n_alike == n_known
    } else {
        n_alike * 2 > n_known
    }
}

/// Unknown of an empty value.
fn begins_like_a_number(value: &[u8]) -> Option<bool> {
    let first = value.trim_ascii().first()?;
    Some(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.' | b'$' | b'('))
}
