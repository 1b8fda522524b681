//! How settings are read, and what is said of them.

use std::fs;

use secrecy::ExposeSecret;

use super::*;

fn source(vars: &[(&str, &str)]) -> Source {
    Source::from_vars(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn names(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.name.as_str()).collect()
}

#[test]
fn production_is_the_default_and_of_two_answers_the_stricter_one_counts() {
    for (vars, production) in [
        (&[][..], true),
        (&[("SIDDES_ENV", "development")], false),
        (&[("SIDDES_ENV", " Development ")], false),
        (&[("SIDDES_ENV", "prod")], true),
        (&[("DJANGO_DEBUG", "1")], false),
        (&[("DJANGO_DEBUG", "0")], true),
        (&[("SIDDES_ENV", "production"), ("DJANGO_DEBUG", "1")], true),
        (&[("SIDDES_ENV", "development"), ("DJANGO_DEBUG", "0")], true),
    ] {
        assert_eq!(source(vars).production(), production, "{vars:?}");
    }
    assert_eq!(names(source(&[("SIDDES_ENV", "prod")]).problems()), ["SIDDES_ENV"]);
    assert_eq!(names(source(&[("DJANGO_DEBUG", "perhaps")]).problems()), ["DJANGO_DEBUG"]);
}

#[test]
fn a_secret_is_strong_by_its_characters_and_not_by_its_length() {
    let hex = "00112233445566778899aabbccdd00112233445566778899aabbccdd00112233";
    for (secret, strong) in [
        ("0123456789abcdefghijklmnopqrstuv", true),
        ("0123456789abcdefghijklmnopqrstu", false),
        ("abababababababababababababababababababababab", false),
        (hex, true),
        (&hex[..63], false),
        (&"01".repeat(32), false),
    ] {
        assert_eq!(is_strong(secret), strong, "{secret}");
    }
}

#[test]
fn production_wants_a_secret_of_its_own() {
    for (secret, code) in [
        ("", "SECRET_KEY_DEFAULT"),
        ("dev-insecure-change-me", "SECRET_KEY_DEFAULT"),
        ("change-me-to-a-long-random-secret-32-chars-min", "SECRET_KEY_DEFAULT"),
        ("__FILL_ME__", "SECRET_KEY_DEFAULT"),
        ("short-and-secret", "SECRET_KEY_SHORT"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "SECRET_KEY_SHORT"),
    ] {
        let mut source = source(&[("DJANGO_SECRET_KEY", secret)]);
        Common::read(&mut source);
        let problem = &source.problems()[0];
        assert_eq!((problem.code, problem.name.as_str()), (code, "DJANGO_SECRET_KEY"), "{secret}");
    }
}

#[test]
fn neither_a_problem_nor_debug_shows_a_value() {
    let mut source = source(&[("SIDDES_ENV", "development"), ("SIDDES_DB_MAX_CONNECTIONS", "hunter2")]);
    assert_eq!(source.number("SIDDES_DB_MAX_CONNECTIONS", 10, 1..=1_000), 10);
    let debug = format!("{source:?}");
    let text = source.finish().expect_err("no number").to_string();
    for text in [text, debug] {
        assert!(text.contains("SIDDES_DB_MAX_CONNECTIONS") && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn a_secret_comes_from_its_name_or_from_a_file_and_never_from_both() {
    let file = std::env::temp_dir().join(format!("siddes-secret-{}", std::process::id()));
    fs::write(&file, "from a file\n").expect("written");
    let path = file.to_str().expect("text");

    let mut from_file = source(&[("DJANGO_SECRET_KEY_FILE", path)]);
    let secret = from_file.secret("DJANGO_SECRET_KEY").expect("a secret");
    assert_eq!(secret.expose_secret(), "from a file");
    assert!(from_file.problems().is_empty() && from_file.warnings().is_empty());

    let mut both = source(&[("DJANGO_SECRET_KEY_FILE", path), ("DJANGO_SECRET_KEY", "from its name")]);
    assert!(both.secret("DJANGO_SECRET_KEY").is_none());
    assert_eq!(names(both.problems()), ["DJANGO_SECRET_KEY_FILE"]);

    let mut lost = source(&[("DJANGO_SECRET_KEY_FILE", "/nowhere/at/all")]);
    assert!(lost.secret("DJANGO_SECRET_KEY").is_none());
    assert_eq!(names(lost.problems()), ["DJANGO_SECRET_KEY_FILE"]);
    fs::remove_file(&file).expect("removed");
}

#[test]
fn a_database_is_postgres_whatever_else_would_parse() {
    for url in ["mysql://a:hunter2@b/c", "sqlite:///x", "postgres", "http://x"] {
        let mut source = source(&[("DATABASE_URL", url)]);
        assert!(owner_database(&mut source).is_none(), "{url}");
        assert_eq!(names(source.problems()), ["DATABASE_URL"]);
    }
    assert!(owner_database(&mut source(&[("DATABASE_URL", "postgresql://a@b/c")])).is_some());
}

#[test]
fn a_misspelt_name_is_warned_of_with_the_nearest_known_one() {
    let mut source =
        source(&[("SIDDES_PANIK_MODE", "1"), ("SIDDES_ZEBRA_CROSSINGS", "1"), ("HOME", "/"), ("SD_X", " ")]);
    source.flag("SIDDES_PANIC_MODE", false);
    let warnings = source.warnings();
    assert_eq!(names(&warnings), ["SIDDES_PANIK_MODE", "SIDDES_ZEBRA_CROSSINGS"]);
    assert!(warnings[0].rule.contains("SIDDES_PANIC_MODE"), "{}", warnings[0]);
    assert!(!warnings[1].rule.contains("mean"), "{}", warnings[1]);
}

#[test]
fn names_of_the_past_are_explained_those_of_the_client_and_of_absent_parts_are_not() {
    let source = source(&[
        ("DJANGO_TIME_ZONE", "Africa/Nairobi"),
        ("SIDDES_ALLOW_MEMORY_STORES", "1"),
        ("SD_INTERNAL_API_BASE", "https://api.example.com"),
        ("SIDDES_R2_BUCKET", "media"),
        ("SIDDES_VAPID_PRIVATE_KEY_FILE", "/run/secrets/vapid"),
        ("SIDDES_THROTTLE_FEDE", "1/min"),
    ]);
    let said: Vec<(&str, String)> = source.warnings().iter().map(|it| (it.code, it.name.clone())).collect();
    let expected = [
        ("ENV_UNKNOWN", "DJANGO_TIME_ZONE"),
        ("MEMORY_STORES_ENABLED", "SIDDES_ALLOW_MEMORY_STORES"),
        ("THROTTLE_SCOPE_UNKNOWN", "SIDDES_THROTTLE_FEDE"),
    ];
    assert_eq!(said, expected.map(|(code, name)| (code, name.to_owned())));
    assert_eq!(source.without_effect(), ["SIDDES_R2_BUCKET", "SIDDES_VAPID_PRIVATE_KEY_FILE"]);
}
