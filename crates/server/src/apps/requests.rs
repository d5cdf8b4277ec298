//! Requests to take an app's folder in, as files in the data folder: whoever may write there may ask.
//!
//! A request is the file `<app>.request` with a text of the asker's choice. The server takes it by renaming it to
//! `<app>.taken`, and answers by the file `<app>.answer`, which repeats that text.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::files;

/// The folder of requests in a data folder.
#[derive(Debug, Clone)]
pub struct Requests(PathBuf);

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The app.
    pub app: String,
    /// Tells this request from another one for the same app.
    nonce: String,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    nonce: String,
    /// Whether the app is the changed one now.
    pub is_taken_in: bool,
    /// What happened, for people.
    pub text: String,
}

/// How far a request has got.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// Nobody has looked at it.
    No,
    /// A server works on it.
    UnderWay,
    /// It is done.
    Answered(Answer),
}

impl Requests {
    /// Those of a data folder.
    pub fn of(data: &Path) -> Self {
        Self(data.join("app-requests"))
    }

    /// Leaves a request for the server.
    ///
    /// # Errors
    /// The data folder cannot be written.
    pub fn ask(&self, app: &str, nonce: &str) -> Result<Request> {
        files::private_folder(&self.0)?;
        let request = Request {
            app: app.to_owned(),
            nonce: nonce.to_owned(),
        };
        let _ = fs::remove_file(self.file(app, "answer"));
        let file = self.file(app, "request");
        files::write_whole(&file, nonce.as_bytes(), 0o600)
            .with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(request)
    }

    /// How far a request has got.
    ///
    /// # Errors
    /// The answer cannot be read.
    pub fn look(&self, request: &Request) -> Result<Taken> {
        let file = self.file(&request.app, "answer");
        match fs::read_to_string(&file) {
            Ok(text) => {
                let answer: Answer = serde_json::from_str(&text)
                    .with_context(|| format!("{} is no answer; delete it", file.display()))?;
                if answer.nonce == request.nonce {
                    let _ = fs::remove_file(&file);
                    return Ok(Taken::Answered(answer));
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
        }
        let waits = self.file(&request.app, "request").is_file();
        Ok(if waits { Taken::No } else { Taken::UnderWay })
    }

    /// Takes a request back that nobody took.
    pub fn withdraw(&self, request: &Request) {
        let _ = fs::remove_file(self.file(&request.app, "request"));
    }

    /// The requests that wait; they are this caller's from now on.
    pub fn take(&self) -> Vec<Request> {
        let Ok(entries) = fs::read_dir(&self.0) else {
            return Vec::new();
        };
        let files = entries.filter_map(Result::ok).map(|entry| entry.path());
        let waiting = files.filter(|file| file.extension().is_some_and(|kind| kind == "request"));
        let mut taken: Vec<Request> = waiting.filter_map(|file| self.take_one(&file)).collect();
        taken.sort_by(|left, right| left.app.cmp(&right.app));
        taken
    }

    fn take_one(&self, file: &Path) -> Option<Request> {
        let app = file.file_stem()?.to_str()?.to_owned();
        let mine = self.file(&app, "taken");
        fs::rename(file, &mine).ok()?;
        let nonce = fs::read_to_string(&mine).ok();
        let _ = fs::remove_file(&mine);
        Some(Request { app, nonce: nonce? })
    }

    /// Tells the asker what came of it.
    pub fn answer(&self, request: &Request, outcome: &Result<String, String>) {
        let (is_taken_in, text) = match outcome {
            Ok(text) => (true, text),
            Err(text) => (false, text),
        };
        let answer = Answer {
            nonce: request.nonce.clone(),
            is_taken_in,
            text: text.clone(),
        };
        let written = serde_json::to_vec(&answer)
            .context("an answer is JSON")
            .and_then(|text| files::write_whole(&self.file(&request.app, "answer"), &text, 0o600));
        if let Err(error) = written {
            tracing::error!(
                "the answer to `fanlight app reload {}` could not be written: {error:#}",
                request.app
            );
        }
    }

    fn file(&self, app: &str, kind: &str) -> PathBuf {
        self.0.join(format!("{app}.{kind}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_taken_once_and_answered_to_who_asked() {
        let data = tempfile::tempdir().unwrap();
        let requests = Requests::of(data.path());
        assert_eq!(requests.take(), []);
        let request = requests.ask("sales", "n1").unwrap();
        assert_eq!(requests.look(&request).unwrap(), Taken::No);
        assert_eq!(requests.take(), std::slice::from_ref(&request));
        assert_eq!(requests.take(), []);
        assert_eq!(requests.look(&request).unwrap(), Taken::UnderWay);
        let other = Request {
            nonce: "n0".to_owned(),
            ..request.clone()
        };
        requests.answer(&other, &Ok("of an earlier one".to_owned()));
        assert_eq!(requests.look(&request).unwrap(), Taken::UnderWay);
        requests.answer(&request, &Err("it is broken".to_owned()));
        let Taken::Answered(answer) = requests.look(&request).unwrap() else {
            panic!("there is an answer")
        };
        assert_eq!(
            (answer.is_taken_in, answer.text.as_str()),
            (false, "it is broken")
        );
    }

    #[test]
    fn a_request_that_nobody_took_is_taken_back() {
        let data = tempfile::tempdir().unwrap();
        let requests = Requests::of(data.path());
        let request = requests.ask("sales", "n1").unwrap();
        requests.withdraw(&request);
        assert_eq!(requests.take(), []);
    }
}
