//! An answer as an onlooker sees it: all that is not of this one request.

use std::fmt::Write;

use anyhow::Context;
use bytes::Bytes;
use http::{
    HeaderName, Response,
    header::{DATE, SET_COOKIE},
};
use serde_json::Value;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What a new account is told of itself.
const OWN: [&str; 4] = ["user", "viewerId", "createdAt", "ageGateConfirmedAt"];

/// Status, headers and body, without the hour and the request's id; of a `new_account` also without what is its own.
pub fn of(answer: &Response<Bytes>, new_account: bool) -> anyhow::Result<String> {
    let id = answer.headers().get(REQUEST_ID).context("an answer without a request id")?.to_str()?;
    let mut text = answer.status().to_string();
    for (name, value) in answer.headers().iter().filter(|(name, _)| **name != DATE) {
        let value = value.to_str()?;
        let value = if new_account && *name == SET_COOKIE { nobodys(value) } else { value.to_owned() };
        write!(text, "\n{name}: {value}")?;
    }
    let body = if new_account { plain(answer.body())? } else { str::from_utf8(answer.body())?.to_owned() };
    write!(text, "\n\n{body}")?;
    Ok(text.replace(id, "(the request's id)"))
}

/// A cookie without its value and its end.
fn nobodys(line: &str) -> String {
    let blank = |(place, part): (usize, &str)| match part.trim().split_once('=') {
        Some((name, _)) if place == 0 || name == "Expires" => format!("{name}=(its own)"),
        _ => part.trim().to_owned(),
    };
    line.split(';').enumerate().map(blank).collect::<Vec<_>>().join("; ")
}

fn plain(body: &[u8]) -> anyhow::Result<String> {
    let mut body: Value = serde_json::from_slice(body)?;
    for name in OWN {
        if let Some(value) = body.get_mut(name) {
            *value = Value::Null;
        }
    }
    Ok(body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(id: &str, cookie: &str, body: &str) -> Response<Bytes> {
        let builder = Response::builder().status(200).header("x-request-id", id).header("date", id);
        builder.header("set-cookie", cookie).body(Bytes::from(body.to_owned())).unwrap()
    }

    #[test]
    fn only_what_is_of_one_request_is_left_out() {
        let face = |id: &str, body: &str| of(&answer(id, "a=1", body), false).unwrap();
        assert_eq!(face("1f", "{\"requestId\":\"1f\"}"), face("2e", "{\"requestId\":\"2e\"}"));
        assert_ne!(face("1f", "{\"ok\":true}"), face("1f", "{\"ok\": true}"));
    }

    #[test]
    fn of_a_new_account_nothing_of_its_own() {
        let face = |cookie: &str, body: &str| of(&answer("1f", cookie, body), true).unwrap();
        let first = face("s=abc; Max-Age=9; Expires=Mon, 1", "{\"ok\":true,\"user\":{\"id\":1},\"viewerId\":\"me_1\"}");
        let other = face("s=xyz; Max-Age=9; Expires=Tue, 2", "{\"ok\":true,\"user\":{\"id\":2},\"viewerId\":\"me_2\"}");
        assert_eq!(first, other);
        assert_ne!(first, face("s=abc; Max-Age=8; Expires=Mon, 1", "{\"ok\":true,\"user\":1,\"viewerId\":2}"));
    }
}
