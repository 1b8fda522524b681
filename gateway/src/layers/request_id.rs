//! The request id: the client's if it is a plain one, else our own; on every answer, in every error, in every log line.

use axum::{extract::Request, response::Response};
use http::{HeaderMap, HeaderValue};
use platform::grpc::header::REQUEST_ID;

use crate::shared::Shared;

pub fn of(shared: &Shared, request: &Request) -> String {
    given(request.headers()).map_or_else(|| shared.ambient.random.hex::<8>(), str::to_owned)
}

pub fn write(id: &str, response: &mut Response) {
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
}

/// `^[A-Za-z0-9._-]{1,64}$`, or nothing.
fn given(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    ((1..=64).contains(&id.len()) && id.bytes().all(plain)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_ids_are_taken() {
        let with = |text: &str| {
            let headers = HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_str(text).expect("header"))]);
            given(&headers).is_some()
        };
        assert!(with("a") && with("8f3a-B.c_d") && with(&"x".repeat(64)));
        for text in ["", " ", "a b", "<script>", &"x".repeat(65), "a/b"] {
            assert!(!with(text), "{text}");
        }
    }
}
