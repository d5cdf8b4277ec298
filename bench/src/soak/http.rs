//! One request over a connection of its own, from an address of its own: each person counts as another machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::http::{Answer, Request};

/// The longest answer, in bytes: the state of thousands of sessions.
const MAX_ANSWER_BYTES: u64 = 16 << 20;

/// Connects from one of this machine's loopback addresses.
pub async fn connect(from: Ipv4Addr, to: SocketAddr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::V4(from), 0))?;
    let stream = socket.connect(to).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Sends a request and reads the whole answer.
pub async fn ask(from: Ipv4Addr, to: SocketAddr, request: Request) -> Result<Answer> {
    let mut stream = connect(from, to).await?;
    let request = request.header("connection", "close");
    stream
        .write_all(request.message(&to.to_string()).as_bytes())
        .await?;
    let mut bytes = Vec::new();
    stream.take(MAX_ANSWER_BYTES).read_to_end(&mut bytes).await?;
    ensure!((bytes.len() as u64) < MAX_ANSWER_BYTES, "the answer is too long");
    Answer::read(&mut bytes.as_slice()).context("an HTTP answer")
}

/// The person's own loopback address.
pub fn address(number: usize) -> Ipv4Addr {
    let number = number % 60_000;
    // The last byte is neither 0 nor 255.
    Ipv4Addr::new(127, 1, (number / 250) as u8, (number % 250 + 1) as u8)
}
