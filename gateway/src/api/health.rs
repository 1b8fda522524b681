//! `GET /healthz`, `/readyz`, `/api/health`: alive, ready, and what a visitor may know of it.

use proto::status::v1::GetResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::Ctx;
use crate::{
    door::{Answer, Door, door, ok},
    health::{RedisState, Services},
    settings::Build,
    shared::Shared,
};

pub const LIVE: Door = door!(live, "Is the process alive?", []);
pub const READY: Door = door!(ready, "Can it serve, and if not, what is missing?", []);
pub const PUBLIC: Door = door!(public, "What a visitor may know of it.", []);

const SERVICE: &str = "siddes-backend";

#[derive(Serialize, ToSchema)]
struct Alive {
    ok: bool,
    service: &'static str,
}

async fn live(_ctx: Ctx) -> Answer<Alive> {
    ok(&Alive { ok: true, service: SERVICE })
}

async fn ready(ctx: Ctx) -> Answer<Report, 200, 503> {
    answer(&ctx.shared, true)
}

async fn public(ctx: Ctx) -> Answer<Report, 200, 503> {
    answer(&ctx.shared, false)
}

/// The same for the private port.
pub fn readiness(shared: &Shared) -> (bool, serde_json::Value) {
    let report = report(shared, true);
    (report.ok, serde_json::to_value(report).unwrap_or_default())
}

#[derive(Serialize, ToSchema)]
#[schema(as = HealthReport)]
struct Report {
    ok: bool,
    service: &'static str,
    checks: Checks,
    build: BuildReport,
    /// For probes only.
    #[serde(skip_serializing_if = "Option::is_none")]
    panic_mode: Option<bool>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = HealthChecks)]
struct Checks {
    db: Check,
    migrations: Check,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_migrations_count: Option<u32>,
    /// In the way only where an operator says so: without Redis each gateway counts limits on its own.
    redis: Check,
    auth: Check,
    social: Check,
    safety: Check,
    inbox: Check,
    /// Late jobs wait; nobody's request does.
    jobs: Check,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HealthCheck)]
#[serde(rename_all = "lowercase")]
enum Check {
    Ok,
    Error,
    /// Migrations have to run.
    Pending,
    /// A job is due for longer than two minutes.
    Late,
}

impl Check {
    fn of(good: bool) -> Self {
        if good { Self::Ok } else { Self::Error }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Build)]
struct BuildReport {
    sha: String,
    time: String,
    version: String,
}

fn answer(shared: &Shared, details: bool) -> Answer<Report, 200, 503> {
    let report = report(shared, details);
    let told = ok(&report)?;
    Ok(if report.ok { told } else { told.otherwise() })
}

fn report(shared: &Shared, details: bool) -> Report {
    let health = &shared.health;
    let Build { sha, time, version } = shared.settings.build.clone();
    let (checks, good) = check(health.services());
    let ready = good && !health.draining();
    let checks = Checks { pending_migrations_count: checks.pending_migrations_count.filter(|_| details), ..checks };
    Report {
        ok: ready,
        service: SERVICE,
        checks,
        build: BuildReport { sha, time, version },
        panic_mode: details.then(|| health.panic_mode()),
    }
}

fn check(services: Services) -> (Checks, bool) {
    let all = [services.auth, services.social, services.safety, services.inbox];
    let every = |good: fn(&GetResponse) -> bool| all.iter().all(|status| status.as_ref().is_some_and(good));
    let (reached, db, schema) = (every(|_| true), every(|status| status.database), every(|status| status.schema));
    let pending: u32 = all.iter().flatten().map(|status| status.pending_migrations).sum();
    let service = |status: Option<GetResponse>| Check::of(status.is_some());
    let checks = Checks {
        db: Check::of(db),
        migrations: if !schema && pending > 0 { Check::Pending } else { Check::of(schema) },
        pending_migrations_count: (pending > 0).then_some(pending),
        redis: Check::of(!matches!(services.redis, RedisState::Silent { .. })),
        auth: service(services.auth),
        social: service(services.social),
        safety: service(services.safety),
        inbox: service(services.inbox),
        jobs: if all.iter().flatten().any(|status| status.jobs_late) { Check::Late } else { Check::Ok },
    };
    let missed = services.redis == RedisState::Silent { required: true };
    (checks, reached && db && schema && !missed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: GetResponse = GetResponse { database: true, schema: true, pending_migrations: 0, jobs_late: false };

    #[test]
    fn ready_means_every_service_its_database_and_its_schema() {
        let all = Services {
            auth: Some(GOOD),
            social: Some(GOOD),
            safety: Some(GOOD),
            inbox: Some(GOOD),
            ..Services::default()
        };
        assert!(check(all).1);
        assert!(!check(Services { safety: None, ..all }).1);
        assert!(!check(Services { auth: Some(GetResponse { database: false, ..GOOD }), ..all }).1);
        let behind = GetResponse { schema: false, pending_migrations: 2, ..GOOD };
        let (checks, ready) = check(Services { social: Some(behind), ..all });
        assert_eq!((checks.migrations, checks.pending_migrations_count, ready), (Check::Pending, Some(2), false));
    }

    #[test]
    fn late_jobs_are_told_and_take_nothing_out_of_service() {
        let all = Services {
            auth: Some(GOOD),
            social: Some(GOOD),
            safety: Some(GOOD),
            inbox: Some(GOOD),
            ..Services::default()
        };
        assert_eq!(check(all).0.jobs, Check::Ok);
        let (checks, ready) = check(Services { auth: Some(GetResponse { jobs_late: true, ..GOOD }), ..all });
        assert_eq!((checks.jobs, ready), (Check::Late, true));
    }

    #[test]
    fn a_silent_redis_is_told_and_in_the_way_only_where_it_is_required() {
        for (redis, told, ready) in [
            (RedisState::Unset, Check::Ok, true),
            (RedisState::Answers, Check::Ok, true),
            (RedisState::Silent { required: false }, Check::Error, true),
            (RedisState::Silent { required: true }, Check::Error, false),
        ] {
            let services =
                Services { auth: Some(GOOD), social: Some(GOOD), safety: Some(GOOD), inbox: Some(GOOD), redis };
            let (checks, is_ready) = check(services);
            assert_eq!((checks.redis, is_ready), (told, ready), "{redis:?}");
        }
    }
}
