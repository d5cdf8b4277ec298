//! From the bytes of a text file to UTF-8.

use std::fs::File;
use std::io::{self, Read as _};

use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::problem::{Complaint, Place};

/// Bytes read in one go.
const CHUNK: usize = 1 << 18;

/// How the characters of a file are written as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Latin1,
    Windows1252,
}

impl Encoding {
    /// Its name in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Latin1 => "latin1",
            Self::Windows1252 => "windows-1252",
        }
    }

    pub fn all() -> [Self; 5] {
        [
            Self::Utf8,
            Self::Utf16Le,
            Self::Utf16Be,
            Self::Latin1,
            Self::Windows1252,
        ]
    }

    fn decoder(self) -> Decoder {
        let encoding = match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            // Where Latin-1 has characters, both have the same; where it has none, the file is refused.
            Self::Latin1 | Self::Windows1252 => WINDOWS_1252,
        };
        encoding.new_decoder_without_bom_handling()
    }

    /// Whether the byte is a control character that no text has, and so stands for something else.
    fn is_foreign(self, byte: u8) -> bool {
        match self {
            Self::Latin1 => matches!(byte, 0x80..=0x9F),
            Self::Windows1252 => matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D),
            Self::Utf8 | Self::Utf16Le | Self::Utf16Be => false,
        }
    }
}

/// Why a file's bytes are no text.
#[derive(Debug)]
pub(crate) enum Fault {
    Unreadable(io::Error),
    /// The bytes after what was decoded are none of the encoding.
    Foreign(Encoding),
    /// The file begins like one of another kind.
    OtherKind(&'static str),
    /// Every other byte is zero, as in UTF-16, and there is no mark that says so.
    Unmarked(Encoding),
    /// The mark at the start contradicts the encoding that was declared.
    Contradiction {
        mark: Encoding,
        declared: Encoding,
    },
}

impl Fault {
    /// What is said of it, where the text before it ends.
    pub fn complaint(self, place: Place) -> Complaint {
        let complaint = match self {
            Self::Unreadable(error) => {
                return Complaint::new(format!("the file cannot be read: {error}"), "make it readable");
            }
            Self::Foreign(Encoding::Utf8) => Complaint::new(
                "the bytes here are not UTF-8",
                "save the file as UTF-8, or declare how it is written: csv = { encoding = \"windows-1252\" } (or \"latin1\")",
            ),
            Self::Foreign(encoding) => Complaint::new(
                format!("the bytes here are no character of {}", encoding.name()),
                match encoding {
                    Encoding::Latin1 => {
                        "declare csv = { encoding = \"windows-1252\" }, or save the file as UTF-8"
                    }
                    _ => "save the file as UTF-8 and remove `encoding`",
                },
            ),
            Self::OtherKind(kind) => Complaint::new(
                format!("the file is no text: it is {kind}"),
                "save it as text in UTF-8",
            ),
            Self::Unmarked(encoding) => Complaint::new(
                "every other byte of the file is zero, as in UTF-16",
                format!(
                    "declare csv = {{ encoding = \"{}\" }}, or save the file as UTF-8",
                    encoding.name()
                ),
            ),
            Self::Contradiction { mark, declared } => Complaint::new(
                format!(
                    "the file begins with the mark of {}, and {} is declared",
                    mark.name(),
                    declared.name()
                ),
                "remove `encoding`",
            ),
        };
        complaint.at(place)
    }
}

/// A file that is decoded chunk by chunk.
pub(crate) struct Decoded {
    file: File,
    encoding: Encoding,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Bytes of `raw` that are decoded.
    used: usize,
    ended: bool,
    fault: Option<Fault>,
}

impl Decoded {
    /// Looks at the file's first bytes for a mark. Without one and without a declaration, it is UTF-8.
    pub fn new(mut file: File, declared: Option<Encoding>) -> Result<Self, Fault> {
        let mut raw = Vec::with_capacity(CHUNK);
        (&mut file)
            .take(4)
            .read_to_end(&mut raw)
            .map_err(Fault::Unreadable)?;
        if let Some(kind) = other_kind(&raw) {
            return Err(Fault::OtherKind(kind));
        }
        let mark = mark(&raw);
        let encoding = match (mark, declared) {
            (Some((mark, _)), Some(declared)) if mark != declared => {
                return Err(Fault::Contradiction { mark, declared });
            }
            (Some((mark, _)), _) => mark,
            (None, Some(declared)) => declared,
            (None, None) => match unmarked(&raw) {
                Some(encoding) => return Err(Fault::Unmarked(encoding)),
                None => Encoding::Utf8,
            },
        };
        Ok(Self {
            file,
            encoding,
            decoder: encoding.decoder(),
            raw,
            used: mark.map_or(0, |(_, len)| len),
            ended: false,
            fault: None,
        })
    }

