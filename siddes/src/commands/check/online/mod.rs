//! What the world sees: the gateway as probes and strangers meet it, the web client as a browser does.

mod api;
mod app;
mod http;

use std::path::Path;

use anyhow::Context;
use futures::future::join;

use self::http::{Client, Site};
use super::finding::Finding;

pub async fn look(app: &str, api: &str, ca: Option<&Path>) -> anyhow::Result<Vec<Finding>> {
    let rule = "is an origin such as https://app.example.com, without a path";
    let app = Site::parse(app).with_context(|| format!("--app {rule}"))?;
    let api = Site::parse(api).with_context(|| format!("--api {rule}"))?;
    let client = Client::new(ca)?;
    let (of_api, of_app) = join(api::look(&client, &api, &api.in_clear()), app::look(&client, &app)).await;
    Ok(of_api.into_iter().chain(of_app).collect())
}

#[cfg(test)]
mod tests;
