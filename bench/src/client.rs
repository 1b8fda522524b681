//! A small HTTP/1 client over one kept connection: for what wrk cannot tell.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::dataset;

/// One connection, kept until it is dropped.
pub struct Client {
    address: SocketAddr,
    sender: SendRequest<Empty<Bytes>>,
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
        let mut request = Request::get(path).header(header::HOST, self.address.to_string());
        if let Some(person) = person {
            request = request.header(header::COOKIE, cookie(person));
        }
        self.sender.ready().await?;
        let answer = self.sender.send_request(request.body(Empty::new())?).await?;
        let status = answer.status();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
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
}

/// Any good token serves, if cookie and header carry the same.
pub const CSRF: &str = "0123456789abcdef0123456789abcdef";

pub fn cookie(person: i64) -> String {
    format!("siddes_session={}; csrftoken={CSRF}", dataset::token(person))
}
