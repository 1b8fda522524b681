//! Who is at the other end of the connection: the client's address and scheme, told only by proxies we trust.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::Request;
use http::{HeaderMap, HeaderName, header::USER_AGENT};
use ipnet::IpNet;
use proto::auth::v1 as pb;

use crate::{settings::Settings, shared::Shared};

/// The peer of the connection, put into every request by the server.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// What is known of the client before anything is decided.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    pub address: IpAddr,
    pub https: bool,
    /// The peer is a proxy of ours, whose word counts.
    pub proxied: bool,
}

/// Puts [`Client`] into the request.
pub fn identify(shared: &Shared, request: &mut Request) {
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let settings = &shared.settings;
    let client = Client {
        address: address(peer, request.headers(), &settings.trusted_proxies, settings.client_ip_header.as_ref()),
        https: https(peer, request.headers(), &settings.trusted_proxies),
        proxied: is_trusted(peer.to_canonical(), &settings.trusted_proxies),
    };
    request.extensions_mut().insert(client);
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The first address from the right of `X-Forwarded-For` that is no trusted proxy's, if the peer is one itself.
/// What cannot be read ends the walk at the last good address.
pub fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet], own_header: Option<&HeaderName>) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_trusted(peer, trusted) {
        return peer;
    }
    if let Some(name) = own_header {
        return text(headers, name).and_then(|text| text.parse::<IpAddr>().ok()).map_or(peer, |ip| ip.to_canonical());
    }
    let mut last = peer;
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
    for line in lines.into_iter().rev() {
        let Ok(line) = line.to_str() else { return last };
        for entry in line.rsplit(',') {
            let Some(ip) = parse_entry(entry.trim()) else { return last };
            last = ip;
            if !is_trusted(ip, trusted) {
                return ip;
            }
        }
    }
    last
}

/// Addresses, with or without a port.
fn parse_entry(entry: &str) -> Option<IpAddr> {
    let with_port = || entry.parse::<SocketAddr>().ok().map(|address| address.ip());
    entry.parse::<IpAddr>().ok().or_else(with_port).map(|ip| ip.to_canonical())
}

fn https(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    is_trusted(peer.to_canonical(), trusted)
        && text(headers, &FORWARDED_PROTO).is_some_and(|text| text.split(',').next().map(str::trim) == Some("https"))
}

fn is_trusted(ip: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(&ip))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

impl Client {
    /// What limits count by: the address, an IPv6 one by its /64, which one household or one attacker holds whole.
    pub fn limited_by(&self) -> IpAddr {
        match self.address {
            IpAddr::V4(_) => self.address,
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }

    /// What auth may keep of the device. A person behind the web client's server is not known by the address and
    /// agent of that server, which names itself or nothing where a browser names itself.
    pub fn to_proto(self, headers: &HeaderMap, settings: &Settings) -> pb::Client {
        let agent = text(headers, &USER_AGENT).unwrap_or_default();
        let server = agent.is_empty()
            || ["node", "undici", "next.js"]
                .iter()
                .any(|name| agent.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
        let (country, country_source) =
            if settings.geo_headers_trusted { country(headers).unwrap_or_default() } else { <_>::default() };
        pb::Client {
            address: if server { String::new() } else { self.address.to_string() },
            agent: if server { String::new() } else { agent.chars().take(256).collect() },
            country,
            country_source,
        }
    }
}

const COUNTRY_HEADERS: [&str; 5] =
    ["CF-IPCountry", "X-Vercel-IP-Country", "CloudFront-Viewer-Country", "X-Geo-Country", "X-AppEngine-Country"];

/// The first usable country header: two letters, and the header's name.
fn country(headers: &HeaderMap) -> Option<(String, String)> {
    COUNTRY_HEADERS.iter().find_map(|name| {
        let code = headers.get(*name)?.to_str().ok()?.trim().to_ascii_uppercase();
        let usable = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) && code != "XX";
        usable.then(|| (code, (*name).to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn nets() -> Vec<IpNet> {
        ["127.0.0.0/8", "10.0.0.0/8", "fc00::/7"].iter().map(|net| net.parse().expect("net")).collect()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("ip")
    }

    fn forwarded(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (FORWARDED_FOR, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn a_stranger_names_no_other_address() {
        let headers = forwarded(&["1.1.1.1"]);
        assert_eq!(address(ip("203.0.113.9"), &headers, &nets(), None), ip("203.0.113.9"));
        assert!(!https(
            ip("203.0.113.9"),
            &HeaderMap::from_iter([(FORWARDED_PROTO, HeaderValue::from_static("https"))]),
            &nets()
        ));
    }

    #[test]
    fn the_first_untrusted_address_from_the_right_is_the_client() {
        for (lines, expected) in [
            (&["6.6.6.6, 198.51.100.7, 10.0.0.2"][..], "198.51.100.7"),
            (&["6.6.6.6", "198.51.100.7", "10.0.0.2"], "198.51.100.7"),
            (&["6.6.6.6, junk, 10.0.0.2"], "10.0.0.2"),
            (&["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            (&["198.51.100.7:4711"], "198.51.100.7"),
            (&["::ffff:198.51.100.7"], "198.51.100.7"),
            (&[], "127.0.0.1"),
        ] {
            assert_eq!(address(ip("127.0.0.1"), &forwarded(lines), &nets(), None), ip(expected), "{lines:?}");
        }
    }

    #[test]
    fn ipv6_is_limited_by_its_network() {
        let key = |text: &str| Client { address: ip(text), https: false, proxied: false }.limited_by();
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), key("2001:db8:1:2:ffff::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    }

    #[test]
    fn the_named_header_counts_only_behind_a_proxy() {
        let name = HeaderName::from_static("cf-connecting-ip");
        let headers = HeaderMap::from_iter([(name.clone(), HeaderValue::from_static("198.51.100.7"))]);
        assert_eq!(address(ip("10.0.0.1"), &headers, &nets(), Some(&name)), ip("198.51.100.7"));
        assert_eq!(address(ip("203.0.113.9"), &headers, &nets(), Some(&name)), ip("203.0.113.9"));
        assert_eq!(address(ip("10.0.0.1"), &headers, &nets(), None), ip("10.0.0.1"));
    }
}
