//! Who may come in: hosts, origins, proxies, cookies, and the switch that keeps everybody from writing.

use super::{
    finding::{Finding, error, info, warning},
    seen::Seen,
};

/// Names below which anybody can have one, of more than one part. A single part is a suffix anyway.
const SHARED_SUFFIXES: [&str; 16] = [
    "co.ke",
    "co.uk",
    "com.au",
    "com.br",
    "co.jp",
    "co.za",
    "org.uk",
    "github.io",
    "herokuapp.com",
    "netlify.app",
    "ondigitalocean.app",
    "pages.dev",
    "vercel.app",
    "web.app",
    "workers.dev",
    "fly.dev",
];

pub fn look(seen: &Seen) -> Vec<Finding> {
    let settings = &seen.settings.gateway;
    let mut findings = Vec::new();
    if seen.development {
        findings.push(warning("DEBUG_TRUE", "development settings are on: set SIDDES_ENV=production"));
    }
    for host in settings.hosts.iter().filter_map(|host| host.strip_prefix('.')) {
        if !host.contains('.') || SHARED_SUFFIXES.contains(&host) {
            let sentence = "DJANGO_ALLOWED_HOSTS opens names that are not yours: begin with a dot only before your own";
            findings.push(error("ALLOWED_HOSTS_WILDCARD", sentence));
        }
    }
    if settings.panic_mode {
        findings.push(warning("PANIC_MODE_ON", "SIDDES_PANIC_MODE is on, and writes are refused: unset it"));
    }
    findings.extend(origins(seen));
    let open = |net: &&ipnet::IpNet| net.prefix_len() < if net.addr().is_ipv4() { 8 } else { 7 };
    if settings.trusted_proxies.iter().any(|net| open(&net)) {
        let sentence = "SIDDES_TRUSTED_PROXIES believes half the internet: name the networks of your proxies";
        findings.push(error("TRUSTED_PROXIES_OPEN", sentence));
    }
    let nets: Vec<String> = settings.trusted_proxies.iter().map(ToString::to_string).collect();
    let header = settings.client_ip_header.as_ref().map_or("x-forwarded-for", |name| name.as_str());
    let believed = if nets.is_empty() { "nobody".to_owned() } else { nets.join(" ") };
    let sentence = format!("who the client is, is believed of {believed}, in {header} (SIDDES_TRUSTED_PROXIES)");
    findings.push(info("TRUSTED_PROXIES", sentence));
    findings
}

/// The web client's writes carry its own origin, so the list must have it.
fn origins(seen: &Seen) -> Vec<Finding> {
    let mut findings = Vec::new();
    let trusted = &seen.settings.gateway.csrf_trusted;
    // A list that did not parse has been told of.
    let told = seen.problems.iter().any(|problem| problem.name == "DJANGO_CSRF_TRUSTED");
    let origins: Vec<&str> = trusted.iter().collect();
    if origins.is_empty() && !told {
        let sentence =
            "DJANGO_CSRF_TRUSTED names nobody, so that every write of the web client is refused: name its origin";
        findings.push(error("CSRF_TRUSTED_EMPTY", sentence));
    }
    if origins.iter().any(|origin| is_local(origin)) {
        let sentence = "DJANGO_CSRF_TRUSTED trusts pages of the visitor's own machine: take localhost out";
        findings.push(warning("CSRF_TRUSTED_LOCALHOST", sentence));
    }
    if origins.iter().any(|origin| !origin.starts_with("https://")) {
        findings.push(error("CSRF_TRUSTED_HTTP", "DJANGO_CSRF_TRUSTED names origins with https:// only"));
    }
    let Some(app) = &seen.settings.common.app_base else { return findings };
    if is_local(app) {
        let sentence =
            "SIDDES_PUBLIC_APP_BASE is where people open the web client: no machine but yours finds localhost";
        findings.push(error("PUBLIC_APP_BASE_LOCALHOST", sentence));
    }
    // Without https it is wrong already.
    if !origins.is_empty() && app.starts_with("https://") && !trusted.contain(app) {
        let sentence =
            "DJANGO_CSRF_TRUSTED lacks the origin of SIDDES_PUBLIC_APP_BASE, whose writes are refused: add it";
        findings.push(error("CSRF_TRUSTED_MISSES_APP", sentence));
    }
    findings
}

fn is_local(origin: &str) -> bool {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let name = host
        .strip_prefix('[')
        .and_then(|host| host.split_once(']'))
        .map_or_else(|| host.split_once(':').map_or(host, |(name, _)| name), |(address, _)| address);
    name == "localhost" || name.ends_with(".localhost") || name == "::1" || name.starts_with("127.")
}
