//! TCP connections: what a slow, silent or greedy client may take.

use std::sync::Arc;
use std::time::Duration;

use fanlight_http::{Site, SiteLimits, TrustedProxies};
use fanlight_testkit::TestTenant;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, rustls};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Far less than anybody waits, far more than an answer takes.
const SHORT: Duration = Duration::from_millis(300);

/// The tenant's router on another socket, with limits of its own.
async fn site(tenant: &TestTenant, limits: SiteLimits) -> (std::net::SocketAddr, CancellationToken) {
    site_with(tenant, limits, None).await
}

async fn site_with(
    tenant: &TestTenant,
    limits: SiteLimits,
    tls: Option<TlsAcceptor>,
) -> (std::net::SocketAddr, CancellationToken) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has free ports");
    let address = listener.local_addr().expect("a bound socket has an address");
    let shutdown = CancellationToken::new();
    let tasks = TaskTracker::new();
    let site = Site {
        router: tenant.router(),
        tls,
        max_connections: 100,
        limits,
        trusted_proxies: tenant.services.settings.trusted_proxies.clone(),
        shutdown: shutdown.clone(),
        tasks: tasks.clone(),
    };
    tasks.spawn(site.serve(listener));
    (address, shutdown)
}

/// All that the server says until it closes; it must do so in time.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let reading = stream.read_to_end(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(20), reading).await;
    // A reset is an end, too.
    let _ = read.expect("the server closes the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn answers(address: std::net::SocketAddr) -> bool {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = b"GET /healthz HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await.is_ok() && until_closed(&mut stream).await.starts_with("HTTP/1.1 200")
}

