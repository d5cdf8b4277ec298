//! Runs the binary, and asks it by plain HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A test that waits longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `fanlight demo`, killed when it is dropped.
pub struct Demo {
    /// What it printed.
    pub ready: Value,
    child: Child,
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// The body.
    pub body: String,
}

/// A running `fanlight serve` with the configuration in `file`, and the port on which it answers.
pub fn serve(file: &Path) -> (Killed, u16) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fanlight"))
        .arg("serve")
        .arg("--config")
        .arg(file)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let stdout = child.stdout.take().expect("it is piped");
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("it prints text");
    let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok());
    (Killed(child), port.unwrap_or_else(|| panic!("not ready: {line}")))
}

/// A process that ends when it is dropped.
pub struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a command to its end.
pub fn fanlight(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fanlight"))
        .args(args)
        .output()
        .expect("the binary runs")
}

impl Demo {
    /// Starts on free ports and waits until it is ready.
    pub fn start(data: &Path, flags: &[&str]) -> Self {
        Self::start_by(Command::new(env!("CARGO_BIN_EXE_fanlight")), data, flags)
    }

    /// Starts so that a file that may not grow is an error to it, as a full disk is, and not its end.
    pub fn start_with_errors_for_large_files(data: &Path) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]);
        shell.arg(env!("CARGO_BIN_EXE_fanlight"));
        // Its log may go to a file here, and would be limited, too.
        shell.stderr(Stdio::null());
        Self::start_by(shell, data, &[])
    }

    fn start_by(mut command: Command, data: &Path, flags: &[&str]) -> Self {
        let mut child = command
            .args([
                "demo",
                "--tenant-addr",
                "127.0.0.1:0",
                "--portal-addr",
                "127.0.0.1:0",
                "--json",
                "--data",
            ])
            .arg(data)
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let stdout = child.stdout.take().expect("it is piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("it prints text");
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("not ready ({error}): {line}"));
        Self { ready, child }
    }

    /// From now on its files may be so large: `unlimited`, or a number of bytes.
    pub fn limit_files(&self, bytes: &str) {
        let done = Command::new("prlimit")
            .args(["--pid", &self.child.id().to_string()])
            .arg(format!("--fsize={bytes}:unlimited"))
            .status();
        assert!(done.expect("util-linux is installed").success());
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it without a word, as a crash would.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Asks it to end.
    #[cfg(unix)]
    pub fn terminate(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .expect("there is a kill")
                .success()
        );
        self.child.wait().expect("it ends")
    }

    /// A request to the tenant.
    pub fn tenant(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.tenant_with_body(method, path, headers, "")
    }

    /// A request to the tenant with a body of JSON.
    pub fn tenant_with_body(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        call(port(&self.ready["tenant"]), method, path, headers, body)
    }

    /// A request to the demo portal.
    pub fn portal(&self, method: &str, path: &str) -> Answer {
        call(port(&self.ready["portal"]), method, path, &[], "")
    }

    /// A token for `user`, from the endpoint that is there for tests.
    pub fn token(&self, user: &str) -> String {
        let answer = call(
            port(&self.ready["portal"]),
            "GET",
            &format!("/demo-token?user={user}"),
            &[],
            "",
        );
        answer.json()["body"].as_str().expect("a token").to_owned()
    }

    /// Signs in, and gives the cookies as a browser sends them back.
    pub fn sign_in(&self, user: &str) -> String {
        let bearer = format!("Bearer {}", self.token(user));
        let answer = self.tenant("POST", "/login/jwt-session", &[("authorization", &bearer)]);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let cookies: Vec<&str> = answer
            .head
            .lines()
            .filter_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next())
            .collect();
        cookies.join("; ")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.body))
    }
}

fn port(origin: &Value) -> u16 {
    let origin = origin.as_str().expect("an origin");
    origin
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("an origin with a port")
}

/// Whether whatever listens on `port` answers a request that is not encrypted.
pub fn speaks_plain_http(port: u16) -> bool {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a time-out above zero");
    let request = format!("GET /healthz HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let done = stream
        .write_all(request.as_bytes())
        .and_then(|()| stream.read_to_end(&mut answer));
    done.is_ok() && answer.starts_with(b"HTTP/")
}

/// A request to whatever listens on `port`.
pub fn call(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a time-out above zero");
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        request.push_str("content-type: application/json\r\n");
    }
    request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("it answers in text");
    let (head, body) = text.split_once("\r\n\r\n").expect("head and body");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .expect("a status line");
    Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    }
}
