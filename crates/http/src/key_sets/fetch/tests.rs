//! Every refusal, against a server on loopback.

use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use fanlight_jose::{KeyKind, PrivateKey};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_util::task::AbortOnDropHandle;
use tokio_util::task::TaskTracker;

use super::*;

const LIMITS: FetchLimits = FetchLimits {
    time: Duration::from_secs(5),
    bytes: 4096,
};

fn set() -> String {
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    format!("{{\"keys\":[{}]}}", key.public().to_jwk("a"))
}

/// A server until the handle is dropped, and its origin.
async fn serve(routes: Router) -> (String, AbortOnDropHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let serving = TaskTracker::new().spawn(async move {
        axum::serve(listener, routes).await.unwrap();
    });
    (origin, AbortOnDropHandle::new(serving))
}

async fn fetch(origin: &str, path: &str) -> Result<KeySet, FetchError> {
    let uri = format!("{origin}{path}").parse().unwrap();
    Fetcher::with_limits(LIMITS).fetch(&uri).await
}

/// What comes of a server that answers like this.
async fn fetched(answer: impl IntoResponse + Clone + Send + Sync + 'static) -> Result<KeySet, FetchError> {
    let (origin, _serving) = serve(Router::new().route("/keys", get(async move || answer.clone()))).await;
    fetch(&origin, "/keys").await
}

#[tokio::test]
async fn a_set_is_fetched() {
    assert!(fetched(set()).await.unwrap().has("a"));
}

#[tokio::test]
async fn a_redirect_on_the_same_host_is_followed() {
    let routes = Router::new()
        .route("/old", get(async || Redirect::permanent("/keys?v=1")))
        .route("/keys", get(async || set()));
    let (origin, _serving) = serve(routes).await;
    assert!(fetch(&origin, "/old").await.is_ok());
}

#[tokio::test]
async fn a_redirect_to_another_host_is_refused() {
    let (elsewhere, _serving) = serve(Router::new().route("/keys", get(async || set()))).await;
    let refused = fetched(Redirect::temporary(&format!("{elsewhere}/keys"))).await;
    assert!(matches!(refused, Err(FetchError::Redirect)), "{refused:?}");
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_refused() {
    let refused = fetched(StatusCode::FOUND).await;
    assert!(matches!(refused, Err(FetchError::Redirect)), "{refused:?}");
}

#[tokio::test]
async fn a_circle_of_redirects_is_refused() {
    let refused = fetched(Redirect::temporary("/keys")).await;
    assert!(matches!(refused, Err(FetchError::Redirect)), "{refused:?}");
}

#[tokio::test]
async fn another_status_is_refused() {
    let refused = fetched(StatusCode::NOT_FOUND).await;
    assert!(
        matches!(refused, Err(FetchError::Status(StatusCode::NOT_FOUND))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let refused = fetched(format!("{:5000}", set())).await;
    assert!(matches!(refused, Err(FetchError::TooLarge(4096))), "{refused:?}");
}

#[tokio::test]
async fn a_body_that_is_no_set_is_refused() {
    let refused = fetched("<html>").await;
    assert!(
        matches!(refused, Err(FetchError::Set(KeySetError::Shape))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/keys", silent.local_addr().unwrap());
    let limits = FetchLimits {
        time: Duration::from_millis(50),
        ..LIMITS
    };
    let refused = Fetcher::with_limits(limits).fetch(&uri.parse().unwrap()).await;
    assert!(matches!(refused, Err(FetchError::TimedOut(_))), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let refused = fetch(&format!("http://127.0.0.1:{port}"), "/keys").await;
    assert!(matches!(refused, Err(FetchError::Connect(_))), "{refused:?}");
}

#[tokio::test]
async fn an_answer_that_is_no_http_or_breaks_off_is_refused() {
    for answer in [
        "SSH-2.0-x\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let serving = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            stream
        };
        let (refused, _stream) = tokio::join!(fetch(&origin, "/keys"), serving);
        assert!(
            matches!(refused, Err(FetchError::Http(_) | FetchError::Body(_))),
            "{answer:?}: {refused:?}"
        );
    }
}

/// An HTTPS server on loopback that answers once with a set, and the certificate that it shows.
async fn serve_tls() -> (String, RootCertStore, AbortOnDropHandle<()>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(cert.der().clone()).unwrap();
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![cert.der().clone()],
            PrivateKeyDer::Pkcs8(signing_key.serialize_der().into()),
        )
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("https://localhost:{}/keys", listener.local_addr().unwrap().port());
    let serving = TaskTracker::new().spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(tcp).await else {
            return;
        };
        let body = set();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
    });
    (uri, roots, AbortOnDropHandle::new(serving))
}

#[tokio::test]
async fn a_set_is_fetched_over_tls() {
    let (uri, roots, _serving) = serve_tls().await;
    let fetcher = Fetcher::with_limits(LIMITS).trusting(roots);
    assert!(fetcher.fetch(&uri.parse().unwrap()).await.unwrap().has("a"));
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_refused() {
    let (uri, _, _serving) = serve_tls().await;
    let refused = Fetcher::with_limits(LIMITS).fetch(&uri.parse().unwrap()).await;
    assert!(matches!(refused, Err(FetchError::Tls(_))), "{refused:?}");
}
