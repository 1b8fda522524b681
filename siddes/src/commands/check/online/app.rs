//! The web client as a browser meets it: it finds its backend, and nothing private is kept on the way.

use http::{Method, StatusCode, header::ORIGIN};

use super::http::{Answer, Client, Site};
use crate::commands::check::finding::{Finding, error};

const FOREIGN: &str = "https://siddes-check.invalid";

pub async fn look(client: &Client, app: &Site) -> Vec<Finding> {
    let mut findings = Vec::new();
    let me = match client.get(app, "/api/auth/me").await {
        Ok(me) => me,
        Err(problem) => {
            let sentence = format!("--app cannot be asked ({problem:#}): check its name and certificate");
            return vec![error("APP_UNREACHABLE", sentence)];
        }
    };
    if me.json["error"] == "backend_not_configured" {
        let sentence =
            "the web client does not know its backend: set SD_INTERNAL_API_BASE there to the origin of --api";
        return vec![error("APP_BACKEND_NOT_CONFIGURED", sentence)];
    }
    if !me.is_ok() {
        findings.push(error(
            "APP_ME",
            "GET /api/auth/me of --app is not 200 with ok: does its SD_INTERNAL_API_BASE answer?",
        ));
    }
    for (code, path) in [("APP_HEALTH", "/api/health"), ("APP_CSRF", "/api/auth/csrf")] {
        if !client.get(app, path).await.is_ok_and(|answer| answer.is_ok()) {
            findings.push(error(code, format!("GET {path} of --app is not 200 with ok")));
        }
    }
    let feed = client.get(app, "/api/feed?side=public&limit=1").await;
    if !feed.as_ref().is_ok_and(|answer| answer.status == StatusCode::OK && answer.json.is_object()) {
        findings.push(error("APP_FEED", "GET /api/feed?side=public of --app is not 200 with JSON for a visitor"));
    }
    let threads = client.get(app, "/api/inbox/threads").await;
    for (path, answer) in [("/api/feed", feed), ("/api/inbox/threads", threads)] {
        findings.extend(answer.iter().flat_map(|answer| kept(path, answer)));
    }
    findings.extend(pages(client, app).await);
    let post = client.send(app, Method::POST, "/api/post", &[(ORIGIN, FOREIGN)]).await;
    let refused = |status| [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&status);
    if !post.is_ok_and(|answer| refused(answer.status)) {
        let sentence =
            "POST /api/post with a foreign Origin is neither 401 nor 403: does the web client pass Origin on?";
        findings.push(error("APP_FOREIGN_WRITE", sentence));
    }
    findings
}

/// What is one person's must be kept by nobody on the way.
fn kept(path: &str, answer: &Answer) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !answer.cache_has(&["private", "no-store"]) {
        let sentence = format!("{path} of --app lacks Cache-Control: private, no-store: let it pass unchanged");
        findings.push(error("APP_CACHEABLE", sentence));
    }
    if answer.header("cf-cache-status").eq_ignore_ascii_case("HIT") {
        let sentence = format!("{path} of --app came out of the edge's cache: bypass it for /api/*");
        findings.push(error("APP_EDGE_CACHED", sentence));
    }
    findings
}

async fn pages(client: &Client, app: &Site) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !client.get(app, "/sw.js").await.is_ok_and(|answer| answer.cache_has(&["no-store"])) {
        let sentence = "/sw.js of --app may be kept, and with it an old release: Cache-Control: no-store";
        findings.push(error("APP_SERVICE_WORKER_CACHED", sentence));
    }
    for path in ["/launchpad", "/developer"] {
        if !client.get(app, path).await.is_ok_and(|answer| answer.status == StatusCode::NOT_FOUND) {
            let sentence = format!("{path} of --app is not 404: a page for developers is public");
            findings.push(error("APP_DEVELOPER_PAGES", sentence));
        }
    }
    findings
}
