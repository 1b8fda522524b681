//! The body is read here, whole, before anything is decided: at most the cap, within ten seconds, and only so much of
//! all bodies at once.

use std::time::Duration;

use axum::{body::Body, extract::Request};
use bytes::Bytes;
use http::{
    StatusCode,
    header::{CONTENT_LENGTH, EXPECT},
};
use http_body::Body as _;
use http_body_util::BodyExt;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::probe;
use crate::{error::Refused, facts::Facts, shared::Shared};

const WITHIN: Duration = Duration::from_secs(10);
/// A refused body is swallowed up to this, since a client that is still sending does not hear the refusal.
const SWALLOWED: usize = 8 * 1_024 * 1_024;
const SWALLOW_WITHIN: Duration = Duration::from_secs(2);
/// So much of each body is not counted: large uploads cannot keep small writes out. Connections bound it.
const UNCOUNTED: usize = 16 * 1_024;
/// The rest is counted in these steps, as it comes: who announces much and sends little keeps nobody out either.
const STEP: usize = 64 * 1_024;

/// The request with its body in memory, and what is held for it until the answer is made.
///
/// # Errors
/// 413 `too_large`, 408 `request_timeout`, 400 `invalid_json` (broken off), 503 (all bodies hold what they may).
pub async fn read<'a>(
    shared: &'a Shared,
    facts: &Facts,
    request: Request,
) -> Result<(Request, Option<SemaphorePermit<'a>>), Refused> {
    if probe(&request) {
        // A probe is answered whatever is the matter, so nothing of it may be waited for, or kept.
        return Ok((request.map(|_unread| Body::empty()), None));
    }
    let cap = shared.settings.body_cap;
    let (parts, mut body) = request.into_parts();
    let announced = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let read = if announced.is_some_and(|bytes| bytes > cap as u64) {
        Err(Unread::TooLarge)
    } else if body.is_end_stream() {
        Ok(Kept { bytes: Vec::new(), held: None })
    } else {
        let announced = announced.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(0);
        timeout(WITHIN, collect(&mut body, announced, cap, &shared.buffered)).await.unwrap_or(Err(Unread::TooSlow))
    };
    match read {
        Ok(kept) => {
            facts.body_read(kept.bytes.len());
            Ok((Request::from_parts(parts, Body::from(kept.bytes)), kept.held))
        }
        Err(unread) => {
            let expects_word = parts.headers.contains_key(EXPECT);
            if matches!(unread, Unread::TooLarge | Unread::NoMemory) && !expects_word {
                swallow(body).await;
            }
            Err(unread.refused(cap))
        }
    }
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
    /// The other bodies hold what all may hold together.
    NoMemory,
}

impl Unread {
    fn refused(&self, cap: usize) -> Refused {
        match self {
            Self::TooLarge => Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large").with("max", cap),
            Self::TooSlow => Refused::new(StatusCode::REQUEST_TIMEOUT, "request_timeout"),
            Self::Broken => Refused::bad_request("invalid_json").with("detail", "JSON parse error - incomplete body"),
            Self::NoMemory => Refused::unavailable(),
        }
    }
}

/// As much of a body as has come, and what is held for it.
struct Kept<'a> {
    bytes: Vec<u8>,
    held: Option<SemaphorePermit<'a>>,
}

impl<'a> Kept<'a> {
    fn push(&mut self, data: &[u8], cap: usize, buffered: &'a Semaphore) -> Result<(), Unread> {
        let length = self.bytes.len() + data.len();
        if length > cap {
            return Err(Unread::TooLarge);
        }
        if length > UNCOUNTED {
            self.hold(length.next_multiple_of(STEP).min(cap) - UNCOUNTED, buffered)?;
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    fn hold(&mut self, bytes: usize, buffered: &'a Semaphore) -> Result<(), Unread> {
        let held = self.held.as_ref().map_or(0, SemaphorePermit::num_permits);
        if bytes <= held {
            return Ok(());
        }
        let more = u32::try_from(bytes - held).map_err(|_| Unread::NoMemory)?;
        let more = buffered.try_acquire_many(more).map_err(|_| Unread::NoMemory)?;
        match &mut self.held {
            Some(held) => held.merge(more),
            None => self.held = Some(more),
        }
        Ok(())
    }
}

/// `announced` bytes are asked for at once: a vector that grows by itself leaves pieces of all sizes behind.
async fn collect<'a>(
    body: &mut Body,
    announced: usize,
    cap: usize,
    buffered: &'a Semaphore,
) -> Result<Kept<'a>, Unread> {
    let mut kept = Kept { bytes: Vec::with_capacity(announced), held: None };
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        if let Ok(data) = frame.into_data() {
            kept.push(&data, cap, buffered)?;
        }
    }
    Ok(kept)
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
