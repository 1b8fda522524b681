//! The gateway as a stranger meets it: healthy, encrypted, and silent about what is not for him.

use http::{
    Method, StatusCode,
    header::{HOST, LOCATION, STRICT_TRANSPORT_SECURITY},
};

use super::http::{Client, Site};
use crate::commands::check::finding::{Finding, error};

const NOBODY: &str = "siddes-check.invalid";

/// `clear` is the same host by plain http.
pub async fn look(client: &Client, api: &Site, clear: &Site) -> Vec<Finding> {
    let mut findings = Vec::new();
    let health = match client.get(api, "/healthz").await {
        Ok(health) => health,
        Err(problem) => {
            let sentence = format!("--api cannot be asked ({problem:#}): check its name, certificate and firewall");
            return vec![error("API_UNREACHABLE", sentence)];
        }
    };
    if !health.is_ok() {
        findings.push(error("API_UNHEALTHY", "GET /healthz of --api is not 200 with ok: is it the gateway?"));
    }
    if !client.get(api, "/readyz").await.is_ok_and(|answer| answer.is_ok()) {
        findings.push(error("API_NOT_READY", "GET /readyz of --api is not 200: it tells which part is not ready"));
    }
    for path in ["/admin/", "/static/x"] {
        if !client.get(api, path).await.is_ok_and(|answer| answer.status == StatusCode::NOT_FOUND) {
            let sentence = format!("GET {path} of --api is not 404: something else answers there, take it away");
            findings.push(error("API_ADMIN_REACHABLE", sentence));
        }
    }
    if client.get(api, "/metrics").await.is_ok_and(|answer| answer.status == StatusCode::OK) {
        findings.push(error("API_METRICS_PUBLIC", "metrics are for everybody: publish the gateway's port alone"));
    }
    let foreign = client.send(api, Method::GET, "/api/health", &[(HOST, NOBODY)]).await;
    if foreign.is_ok_and(|answer| !answer.status.is_client_error()) {
        let sentence = "a foreign Host is answered: name the API's own in DJANGO_ALLOWED_HOSTS, and pass Host on";
        findings.push(error("API_ANY_HOST", sentence));
    }
    findings.extend(encryption(client, api, clear).await);
    findings
}

async fn encryption(client: &Client, api: &Site, clear: &Site) -> Vec<Finding> {
    if !api.https {
        return vec![error("API_NOT_HTTPS", "--api begins with http: people's sessions would travel in clear")];
    }
    let mut findings = Vec::new();
    let insists = client.get(api, "/api/health").await.is_ok_and(|answer| {
        let header = answer.header(STRICT_TRANSPORT_SECURITY);
        header.contains("max-age=") && !header.contains("max-age=0")
    });
    if !insists {
        let sentence = "no Strict-Transport-Security: set DJANGO_HSTS_SECONDS, and let the proxy say X-Forwarded-Proto";
        findings.push(error("API_NO_HSTS", sentence));
    }
    // A closed port redirects nobody, and shows nobody anything.
    let plain = client.get(clear, "/api/health").await;
    let redirects = |status, location: &str| {
        [StatusCode::MOVED_PERMANENTLY, StatusCode::PERMANENT_REDIRECT].contains(&status)
            && location.starts_with("https://")
    };
    if plain.is_ok_and(|answer| !redirects(answer.status, answer.header(LOCATION))) {
        let sentence = "plain http is answered instead of redirected: set DJANGO_SECURE_SSL_REDIRECT=1";
        findings.push(error("API_NO_HTTPS_REDIRECT", sentence));
    }
    findings
}
