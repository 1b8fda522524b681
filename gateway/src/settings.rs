//! The gateway's settings: hosts, cookies, allowlists, caps, limits; those that would open the door stop the start.

use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use http::HeaderName;
use ipnet::IpNet;
use platform::config::{Environment, INVALID, Source};

use crate::{
    layers::{csrf::TrustedOrigins, host::Hosts, throttle::rate::Rates},
    prefixes::Prefixes,
};

/// Read once at start.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches that an operator sets one by one")]
pub struct Settings {
    pub environment: Environment,
    /// `SIDDES_GATEWAY_BIND`, else `PORT` on every address in production, and on this machine's own otherwise.
    pub bind: SocketAddr,
    pub hosts: Hosts,
    pub csrf_trusted: TrustedOrigins,
    /// Whose pages may call across origins; empty in production.
    pub dev_cors: TrustedOrigins,
    pub ssl_redirect: bool,
    /// 0 = no `Strict-Transport-Security`.
    pub hsts_seconds: u64,
    pub cookies: CookieSettings,
    /// Panic mode is on, whatever the run-time flag says.
    pub panic_mode: bool,
    pub panic_allowlist: Prefixes,
    pub write_allowlist: Prefixes,
    pub state_allowlist: Prefixes,
    pub state_enforced: bool,
    /// Paths whose answers any cache may keep.
    pub public_prefixes: Prefixes,
    /// Bytes of a body, inclusive.
    pub body_cap: usize,
    pub trusted_proxies: Vec<IpNet>,
    pub client_ip_header: Option<HeaderName>,
    /// Requests at once; one more is 503.
    pub max_in_flight: usize,
    /// Connections at once; one more is answered 503 and closed.
    pub max_connections: usize,
    /// Bytes of all bodies together, beyond the first 16 KiB of each; what is over is 503.
    pub max_buffered: usize,
    /// How long a stopping gateway still accepts, while it is taken out of the rotation.
    pub drain: Duration,
    pub rates: Rates,
    pub geo_headers_trusted: bool,
    pub build: Build,
}

#[derive(Clone, Debug)]
pub struct CookieSettings {
    pub session_name: String,
    pub session_same_site: String,
    pub csrf_same_site: String,
    pub domain: Option<String>,
}

/// What `/api/health` tells of the binary.
#[derive(Clone, Debug)]
pub struct Build {
    pub sha: String,
    pub time: String,
    pub version: String,
}

const DEVELOPMENT_ORIGINS: &str = "http://localhost:3000,http://localhost:3001,http://localhost:3002,\
                                   http://127.0.0.1:3000,http://127.0.0.1:3001,http://127.0.0.1:3002";
const PANIC_ALLOWLIST: &str =
    "/api/auth/,/api/reports,/api/blocks,/api/appeals,/api/mutes,/api/hidden-posts,/api/moderation/";
pub(crate) const STATE_ALLOWLIST: &str =
    "/api/auth/,/api/blocks,/api/mutes,/api/reports,/api/appeals,/api/hidden-posts,/api/moderation/";
const TRUSTED_PROXIES: &str = "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7";

impl Settings {
    pub fn read(source: &mut Source) -> Self {
        let production = source.production();
        Self {
            environment: source.environment(),
            bind: bind(source, production),
            hosts: hosts(source, production),
            csrf_trusted: csrf_trusted(source, production),
            dev_cors: dev_cors(source, production),
            ssl_redirect: source.flag("DJANGO_SECURE_SSL_REDIRECT", production),
            hsts_seconds: source.number("DJANGO_HSTS_SECONDS", 31_536_000, 0..=126_144_000),
            cookies: CookieSettings::read(source, production),
            panic_mode: source.flag("SIDDES_PANIC_MODE", false),
            panic_allowlist: Prefixes::parse(&source.text("SIDDES_PANIC_WRITE_ALLOWLIST", PANIC_ALLOWLIST)),
            write_allowlist: write_allowlist(source),
            state_allowlist: Prefixes::parse(&source.text("SIDDES_ACCOUNT_STATE_WRITE_ALLOWLIST", STATE_ALLOWLIST)),
            state_enforced: state_enforced(source, production),
            public_prefixes: public_prefixes(source),
            body_cap: source.number("SIDDES_DATA_UPLOAD_MAX_MEMORY_SIZE", 1_048_576, 16_384..=8_388_608),
            trusted_proxies: trusted_proxies(source),
            client_ip_header: client_ip_header(source),
            max_in_flight: source.number("SIDDES_MAX_INFLIGHT", 512, 1..=65_536),
            max_connections: source.number("SIDDES_MAX_CONNECTIONS", 4_096, 1..=65_536),
            max_buffered: source.number("SIDDES_MAX_BUFFERED_BYTES", 67_108_864, 1_048_576..=4_294_967_295),
            drain: Duration::from_secs(source.number("SIDDES_DRAIN_SECONDS", if production { 5 } else { 0 }, 0..=60)),
            rates: Rates::read(source),
            geo_headers_trusted: source.flag("SIDDES_GEO_HEADERS_TRUSTED", true),
            build: Build::read(source),
        }
    }

