//! The `Host` header must name this API; probes, which come by address, are exempt.

use std::net::Ipv6Addr;

use axum::extract::Request;
use http::{HeaderMap, header::HOST};

use super::probe;
use crate::{error::Refused, shared::Shared};

pub fn check(shared: &Shared, request: &Request) -> Result<(), Refused> {
    let named = || of(request.headers()).is_some_and(|host| shared.settings.hosts.allow(host));
    if probe(request) || named() { Ok(()) } else { Err(refused()) }
}

pub fn refused() -> Refused {
    Refused::bad_request("bad_host")
}

/// The header, if there is exactly one, of characters that a host may have.
pub fn of(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(HOST).iter();
    let host = all.next()?.to_str().ok().filter(|_| all.next().is_none())?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    (!host.is_empty() && host.bytes().all(plain)).then_some(host)
}

/// The hosts that may be named: exact, `.example.com` for a name and all below it, `*` for any.
#[derive(Clone, Debug, Default)]
pub struct Hosts(Vec<String>);

impl Hosts {
    pub fn parse(text: &str) -> Self {
        Self(text.split(',').map(|item| item.trim().to_lowercase()).filter(|item| !item.is_empty()).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn any(&self) -> bool {
        self.0.iter().any(|entry| entry == "*")
    }

    /// Port and one trailing dot make no difference.
    pub fn allow(&self, host: &str) -> bool {
        let host = without_port(host).to_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        self.0.iter().any(|entry| match entry.strip_prefix('.') {
            Some(domain) => host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
            None => entry == "*" || entry == host,
        })
    }
}

fn without_port(host: &str) -> &str {
    if let Some(end) = host.strip_prefix('[').and_then(|rest| rest.find(']')) {
        return &host[..end + 2];
    }
    match host.rsplit_once(':') {
        Some((name, _)) if host.parse::<Ipv6Addr>().is_err() => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_without_case_port_and_dot() {
        let hosts = Hosts::parse("api.example.com, .sides.test, [::1]");
        for host in [
            "api.example.com",
            "API.Example.com:8000",
            "api.example.com.",
            "sides.test",
            "a.b.sides.test:1",
            "[::1]:80",
        ] {
            assert!(hosts.allow(host), "{host}");
        }
        for host in ["example.com", "x.api.example.com", "evilsides.test", "api.example.com..", "", "[::2]"] {
            assert!(!hosts.allow(host), "{host}");
        }
        assert!(Hosts::parse("*").allow("anything"));
    }
}
