//! Serves a router on a socket, plain or by TLS, until it is told to stop.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONNECTION, HOST, UPGRADE};
use http::{HeaderValue, StatusCode, Version};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::client::{TrustedProxies, counted_as};

use addresses::{Addresses, Counted};
use connection::Connection;

mod addresses;
mod connection;
mod head;
mod patient;

/// What one client may take of a [`Site`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteLimits {
    /// TCP connections of one address at a time, or of one IPv6 network; more are closed at once.
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
    /// Proxies, whose connections are those of many clients: they may have any number.
    pub trusted_proxies: TrustedProxies,
    /// Says when to stop accepting.
    pub shutdown: CancellationToken,
    /// Where connections are tracked.
    pub tasks: TaskTracker,
}

/// The client has as many connections as one may have.
struct TooMany;

/// What a connection takes of the site's room and of its address's.
type Places = (OwnedSemaphorePermit, Option<Counted>);

/// Answers a request that names its host once. With none, or with two, those in front may have taken it for another site's.
async fn answer(router: Router, request: http::Request<Body>) -> Result<Response, Infallible> {
    if let Err(problem) = check_host(&request) {
        tracing::info!(reason = problem, "request refused before its path was looked at");
        let mut response = (StatusCode::BAD_REQUEST, format!("{problem}\n")).into_response();
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
        return Ok(response);
    }
    let wants_upgrade = request.headers().contains_key(UPGRADE);
    let mut response = router.oneshot(request).await?;
    if wants_upgrade && response.status() != StatusCode::SWITCHING_PROTOCOLS {
        // What follows such a head is not looked at.
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

fn check_host(request: &http::Request<Body>) -> Result<(), &'static str> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    match (first, second, request.uri().authority()) {
        (_, Some(_), _) => Err("the request has more than one Host header; send one"),
        (None, None, _) if request.version() == Version::HTTP_11 => {
            Err("the request has no Host header; send the name of this site")
        }
        (Some(host), None, Some(target)) if host.as_bytes() != target.as_str().as_bytes() => {
            Err("the Host header and the request's target name different hosts; send one name")
        }
        _ => Ok(()),
    }
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
            let Ok(counted) = self.count(&addresses, peer.ip()) else {
                tracing::debug!(peer = %peer.ip(), "this address has too many connections");
                continue;
            };
            let site = self.clone();
            self.tasks.spawn(async move {
                if let Err(error) = site.converse(stream, peer, (place, counted)).await {
                    tracing::debug!(peer = %peer.ip(), "connection ended early: {error}");
                }
            });
        }
    }

    /// A place among the connections of `peer`, where these are limited.
    fn count(&self, addresses: &Arc<Addresses>, peer: IpAddr) -> Result<Option<Counted>, TooMany> {
        if self.trusted_proxies.contains(peer) {
            return Ok(None);
        }
        let counted = addresses.count(counted_as(peer), self.limits.per_address);
        counted.map(Some).ok_or(TooMany)
    }

    async fn converse(self, stream: TcpStream, peer: SocketAddr, places: Places) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let Some(acceptor) = self.tls.clone() else {
            return self.speak_http(stream, peer, places).await;
        };
        let handshake = tokio::time::timeout(self.limits.head, acceptor.accept(stream));
        let stream = handshake.await.map_err(|_| io::ErrorKind::TimedOut)??;
        self.speak_http(stream, peer, places).await
    }

    async fn speak_http<S>(self, stream: S, peer: SocketAddr, places: Places) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = self.router;
        let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            answer(router.clone(), request)
        });
        let stream = Connection::new(stream, self.limits.write, places);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .serve_connection(TokioIo::new(stream), service)
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
