//! A running `fanlight demo`.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::clock::timed;
use crate::http::{Client, Request};

/// Clock ticks in a second, as Linux reports processor time on every machine that we know of.
const TICKS_PER_SEC: f64 = 100.0;
/// The size of a page of memory, on the machines that we measure on.
const PAGE_BYTES: u64 = 4096;
/// An address with whatever port is free.
const ANY_PORT: &str = "127.0.0.1:0";

/// The server's process, ended when this is dropped.
#[derive(Debug)]
pub struct Demo {
    child: Child,
    /// Kept so that the folder outlives the process.
    data: TempDir,
    /// The tenant's address: host and port.
    pub tenant: String,
    /// The portal's.
    pub portal: String,
    /// The tenant's public origin.
    pub origin: String,
    /// The portal's.
    pub portal_origin: String,
    /// The web integration that holds the portal's origin.
    pub integration: String,
    /// The app's id.
    pub app: String,
    /// From the start of the process to its ready line.
    pub ready_after: Duration,
}

impl Demo {
    /// Starts the binary on a data folder of its own and waits until it is ready.
    ///
    /// # Errors
    /// If it does not start, or says nothing that can be understood.
    pub fn start(binary: &Path) -> Result<Self> {
        Self::start_on(binary, tempfile::tempdir()?)
    }

    /// Stops the server and starts it again on the same data.
    ///
    /// # Errors
    /// As [`Demo::start`].
    pub fn restart(mut self, binary: &Path) -> Result<Self> {
        let data = std::mem::replace(&mut self.data, tempfile::tempdir()?);
        drop(self);
        Self::start_on(binary, data)
    }

