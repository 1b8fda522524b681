//! `GET /healthz`, `/readyz`, `/api/health`: alive, ready, and what a visitor may know of it.

use http::StatusCode;
use proto::status::v1::GetResponse;
use serde::Serialize;
use serde_json::json;

use super::{Answer, Ctx, json, ok};
use crate::health::Services;

const SERVICE: &str = "siddes-backend";

pub async fn live(_ctx: Ctx) -> Answer {
    ok(&json!({ "ok": true, "service": SERVICE }))
}

pub async fn ready(ctx: Ctx) -> Answer {
    answer(&ctx, true)
}

pub async fn public(ctx: Ctx) -> Answer {
    answer(&ctx, false)
}

#[derive(Serialize)]
struct Report<'a> {
    ok: bool,
    service: &'a str,
    checks: Checks,
    build: BuildReport<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    panic_mode: Option<bool>,
}

#[derive(Serialize)]
struct Checks {
    db: &'static str,
    migrations: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pending_migrations_count: Option<u32>,
    /// Not used yet, so never in the way.
    redis: &'static str,
    auth: &'static str,
    social: &'static str,
    safety: &'static str,
}

#[derive(Serialize)]
struct BuildReport<'a> {
    sha: &'a str,
    time: &'a str,
    version: &'a str,
}

fn answer(ctx: &Ctx, details: bool) -> Answer {
    let health = &ctx.shared.health;
    let build = &ctx.shared.settings.build;
    let (checks, good) = check(health.services());
    let ready = good && !health.draining();
    let checks = Checks { pending_migrations_count: checks.pending_migrations_count.filter(|_| details), ..checks };
    let report = Report {
        ok: ready,
        service: SERVICE,
        checks,
        build: BuildReport { sha: &build.sha, time: &build.time, version: &build.version },
        panic_mode: details.then(|| health.panic_mode()),
    };
    json(if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, &report)
}

fn check(services: Services) -> (Checks, bool) {
    let all = [services.auth, services.social, services.safety];
    let every = |good: fn(&GetResponse) -> bool| all.iter().all(|status| status.as_ref().is_some_and(good));
    let (reached, db, schema) = (every(|_| true), every(|status| status.database), every(|status| status.schema));
    let pending: u32 = all.iter().flatten().map(|status| status.pending_migrations).sum();
    let word = |good: bool| if good { "ok" } else { "error" };
    let service = |status: Option<GetResponse>| word(status.is_some());
    let checks = Checks {
        db: word(db),
        migrations: if schema {
            "ok"
        } else if pending > 0 {
            "pending"
        } else {
            "error"
        },
        pending_migrations_count: (pending > 0).then_some(pending),
        redis: "ok",
        auth: service(services.auth),
        social: service(services.social),
        safety: service(services.safety),
    };
    (checks, reached && db && schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: GetResponse = GetResponse { database: true, schema: true, pending_migrations: 0 };

    #[test]
    fn ready_means_every_service_its_database_and_its_schema() {
        let all = Services { auth: Some(GOOD), social: Some(GOOD), safety: Some(GOOD) };
        assert!(check(all).1);
        assert!(!check(Services { safety: None, ..all }).1);
        assert!(!check(Services { auth: Some(GetResponse { database: false, ..GOOD }), ..all }).1);
        let behind = GetResponse { schema: false, pending_migrations: 2, ..GOOD };
        let (checks, ready) = check(Services { social: Some(behind), ..all });
        assert_eq!((checks.migrations, checks.pending_migrations_count, ready), ("pending", Some(2), false));
    }
}
