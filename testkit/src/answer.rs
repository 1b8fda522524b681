//! An answer of the gateway, as the web client would get it.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// Status, headers and body of one exchange.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Answer {
    /// The body as JSON; null where there is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The contract's error code, or "".
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    /// SQL statements that this request cost, in all services together.
    pub fn statements(&self) -> u32 {
        let header = self.headers.get("x-siddes-sql").and_then(|value| value.to_str().ok());
        header.and_then(|text| text.parse().ok()).expect("the gateway tells its statements in development")
    }

    /// The body with request ids blanked: what must be equal for unknown and for invisible.
    pub fn body_without_ids(&self) -> String {
        let mut json = self.json();
        for name in ["requestId", "request_id"] {
            if let Some(id) = json.get_mut(name) {
                *id = "<id>".into();
            }
        }
        json.to_string()
    }

    /// Names of the headers, and their values but for those that differ with every request.
    pub fn headers_without_ids(&self) -> Vec<(String, String)> {
        let differs = ["x-request-id", "date"];
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| !differs.contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        headers.sort();
        headers
    }

    /// Fails unless the status is `expected`, and shows the body if it is not.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "often only the status matters")]
    pub fn expect(self, expected: u16) -> Self {
        assert_eq!(self.status.as_u16(), expected, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// Fails unless status and error code are these.
    #[track_caller]
    pub fn refused(&self, status: u16, error: &str) {
        let body = String::from_utf8_lossy(&self.bytes);
        assert_eq!((self.status.as_u16(), self.error().as_str()), (status, error), "{body}");
    }

    /// Contents of the posts of a feed, in order.
    #[track_caller]
    pub fn contents(&self) -> Vec<String> {
        let json = self.json();
        let items = json["items"].as_array().unwrap_or_else(|| panic!("no items: {json}"));
        items.iter().map(|item| item["content"].as_str().unwrap_or_default().to_owned()).collect()
    }
}
