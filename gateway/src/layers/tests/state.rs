//! The account's state, and the write guard: who may write at all.

use platform::person::{AccountState, Person};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::{Gate, JSON, SAME_ORIGIN, SESSION};
use crate::testing::fakes::ann;

fn restricted(state: AccountState, until: Option<OffsetDateTime>) -> Person {
    Person { state, until, ..ann() }
}

async fn writes(person: Person, path: &str, vars: &[(&str, &str)]) -> super::Told {
    Gate::knowing(Some(person), vars).call("POST", path, &[SESSION, SAME_ORIGIN, JSON], "{}").await
}

#[tokio::test]
async fn a_restricted_account_is_told_why_and_until_when() {
    let soon = OffsetDateTime::from_unix_timestamp(4_102_444_800).expect("the year 2100");
    for (state, until) in [
        (AccountState::ReadOnly, Some(soon)),
        (AccountState::Suspended, Some(soon)),
        (AccountState::ReadOnly, None),
        (AccountState::Banned, None),
        // A ban never lapses, whatever stands beside it.
        (AccountState::Banned, Some(OffsetDateTime::UNIX_EPOCH)),
    ] {
        let body = writes(restricted(state, until), "/api/post", &[]).await.refused(403, "account_restricted");
        assert_eq!((&body["restricted"], &body["state"]), (&json!(true), &json!(state.as_str())));
        assert_eq!((&body["reason"], &body["request_id"]), (&json!("spam"), &body["requestId"]));
        let timed = until == Some(soon);
        assert_eq!(body["until"].is_string() && body["retry_after_sec"].is_u64(), timed, "{body}");
        assert_eq!(body["retry_after_sec"] == Value::Null, !timed, "{body}");
    }
}

#[tokio::test]
async fn who_is_not_restricted_any_more_passes() {
    let past = OffsetDateTime::UNIX_EPOCH + Duration::days(1);
    let staff = Person { staff: true, ..restricted(AccountState::Banned, None) };
    for person in
        [ann(), restricted(AccountState::ReadOnly, Some(past)), restricted(AccountState::Suspended, Some(past)), staff]
    {
        // The service behind it is not there: the guards have let it pass.
        writes(person, "/api/post", &[]).await.refused(503, "unavailable");
    }
}

#[tokio::test]
async fn what_protects_people_or_lowers_access_stays_open() {
    let banned = || restricted(AccountState::Banned, None);
    for path in ["/api/blocks", "/api/mutes", "/api/hidden-posts", "/api/side"] {
        writes(banned(), path, &[]).await.refused(503, "unavailable");
    }
    for path in ["/api/reports", "/api/appeals", "/api/moderation/x"] {
        writes(banned(), path, &[]).await.refused(404, "not_found");
    }
    for path in ["/api/blocksfoo", "/api/reportsx", "/api/authx", "/api/nowhere", "/api/post"] {
        writes(banned(), path, &[]).await.refused(403, "account_restricted");
    }
    let mine = Gate::knowing(Some(banned()), &[]).call("DELETE", "/api/post/p_1", &[SESSION, SAME_ORIGIN], "").await;
    mine.refused(503, "unavailable");
    let reads = Gate::knowing(Some(banned()), &[]).call("GET", "/api/feed", &[SESSION], "").await;
    reads.refused(503, "unavailable");
}

#[tokio::test]
async fn the_guard_can_be_lifted_in_development_only() {
    let off = ("SIDDES_ACCOUNT_STATE_ENFORCE", "0");
    let banned = || restricted(AccountState::Banned, None);
    writes(banned(), "/api/post", &[off]).await.refused(503, "unavailable");
    let production =
        [("SIDDES_ENV", "production"), ("DJANGO_ALLOWED_HOSTS", "api.test"), ("DJANGO_SECURE_SSL_REDIRECT", "0"), off];
    writes(banned(), "/api/post", &production).await.refused(403, "account_restricted");
}

#[tokio::test]
async fn a_state_that_cannot_be_learnt_lets_no_write_pass() {
    let told = Gate::new(&[]).call("POST", "/api/post", &[SESSION, SAME_ORIGIN, JSON], "{}").await;
    told.refused(503, "unavailable");
    // What a future release may call a state is a restriction too.
    let unknown = AccountState::Deactivated;
    writes(restricted(unknown, None), "/api/post", &[]).await.refused(403, "account_restricted");
}

#[tokio::test]
async fn nobody_writes_outside_the_ways_to_become_somebody() {
    for gate in [Gate::new(&[]), Gate::knowing(None, &[])] {
        for (method, path) in
            [("POST", "/api/post"), ("DELETE", "/api/blocks/x"), ("PATCH", "/api/nowhere"), ("TRACE", "/api/feed")]
        {
            let body = gate.call(method, path, &[], "").await.refused(401, "restricted");
            assert_eq!((&body["restricted"], &body["request_id"]), (&json!(true), &body["requestId"]), "{path}");
        }
        // A handler that needs a session says no more than that.
        let body = gate.call("POST", "/api/auth/age/confirm", &[], "").await.refused(401, "restricted");
        assert!(body.get("restricted").is_none(), "{body}");
    }
    let opened = Gate::new(&[("SIDDES_API_WRITE_ALLOWLIST", "/api/auth/,/api/telemetry")]);
    opened.call("POST", "/api/telemetry/x", &[], "").await.refused(404, "not_found");
    opened.call("POST", "/api/telemetryx", &[], "").await.refused(401, "restricted");
}
