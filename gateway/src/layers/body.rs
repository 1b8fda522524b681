//! The body is read here, whole, before anything is decided: at most the cap, within ten seconds.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use http::{
    StatusCode,
    header::{CONTENT_LENGTH, EXPECT},
};
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::probe;
use crate::{error::Refused, facts::Facts, shared::Shared};

const WITHIN: Duration = Duration::from_secs(10);
/// A refused body is swallowed up to this, since a client that is still sending does not hear the refusal.
const SWALLOWED: usize = 8 * 1_024 * 1_024;
const SWALLOW_WITHIN: Duration = Duration::from_secs(2);

pub async fn read(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    if probe(&request) {
        return next.run(request).await;
    }
    let cap = shared.settings.body_cap;
    let (parts, mut body) = request.into_parts();
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let read = if announced.is_some_and(|bytes| bytes > cap as u64) {
        Err(Unread::TooLarge)
    } else {
        timeout(WITHIN, collect(&mut body, cap)).await.unwrap_or(Err(Unread::TooSlow))
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(unread) => {
            let expects_word = parts.headers.contains_key(EXPECT);
            if matches!(unread, Unread::TooLarge) && !expects_word {
                swallow(body).await;
            }
            return unread.refused(cap).into_response();
        }
    };
    if let Some(facts) = parts.extensions.get::<Arc<Facts>>() {
        facts.body_read(bytes.len());
    }
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

/// The bytes of a body that [`read`] has read.
pub async fn bytes(body: Body) -> Bytes {
    body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default()
}

/// Why a body was not read to its end.
enum Unread {
    TooLarge,
    TooSlow,
    /// The client broke off, or sent chunks that are none.
    Broken,
}

impl Unread {
    fn refused(&self, cap: usize) -> Refused {
        match self {
            Self::TooLarge => Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large").with("max", cap),
            Self::TooSlow => Refused::new(StatusCode::REQUEST_TIMEOUT, "request_timeout"),
            Self::Broken => Refused::bad_request("invalid_json").with("detail", "JSON parse error - incomplete body"),
        }
    }
}

async fn collect(body: &mut Body, cap: usize) -> Result<Bytes, Unread> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > cap {
            return Err(Unread::TooLarge);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.freeze())
}

async fn swallow(mut body: Body) {
    let mut left = SWALLOWED;
    let drained = async {
        while let Some(Ok(frame)) = body.frame().await {
            left = match left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
                Some(left) => left,
                None => return,
            };
        }
    };
    let _enough_either_way = timeout(SWALLOW_WITHIN, drained).await;
}
