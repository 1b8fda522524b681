//! From a path to its doors.

use std::{collections::BTreeMap, sync::LazyLock};

use http::Method;

use super::{ROUTES, Route};
use crate::query::percent_decode;

/// A route, and what its path names.
pub(crate) struct Found {
    pub route: &'static Route,
    pub params: Params,
}

/// What a path names, in its order; "" where it names nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Params {
    pub first: String,
    pub second: String,
}

impl Params {
    /// No name is empty.
    fn add(&mut self, name: String) {
        if self.first.is_empty() { self.first = name } else { self.second = name }
    }
}

/// Doors by path. A path that no template fits is none of ours: no trailing slash, no folding of `//`.
static BY_PATH: LazyLock<matchit::Router<Vec<&'static Route>>> = LazyLock::new(|| {
    let mut by_path: BTreeMap<&str, Vec<&'static Route>> = BTreeMap::new();
    for route in ROUTES {
        by_path.entry(route.path).or_default().push(route);
    }
    let mut router = matchit::Router::new();
    for (path, doors) in by_path {
        if let Err(error) = router.insert(path, doors) {
            tracing::error!(path, %error, "a path that cannot be told from another");
        }
    }
    router
});

/// The doors at a path, and what the path names. An id with a slash or NUL in it is no path of ours.
fn at(path: &str) -> Option<(&'static [&'static Route], Params)> {
    let found = BY_PATH.at(path).ok()?;
    let mut params = Params::default();
    for (name, segment) in found.params.iter() {
        let bytes = percent_decode(segment);
        params.add(match name {
            "id" => String::from_utf8(bytes).ok().filter(|id| !id.contains(['/', '\0']))?,
            _ => String::from_utf8_lossy(&bytes).into_owned(),
        });
    }
    Some((found.value, params))
}

/// The route of a request; HEAD is GET.
pub(crate) fn find(path: &str, method: &Method) -> Option<Found> {
    let method = if *method == Method::HEAD { &Method::GET } else { method };
    let (doors, params) = at(path)?;
    let route = doors.iter().find(|route| route.method == *method)?;
    Some(Found { route, params })
}

/// What a path takes, for `Allow`; empty for an unknown path.
pub(crate) fn methods(path: &str) -> Vec<&'static str> {
    let mut methods = Vec::new();
    for route in at(path).map_or(&[][..], |(doors, _)| doors) {
        methods.push(method_name(&route.method));
        if route.method == Method::GET {
            methods.push("HEAD");
        }
    }
    if !methods.is_empty() {
        methods.push("OPTIONS");
    }
    methods
}

/// The template that a path fits, for logs.
pub(crate) fn template(path: &str) -> &'static str {
    at(path).and_then(|(doors, _)| doors.first()).map_or("unknown", |route| route.path)
}

/// A closed set, for logs.
pub(crate) fn method_name(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|name| *name == method.as_str()).unwrap_or("other")
}
