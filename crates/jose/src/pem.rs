//! PEM (RFC 7468), read leniently: keys arrive through forms, shell variables and JSON, which lose the line breaks or
//! turn them into the two characters `\n`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::KeyError;

pub(crate) struct Block {
    pub label: String,
    pub der: Vec<u8>,
}

/// The blocks of a text, in order. Text around them is ignored.
pub(crate) fn read(text: &str) -> Result<Vec<Block>, KeyError> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, begun)) = rest.split_once("-----BEGIN ") {
        let (label, body) = begun
            .split_once("-----")
            .ok_or(KeyError::NotPem("the BEGIN line has no end"))?;
        let (body, after) = body
            .split_once(&format!("-----END {label}-----"))
            .ok_or(KeyError::NotPem("the END line is missing"))?;
        blocks.push(Block {
            label: label.to_owned(),
            der: decode(body)?,
        });
        rest = after;
    }
    if blocks.is_empty() {
        return Err(KeyError::NotPem("there is no BEGIN line"));
    }
    Ok(blocks)
}

/// One block with line breaks after 64 characters.
pub(crate) fn write(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in body.as_bytes().chunks(64) {
        text.extend(line.iter().map(|&byte| char::from(byte)));
        text.push('\n');
    }
    text + "-----END " + label + "-----\n"
}

fn decode(body: &str) -> Result<Vec<u8>, KeyError> {
    let digits: String = body
        .replace("\\r", "")
        .replace("\\n", "")
        .split_whitespace()
        .collect();
    STANDARD
        .decode(digits)
        .map_err(|_| KeyError::NotPem("the text between BEGIN and END is not base64"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_may_be_lost_or_escaped() {
        let text = write("PUBLIC KEY", &[42; 100]);
        for form in [
            text.clone(),
            text.replace('\n', ""),
            text.replace('\n', "\\n"),
            text.replace('\n', "\r\n"),
        ] {
            let blocks = read(&form).unwrap();
            assert_eq!(
                (blocks[0].label.as_str(), blocks[0].der.as_slice()),
                ("PUBLIC KEY", &[42; 100][..])
            );
        }
    }

    #[test]
    fn what_is_no_pem_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "there is no BEGIN line"),
            ("-----BEGIN X", "the BEGIN line has no end"),
            ("-----BEGIN X-----AAAA", "the END line is missing"),
            (
                "-----BEGIN X-----?-----END X-----",
                "the text between BEGIN and END is not base64",
            ),
        ] {
            assert_eq!(read(text).err(), Some(KeyError::NotPem(reason)), "{text:?}");
        }
    }
}