    pub fn production(&self) -> bool {
        self.environment == Environment::Production
    }
}

impl CookieSettings {
    fn read(source: &mut Source, production: bool) -> Self {
        let session_name = source.text("SIDDES_SESSION_COOKIE", "siddes_session");
        let plain = session_name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if !plain || ["sessionid", "csrftoken", "sd_viewer"].contains(&session_name.as_str()) {
            source.problem("SIDDES_SESSION_COOKIE", "is a name of letters, digits, _ and -, and not sessionid");
        }
        Self {
            session_name,
            session_same_site: same_site(source, "DJANGO_SESSION_SAMESITE", production),
            csrf_same_site: same_site(source, "DJANGO_CSRF_SAMESITE", production),
            domain: cookie_domain(source),
        }
    }
}

fn cookie_domain(source: &mut Source) -> Option<String> {
    let (own, other) = (source.optional("SIDDES_COOKIE_DOMAIN"), source.optional("SD_COOKIE_DOMAIN"));
    let name = if own.is_some() { "SIDDES_COOKIE_DOMAIN" } else { "SD_COOKIE_DOMAIN" };
    let domain = own.or(other)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
    if !domain.bytes().all(plain) {
        source.problem(name, "is a domain name");
    }
    // The web client sets a csrftoken of its own for one host: with two of that name, the wrong one may count.
    source.warn("COOKIE_DOMAIN_SET", name, "is best left unset with the web client: it sets cookies for its own host");
    Some(domain)
}

impl Build {
    fn read(source: &mut Source) -> Self {
        let sha = source.optional("SIDDES_BUILD_SHA").or_else(|| source.optional("GIT_SHA"));
        Self {
            sha: sha.unwrap_or_else(|| "dev".to_owned()),
            time: source.text("SIDDES_BUILD_TIME", ""),
            version: source.text("SIDDES_VERSION", env!("CARGO_PKG_VERSION")),
        }
    }
}

fn bind(source: &mut Source, production: bool) -> SocketAddr {
    let port = source.number("PORT", 8_000, 1..=u16::MAX);
    let default = SocketAddr::from((if production { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST }, port));
    let asked = source.optional("SIDDES_GATEWAY_BIND").map(|text| text.parse::<SocketAddr>());
    if let Some(Err(_)) = asked {
        source.problem("SIDDES_GATEWAY_BIND", "is an address and a port, such as 0.0.0.0:8000");
    }
    let bind = asked.and_then(Result::ok).unwrap_or(default);
    if production && source.flag("DJANGO_DEBUG", false) && !bind.ip().is_loopback() {
        source.refuse("DEBUG_TRUE", "DJANGO_DEBUG", "is 0 in production, where others can reach the gateway");
    }
    bind
}

fn hosts(source: &mut Source, production: bool) -> Hosts {
    let hosts = Hosts::parse(&source.text("DJANGO_ALLOWED_HOSTS", if production { "" } else { "*" }));
    if production && (hosts.is_empty() || hosts.any()) {
        source.refuse("ALLOWED_HOSTS_WILDCARD", "DJANGO_ALLOWED_HOSTS", "names the hosts of this API, without *");
    }
    hosts
}

fn csrf_trusted(source: &mut Source, production: bool) -> TrustedOrigins {
    let text = source.text("DJANGO_CSRF_TRUSTED", if production { "" } else { DEVELOPMENT_ORIGINS });
    TrustedOrigins::parse(&text).unwrap_or_else(|| {
        source.problem("DJANGO_CSRF_TRUSTED", "is a list of origins such as https://app.example.com, without a path");
        TrustedOrigins::default()
    })
}

fn dev_cors(source: &mut Source, production: bool) -> TrustedOrigins {
    const NAME: &str = "SIDDES_DEV_CORS_ORIGINS";
    let text = source.text(NAME, "");
    if production {
        if !text.is_empty() {
            source.warn("SETTING_IGNORED", NAME, "is ignored in production: no page of another origin may call");
        }
        return TrustedOrigins::default();
    }
    TrustedOrigins::parse(&text).unwrap_or_else(|| {
        source.problem(NAME, "is a list of origins such as http://localhost:5173, without a path");
        TrustedOrigins::default()
    })
}

