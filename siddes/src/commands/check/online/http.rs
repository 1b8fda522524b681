//! One HTTP exchange at a time, as bare as a probe's: no redirect is followed, no cookie kept, and `Host` may be a lie.

use std::{fs, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use bytes::Bytes;
use http::{
    HeaderMap, Method, Request, StatusCode, Uri,
    header::{CACHE_CONTROL, HOST, HeaderName, USER_AGENT},
};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// The web client gives up after 8 s.
const WITHIN: Duration = Duration::from_secs(8);
/// All JSON that we ask for is smaller; pages may be larger, and are not read.
const BODY_BYTES: usize = 256 * 1_024;

/// Scheme, host and port.
#[derive(Clone, Debug)]
pub struct Site {
    pub https: bool,
    host: String,
    port: u16,
    /// Host, and the port if it is not the scheme's own.
    authority: String,
}

impl Site {
    /// `None` for anything but an origin.
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.trim_end_matches('/').parse().ok()?;
        let https = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        bare.then(|| Self {
            https,
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(if https { 443 } else { 80 }),
            authority: authority.as_str().to_owned(),
        })
    }

    /// The same host by plain http.
    pub fn in_clear(&self) -> Self {
        let authority = self.authority.split_once("]:").map_or_else(
            || self.authority.split(':').next().filter(|_| !self.authority.starts_with('[')).map(str::to_owned),
            |(address, _)| Some(format!("{address}]")),
        );
        Self { https: false, port: 80, authority: authority.unwrap_or_else(|| self.authority.clone()), ..self.clone() }
    }
}

/// What came back. A body that is no JSON is null.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Answer {
    /// 200, and the body says so too.
    pub fn is_ok(&self) -> bool {
        self.status == StatusCode::OK && self.json["ok"] == true
    }

    pub fn header(&self, name: impl AsRef<str>) -> &str {
        self.headers.get(name.as_ref()).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Whether every part of this directive is there.
    pub fn cache_has(&self, words: &[&str]) -> bool {
        let header = self.header(CACHE_CONTROL).to_lowercase();
        words.iter().all(|word| header.split(',').any(|part| part.trim() == *word))
    }
}

pub struct Client {
    tls: TlsConnector,
}

impl Client {
    /// Trusts the public authorities, and those of `ca`.
    pub fn new(ca: Option<&Path>) -> anyhow::Result<Self> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = ca {
            let pem = fs::read(path).context("--ca names a file that can be read")?;
            for certificate in CertificateDer::pem_slice_iter(&pem) {
                roots
                    .add(certificate.context("--ca holds certificates in PEM")?)
                    .context("--ca holds a certificate")?;
            }
        }
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    pub async fn get(&self, site: &Site, path: &str) -> anyhow::Result<Answer> {
        self.send(site, Method::GET, path, &[]).await
    }

    /// # Errors
    /// No connection, no certificate that is trusted, or no answer in 8 s.
    pub async fn send(
        &self,
        site: &Site,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
    ) -> anyhow::Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).header(USER_AGENT, "siddes-check");
        if !headers.iter().any(|(name, _)| name == HOST) {
            request = request.header(HOST, &site.authority);
        }
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Empty::new())?;
        let exchange = async {
            let stream = TcpStream::connect((site.host.as_str(), site.port)).await?;
            if site.https {
                let name = ServerName::try_from(site.host.clone())?;
                exchange(self.tls.connect(name, stream).await?, request).await
            } else {
                exchange(stream, request).await
            }
        };
        timeout(WITHIN, exchange).await.map_err(|_| anyhow!("no answer within 8 s"))?
    }
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Empty<Bytes>>,
) -> anyhow::Result<Answer> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await?.into_parts();
    let body = Limited::new(body, BODY_BYTES).collect().await.map(http_body_util::Collected::to_bytes);
    connection.abort();
    let json = body.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    Ok(Answer { status: head.status, headers: head.headers, json })
}
