//! `[operator]`.

use std::path::Path;

use fanlight_base::Secret;

use crate::error::Problems;
use crate::raw::RawOperator;
use crate::settings::Operator;

/// A shorter token could be guessed.
const MIN_TOKEN_CHARS: usize = 16;
const FIX: &str = "write 16 characters or more, without blanks, such as the output of `openssl rand -hex 32`";

/// No message repeats the token.
pub(super) fn operator(raw: &RawOperator, folder: &Path, problems: &mut Problems) -> Operator {
    let (key, token) = match (raw.metrics_token.as_str(), raw.metrics_token_file.as_str()) {
        ("", "") => return Operator { metrics_token: None },
        (token, "") => ("operator.metrics_token", Some(token.to_owned())),
        ("", file) => {
            let path = folder.join(file);
            let read = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()));
            let key = "operator.metrics_token_file";
            let token = problems.take(key, read, "write the path of a file that holds the token");
            (key, token.map(|token| token.trim().to_owned()))
        }
        (_, _) => {
            problems.add(
                "operator.metrics_token_file",
                "there is a token and a file with a token",
                "write one of the two",
            );
            return Operator { metrics_token: None };
        }
    };
    let is_good = |token: &String| {
        token.chars().count() >= MIN_TOKEN_CHARS && token.chars().all(|char| char.is_ascii_graphic())
    };
    if token.as_ref().is_some_and(|token| !is_good(token)) {
        problems.add(key, "the token is too short or holds blanks", FIX);
    }
    Operator {
        metrics_token: token.map(Secret::new),
    }
}
