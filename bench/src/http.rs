//! Just enough HTTP/1.1 to measure with: one connection, one request at a time, no work of its own to speak of.

use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    head: String,
    body: String,
}

impl Request {
    /// A GET.
    pub fn get(path: &str) -> Self {
        Self {
            head: format!("GET {path} HTTP/1.1\r\n"),
            body: String::new(),
        }
    }

    /// A POST.
    pub fn post(path: &str) -> Self {
        Self {
            head: format!("POST {path} HTTP/1.1\r\n"),
            body: String::new(),
        }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        self.body = body.to_owned();
        self
    }

    /// As it goes over the wire.
    pub fn message(&self, host: &str) -> String {
        let Self { head, body } = self;
        format!(
            "{head}host: {host}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// The values of all headers of a name, given in lower case.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Reads the whole answer.
    ///
    /// # Errors
    /// If the connection breaks, or the answer is not HTTP/1.1.
    pub fn read(stream: &mut impl BufRead) -> Result<Self> {
        let status = line(stream)?;
        let status = status.split(' ').nth(1).context("a status line")?.parse()?;
        let mut headers = Vec::new();
        loop {
            let line = line(stream)?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Self {
            status,
            headers,
            body: String::new(),
        };
        answer.body = String::from_utf8(answer.read_body(stream)?)?;
        Ok(answer)
    }

    fn read_body(&self, stream: &mut impl BufRead) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        if self
            .headers_named("transfer-encoding")
            .any(|coding| coding == "chunked")
        {
            loop {
                let size = usize::from_str_radix(line(stream)?.trim(), 16)?;
                let start = body.len();
                body.resize(start + size, 0);
                stream.read_exact(&mut body[start..])?;
                line(stream)?;
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        let length = self
            .headers_named("content-length")
            .next()
            .map_or(Ok(0), str::parse)?;
        body.resize(length, 0);
        stream.read_exact(&mut body)?;
        Ok(body)
    }
}

/// A connection that is kept open between requests.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Client {
    /// Connects to `host:port`.
    ///
    /// # Errors
    /// If nobody listens there.
    pub fn connect(host: &str) -> Result<Self> {
        let stream = TcpStream::connect(host).with_context(|| format!("{host} can be reached"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::new(stream),
            host: host.to_owned(),
        })
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// If the connection breaks, or the answer is not HTTP/1.1.
    pub fn send(&mut self, request: &Request) -> Result<Answer> {
        let message = request.message(&self.host);
        self.stream.get_mut().write_all(message.as_bytes())?;
        Answer::read(&mut self.stream)
    }
}

fn line(stream: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        bail!("the server closed the connection");
    }
    Ok(line.trim_end().to_owned())
}
