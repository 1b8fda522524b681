//! HTTP to the few outside the house that auth calls: over TLS, no redirects, a connection a call.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderMap, Request, StatusCode, Uri,
    header::{ACCEPT, HOST, USER_AGENT},
};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

static TLS: LazyLock<TlsConnector> = LazyLock::new(|| {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    TlsConnector::from(Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
});

/// A connection to whom the public authorities know under this name. `None`: out of reach, or somebody else.
pub async fn connect(host: &str, port: u16) -> Option<TlsStream<TcpStream>> {
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let stream = TcpStream::connect((host, port)).await.ok()?;
    TLS.connect(name, stream).await.ok()
}

/// An answer whose body was read whole.
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Reads a document of at most `most` bytes. `None`: not in time, or not whole. An `http` address is read in clear.
pub async fn get(uri: &Uri, most: usize, patience: Duration) -> Option<Got> {
    timeout(patience, read(uri, most)).await.ok()?
}

async fn read(uri: &Uri, most: usize) -> Option<Got> {
    let host = uri.host()?;
    if uri.scheme_str() == Some("https") {
        exchange(connect(host, uri.port_u16().unwrap_or(443)).await?, uri, most).await
    } else {
        let stream = TcpStream::connect((host, uri.port_u16().unwrap_or(80))).await.ok()?;
        exchange(stream, uri, most).await
    }
}

async fn exchange(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, uri: &Uri, most: usize) -> Option<Got> {
    let request = Request::get(uri.path_and_query()?.as_str())
        .header(HOST, uri.authority()?.as_str())
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, "siddes")
        .body(Empty::<Bytes>::new())
        .ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    // The connection works while the answer is read, and ends with it, whoever gives up first.
    let answered = async {
        let (head, body) = sender.send_request(request).await.ok()?.into_parts();
        let body = Limited::new(body, most).collect().await.ok()?.to_bytes();
        Some(Got { status: head.status, headers: head.headers, body })
    };
    tokio::pin!(answered, connection);
    tokio::select! {
        got = &mut answered => got,
        _ended = &mut connection => answered.await,
    }
}
