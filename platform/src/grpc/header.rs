//! The metadata that travels beside every call.

use std::time::Duration;

use http::{HeaderMap, HeaderName};

/// JWT of the calling service.
pub const SERVICE_TOKEN: HeaderName = HeaderName::from_static("x-siddes-service");
/// JWT of the viewer; absent = nobody.
pub const VIEWER_TOKEN: HeaderName = HeaderName::from_static("x-siddes-viewer");
/// W3C: the trace that the call belongs to.
pub const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// In answers: SQL statements executed for this call, in all services.
pub const STATEMENTS: HeaderName = HeaderName::from_static("x-siddes-statements");
/// gRPC's own: a code, and what a status carries beside it.
pub const STATUS: HeaderName = HeaderName::from_static("grpc-status");
pub const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");
/// gRPC's own.
pub const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

pub fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Reads gRPC's timeout: up to eight digits and a unit.
pub fn timeout(headers: &HeaderMap) -> Option<Duration> {
    let text = text(headers, TIMEOUT)?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let amount: u64 = digits.parse().ok().filter(|_| digits.len() <= 8)?;
    Some(match unit {
        "H" => Duration::from_secs(amount * 3_600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}
