//! Two sites of our own, one thing wrong with them at a time.

use std::{convert::Infallible, fs, path::PathBuf, sync::Arc};

use ::http::{Method, Request, Response};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use rustls::{
    ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::{http::Client, *};

type Page = Response<Full<Bytes>>;
/// What one path says instead of what it should.
type Fault = (&'static str, fn() -> Page);

fn page(status: u16, headers: &[(&str, &str)], body: &'static str) -> Page {
    let response =
        headers.iter().fold(Response::builder().status(status), |it, (name, value)| it.header(*name, *value));
    response.body(Full::from(body)).expect("a page")
}

const OK: &str = r#"{"ok":true}"#;
const PRIVATE: (&str, &str) = ("cache-control", "private, no-store");

/// A gateway and a web client as they should be.
fn good(request: &Request<Incoming>) -> Page {
    let host = request.headers()["host"].to_str().expect("text");
    match (request.method(), request.uri().path()) {
        (_, "/healthz" | "/readyz") => page(200, &[], OK),
        (_, "/api/health") if host.starts_with("siddes-check") => page(400, &[], "{}"),
        (_, "/api/health") => page(200, &[("strict-transport-security", "max-age=31536000")], OK),
        (_, "/api/auth/me" | "/api/auth/csrf") => page(200, &[PRIVATE], OK),
        (_, "/api/feed") => page(200, &[PRIVATE], r#"{"items":[]}"#),
        (_, "/api/inbox/threads") => page(401, &[PRIVATE], "{}"),
        (_, "/sw.js") => page(200, &[("cache-control", "no-store, max-age=0")], "self"),
        (&Method::POST, "/api/post") => page(403, &[PRIVATE], "{}"),
        _ => page(404, &[], "nothing"),
    }
}

async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin, fault: Option<Fault>) {
    let service = service_fn(move |request: Request<Incoming>| async move {
        let wrong = fault.filter(|(path, _)| *path == request.uri().path()).map(|(_, page)| page());
        Ok::<_, Infallible>(wrong.unwrap_or_else(|| good(&request)))
    });
    // A client that has what it wanted hangs up.
    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// A certificate for 127.0.0.1 that nobody else trusts.
struct Authority {
    pem: PathBuf,
    server: Arc<ServerConfig>,
}

impl Authority {
    fn new() -> Self {
        let _again = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let pem = std::env::temp_dir().join(format!("siddes-check-{}.pem", std::process::id()));
        fs::write(&pem, made.cert.pem()).expect("written");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth();
        let server = config.with_single_cert(vec![made.cert.der().clone()], key).expect("a server");
        Self { pem, server: Arc::new(server) }
    }

    fn client(&self) -> Client {
        Client::new(Some(&self.pem)).expect("a client")
    }

    async fn site(&self, fault: Option<Fault>) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let acceptor = TlsAcceptor::from(Arc::clone(&self.server));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        answer(stream, fault).await;
                    }
                });
            }
        });
        Site::parse(&format!("https://127.0.0.1:{port}")).expect("an origin")
    }
}

async fn clear_site(fault: Option<Fault>) -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, fault));
        }
    });
    Site::parse(&format!("http://127.0.0.1:{port}")).expect("an origin")
}

const REDIRECT: Fault = ("/api/health", || page(301, &[("location", "https://api.example.com/api/health")], ""));

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}