    /// Kills the process, as a crash would, and starts it again on the same data and the same ports.
    ///
    /// # Errors
    /// As [`Demo::start`].
    pub fn crash_and_start(&mut self, binary: &Path) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        let (child, _) = launch(binary, self.data.path(), [&self.tenant, &self.portal])?;
        self.child = child;
        Ok(())
    }

    fn start_on(binary: &Path, data: TempDir) -> Result<Self> {
        let (ready_after, started) = timed(|| launch(binary, data.path(), [ANY_PORT; 2]));
        let (child, ready) = started?;
        let text = |key: &str| {
            ready[key]
                .as_str()
                .map(str::to_owned)
                .with_context(|| format!("no {key:?}"))
        };
        let host = |origin: &str| {
            let port = origin.rsplit(':').next().unwrap_or("80").to_owned();
            format!("127.0.0.1:{port}")
        };
        let (origin, portal_origin) = (text("tenant")?, text("portal")?);
        Ok(Self {
            tenant: host(&origin),
            portal: host(&portal_origin),
            portal_origin,
            integration: text("webIntegrationId")?,
            app: text("appId")?,
            origin,
            child,
            data,
            ready_after,
        })
    }

    /// Memory of the process in bytes: what is resident.
    ///
    /// # Errors
    /// If the process is gone.
    pub fn resident_bytes(&self) -> Result<u64> {
        let statm = self.proc_file("statm")?;
        let pages: u64 = statm
            .split(' ')
            .nth(1)
            .context("statm has a second number")?
            .parse()?;
        Ok(pages * PAGE_BYTES)
    }

    /// Bytes of the files in its data folder.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn disk_bytes(&self) -> Result<u64> {
        let mut n_bytes = 0;
        for entry in fs::read_dir(self.data.path())? {
            let entry = entry?.metadata()?;
            if entry.is_file() {
                n_bytes += entry.len();
            }
        }
        Ok(n_bytes)
    }

    /// How many files and sockets the process has open.
    ///
    /// # Errors
    /// If the process is gone.
    pub fn open_files(&self) -> Result<usize> {
        let path = format!("/proc/{}/fd", self.child.id());
        Ok(fs::read_dir(path)?.count())
    }

    /// Processor time that the process has used so far, in seconds.
    ///
    /// # Errors
    /// If the process is gone.
    pub fn cpu_secs(&self) -> Result<f64> {
        let stat = self.proc_file("stat")?;
        let (_, fields) = stat.rsplit_once(") ").context("stat names the program")?;
        let ticks =
            |at: usize| -> Result<f64> { Ok(fields.split(' ').nth(at).context("stat has times")?.parse()?) };
        Ok((ticks(11)? + ticks(12)?) / TICKS_PER_SEC)
    }

    /// Moves the server's clock, so that a limit per minute does not have to be waited for.
    ///
    /// # Errors
    /// If the control API refuses.
    pub fn advance_clock(&self, secs: u32) -> Result<()> {
        let body = format!("{{\"advance\": {secs}}}");
        let request = Request::post("/control/v1/clock")
            .header("content-type", "application/json")
            .body(&body);
        let answer = Client::connect(&self.tenant)?.send(&request)?;
        ensure!(
            answer.status == 200,
            "the control API answered {}: {}",
            answer.status,
            answer.body
        );
        Ok(())
    }

    /// A token of the demo's own provider, for any user.
    ///
    /// # Errors
    /// If the portal refuses.
    pub fn token(&self, portal: &mut Client, user: &str) -> Result<String> {
        let answer = portal.send(&Request::get(&format!("/demo-token?user={user}")))?;
        let body: Value = serde_json::from_str(&answer.body).context("the token endpoint answers JSON")?;
        Ok(body["body"].as_str().context("the answer has a body")?.to_owned())
    }

    /// Signs a user in and answers what a browser would then send.
    ///
    /// # Errors
    /// If the tenant refuses.
    pub fn sign_in(&self, user: &str) -> Result<Credentials> {
        let token = self.token(&mut Client::connect(&self.portal)?, user)?;
        let mut tenant = Client::connect(&self.tenant)?;
        let answer = tenant.send(&login_request(&token))?;
        ensure!(
            answer.status == 200,
            "sign-in answered {}: {}",
            answer.status,
            answer.body
        );
        let pairs = answer
            .headers_named("set-cookie")
            .filter_map(|line| line.split(';').next());
        let cookie = pairs.collect::<Vec<_>>().join("; ");
        let answer = tenant.send(&Request::get("/api/v1/csrf-token").header("cookie", &cookie))?;
        let csrf = answer
            .headers_named("qlik-csrf-token")
            .next()
            .context("a CSRF token")?
            .to_owned();
        Ok(Credentials { cookie, csrf })
    }

    /// Signs out.
    ///
    /// # Errors
    /// If the tenant refuses.
    pub fn sign_out(&self, credentials: &Credentials) -> Result<()> {
        let request = self.own_page(Request::post("/logout"), credentials);
        let answer = Client::connect(&self.tenant)?.send(&request)?;
        ensure!(
            answer.status < 400,
            "sign-out answered {}: {}",
            answer.status,
            answer.body
        );
        Ok(())
    }

    /// The request as the tenant's own page sends it for somebody.
    #[must_use]
    pub fn own_page(&self, request: Request, credentials: &Credentials) -> Request {
        request
            .header("origin", &self.origin)
            .header("cookie", &credentials.cookie)
            .header("qlik-csrf-token", &credentials.csrf)
    }

    fn proc_file(&self, name: &str) -> Result<String> {
        let path = format!("/proc/{}/{name}", self.child.id());
        fs::read_to_string(&path).with_context(|| format!("{path} can be read while the server runs"))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a signed-in browser sends.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// All cookies.
    pub cookie: String,
    /// The CSRF token.
    pub csrf: String,
}

/// `POST /login/jwt-session` with a token.
pub fn login_request(token: &str) -> Request {
    Request::post("/login/jwt-session").header("authorization", &format!("Bearer {token}"))
}

fn launch(binary: &Path, data: &Path, [tenant, portal]: [&str; 2]) -> Result<(Child, Value)> {
    let mut child = Command::new(binary)
        .args([
            "demo",
            "--json",
            "--tenant-addr",
            tenant,
            "--portal-addr",
            portal,
            "--data",
        ])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} can be started", binary.display()))?;
    let stdout = child.stdout.take().context("standard output is piped")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let ready =
        serde_json::from_str(&line).with_context(|| format!("the ready line is JSON, not {line:?}"))?;
    Ok((child, ready))
}
