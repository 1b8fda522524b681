//! Whatever is sent: an answer of ours, in JSON, with one id; never a bug, and nothing that only a session may have.

use axum::{body::Body, extract::Request};
use http::{HeaderName, HeaderValue, Method, Uri};
use proptest::{collection::vec, prelude::*};
use serde_json::Value;

use super::{Gate, Told};
use crate::{router::routes, testing::fakes::auth};

/// Names that some layer reads.
const READ: [&str; 16] = [
    "host",
    "cookie",
    "content-type",
    "content-length",
    "origin",
    "referer",
    "sec-fetch-site",
    "x-csrftoken",
    "x-request-id",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-sd-side",
    "user-agent",
    "cf-ipcountry",
    "traceparent",
    "access-control-request-method",
];

fn path() -> impl Strategy<Value = String> {
    let ours: Vec<&'static str> = routes().iter().map(|route| route.path).collect();
    let filled = (prop::sample::select(ours), "[!-~]{0,12}")
        .prop_map(|(template, text)| template.replace("{id}", &text).replace("{token}", &text));
    let query = prop_oneof![Just(String::new()), "\\?[!-~]{0,40}"];
    let path = prop_oneof![3 => filled, 1 => "/[!-~]{0,30}", 1 => "/api/[!-~]{0,30}"];
    (path, query).prop_map(|(path, query)| path + &query)
}

fn method() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec!["GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH", "TRACE"]).prop_map(str::to_owned),
        1 => "[A-Za-z!#$%&'*+.^_`|~-]{1,12}",
    ]
}

fn header() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let likely = prop::sample::select(vec![
        "application/json",
        "siddes_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "api.test",
        "same-origin",
        "null",
        "https",
    ]);
    let value = prop_oneof![likely.prop_map(|text| text.as_bytes().to_vec()), vec(any::<u8>(), 0..60)];
    (prop::sample::select(READ.to_vec()), value)
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let json = r#"\{("(text|side|username|target|identifier|password|email)":(null|true|-?[0-9]{1,30}|"(\\u[0-9a-fA-F]{4}|[a-z@ ]){0,9}"|\[("x",?){0,3}\]),?){0,4}\}"#;
    prop_oneof![vec(any::<u8>(), 0..200), json.prop_map(String::into_bytes)]
}

fn request() -> impl Strategy<Value = Option<Request>> {
    (method(), path(), vec(header(), 0..8), body()).prop_map(|(method, path, headers, body)| {
        // What hyper would not parse does not come as far as our layers.
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = Method::from_bytes(method.as_bytes()).ok()?;
        *request.uri_mut() = path.parse::<Uri>().ok()?;
        for (name, value) in headers {
            request.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_bytes(&value).ok()?);
        }
        Some(request)
    })
}

fn judge(told: &Told) -> Result<(), TestCaseError> {
    let ids: Vec<_> = told.headers.get_all("x-request-id").iter().collect();
    prop_assert_eq!(ids.len(), 1);
    let id = ids[0].to_str().expect("plain");
    prop_assert!(
        (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    );
    prop_assert_ne!(told.status.as_u16(), 500);
    prop_assert_ne!(told.status.as_u16(), 201, "nobody was signed in");
    prop_assert_eq!(told.header("x-content-type-options"), "nosniff");
    if !told.bytes.is_empty() && told.status.as_u16() >= 400 {
        let body: Value =
            serde_json::from_slice(&told.bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&body["ok"], &Value::Bool(false), "{}", body);
        // Readiness reports what is missing, and is no refusal.
        prop_assert!(
            body.get("checks").is_some() || (body["error"].is_string() && body["requestId"] == id),
            "{}",
            body
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_request_gets_an_answer_of_ours(request in request()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        let told = runtime.block_on(async {
            // Behind it is an auth that knows nobody, and nothing else.
            let gate = Gate::before(&[(platform::Role::Auth, auth(None))], &[]);
            match request {
                Some(request) => Some(gate.send(request).await),
                None => None,
            }
        });
        if let Some(told) = told {
            judge(&told)?;
        }
    }
}
