//! The commands of the documents are run as they stand there, in the order in which a reader would run them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where the documents keep a tenant's data.
const DATA: &str = "/var/lib/fanlight";
/// The programs whose lines are run. Others (`curl`, `sqlite3`, `systemctl` …) need what a test has not.
const PROGRAMS: [&str; 3] = ["fanlight ", "install -d /var/lib/fanlight", "cp -r apps/"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap_or_else(|error| panic!("{document}: {error}"))
}

/// The fenced blocks of a document in that language; the empty one is that of commands.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<(bool, String)> = None;
    for line in text.lines() {
        match (line.trim().strip_prefix("```"), open.take()) {
            (Some(name), None) => open = Some((name == language, String::new())),
            (Some(_), Some((is_wanted, block))) => found.extend(is_wanted.then_some(block)),
            (None, Some((is_wanted, block))) => open = Some((is_wanted, format!("{block}{line}\n"))),
            (None, None) => {}
        }
    }
    found
}

fn commands(document: &str) -> Vec<String> {
    let text = read(document);
    let lines = blocks(&text, "").join("");
    let is_run = |line: &&str| PROGRAMS.iter().any(|program| line.starts_with(program));
    lines.lines().filter(is_run).map(str::to_owned).collect()
}

/// A folder in which a reader follows a document.
struct Reader {
    folder: tempfile::TempDir,
}

impl Reader {
    /// With the sample app, and the configuration of `docs/EMBEDDING.md` on a free port.
    fn new() -> Self {
        let reader = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::os::unix::fs::symlink(root().join("apps"), reader.path("apps")).unwrap();
        let config = blocks(&read("docs/EMBEDDING.md"), "toml").remove(0);
        let config = reader.here(&config).replace("127.0.0.1:8080", "127.0.0.1:0");
        fs::write(reader.path("fanlight.toml"), config).unwrap();
        reader
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The text with the documents' data folder in this one.
    fn here(&self, text: &str) -> String {
        text.replace(DATA, self.path("data").to_str().unwrap())
    }

    fn shell(&self, line: &str) -> Command {
        let bin = Path::new(env!("CARGO_BIN_EXE_fanlight")).parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        // The shell becomes the command, so that ending one ends the other.
        let line = if line.starts_with("fanlight ") {
            format!("exec {line}")
        } else {
            line.to_owned()
        };
        shell
            .args(["-c", &line])
            .current_dir(self.folder.path())
            .env("PATH", path);
        shell
    }

    /// Runs a line to its end, or until it is ready where it serves. Gives what it printed.
    #[track_caller]
    fn runs(&self, line: &str) -> String {
        let line = self.here(line);
        if line.starts_with("fanlight serve") || line.starts_with("fanlight demo") {
            return self.serves(&line);
        }
        let output = self.shell(&line).output().unwrap();
        let [said, complained] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(output.status.success(), "{line}: {said}{complained}");
        said
    }

    #[track_caller]
    fn serves(&self, line: &str) -> String {
        let running = self.starts(line);
        assert!(
            !running.said.trim().is_empty(),
            "{line}: it ended before it was ready"
        );
        running.said.clone()
    }

    /// A server that is ready, until it is dropped.
    fn starts(&self, line: &str) -> Running {
        let mut child = self
            .shell(&self.here(line))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut said)
            .unwrap();
        Running { child, said }
    }
}

/// A process, and its first line.
struct Running {
    child: Child,
    said: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs all commands of a document after one another. `replaced` is told each line and what the one before it printed, and
/// gives the line with what the reader would put in.
fn follow(reader: &Reader, document: &str, replaced: impl Fn(&str, &str) -> String) {
    let commands = commands(document);
    assert!(!commands.is_empty(), "{document} has no commands");
    let mut said = String::new();
    for line in commands {
        said = reader.runs(&replaced(&line, &said));
    }
}

fn as_it_is(line: &str, _: &str) -> String {
    line.to_owned()
}

#[test]
fn the_commands_of_the_first_page_work() {
    let reader = Reader::new();
    fs::write(reader.path("token.txt"), "").unwrap();
    follow(&reader, "README.md", |line, said| {
        // The token to be explained is the one that was minted.
        if line.contains("token.txt") {
            fs::write(reader.path("token.txt"), said).unwrap();
        }
        line.to_owned()
    });
}

#[test]
fn the_commands_of_embedding_work() {
    let reader = Reader::new();
    let minted = commands("docs/EMBEDDING.md")
        .into_iter()
        .find(|line| line.starts_with("fanlight token mint"));
    let minted = minted.expect("the page says how to make a token");
    follow(&reader, "docs/EMBEDDING.md", |line, _| {
        if line.contains("token.txt") {
            fs::write(reader.path("token.txt"), reader.runs(&minted)).unwrap();
        }
        line.to_owned()
    });
}

#[test]
fn the_commands_of_operating_work() {
    let reader = Reader::new();
    reader.runs("fanlight keys new --out portal");
    reader.runs("install -d /var/lib/fanlight/apps && cp -r apps/flights /var/lib/fanlight/apps/");
    let _running = reader.starts("fanlight serve --config fanlight.toml");
    follow(&reader, "docs/OPERATING.md", |line, said| {
        // The list that was printed before has the id in front.
        let id = said.lines().find_map(|row| {
            let word = row.split_whitespace().next()?;
            (word.len() >= 16 && word.chars().all(|letter| letter.is_ascii_hexdigit())).then_some(word)
        });
        match line.strip_suffix(" ID") {
            Some(begin) => format!("{begin} {}", id.expect("the list has the key")),
            None => line.to_owned(),
        }
    });
}

#[test]
fn the_commands_of_testing_work() {
    follow(&Reader::new(), "docs/TESTING-YOUR-PORTAL.md", as_it_is);
}

#[test]
fn every_document_in_toml_or_json_can_be_read() {
    let mut n_read = 0;
    for document in [
        "README.md",
        "docs/API.md",
        "docs/EMBEDDING.md",
        "docs/OPERATING.md",
        "docs/SESSIONS.md",
        "docs/TESTING-YOUR-PORTAL.md",
        "apps/README.md",
    ] {
        let text = read(document);
        for block in blocks(&text, "json") {
            serde_json::from_str::<serde_json::Value>(&block)
                .unwrap_or_else(|error| panic!("{document}: {error}: {block}"));
            n_read += 1;
        }
        for block in blocks(&text, "toml") {
            toml::from_str::<toml::Table>(&block)
                .unwrap_or_else(|error| panic!("{document}: {error}: {block}"));
            n_read += 1;
        }
    }
    assert!(n_read > 5, "only {n_read} were found");
}