#[tokio::test]
async fn a_gateway_is_asked_for_everything_a_stranger_should_not_get() {
    let authority = Authority::new();
    let (client, clear) = (authority.client(), clear_site(Some(REDIRECT)).await);
    assert_eq!(api::look(&client, &authority.site(None).await, &clear).await, []);
    let faults: &[(&str, Fault)] = &[
        ("API_UNHEALTHY", ("/healthz", || page(200, &[], "<html>"))),
        ("API_UNHEALTHY", ("/healthz", || page(503, &[], OK))),
        ("API_NOT_READY", ("/readyz", || page(503, &[], r#"{"ok":false}"#))),
        ("API_ADMIN_REACHABLE", ("/admin/", || page(302, &[("location", "/admin/login/")], ""))),
        ("API_ADMIN_REACHABLE", ("/static/x", || page(200, &[], "body {}"))),
        ("API_METRICS_PUBLIC", ("/metrics", || page(200, &[], "siddes_up 1"))),
    ];
    for (code, fault) in faults {
        assert_eq!(codes(&api::look(&client, &authority.site(Some(*fault)).await, &clear).await), [*code], "{fault:?}");
    }
    let any_host: Fault = ("/api/health", || page(200, &[("strict-transport-security", "max-age=1")], OK));
    assert_eq!(codes(&api::look(&client, &authority.site(Some(any_host)).await, &clear).await), ["API_ANY_HOST"]);
    let forgetful: Fault = ("/api/health", || page(400, &[("strict-transport-security", "max-age=0")], OK));
    assert_eq!(codes(&api::look(&client, &authority.site(Some(forgetful)).await, &clear).await), ["API_NO_HSTS"]);
}

#[tokio::test]
async fn a_gateway_in_clear_is_no_gateway_for_people() {
    let authority = Authority::new();
    let (client, site) = (authority.client(), authority.site(None).await);
    let open = clear_site(None).await;
    assert_eq!(codes(&api::look(&client, &site, &open).await), ["API_NO_HTTPS_REDIRECT"]);
    assert_eq!(codes(&api::look(&client, &open, &open).await), ["API_NOT_HTTPS"]);
}

#[tokio::test]
async fn a_web_client_finds_its_backend_and_keeps_nothing_that_is_private() {
    let authority = Authority::new();
    let client = authority.client();
    assert_eq!(app::look(&client, &authority.site(None).await).await, []);
    let faults: &[(&[&str], Fault)] = &[
        (&["APP_BACKEND_NOT_CONFIGURED"], ("/api/auth/me", || page(500, &[], r#"{"error":"backend_not_configured"}"#))),
        (&["APP_ME"], ("/api/auth/me", || page(502, &[], "{}"))),
        (&["APP_HEALTH"], ("/api/health", || page(503, &[], "{}"))),
        (&["APP_CSRF"], ("/api/auth/csrf", || page(404, &[], "{}"))),
        (&["APP_FEED"], ("/api/feed", || page(403, &[PRIVATE], r#"{"error":"bad_host"}"#))),
        (&["APP_CACHEABLE"], ("/api/feed", || page(200, &[("cache-control", "public, max-age=60")], "{}"))),
        (&["APP_CACHEABLE"], ("/api/inbox/threads", || page(401, &[("cache-control", "no-store")], "{}"))),
        (&["APP_EDGE_CACHED"], ("/api/feed", || page(200, &[PRIVATE, ("cf-cache-status", "HIT")], "{}"))),
        (&["APP_SERVICE_WORKER_CACHED"], ("/sw.js", || page(200, &[("cache-control", "public")], ""))),
        (&["APP_DEVELOPER_PAGES"], ("/launchpad", || page(200, &[], "<html>"))),
        (&["APP_DEVELOPER_PAGES"], ("/developer", || page(307, &[], ""))),
        (&["APP_FOREIGN_WRITE"], ("/api/post", || page(201, &[PRIVATE], OK))),
    ];
    for (expected, fault) in faults {
        assert_eq!(codes(&app::look(&client, &authority.site(Some(*fault)).await).await), *expected, "{fault:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_and_a_closed_port_are_out_of_reach() {
    let authority = Authority::new();
    let (strict, site) = (Client::new(None).expect("a client"), authority.site(None).await);
    assert_eq!(codes(&api::look(&strict, &site, &site.in_clear()).await), ["API_UNREACHABLE"]);
    assert_eq!(codes(&app::look(&strict, &site).await), ["APP_UNREACHABLE"]);
    let closed = Site::parse("http://127.0.0.1:1").expect("an origin");
    assert_eq!(codes(&app::look(&strict, &closed).await), ["APP_UNREACHABLE"]);
}

#[test]
fn a_site_is_an_origin() {
    for (text, clear) in [
        ("https://api.example.com", "api.example.com"),
        ("https://api.example.com:8443/", "api.example.com"),
        ("http://[::1]:8000", "[::1]"),
    ] {
        let site = Site::parse(text).expect(text);
        assert_eq!(format!("{:?}", site.in_clear()).matches(&format!("authority: {clear:?}")).count(), 1, "{text}");
    }
    for text in ["api.example.com", "https://api.example.com/healthz", "ftp://a.example", "https://me@a.example", ""] {
        assert!(Site::parse(text).is_none(), "{text}");
    }
}
