//! Plain HTTP to the gateway, over real sockets.

use std::error::Error;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use crate::{answer::Answer, spec};

/// A client of one gateway, or of a private port.
#[derive(Clone, Debug)]
pub struct Http {
    base: String,
    /// Every answer is held against the gateway's OpenAPI document.
    specified: bool,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Http {
    pub fn new(base: String) -> Self {
        Self { base, specified: true, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// Of a private port, which the gateway's document does not describe.
    pub fn private(base: String) -> Self {
        Self { specified: false, ..Self::new(base) }
    }

    /// The same gateway over a new connection of its own.
    #[must_use]
    pub fn afresh(&self) -> Self {
        Self::new(self.base.clone())
    }

    /// One exchange, exactly as given.
    pub async fn send(&self, method: Method, path: &str, headers: HeaderMap, body: impl Into<Bytes>) -> Answer {
        self.try_send(method, path, headers, body).await.expect("the gateway answers")
    }

    /// # Errors
    /// The connection's, for tests in which the gateway dies.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: impl Into<Bytes>,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let mut request =
            Request::builder().method(&method).uri(format!("{}{path}", self.base)).body(Full::new(body.into()))?;
        request.headers_mut().extend(headers);
        let response = self.client.request(request).await?;
        let (head, body) = response.into_parts();
        // Whatever a test sends, it must not find a bug.
        assert_ne!(head.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        let bytes = body.collect().await?.to_bytes();
        if self.specified {
            spec::check(&method, path, head.status, &head.headers, &bytes);
        }
        Ok(Answer { status: head.status, headers: head.headers, bytes })
    }
}

/// Whether nobody took the connection, so that nothing was sent.
pub fn is_refused(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<hyper_util::client::legacy::Error>().is_some_and(hyper_util::client::legacy::Error::is_connect)
}
