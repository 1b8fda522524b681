//! The databases: whether they answer, have this release's schema, and are safe to use.

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf};

use platform::{
    clock::Clock,
    pg::{Db, DbSettings, ServerFacts, WORKER_CONNECTIONS, is_forbidden, is_unmigrated},
};
use siddes::system::schemas;
use sqlx::postgres::PgSslMode;
use time::{Duration, OffsetDateTime};
use tokio::net::lookup_host;

use super::{
    finding::{Finding, error, info, warning},
    seen::Seen,
};

const SKEW: Duration = Duration::seconds(2);
/// Left for the operator, the migrations and the provider.
const SPARE_CONNECTIONS: u32 = 10;

type Server = (String, u16, Option<PathBuf>);

/// What the services together ask of one server.
#[derive(Default)]
struct Load {
    connections: u32,
    allowed: Option<u32>,
    private: bool,
    encrypted: bool,
    standby: bool,
}

pub async fn look(seen: &Seen, replicas: u32, clock: &Clock) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut servers: BTreeMap<Server, Load> = BTreeMap::new();
    for schema in schemas() {
        let role = schema.role;
        let Some(settings) = seen.settings.databases.get(&role) else { continue };
        let options = &settings.options;
        let server = (options.get_host().to_owned(), options.get_port(), options.get_socket().cloned());
        let load = servers.entry(server).or_default();
        load.connections += settings.max_connections + WORKER_CONNECTIONS;
        load.encrypted |= !matches!(options.get_ssl_mode(), PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer);
        load.private |= is_private(settings).await;
        let Ok(db) = Db::new(role, settings) else {
            findings.push(error("DB_DOWN", format!("the database of {role} cannot be used")));
            continue;
        };
        let mut conn = match db.conn().await {
            Ok(conn) => conn,
            Err(problem) if is_unmigrated(&problem) => {
                findings.push(error("MIGRATIONS_PENDING", format!("{role} has no role there: run siddes migrate")));
                continue;
            }
            Err(problem) if is_forbidden(&problem) => {
                let sentence =
                    format!("the role of DATABASE_URL may not become siddes_{role}: run siddes migrate as it");
                findings.push(error("DB_DOWN", sentence));
                continue;
            }
            Err(_) => {
                let sentence = format!("the database of {role} does not answer, or refuses us: check DATABASE_URL");
                findings.push(error("DB_DOWN", sentence));
                continue;
            }
        };
        match schema.state(&mut conn).await {
            Ok(state) if state.unknown > 0 => {
                let sentence = format!("the database of {role} is newer than this release: run a newer one");
                findings.push(error("MIGRATIONS_CHECK_FAILED", sentence));
            }
            Ok(state) if state.serves() => {}
            Ok(state) => {
                let sentence = format!("{} migrations of {role} are pending: run siddes migrate", state.pending);
                findings.push(error("MIGRATIONS_PENDING", sentence));
            }
            Err(problem) if is_unmigrated(&problem) => {
                findings.push(error("MIGRATIONS_PENDING", format!("{role} has no schema there: run siddes migrate")));
                continue;
            }
            Err(_) => {
                let sentence = format!("{role} cannot read its schema there: does its role have the rights?");
                findings.push(error("MIGRATIONS_CHECK_FAILED", sentence));
            }
        }
        let before = clock.now();
        if let Ok(facts) = ServerFacts::read(&mut conn, role).await {
            findings.extend(too_strong(role.as_str(), &facts));
            findings.extend(skewed(before, facts.now, clock.now()));
            load.allowed = Some(facts.max_connections);
            load.standby = facts.standby;
        }
        drop(conn);
        db.close().await;
    }
    findings.extend(servers.values().flat_map(|load| loaded(load, replicas)));
    // A server is one server to all of its services.
    let mut seen: Vec<Finding> = Vec::new();
    findings.retain(|finding| {
        let new = !seen.contains(finding);
        seen.push(finding.clone());
        new
    });
    findings
}

fn too_strong(role: &str, facts: &ServerFacts) -> Option<Finding> {
    (!facts.foreign_schemas.is_empty()).then(|| {
        let others = facts.foreign_schemas.join(", ");
        let name = format!("SIDDES_{}_DATABASE_URL", role.to_uppercase());
        warning("DB_ROLE_TOO_STRONG", format!("{name} names a role that may enter {others} too: use siddes_{role}"))
    })
}

/// Between two looks at our own clock, the other one's time cannot lie outside.
fn skewed(before: OffsetDateTime, theirs: OffsetDateTime, after: OffsetDateTime) -> Option<Finding> {
    let off = theirs < before - SKEW || theirs > after + SKEW;
    off.then(|| {
        warning("CLOCK_SKEW", "this machine and Postgres disagree on the time by more than 2 s: run NTP on both")
    })
}

fn loaded(load: &Load, replicas: u32) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !load.private && !load.encrypted {
        let sentence =
            "a database URL goes over public networks unencrypted: add sslmode=require, or better verify-full";
        findings.push(warning("DB_TLS_OFF", sentence));
    }
    let Some(allowed) = load.allowed else { return findings };
    let wanted = load.connections.saturating_mul(replicas);
    if wanted > allowed.saturating_sub(SPARE_CONNECTIONS) {
        let sentence = format!(
            "the pools may open {wanted} connections, and the server allows {allowed}: lower SIDDES_DB_MAX_CONNECTIONS"
        );
        findings.push(warning("DB_POOL_TOO_BIG", sentence));
    }
    if !load.standby {
        let sentence =
            "commits wait for no standby: a server that is lost takes what it acknowledged since its last backup";
        findings.push(info("DB_NO_STANDBY", sentence));
    }
    findings
}

/// A socket, or a host whose addresses are all those of private networks.
async fn is_private(settings: &DbSettings) -> bool {
    let options = &settings.options;
    if options.get_socket().is_some() {
        return true;
    }
    let Ok(addresses) = lookup_host((options.get_host(), options.get_port())).await else { return false };
    let mut addresses = addresses.map(|address| address.ip().to_canonical()).peekable();
    addresses.peek().is_some() && addresses.all(is_private_address)
}

fn is_private_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn clocks_may_differ_by_two_seconds_beyond_the_time_of_asking() {
        let (before, after) = (datetime!(2026-11-24 12:00:00 UTC), datetime!(2026-11-24 12:00:05 UTC));
        for theirs in [before - SKEW, before, after, after + SKEW] {
            assert_eq!(skewed(before, theirs, after), None, "{theirs}");
        }
        for theirs in [before - SKEW - Duration::MILLISECOND, after + SKEW + Duration::MILLISECOND] {
            assert_eq!(skewed(before, theirs, after).expect("a finding").code, "CLOCK_SKEW", "{theirs}");
        }
    }

    #[test]
    fn networks_that_others_share_are_not_private() {
        for (address, private) in [
            ("10.1.2.3", true),
            ("127.0.0.1", true),
            ("fd00::1", true),
            ("::1", true),
            ("203.0.113.9", false),
            ("2001:db8::1", false),
            ("172.32.0.1", false),
        ] {
            assert_eq!(is_private_address(address.parse().expect("an address")), private, "{address}");
        }
    }
}