    /// Appends the next characters; `false` at the end of the file.
    ///
    /// # Errors
    /// If the file cannot be read, or what comes next is not of its encoding.
    pub fn more(&mut self, out: &mut Vec<u8>) -> Result<bool, Fault> {
        if let Some(fault) = self.fault.take() {
            self.ended = true;
            return Err(fault);
        }
        if self.ended {
            return Ok(false);
        }
        let before = out.len();
        while out.len() == before && !self.ended && self.fault.is_none() {
            self.fill()?;
            self.decode(out);
        }
        if out.len() == before
            && let Some(fault) = self.fault.take()
        {
            self.ended = true;
            return Err(fault);
        }
        Ok(out.len() > before)
    }

    fn fill(&mut self) -> Result<(), Fault> {
        self.raw.drain(..self.used);
        self.used = 0;
        let wanted = CHUNK.saturating_sub(self.raw.len()) as u64;
        let n_read = (&mut self.file)
            .take(wanted)
            .read_to_end(&mut self.raw)
            .map_err(Fault::Unreadable)?;
        self.ended = (n_read as u64) < wanted;
        Ok(())
    }

    fn decode(&mut self, out: &mut Vec<u8>) {
        let encoding = self.encoding;
        let foreign = self.raw[self.used..]
            .iter()
            .position(|byte| encoding.is_foreign(*byte));
        let source = match foreign {
            Some(len) => &self.raw[self.used..self.used + len],
            None => &self.raw[self.used..],
        };
        let last = self.ended && foreign.is_none();
        let at = out.len();
        let room = self
            .decoder
            .max_utf8_buffer_length_without_replacement(source.len())
            .unwrap_or(source.len() * 3 + 16);
        out.resize(at + room, 0);
        let (result, n_read, n_written) =
            self.decoder
                .decode_to_utf8_without_replacement(source, &mut out[at..], last);
        out.truncate(at + n_written);
        self.used += n_read;
        if foreign.is_some() || matches!(result, DecoderResult::Malformed(..)) {
            self.fault = Some(Fault::Foreign(encoding));
        }
    }
}

/// The encoding that the file's first bytes tell, and how many bytes do so.
fn mark(raw: &[u8]) -> Option<(Encoding, usize)> {
    match raw {
        [0xEF, 0xBB, 0xBF, ..] => Some((Encoding::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Encoding::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Encoding::Utf16Be, 2)),
        _ => None,
    }
}

fn unmarked(raw: &[u8]) -> Option<Encoding> {
    match raw {
        [first, 0, ..] if *first > 0 => Some(Encoding::Utf16Le),
        [0, second, ..] if *second > 0 => Some(Encoding::Utf16Be),
        _ => None,
    }
}

fn other_kind(raw: &[u8]) -> Option<&'static str> {
    match raw {
        [b'P', b'K', 3, 4] => Some("a ZIP archive, perhaps a workbook"),
        [0x1F, 0x8B, ..] => Some("compressed with gzip"),
        [0x28, 0xB5, 0x2F, 0xFD] => Some("compressed with zstd"),
        [b'P', b'A', b'R', b'1'] => Some("a Parquet file"),
        [0xD0, 0xCF, 0x11, 0xE0] => Some("a workbook of an old kind"),
        [0xFF, 0xFE, 0, 0] | [0, 0, 0xFE, 0xFF] => Some("UTF-32"),
        _ => None,
    }
}
