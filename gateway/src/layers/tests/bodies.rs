//! Bodies: how large, how soon, of what type.

use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use serde_json::Value;
use tokio::time::{Duration, Instant};

use super::{Gate, JSON};

/// A body that begins and never ends.
fn endless(start: &'static str) -> Body {
    use futures::StreamExt;
    let start = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(start.as_bytes()))]);
    Body::from_stream(start.chain(stream::pending()))
}

/// In pieces, as chunks come.
fn pieces(bytes: usize, of: usize) -> Body {
    let pieces = (0..bytes / of).map(move |_| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; of])));
    Body::from_stream(stream::iter(pieces))
}

const CAP: (&str, &str) = ("SIDDES_DATA_UPLOAD_MAX_MEMORY_SIZE", "16384");

#[tokio::test]
async fn the_cap_is_inclusive_however_the_body_comes() {
    let gate = Gate::knowing(None, &[CAP]);
    let post = async |body: Body, headers: &[(&str, &str)]| gate.call("POST", "/api/auth/login", headers, body).await;
    post("x".repeat(16_384).into(), &[JSON]).await.refused(400, "invalid_json");
    post(pieces(16_384, 1_024), &[JSON]).await.refused(400, "invalid_credentials");
    for body in [Body::from("x".repeat(16_385)), pieces(17_408, 1_024), pieces(32_768, 32_768)] {
        assert_eq!(post(body, &[JSON]).await.refused(413, "too_large")["max"], 16_384);
    }
    // What is announced is refused before a byte of it.
    let announced = [JSON, ("content-length", "16385"), ("expect", "100-continue")];
    post(endless(""), &announced).await.refused(413, "too_large");
    let default = Gate::new(&[]).call("POST", "/api/auth/login", &[JSON], "x".repeat(1_048_577)).await;
    assert_eq!(default.refused(413, "too_large")["max"], 1_048_576);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_not_there_in_ten_seconds_is_408() {
    let gate = Gate::new(&[]);
    let begun = Instant::now();
    let told = gate.call("POST", "/api/auth/login", &[JSON], endless("{")).await;
    told.refused(408, "request_timeout");
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_json() {
    let broken = stream::iter([Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("gone"))]);
    let told = Gate::new(&[]).call("POST", "/api/auth/login", &[JSON], Body::from_stream(broken)).await;
    told.refused(400, "invalid_json");
}

#[tokio::test]
async fn probes_take_no_body_and_wait_for_none() {
    let gate = Gate::new(&[CAP]);
    for path in ["/healthz", "/readyz"] {
        for headers in [&[("content-length", "99999999")][..], &[]] {
            let told = gate.call("GET", path, headers, endless("x")).await;
            assert!([200, 503].contains(&told.status.as_u16()), "{path}");
        }
    }
}

#[tokio::test]
async fn only_json_is_read_and_no_body_needs_no_type() {
    let gate = Gate::knowing(None, &[]);
    let post = async |kind: &str, body: &'static str| {
        let headers: &[(&str, &str)] = if kind.is_empty() { &[] } else { &[("content-type", kind)] };
        gate.call("POST", "/api/auth/login", headers, body).await
    };
    for kind in ["application/json", "application/json; charset=latin1", "Application/JSON", "application/x+json"] {
        post(kind, "{}").await.refused(400, "invalid_credentials");
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", ""]
    {
        assert!(post(kind, "{}").await.refused(415, "unsupported_media_type")["detail"].is_string(), "{kind}");
        post(kind, "").await.refused(400, "invalid_credentials");
    }
}

#[tokio::test]
async fn what_is_no_object_is_an_empty_one_and_what_is_no_json_says_where() {
    let gate = Gate::knowing(None, &[]);
    let post = async |body: String| gate.call("POST", "/api/auth/login", &[JSON], body).await;
    for body in ["", " ", "null", "[1]", "\"x\"", "5", "true", "{}", r#"{"unknown":1}"#] {
        post(body.to_owned()).await.refused(400, "invalid_credentials");
    }
    let deep = "[".repeat(65) + &"]".repeat(65);
    let long = format!("{{\"n\":{}}}", "9".repeat(401));
    let many = format!("[{}0]", "0,".repeat(10_000));
    for body in ["{", "{} x", "{'a':1}", "NaN", "{\"a\":Infinity}", "\u{feff}{}", &deep, &long, &many] {
        let told = post(body.to_owned()).await.refused(400, "invalid_json");
        assert!(told["detail"].as_str().is_some_and(|text| text.starts_with("JSON parse error - ")), "{told}");
    }
    for body in [r#"{"password":"\u0000"}"#, r#"{"x":"\ud800"}"#, r#"{"a\u0000":1}"#] {
        assert_eq!(post(body.to_owned()).await.refused(400, "invalid_text").get("detail"), None::<&Value>);
    }
    let bytes = gate.call("POST", "/api/auth/login", &[JSON], vec![b'"', 0xff, b'"']).await;
    bytes.refused(400, "invalid_json");
}