#[tokio::test]
async fn a_head_that_does_not_end_closes_its_connection() {
    let tenant = TestTenant::start().await;
    let limits = SiteLimits {
        head: SHORT,
        ..SiteLimits::default()
    };
    let (address, shutdown) = site(&tenant, limits).await;
    for beginning in ["", "GET /healthz HTTP/1.1\r\nhost: t\r\nx-slow: "] {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        stream.write_all(beginning.as_bytes()).await.unwrap();
        let answer = until_closed(&mut stream).await;
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(answers(address).await);
    shutdown.cancel();
}

#[tokio::test]
async fn a_handshake_of_a_websocket_that_does_not_end_closes_its_connection() {
    let tenant = TestTenant::start().await;
    let limits = SiteLimits {
        head: SHORT,
        ..SiteLimits::default()
    };
    let (address, shutdown) = site(&tenant, limits).await;
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let beginning = "GET /app/t11 HTTP/1.1\r\nhost: t\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                     sec-websocket-version: 13\r\nsec-websocket-key: ";
    stream.write_all(beginning.as_bytes()).await.unwrap();
    let answer = until_closed(&mut stream).await;
    assert!(!answer.starts_with("HTTP/1.1 101"), "{answer}");
    assert!(answers(address).await);
    shutdown.cancel();
}

#[tokio::test]
async fn a_tls_handshake_that_does_not_end_closes_its_connection() {
    let tenant = TestTenant::start().await;
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let limits = SiteLimits {
        head: SHORT,
        ..SiteLimits::default()
    };
    let tls = Some(Arc::new(config).into());
    let (address, shutdown) = site_with(&tenant, limits, tls).await;
    // Nothing at all, and a record that says it is longer than what comes.
    for beginning in [&[][..], &[22, 3, 1, 2, 0, 1, 0, 1, 252]] {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        stream.write_all(beginning).await.unwrap();
        assert_eq!(until_closed(&mut stream).await, "");
    }
    shutdown.cancel();
}

#[tokio::test]
async fn a_body_that_does_not_end_is_answered_and_closed() {
    let tenant = TestTenant::start_with(|settings| settings.request_timeout = SHORT).await;
    let mut stream = TcpStream::connect(tenant.addr()).await.unwrap();
    let head = format!(
        "POST /api/v1/web-integrations HTTP/1.1\r\nhost: t\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 1000\r\n\r\n{{",
        tenant.api_key
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = until_closed(&mut stream).await;
    let status: u16 = answer[9..12].parse().unwrap();
    assert!(matches!(status, 408 | 503 | 504), "{answer}");
    assert!(answers(tenant.addr()).await);
}

#[tokio::test]
async fn one_address_has_only_so_many_connections() {
    let tenant = TestTenant::start().await;
    let limits = SiteLimits {
        per_address: 1,
        ..SiteLimits::default()
    };
    let (address, shutdown) = site(&tenant, limits).await;
    let mut first = TcpStream::connect(address).await.expect("it listens");
    first
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: t\r\n\r\n")
        .await
        .unwrap();
    first.read_u8().await.unwrap();
    let mut second = TcpStream::connect(address).await.expect("it listens");
    let _ = second
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: t\r\n\r\n")
        .await;
    assert_eq!(until_closed(&mut second).await, "");
    shutdown.cancel();
}

#[tokio::test]
async fn a_trusted_proxy_has_as_many_connections_as_it_needs() {
    let proxy = ["127.0.0.1".parse().unwrap()];
    let trusts =
        |settings: &mut fanlight_http::Settings| settings.trusted_proxies = TrustedProxies::new(&proxy);
    let tenant = TestTenant::start_with(trusts).await;
    let limits = SiteLimits {
        per_address: 1,
        ..SiteLimits::default()
    };
    let (address, shutdown) = site(&tenant, limits).await;
    let _idle = TcpStream::connect(address).await.expect("it listens");
    assert!(answers(address).await && answers(address).await);
    shutdown.cancel();
}

#[tokio::test]
async fn deeply_nested_json_is_refused() {
    let tenant = TestTenant::start_with(|settings| settings.max_body_bytes = 1 << 20).await;
    let body = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let mut stream = TcpStream::connect(tenant.addr()).await.unwrap();
    let head = format!(
        "POST /api/v1/web-integrations HTTP/1.1\r\nhost: t\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        tenant.api_key,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let _ = stream.write_all(body.as_bytes()).await;
    let answer = until_closed(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answers(tenant.addr()).await);
}

#[tokio::test]
async fn no_path_leads_out_of_the_pages() {
    let tenant = TestTenant::start().await;
    let program = Arc::new(tenant.program());
    for path in [
        "/single/../../Cargo.toml",
        "/single/%2e%2e/%2e%2e/Cargo.toml",
        "/single/..%2f..%2fCargo.toml",
        "/single/assets/..%5c..%5cCargo.toml",
        "/embed/../single/../../etc/passwd",
        "/embed/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "//etc/passwd",
        "/single/%00",
        "/api/v1/themes/fanlight/file/../../../../etc/passwd",
        "/api/v1/themes/fanlight/file/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/api/v1/themes/..%2f..%2fetc/file/theme.json",
    ] {
        let answer = program.get(path).await;
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert_eq!(
            answer.json()["errors"].as_array().map(Vec::len),
            Some(1),
            "{path}"
        );
    }
    assert_eq!(program.get("/api/v1/themes").await.json()["data"], json!([]));
}

/// What is said to these bytes; the server closes the connection.
async fn said_to(address: std::net::SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let _ = stream.write_all(bytes.as_bytes()).await;
    until_closed(&mut stream).await
}

#[tokio::test]
async fn a_websocket_takes_a_place_of_its_address_until_it_is_closed() {
    let tenant = TestTenant::start().await;
    let limits = SiteLimits {
        per_address: 1,
        ..SiteLimits::default()
    };
    let (address, shutdown) = site(&tenant, limits).await;
    let mut socket = TcpStream::connect(address).await.expect("it listens");
    let head = format!(
        "GET /app/t11 HTTP/1.1\r\nhost: t\r\nauthorization: Bearer {}\r\nconnection: upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        tenant.api_key
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 101");
    // The first frame: the upgrade is done on both sides.
    while socket.read_u8().await.unwrap() != b'{' {}
    assert!(!answers(address).await, "the place is taken");
    drop(socket);
    while !answers(address).await {}
    shutdown.cancel();
}

#[tokio::test]
async fn a_request_names_its_host_once() {
    let tenant = TestTenant::start().await;
    let close = "connection: close\r\n\r\n";
    for (head, status) in [
        ("GET /healthz HTTP/1.1\r\nhost: t\r\n", 200),
        ("GET /healthz HTTP/1.0\r\n", 200),
        ("GET /healthz HTTP/1.0\r\nhost: t\r\n", 200),
        ("GET http://t/healthz HTTP/1.1\r\nhost: t\r\n", 200),
        ("GET /healthz HTTP/1.1\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nhost: t\r\nhost: t\r\n", 400),
        ("GET /healthz HTTP/1.1\r\nhost: t\r\nHost: other\r\n", 400),
        ("GET /healthz HTTP/1.0\r\nhost: t\r\nhost: other\r\n", 400),
        ("GET http://other/healthz HTTP/1.1\r\nhost: t\r\n", 400),
    ] {
        let answer = said_to(tenant.addr(), &format!("{head}{close}")).await;
        assert_eq!(
            answer.get(9..12),
            Some(status.to_string().as_str()),
            "{head}: {answer}"
        );
    }
}

#[tokio::test]
async fn a_line_feed_alone_ends_no_line() {
    let tenant = TestTenant::start().await;
    let good = "GET /healthz HTTP/1.1\r\nhost: t\r\n\r\n";
    for bytes in [
        "GET /healthz HTTP/1.1\nhost: t\n\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nhost: t\nx: y\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nhost: t\r\n\n".to_owned(),
        "\nGET /healthz HTTP/1.1\r\nhost: t\r\n\r\n".to_owned(),
    ] {
        let answer = said_to(tenant.addr(), &bytes).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{bytes:?}: {answer}");
    }
    // Behind a good request, too, and behind its body.
    let second = said_to(
        tenant.addr(),
        &format!("{good}GET /healthz HTTP/1.1\nhost: t\n\n"),
    )
    .await;
    assert!(
        second.starts_with("HTTP/1.1 200") && second.contains("HTTP/1.1 400"),
        "{second}"
    );
    let body = "POST /logout HTTP/1.1\r\nhost: t\r\ncontent-length: 3\r\n\r\na\nb";
    let second = said_to(
        tenant.addr(),
        &format!("{body}GET /healthz HTTP/1.1\nhost: t\n\n"),
    )
    .await;
    assert!(
        second.starts_with("HTTP/1.1 2") && second.contains("HTTP/1.1 400"),
        "{second}"
    );
    // What is refused as no WebSocket ends its connection: what follows it is not looked at.
    let upgrade = "GET /healthz HTTP/1.1\r\nhost: t\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n";
    let second = said_to(
        tenant.addr(),
        &format!("{upgrade}GET /healthz HTTP/1.1\nhost: t\n\n"),
    )
    .await;
    assert_eq!(second.matches("HTTP/1.1 ").count(), 1, "{second}");
    assert!(answers(tenant.addr()).await);
}

#[tokio::test]
async fn a_body_with_two_lengths_is_refused() {
    let tenant = TestTenant::start().await;
    for framing in [
        "content-length: 3\r\ncontent-length: 4",
        "content-length: 3\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 3",
        "transfer-encoding: gzip, chunked",
    ] {
        let bytes = format!("POST /logout HTTP/1.1\r\nhost: t\r\n{framing}\r\n\r\n0\r\n\r\n");
        let answer = said_to(tenant.addr(), &bytes).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{framing}: {answer}");
    }
}
