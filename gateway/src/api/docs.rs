//! `GET /api/openapi.json` and `/api/docs`: the API, described by itself.

use std::sync::LazyLock;

use http::header::CONTENT_SECURITY_POLICY;
use utoipa::ToSchema;

use super::Ctx;
use crate::{
    door::{Answer, Door, Told, door},
    error::Refused,
    openapi::{self, page},
};

pub const DOCUMENT: Door = door!(document, "This document.", []);
pub const PAGE: Door = door!(page, "This document as a page to read; in development only.", ["404 not_found"]);

/// An OpenAPI document.
#[derive(ToSchema)]
#[schema(value_type = Object)]
struct OpenApi(());

async fn document(_ctx: Ctx) -> Answer<OpenApi> {
    static TEXT: LazyLock<String> = LazyLock::new(|| openapi::document().to_string());
    Ok(Told::written("application/json", TEXT.as_str()))
}

#[derive(ToSchema)]
#[schema(value_type = String, content_media_type = "text/html")]
struct Html(());

async fn page(ctx: Ctx) -> Answer<Html> {
    if ctx.shared.settings.production() {
        return Err(Refused::not_found());
    }
    let mut told = Told::written("text/html; charset=utf-8", page::write(openapi::document()));
    told.headers().insert(CONTENT_SECURITY_POLICY, page::policy());
    Ok(told)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request, response::Response};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use crate::{Gateway, testing};

    async fn get(path: &str, environment: &str) -> Response {
        let vars =
            [("SIDDES_ENV", environment), ("DJANGO_ALLOWED_HOSTS", "api.test"), ("DJANGO_SECURE_SSL_REDIRECT", "0")];
        let request = Request::get(path).header("host", "api.test").body(Body::empty()).expect("a request");
        Gateway::new(testing::deps(&vars)).router().oneshot(request).await.expect("an answer")
    }

    #[tokio::test]
    async fn the_page_is_for_development_and_its_style_is_all_that_it_may_use() {
        assert_eq!(get("/api/docs", "production").await.status(), 404);
        assert_eq!(get("/api/openapi.json", "production").await.status(), 200);
        let page = get("/api/docs", "development").await;
        assert_eq!(page.status(), 200);
        let policy = page.headers()["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        let html = page.into_body().collect().await.expect("a body").to_bytes();
        assert!(html.starts_with(b"<!doctype html>"));
        let other = get("/api/openapi.json", "development").await;
        assert_eq!(other.headers()["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    }
}
