//! `siddes check` and `siddes doctor` as an operator calls them.

use std::{fs, net::TcpListener, process::Output};

use serde_json::Value;
use testkit::TestDatabase;

use crate::processes::{Env, database_url, siddes, with};

fn run(words: &[&str], env: &[(String, String)]) -> (bool, String) {
    let Output { status, stdout, stderr } = siddes(words, env).output().expect("siddes");
    (status.success(), String::from_utf8([stdout, stderr].concat()).expect("text"))
}

/// What a launch needs, and nothing else.
async fn good() -> (TestDatabase, Env) {
    let database = TestDatabase::create().await;
    let settings = [
        ("DATABASE_URL", database_url(&database)),
        ("DJANGO_SECRET_KEY", "7f0e1d2c3b4a59687f0e1d2c3b4a59687f0e1d2c3b4a59687f0e1d2c3b4a5968".to_owned()),
        ("DJANGO_ALLOWED_HOSTS", "api.example.com".to_owned()),
        ("DJANGO_CSRF_TRUSTED", "https://app.example.com".to_owned()),
        ("SIDDES_PUBLIC_APP_BASE", "https://app.example.com".to_owned()),
        ("SD_SMTP_HOST", "smtp.example.com".to_owned()),
        ("SD_EMAIL_FROM", "Siddes <no-reply@example.com>".to_owned()),
        ("GOOGLE_OAUTH_CLIENT_ID", "1-a.apps.googleusercontent.com".to_owned()),
    ];
    (database, settings.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verdict_is_the_exit_code_and_strictness_counts_warnings() {
    let (_database, env) = good().await;
    let (safe, text) = run(&["check", "--strict"], &env);
    assert!(safe && text.ends_with("SAFE TO SHIP\n") && !text.contains("NOT SAFE"), "{text}");

    let warned = with(&env, &[("SIDDES_PANIC_MODE", "true")]);
    let (safe, text) = run(&["check"], &warned);
    assert!(safe && text.contains("[PANIC_MODE_ON] "), "{text}");
    for (words, env) in [
        (&["check", "--strict"][..], &warned),
        (&["check"], &with(&warned, &[("SIDDES_LAUNCH_STRICT", "1")])),
        (&["check"], &with(&env, &[("DJANGO_ALLOWED_HOSTS", "*")])),
    ] {
        let (safe, text) = run(words, env);
        assert!(!safe && text.ends_with("NOT SAFE TO SHIP\n"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_told_at_once_and_no_secret_with_it() {
    let (_database, env) = good().await;
    let bad = with(
        &env,
        &[
            ("DJANGO_SECRET_KEY", "canary-of-a-key"),
            ("SIDDES_CONTACTS_PEPPER", "canary-of-a-pepper"),
            ("REDIS_URL", "canary://of:a@redis"),
            ("SIDDES_AUTH_DATABASE_URL", "postgres://siddes:canary-of-a-password@127.0.0.1:1/x"),
            ("SIDDES_DB_MAX_CONNECTIONS", "canary-of-a-number"),
            ("SIDDES_THROTTLE_FEED", "canary/min"),
        ],
    );
    let (safe, text) = run(&["check", "--json"], &bad);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let has = |code: &str, level: &str| findings.iter().any(|it| it["code"] == code && it["level"] == level);
    for code in ["SECRET_KEY_SHORT", "CONTACTS_PEPPER_WEAK", "SETTING_INVALID", "RATE_INVALID", "DB_DOWN"] {
        assert!(has(code, "error"), "{code}: {text}");
    }
    assert!(has("TRUSTED_PROXIES", "info"), "{text}");
    assert!(!safe && report["safe"] == false && !text.contains("canary"), "{text}");
}

#[test]
fn looking_from_outside_wants_both_sites() {
    for words in
        [&["check", "--online"][..], &["check", "--online", "--app", "https://a.example"], &["check", "--api", "x"]]
    {
        let (good, text) = run(words, &[]);
        assert!(!good && text.contains("--a"), "{text}");
    }
    let closed = ["check", "--online", "--app", "https://127.0.0.1:1", "--api", "https://127.0.0.1:1"];
    let (good, text) = run(&closed, &[]);
    assert!(!good && text.contains("[API_UNREACHABLE] ") && text.contains("[APP_UNREACHABLE] "), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_names_each_thing_that_is_wrong_and_what_to_do() {
    let (_database, env) = good().await;
    let path = ("PATH", std::env::var_os("PATH").unwrap().into_string().unwrap());
    let folder = std::env::temp_dir().join(format!("siddes-doctor-{}", std::process::id()));
    let data = folder.to_str().expect("text");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();

    let here = with(&env, &[(path.0, &path.1), ("SIDDES_R2_BUCKET", "x"), ("SIDDES_PANIK_MODE", "1")]);
    let (well, text) = run(&["doctor", "--data", data, "--port", "0"], &here);
    assert!(well && text.contains("ok     the database of social answers"), "{text}");
    assert!(text.contains("without effect in this release: SIDDES_R2_BUCKET"), "{text}");
    assert!(text.contains("did you mean SIDDES_PANIC_MODE?"), "{text}");

    fs::create_dir_all(&folder).expect("a folder");
    let blocked = folder.join("a-file");
    fs::write(&blocked, "").expect("a file");
    let broken =
        [("SIDDES_POSTGRES_BIN", "/nowhere"), ("PORT", "eighty"), ("DATABASE_URL", "postgres://siddes@127.0.0.1:1/x")];
    let (well, text) = run(&["doctor", "--data", blocked.to_str().unwrap(), "--port", &port], &with(&here, &broken));
    assert!(!well, "{text}");
    for wrong in [
        "Postgres programs (initdb, pg_ctl)",
        "data folder",
        &format!("port {port} cannot be had"),
        "PORT is a whole number from 1 to 65535",
        "the database of auth cannot be used",
    ] {
        let told = text.lines().any(|line| line.starts_with("WRONG  ") && line.contains(wrong));
        assert!(told, "{wrong}: {text}");
    }
    fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn help_says_where_the_settings_are_described() {
    let (_, text) = run(&["serve", "--help"], &[]);
    assert!(text.contains("siddes doctor --env") && text.contains("docs/OPERATIONS.md"), "{text}");
    for (command, words) in [
        ("check", &["--strict", "--json", "--replicas", "--online", "--app", "--api", "--ca"][..]),
        ("doctor", &["--env", "--data", "--port"]),
        ("up", &["--data", "--port"]),
    ] {
        let (_, text) = run(&[command, "--help"], &[]);
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    }
}
