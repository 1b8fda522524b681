//! Size of the request's head: a URL of 8 KiB, 100 header fields, 32 KiB of them.

use axum::extract::Request;
use http::{HeaderMap, StatusCode, Uri};

use crate::error::Refused;

const URI_BYTES: usize = 8 * 1_024;
const FIELDS: usize = 100;
const FIELD_BYTES: usize = 32 * 1_024;

pub fn check(request: &Request) -> Result<(), Refused> {
    if uri_bytes(request.uri()) > URI_BYTES {
        return Err(Refused::new(StatusCode::URI_TOO_LONG, "uri_too_long"));
    }
    if request.headers().len() > FIELDS || field_bytes(request.headers()) > FIELD_BYTES {
        return Err(Refused::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large"));
    }
    Ok(())
}

fn uri_bytes(uri: &Uri) -> usize {
    uri.path_and_query().map_or(0, |path| path.as_str().len())
}

/// As on the wire: name, colon, blank, value, line end.
fn field_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}
