//! The heads of requests, looked at before they are parsed.
//!
//! The parser takes a lone line feed for the end of a line, and lets a body have two lengths. Proxies in front may not: where
//! the two disagree on where a request ends, somebody can hide one request in another (RFC 9112 §2.2, §11.2). So bytes are
//! looked at as they come in, and an offending one is made into one that the parser refuses with 400.

/// In no head's line, request or header, is this byte allowed.
const REFUSED: u8 = 0;
/// Longest line that is read for its meaning; the lengths of bodies fit in.
const MAX_LINE_BYTES: usize = 256;

/// Follows the requests of one connection.
#[derive(Debug, Default)]
pub(super) struct Heads {
    state: State,
    /// The line under way, without its end, as far as it is read.
    line: Vec<u8>,
    is_long: bool,
    before: u8,
    body: Body,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Before the request line, where empty lines are skipped.
    #[default]
    Start,
    /// In the header.
    Header,
    /// So many bytes of a body are still to come.
    Body(u64),
    /// The line with the size of a chunk.
    ChunkSize,
    /// So many bytes of a chunk, and the end of the line after them, are still to come.
    Chunk(u64),
    /// The lines after the last chunk.
    Trailer,
    /// Nothing more is looked at: the connection speaks another protocol, or is about to be closed.
    Opaque,
}

/// What a head says about the body.
#[derive(Debug, Clone, Copy, Default)]
struct Body {
    length: Option<u64>,
    is_chunked: bool,
    is_upgrade: bool,
}

/// The request must not go on.
struct Refused;

impl Heads {
    /// Looks at what has come in, and spoils what must not be understood.
    pub(super) fn look(&mut self, bytes: &mut [u8]) {
        let mut at = 0;
        while at < bytes.len() {
            match self.state {
                State::Opaque => return,
                State::Body(left) => at += self.skip(left, bytes.len() - at, State::Body),
                State::Chunk(left) => at += self.skip(left, bytes.len() - at, State::Chunk),
                State::Start | State::Header | State::ChunkSize | State::Trailer => {
                    if self.take(bytes[at]).is_err() {
                        bytes[at] = REFUSED;
                        self.state = State::Opaque;
                        return;
                    }
                    at += 1;
                }
            }
        }
    }

    /// Passes over a part of a body; how much of what is there.
    fn skip(&mut self, left: u64, there: usize, rest: fn(u64) -> State) -> usize {
        let skipped = usize::try_from(left).unwrap_or(usize::MAX).min(there);
        let left = left - skipped as u64;
        self.state = match (left, self.state) {
            (0, State::Chunk(_)) => State::ChunkSize,
            (0, _) => State::Start,
            (left, _) => rest(left),
        };
        skipped
    }

    fn take(&mut self, byte: u8) -> Result<(), Refused> {
        let before = std::mem::replace(&mut self.before, byte);
        match byte {
            b'\n' if before != b'\r' => Err(Refused),
            b'\n' => self.end_line(),
            b'\r' => Ok(()),
            _ if self.line.len() < MAX_LINE_BYTES => {
                self.line.push(byte);
                Ok(())
            }
            _ => {
                self.is_long = true;
                Ok(())
            }
        }
    }

    fn end_line(&mut self) -> Result<(), Refused> {
        let line = std::mem::take(&mut self.line);
        let is_long = std::mem::take(&mut self.is_long);
        self.state = match (self.state, line.is_empty()) {
            (State::Start, true) => State::Start,
            (State::Start, false) => {
                self.body = Body::default();
                State::Header
            }
            (State::Header, true) => self.body.state(),
            (State::Header, false) => {
                self.body.read(&line, is_long)?;
                State::Header
            }
            (State::ChunkSize, _) => chunk(&line)?,
            (State::Trailer, true) => State::Start,
            (state, _) => state,
        };
        Ok(())
    }
}

impl Body {
    fn state(self) -> State {
        match self {
            Self { is_upgrade: true, .. } => State::Opaque,
            Self { is_chunked: true, .. } => State::ChunkSize,
            Self {
                length: None | Some(0),
                ..
            } => State::Start,
            Self {
                length: Some(length), ..
            } => State::Body(length),
        }
    }

    fn read(&mut self, line: &[u8], is_long: bool) -> Result<(), Refused> {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (name, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or_default().trim_ascii();
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
        let is_framing = is("content-length") || is("transfer-encoding");
        if is_framing && (is_long || self.length.is_some() || self.is_chunked) {
            // Two lengths: somebody in front may have taken the other one.
            return Err(Refused);
        }
        if is("content-length") {
            let digits = std::str::from_utf8(value)
                .ok()
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            self.length = Some(digits.and_then(|text| text.parse().ok()).ok_or(Refused)?);
        } else if is("transfer-encoding") {
            if !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Refused);
            }
            self.is_chunked = true;
        } else if is("upgrade") {
            self.is_upgrade = true;
        }
        Ok(())
    }
}

/// What follows the line with a chunk's size, which an extension may follow.
fn chunk(line: &[u8]) -> Result<State, Refused> {
    let digits = line
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    let digits = std::str::from_utf8(digits).map_err(|_| Refused)?;
    match u64::from_str_radix(digits, 16) {
        Ok(0) => Ok(State::Trailer),
        Ok(size) => Ok(State::Chunk(size.saturating_add(2))),
        Err(_) => Err(Refused),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the parser sees, however the bytes come in.
    #[track_caller]
    fn seen(text: &str) -> Vec<u8> {
        let mut whole = text.as_bytes().to_vec();
        Heads::default().look(&mut whole);
        for size in [1, 2, 7] {
            let mut heads = Heads::default();
            let mut parts = text.as_bytes().to_vec();
            parts.chunks_mut(size).for_each(|part| heads.look(part));
            assert_eq!(parts, whole, "in parts of {size}");
        }
        whole
    }

    #[track_caller]
    fn passes(text: &str) {
        assert_eq!(seen(text), text.as_bytes(), "{text:?}");
    }

    #[track_caller]
    fn refuses(text: &str) {
        assert_eq!(
            seen(text).iter().filter(|byte| **byte == REFUSED).count(),
            1,
            "{text:?}"
        );
    }

    #[test]
    fn requests_in_good_form_pass() {
        passes("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n");
        passes("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        passes("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\na\nb\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        passes(
            "POST / HTTP/1.1\r\ntransfer-encoding:Chunked\r\n\r\n3;x=y\r\na\nb\r\n0\r\nt: 1\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        );
        passes(&format!(
            "GET /{} HTTP/1.1\r\nx: {}\r\n\r\n",
            "a".repeat(999),
            "b".repeat(999)
        ));
        passes("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n\u{1}\n\n\n");
    }

    #[test]
    fn a_line_that_only_a_line_feed_ends_is_refused_wherever_it_is() {
        let good = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok";
        refuses("GET / HTTP/1.1\nHost: a\r\n\r\n");
        refuses("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n");
        refuses("GET / HTTP/1.1\r\nHost: a\r\n\n");
        refuses("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        refuses(&format!("{good}GET / HTTP/1.1\nHost: a\n\n"));
        refuses("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n");
    }

    #[test]
    fn a_body_with_two_lengths_is_refused() {
        refuses("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
        refuses("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
        refuses("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\ncontent-length: 1\r\n\r\n");
        refuses("POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n");
        refuses("POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n");
        refuses("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
        refuses(&format!(
            "POST / HTTP/1.1\r\nContent-Length: {}1\r\n\r\n",
            " ".repeat(999)
        ));
    }
}
