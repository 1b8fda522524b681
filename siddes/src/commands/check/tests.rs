//! Every finding of the offline checks, and what brings it about.

use platform::config::INVALID;
use testkit::TestDatabase;
use time::Duration;

use super::{finding::Level::*, *};

const GOOD: &[(&str, &str)] = &[
    ("DJANGO_SECRET_KEY", "7f0e1d2c3b4a59687f0e1d2c3b4a59687f0e1d2c3b4a59687f0e1d2c3b4a5968"),
    ("DJANGO_ALLOWED_HOSTS", "api.example.com"),
    ("DJANGO_CSRF_TRUSTED", "https://app.example.com"),
    ("SIDDES_PUBLIC_APP_BASE", "https://app.example.com"),
    ("SD_SMTP_HOST", "smtp.example.com"),
    ("GOOGLE_OAUTH_CLIENT_ID", "1-a.apps.googleusercontent.com"),
    ("SD_EMAIL_FROM", "Siddes <no-reply@example.com>"),
    ("DATABASE_URL", "postgres://siddes@127.0.0.1:1/siddes"),
];

fn seen(changed: &[(&str, &str)]) -> Seen {
    let vars = GOOD.iter().filter(|(name, _)| !changed.iter().any(|(other, _)| other == name)).chain(changed);
    Seen::of(vars.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

/// But for what is only good to know.
fn told(findings: &[Finding]) -> Vec<(&'static str, Level)> {
    let worth = findings.iter().filter(|finding| finding.level != Info);
    worth.map(|finding| (finding.code, finding.level)).collect()
}

#[test]
fn good_settings_give_no_finding_and_tell_which_proxies_are_believed() {
    let findings = settings(&seen(&[]));
    assert_eq!(told(&findings), []);
    let proxies = findings.iter().find(|finding| finding.code == "TRUSTED_PROXIES").expect("the proxies");
    assert!(proxies.sentence.contains("10.0.0.0/8") && proxies.sentence.contains("x-forwarded-for"), "{proxies:?}");
    let named =
        settings(&seen(&[("SIDDES_TRUSTED_PROXIES", "198.51.100.7"), ("SIDDES_CLIENT_IP_HEADER", "CF-Connecting-IP")]));
    assert!(named.iter().any(|it| it.sentence.contains("198.51.100.7/32, in cf-connecting-ip")), "{named:?}");
}

#[test]
fn every_setting_that_is_not_fit_has_its_code() {
    const PEPPER: &str = "a pepper of thirty-two characters and more";
    let key = GOOD[0].1;
    for (changed, code, level) in [
        (&[("SIDDES_ENV", "development")][..], "DEBUG_TRUE", Warning),
        (&[("DJANGO_DEBUG", "1")], "DEBUG_TRUE", Warning),
        (&[("DJANGO_DEBUG", "1"), ("SIDDES_ENV", "production")], "DEBUG_TRUE", Error),
        (&[("DJANGO_SECRET_KEY", "")], "SECRET_KEY_DEFAULT", Error),
        (&[("DJANGO_SECRET_KEY", "dev-insecure-change-me")], "SECRET_KEY_DEFAULT", Error),
        (&[("DJANGO_SECRET_KEY", "0123456789abcdef")], "SECRET_KEY_SHORT", Error),
        (&[("DJANGO_SECRET_KEY", "0101010101010101010101010101010101")], "SECRET_KEY_SHORT", Error),
        (&[("DJANGO_ALLOWED_HOSTS", "*")], "ALLOWED_HOSTS_WILDCARD", Error),
        (&[("DJANGO_ALLOWED_HOSTS", "")], "ALLOWED_HOSTS_WILDCARD", Error),
        (&[("DJANGO_ALLOWED_HOSTS", "api.example.com,.com")], "ALLOWED_HOSTS_WILDCARD", Error),
        (&[("DJANGO_ALLOWED_HOSTS", ".ondigitalocean.app")], "ALLOWED_HOSTS_WILDCARD", Error),
        (&[("DJANGO_CSRF_TRUSTED", "")], "CSRF_TRUSTED_EMPTY", Error),
        (
            &[("DJANGO_CSRF_TRUSTED", "https://app.example.com,https://localhost:3000")],
            "CSRF_TRUSTED_LOCALHOST",
            Warning,
        ),
        (&[("DJANGO_CSRF_TRUSTED", "https://app.example.com,http://www.example.com")], "CSRF_TRUSTED_HTTP", Error),
        (&[("DJANGO_CSRF_TRUSTED", "https://www.example.com")], "CSRF_TRUSTED_MISSES_APP", Error),
        (&[("SIDDES_PUBLIC_APP_BASE", "")], "PUBLIC_APP_BASE_MISSING", Error),
        (&[("SIDDES_PUBLIC_APP_BASE", "http://app.example.com")], "PUBLIC_APP_BASE_NOT_HTTPS", Error),
        (&[("SIDDES_ALLOW_MEMORY_STORES", "1")], "MEMORY_STORES_ENABLED", Warning),
        (&[("SIDDES_PANIC_MODE", "true")], "PANIC_MODE_ON", Warning),
        (&[("SIDDES_CONTACTS_PEPPER", "dev_pepper_change_me")], "CONTACTS_PEPPER_WEAK", Error),
        (&[("SIDDES_CONTACTS_PEPPER", "too short")], "CONTACTS_PEPPER_WEAK", Error),
        (&[("SIDDES_CONTACTS_PEPPER", key)], "PEPPER_EQUALS_SECRET", Error),
        (&[("SIDDES_CONTACTS_PEPPER", PEPPER), ("SIDDES_MEDIA_TOKEN_SECRET", PEPPER)], "SECRETS_EQUAL", Error),
        (&[("SIDDES_SECRET_KEY_PREVIOUS", key)], "SECRETS_EQUAL", Error),
        (&[("SIDDES_COOKIE_DOMAIN", "example.com")], "COOKIE_DOMAIN_SET", Warning),
        (&[("SD_COOKIE_DOMAIN", "example.com")], "COOKIE_DOMAIN_SET", Warning),
        (&[("DJANGO_SESSION_SAMESITE", "None")], "SAMESITE_NONE", Error),
        (&[("DJANGO_CSRF_SAMESITE", "none")], "SAMESITE_NONE", Error),
        (&[("SIDDES_THROTTLE_FEED_ANON", "599/min")], "ANON_LIMITS_LOW", Warning),
        (&[("SIDDES_THROTTLE_AUTH_SIGNUP_ANON", "299/hour")], "ANON_LIMITS_LOW", Warning),
        (&[("SIDDES_TRUSTED_PROXIES", "10.0.0.0/8,0.0.0.0/0")], "TRUSTED_PROXIES_OPEN", Error),
        (&[("SIDDES_TRUSTED_PROXIES", "::/0")], "TRUSTED_PROXIES_OPEN", Error),
        (&[("SIDDES_THROTTLE_FEDE", "60/min")], "THROTTLE_SCOPE_UNKNOWN", Error),
        (&[("SIDDES_THROTTLE_FEED", "sixty/min")], "RATE_INVALID", Error),
        (&[("SIDDES_PANIK_MODE", "1")], "ENV_UNKNOWN", Warning),
        (&[("DJANGO_TIME_ZONE", "UTC")], "ENV_UNKNOWN", Warning),
        (&[("SIDDES_ACCOUNT_STATE_ENFORCE", "0")], "SETTING_IGNORED", Warning),
        (
            &[("SIDDES_PUBLIC_APP_BASE", ""), ("SD_PUBLIC_WEB_BASE", "https://app.example.com")],
            "SETTING_RENAMED",
            Warning,
        ),
        (&[("SD_EMAIL_PROVIDER", "console")], "EMAIL_PROVIDER_CONSOLE", Error),
        (&[("SD_EMAIL_PROVIDER", "pigeon")], "EMAIL_PROVIDER_UNKNOWN", Error),
        (&[("SD_EMAIL_PROVIDER", "sendgrid")], "SENDGRID_API_KEY_MISSING", Error),
        (&[("SD_EMAIL_FROM", "")], "EMAIL_FROM_MISSING", Error),
        (&[("SD_SMTP_HOST", "")], "SMTP_HOST_MISSING", Error),
        (&[("GOOGLE_OAUTH_CLIENT_ID", "")], "GOOGLE_MISSING", Warning),
        (&[("PORT", "eighty")], INVALID, Error),
        (&[("DATABASE_URL", "mysql://db/siddes")], INVALID, Error),
    ] {
        let findings = settings(&seen(changed));
        assert_eq!(told(&findings), [(code, level)], "{changed:?}");
        // Environment and proxies are told, and are nobody's secret.
        let told = |name: &str| ["SIDDES_ENV", "SIDDES_TRUSTED_PROXIES"].contains(&name);
        for (_, value) in changed.iter().filter(|(name, value)| value.len() > 8 && !told(name)) {
            assert!(!findings.iter().any(|finding| finding.sentence.contains(value)), "{value}");
        }
    }
}

#[test]
fn a_web_client_on_ones_own_machine_is_found_by_nobody() {
    let local =
        [("SIDDES_PUBLIC_APP_BASE", "https://localhost:3000"), ("DJANGO_CSRF_TRUSTED", "https://localhost:3000")];
    let expected = [("CSRF_TRUSTED_LOCALHOST", Warning), ("PUBLIC_APP_BASE_LOCALHOST", Error)];
    assert_eq!(told(&settings(&seen(&local))), expected);
    let http = [("DJANGO_CSRF_TRUSTED", "https://app.example.com,http://127.0.0.1:3000")];
    assert_eq!(told(&settings(&seen(&http))), [("CSRF_TRUSTED_LOCALHOST", Warning), ("CSRF_TRUSTED_HTTP", Error)]);
}

#[test]
fn names_of_parts_that_this_release_lacks_are_passed_over() {
    let vars = [("SIDDES_R2_BUCKET", "media"), ("SIDDES_VAPID_SUBJECT", "mailto:x")];
    assert_eq!(told(&settings(&seen(&vars))), []);
}

#[tokio::test]
async fn one_gateway_needs_no_redis_and_two_do_and_a_silent_one_is_none() {
    assert_eq!(redis::look(&seen(&[]), 1).await, []);
    assert_eq!(told(&redis::look(&seen(&[]), 2).await), [("REDIS_MISSING", Warning)]);
    let silent = seen(&[("REDIS_URL", "redis://:hunter2@127.0.0.1:1")]);
    let findings = redis::look(&silent, 1).await;
    assert_eq!(told(&findings), [("REDIS_DOWN", Error)]);
    assert!(!findings[0].sentence.contains("hunter2"), "{findings:?}");
}

/// A migrated database, and the URL of its owner.
async fn database() -> (TestDatabase, String) {
    let database = TestDatabase::create().await;
    let socket = database.options.get_socket().expect("a socket").display().to_string();
    let name = database.options.get_database().expect("a name").to_owned();
    (database, format!("postgres://siddes@localhost/{name}?host={socket}"))
}

async fn run(database: &TestDatabase, sql: &'static str) {
    sqlx::query(sql).execute(&mut database.connect().await).await.expect("done");
}

async fn of_database(vars: &[(&str, &str)], replicas: u32, clock: &Clock) -> Vec<Finding> {
    database::look(&seen(vars), replicas, clock).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migrated_database_is_fit_until_something_is_changed() {
    let (database, url) = database().await;
    let here = [("DATABASE_URL", url.as_str())];
    let clock = Clock::default();
    let findings = of_database(&here, 1, &clock).await;
    assert_eq!(told(&findings), []);
    assert!(findings.iter().any(|finding| finding.code == "DB_NO_STANDBY"), "told, and in nobody's way: {findings:?}");

    assert_eq!(told(&of_database(&here, 100, &clock).await), [("DB_POOL_TOO_BIG", Warning)]);
    let strong = [here[0], ("SIDDES_AUTH_DATABASE_URL", url.as_str())];
    assert_eq!(told(&of_database(&strong, 1, &clock).await), [("DB_ROLE_TOO_STRONG", Warning)]);
    clock.advance(Duration::hours(1));
    assert_eq!(told(&of_database(&here, 1, &clock).await), [("CLOCK_SKEW", Warning)]);

    run(&database, "update auth._migrations set version = 9999 where version = 1").await;
    assert_eq!(told(&of_database(&here, 1, &Clock::default()).await), [("MIGRATIONS_CHECK_FAILED", Error)]);
    run(&database, "delete from auth._migrations where version = 9999").await;
    assert_eq!(told(&of_database(&here, 1, &Clock::default()).await), [("MIGRATIONS_PENDING", Error)]);
    run(&database, "drop schema social cascade").await;
    let pending = [("MIGRATIONS_PENDING", Error), ("MIGRATIONS_PENDING", Error)];
    assert_eq!(told(&of_database(&here, 1, &Clock::default()).await), pending);
    run(&database, "revoke select on safety._migrations from siddes_safety").await;
    let findings = told(&of_database(&here, 1, &Clock::default()).await);
    assert!(findings.contains(&("MIGRATIONS_CHECK_FAILED", Error)), "{findings:?}");
}

#[tokio::test]
async fn a_database_out_of_reach_is_down_and_one_in_public_wants_encryption() {
    let findings = of_database(&[], 1, &Clock::default()).await;
    assert_eq!(told(&findings), [("DB_DOWN", Error); 4]);
    let public = [("DATABASE_URL", "postgres://siddes:hunter2@192.0.2.1/siddes")];
    let findings = of_database(&public, 1, &Clock::default()).await;
    let [down, wants_encryption] = [("DB_DOWN", Error), ("DB_TLS_OFF", Warning)];
    assert_eq!(told(&findings), [down, down, down, down, wants_encryption]);
    assert!(!findings.iter().any(|finding| finding.sentence.contains("hunter2")), "{findings:?}");
    let encrypted = [("DATABASE_URL", "postgres://siddes@192.0.2.1/siddes?sslmode=require")];
    assert_eq!(told(&of_database(&encrypted, 1, &Clock::default()).await), [("DB_DOWN", Error); 4]);
}
