//! Somebody with a browser: keeps cookies and calls the gateway as the web client's server does.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use cookie::Cookie;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{CONTENT_TYPE, COOKIE, SET_COOKIE},
};
use platform::{AccountId, Side};
use serde_json::{Value, json};

use crate::{answer::Answer, http::Http};

/// The password of everybody in a test.
pub const PASSWORD: &str = "blue-otter-canoe-42";

/// A person, or nobody in particular. Clones share one browser.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub id: AccountId,
    http: Http,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Person {
    /// A browser without a session.
    pub fn anonymous(http: Http) -> Self {
        let cookies = BTreeMap::from([("csrftoken".to_owned(), "0123456789abcdef0123456789abcdef".to_owned())]);
        Self { name: "anonymous".to_owned(), id: AccountId(0), http, cookies: Arc::new(Mutex::new(cookies)) }
    }

    /// Signs up through the front door, age confirmed.
    pub async fn sign_up(http: Http, name: &str) -> Self {
        let mut person = Self::anonymous(http);
        name.clone_into(&mut person.name);
        let body = json!({
            "email": format!("{name}@example.test"),
            "username": name,
            "password": PASSWORD,
            "ageConfirmed": true,
        });
        let answer = person.post("/api/auth/signup", &body).await.expect(200);
        person.id = AccountId(answer.json()["user"]["id"].as_i64().expect("an account id"));
        person
    }

    pub fn handle(&self) -> String {
        format!("@{}", self.name)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Any call, with this browser's cookies and CSRF header, and the content type that the web client always sends.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let body = body.map(Value::to_string).unwrap_or_default();
        self.send(method, path, body).await
    }

    /// As [`Person::call`], with a body that need not be JSON.
    pub async fn send(&self, method: Method, path: &str, body: impl Into<bytes::Bytes>) -> Answer {
        let answer = self.http.send(method, path, self.headers(), body).await;
        self.keep_cookies(&answer);
        answer
    }

    /// # Errors
    /// The connection's.
    pub async fn try_post(&self, path: &str, body: &Value) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        self.http.try_send(Method::POST, path, self.headers(), body.to_string()).await
    }

    /// The same browser against another gateway.
    #[must_use]
    pub fn at(&self, http: Http) -> Self {
        Self { http, ..self.clone() }
    }

    pub fn headers(&self) -> HeaderMap {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let line: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(COOKIE, line.join("; ").parse().expect("cookies"));
        if let Some(token) = cookies.get("csrftoken") {
            headers.insert("x-csrftoken", token.parse().expect("token"));
        }
        headers
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), value.to_owned());
    }

    fn keep_cookies(&self, answer: &Answer) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for line in answer.headers.get_all(SET_COOKIE) {
            let cookie = Cookie::parse(line.to_str().expect("text").to_owned()).expect("a cookie");
            if cookie.value().is_empty() {
                cookies.remove(cookie.name());
            } else {
                cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }

    /// Shows `other` a side; Close by way of Friends, as the web client does.
    pub async fn places(&self, other: &Self, side: Side) {
        if side == Side::Close {
            self.side(other, "friends").await.expect(200);
        }
        self.side(other, side.as_str()).await.expect(200);
    }

    /// Shows `other` nothing but the public side again.
    pub async fn unplaces(&self, other: &Self) {
        self.side(other, "public").await.expect(200);
    }

    /// `POST /api/side`, confirmed.
    pub async fn side(&self, other: &Self, side: &str) -> Answer {
        self.post("/api/side", &json!({ "username": other.handle(), "side": side, "confirm": true })).await
    }

    /// Writes a post and returns its id.
    pub async fn posts(&self, side: Side, text: &str) -> String {
        let answer = self.post("/api/post", &json!({ "text": text, "side": side.as_str() })).await.expect(201);
        answer.json()["post"]["id"].as_str().expect("a post id").to_owned()
    }

    /// First page of a feed.
    pub async fn feed(&self, side: Side) -> Answer {
        self.get(&format!("/api/feed?side={side}")).await.expect(200)
    }

    /// First page of a feed that may be refused.
    pub async fn feed_status(&self, side: Side) -> Answer {
        self.get(&format!("/api/feed?side={side}")).await
    }

    pub async fn reads(&self, post: &str) -> Answer {
        self.get(&format!("/api/post/{post}")).await
    }

    pub async fn blocks(&self, other: &Self) {
        self.post("/api/blocks", &json!({ "target": other.handle() })).await.expect(200);
    }

    pub async fn unblocks(&self, other: &Self) {
        self.delete(&format!("/api/blocks/%40{}", other.name)).await.expect(200);
    }

    pub async fn mutes(&self, other: &Self) {
        self.post("/api/mutes", &json!({ "target": other.handle() })).await.expect(200);
    }
}
