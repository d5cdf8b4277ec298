//! Serves a router on a socket, plain or by TLS, until it is told to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::extract::client;

use addresses::Addresses;
use patient::Patient;

mod addresses;
mod patient;

/// What one client may take of a [`Site`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteLimits {
    /// TCP connections of one address, or of one IPv6 network, at a time; more are closed at once.
    pub per_address: usize,
    /// How long a client may take to send a request's head, or to shake hands for TLS.
    pub head: Duration,
    /// How long a write may make no progress.
    pub write: Duration,
}

impl Default for SiteLimits {
    fn default() -> Self {
        Self {
            per_address: 2_000,
            head: Duration::from_secs(10),
            write: Duration::from_secs(30),
        }
    }
}

/// A bound socket and what is said on it.
#[derive(Clone)]
pub struct Site {
    /// Handlers.
    pub router: Router,
    /// With a certificate, everything goes through TLS.
    pub tls: Option<TlsAcceptor>,
    /// TCP connections at a time; more wait in the kernel's queue.
    pub max_connections: usize,
    /// What one client may take.
    pub limits: SiteLimits,
    /// Says when to stop accepting.
    pub shutdown: CancellationToken,
    /// Where connections are tracked.
    pub tasks: TaskTracker,
}

impl Site {
    /// Accepts connections until shutdown. Requests under way end by themselves; `tasks` knows when.
    pub async fn serve(self, listener: TcpListener) {
        let places = Arc::new(Semaphore::new(self.max_connections));
        let addresses = Arc::new(Addresses::default());
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let accepted = tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!("a connection could not be accepted: {error}");
                    // Out of file descriptors: accepting again at once would only spin.
                    let pause =
                        tokio::time::timeout(Duration::from_millis(100), std::future::pending::<()>());
                    let _ = pause.await;
                    continue;
                }
            };
            let Some(counted) = addresses.count(client(peer.ip()), self.limits.per_address) else {
                tracing::debug!(peer = %peer.ip(), "this address has too many connections");
                continue;
            };
            let site = self.clone();
            self.tasks.spawn(async move {
                if let Err(error) = site.converse(stream, peer).await {
                    tracing::debug!(peer = %peer.ip(), "connection ended early: {error}");
                }
                drop((place, counted));
            });
        }
    }

    async fn converse(self, stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let Some(acceptor) = self.tls.clone() else {
            return self.speak_http(stream, peer).await;
        };
        let handshake = tokio::time::timeout(self.limits.head, acceptor.accept(stream));
        let stream = handshake.await.map_err(|_| io::ErrorKind::TimedOut)??;
        self.speak_http(stream, peer).await
    }

    async fn speak_http<S>(self, stream: S, peer: SocketAddr) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = self.router;
        let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .serve_connection(TokioIo::new(Patient::new(stream, self.limits.write)), service)
            .with_upgrades();
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.shutdown.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        ended.map_err(io::Error::other)
    }
}