fn same_site(source: &mut Source, name: &str, production: bool) -> String {
    let text = source.text(name, "Lax");
    let allowed: HashSet<&str> = ["Lax", "Strict"].into_iter().chain((!production).then_some("None")).collect();
    let known = allowed.into_iter().find(|word| word.eq_ignore_ascii_case(&text));
    if known.is_none() {
        let none = text.eq_ignore_ascii_case("None");
        source.refuse(if none { "SAMESITE_NONE" } else { INVALID }, name, "is Lax or Strict");
    }
    known.unwrap_or("Lax").to_owned()
}

fn state_enforced(source: &mut Source, production: bool) -> bool {
    let asked = source.flag("SIDDES_ACCOUNT_STATE_ENFORCE", true);
    if production && !asked {
        source.warn("SETTING_IGNORED", "SIDDES_ACCOUNT_STATE_ENFORCE", "is ignored in production: restrictions hold");
    }
    asked || production
}

fn write_allowlist(source: &mut Source) -> Prefixes {
    let list = Prefixes::parse(&source.text("SIDDES_API_WRITE_ALLOWLIST", "/api/auth/"));
    if list.covers("/api/") {
        source.problem("SIDDES_API_WRITE_ALLOWLIST", "does not open the whole API");
    }
    list
}

fn public_prefixes(source: &mut Source) -> Prefixes {
    let text = source.text("SIDDES_PUBLIC_API_PREFIXES", "/api/slate,/api/health");
    let public = Prefixes::parse("/api/slate,/api/health");
    let list = Prefixes::parse(&text);
    if !list.iter().all(|prefix| public.covers(prefix)) {
        source.problem("SIDDES_PUBLIC_API_PREFIXES", "names nothing but /api/slate and /api/health");
        return public;
    }
    list
}

fn trusted_proxies(source: &mut Source) -> Vec<IpNet> {
    let text = source.text("SIDDES_TRUSTED_PROXIES", TRUSTED_PROXIES);
    let mut nets = Vec::new();
    for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        match item.parse::<IpNet>().ok().or_else(|| item.parse::<IpAddr>().ok().map(IpNet::from)) {
            Some(net) => nets.push(net),
            None => source.problem("SIDDES_TRUSTED_PROXIES", "is a list of networks such as 10.0.0.0/8"),
        }
    }
    nets
}

fn client_ip_header(source: &mut Source) -> Option<HeaderName> {
    let name = source.optional("SIDDES_CLIENT_IP_HEADER")?;
    let header = HeaderName::try_from(name.to_lowercase()).ok();
    if header.is_none() {
        source.problem("SIDDES_CLIENT_IP_HEADER", "is the name of a header");
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> (Settings, Vec<String>) {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut source = Source::from_vars(vars);
        let settings = Settings::read(&mut source);
        let problems = source.finish().err().map(|problems| problems.0).unwrap_or_default();
        (settings, problems.into_iter().map(|problem| problem.name).collect())
    }

    #[test]
    fn production_wants_its_hosts_named() {
        assert_eq!(read(&[]).1, ["DJANGO_ALLOWED_HOSTS"]);
        assert_eq!(read(&[("DJANGO_ALLOWED_HOSTS", "*")]).1, ["DJANGO_ALLOWED_HOSTS"]);
        assert!(read(&[("DJANGO_ALLOWED_HOSTS", "api.example.com")]).1.is_empty());
    }

    #[test]
    fn development_starts_with_nothing_set() {
        let (settings, problems) = read(&[("SIDDES_ENV", "development")]);
        assert!(problems.is_empty(), "{problems:?}");
        assert!(!settings.ssl_redirect && settings.hosts.any());
    }

    #[test]
    fn settings_that_open_the_door_are_refused() {
        for (name, value) in [
            ("DJANGO_CSRF_TRUSTED", "https://app.example.com/login"),
            ("DJANGO_CSRF_TRUSTED", "app.example.com"),
            ("DJANGO_CSRF_TRUSTED", "null"),
            ("DJANGO_SESSION_SAMESITE", "None"),
            ("SIDDES_SESSION_COOKIE", "sessionid"),
            ("SIDDES_API_WRITE_ALLOWLIST", "/api/"),
            ("SIDDES_PUBLIC_API_PREFIXES", "/api/slate,/api/feed"),
            ("SIDDES_TRUSTED_PROXIES", "everybody"),
            ("SIDDES_THROTTLE_FEED", "many/min"),
        ] {
            let (_, problems) = read(&[("DJANGO_ALLOWED_HOSTS", "api.example.com"), (name, value)]);
            assert_eq!(problems, [name], "{value}");
        }
    }
}
