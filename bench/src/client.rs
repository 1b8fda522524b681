//! A small HTTP/1 client over one kept connection: for what wrk cannot tell.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header, request::Builder};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::dataset;

/// One connection, kept until it is dropped.
pub struct Client {
    address: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
}

impl Client {
    pub async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Its errors are told to the sender.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self { address, sender })
    }

    /// `None` = nobody in particular.
    pub async fn get(&mut self, path: &str, person: Option<i64>) -> anyhow::Result<(StatusCode, Bytes)> {
        let request = self.request(Method::GET, path, person).body(Full::default())?;
        let answer = self.send(request).await?;
        Ok((answer.status(), answer.into_body()))
    }

    /// Gives the whole answer, whatever its status.
    pub async fn post(&mut self, path: &str, person: Option<i64>, body: &Value) -> anyhow::Result<Response<Bytes>> {
        let request = self.request(Method::POST, path, person).header(header::CONTENT_TYPE, "application/json");
        // Signed out it proves nothing, and does no harm.
        let request = request.header("x-csrftoken", CSRF);
        let body = Full::new(Bytes::from(body.to_string()));
        self.send(request.body(body)?).await
    }

    /// # Errors
    /// Any other status than 200 too.
    pub async fn json(&mut self, path: &str, person: Option<i64>) -> anyhow::Result<Value> {
        let (status, body) = self.get(path, person).await.with_context(|| path.to_owned())?;
        if status != StatusCode::OK {
            bail!("{path}: {status} {}", String::from_utf8_lossy(&body));
        }
        Ok(serde_json::from_slice(&body)?)
    }

    fn request(&self, method: Method, path: &str, person: Option<i64>) -> Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, self.address.to_string());
        match person {
            Some(person) => request.header(header::COOKIE, cookie(person)),
            None => request,
        }
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Response<Bytes>> {
        self.sender.ready().await?;
        let (parts, body) = self.sender.send_request(request).await?.into_parts();
        Ok(Response::from_parts(parts, body.collect().await?.to_bytes()))
    }
}

/// Any good token serves, if cookie and header carry the same.
pub const CSRF: &str = "0123456789abcdef0123456789abcdef";

pub fn cookie(person: i64) -> String {
    format!("siddes_session={}; csrftoken={CSRF}", dataset::token(person))
}
