//! Settings: each is read, explained, and refused in production where it would be unsafe; no value is ever shown.

use std::{collections::BTreeSet, fs, path::Path};

use platform::config::{
    Source,
    table::{self, Kind},
};
use siddes::{Settings, settings_table};

use crate::processes::siddes;

/// What a production start needs, and nothing else.
const GOOD: [(&str, &str); 6] = [
    ("DJANGO_SECRET_KEY", "7f0e1d2c3b4a59687f0e1d2c3b4a59687f0e1d2c3b4a59687f0e1d2c3b4a5968"),
    ("DJANGO_ALLOWED_HOSTS", "api.example.com"),
    ("SIDDES_PUBLIC_APP_BASE", "https://app.example.com"),
    ("DATABASE_URL", "postgres://siddes@192.0.2.1/siddes"),
    ("SD_SMTP_HOST", "smtp.example.com"),
    ("SD_EMAIL_FROM", "Siddes <no-reply@example.com>"),
];

/// Values that open a door: production refuses them, under the name of the setting.
const UNSAFE: &[(&str, &str)] = &[
    ("DJANGO_DEBUG", "1"),
    ("DJANGO_SECRET_KEY", ""),
    ("DJANGO_SECRET_KEY", "dev-insecure-change-me"),
    ("DJANGO_SECRET_KEY", "canary-0123456789"),
    ("DJANGO_SECRET_KEY", "abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc"),
    ("SIDDES_SECRET_KEY_PREVIOUS", "canary-0123456789"),
    ("SIDDES_PUBLIC_APP_BASE", ""),
    ("SIDDES_PUBLIC_APP_BASE", "http://canary.example.com"),
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "mysql://canary@db/siddes"),
    ("SD_EMAIL_PROVIDER", "console"),
    ("SD_EMAIL_PROVIDER", "canary"),
    ("SD_EMAIL_FROM", ""),
    ("SD_EMAIL_FROM", "canary"),
    ("SD_SMTP_HOST", ""),
    ("SD_SMTP_USE_SSL", "1"),
    ("DJANGO_ALLOWED_HOSTS", ""),
    ("DJANGO_ALLOWED_HOSTS", "canary.example.com,*"),
    ("DJANGO_CSRF_TRUSTED", "https://canary.example.com/login"),
    ("DJANGO_CSRF_TRUSTED", "canary.example.com"),
    ("DJANGO_CSRF_TRUSTED", "https://canary.example.com,null"),
    ("DJANGO_SESSION_SAMESITE", "None"),
    ("DJANGO_CSRF_SAMESITE", "none"),
    ("SIDDES_API_WRITE_ALLOWLIST", "/"),
    ("SIDDES_API_WRITE_ALLOWLIST", "/api"),
    ("SIDDES_API_WRITE_ALLOWLIST", "/api/canary/,/api/"),
    ("SIDDES_PUBLIC_API_PREFIXES", "/api/slate,/api/canary"),
    ("SIDDES_PUBLIC_API_PREFIXES", "/api"),
];

fn vars(changed: (&str, &str)) -> Vec<(String, String)> {
    let same = GOOD.iter().filter(|(name, _)| *name != changed.0);
    same.chain([&changed]).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_production_start_with_anything_unsafe_is_refused_by_name() {
    let read = |changed| Settings::read(Source::from_vars(vars(changed)), None);
    read(("SIDDES_ENV", "production")).expect("the good settings are good");
    for (name, value) in UNSAFE {
        let changed = if *name == "DJANGO_DEBUG" { vec![("SIDDES_ENV", "production")] } else { Vec::new() };
        let vars = vars((name, value)).into_iter();
        let vars = vars.chain(changed.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
        let problems = Settings::read(Source::from_vars(vars), None).expect_err(name);
        assert_eq!(problems.0.iter().map(|problem| problem.name.as_str()).collect::<Vec<_>>(), [*name], "{value}");
        let text = problems.to_string();
        assert!(!text.contains("canary"), "never the value: {text}");
    }
}

#[test]
fn every_guard_of_the_table_is_tried_and_nothing_is_refused_that_the_table_does_not_tell() {
    let guarded: BTreeSet<&str> = table::settings().filter(|row| row.guard.is_some()).map(|row| row.name).collect();
    let tried: BTreeSet<&str> = UNSAFE.iter().map(|(name, _)| *name).collect();
    assert_eq!(guarded, tried);
}

#[test]
fn a_value_that_does_not_parse_is_refused_everywhere_and_not_shown() {
    let reads = settings_table::reads("production");
    let mut tried = 0;
    for read in &reads {
        let Some(row) = table::setting(&read.name) else { continue };
        let parsed = !matches!(row.kind, Kind::Text | Kind::Folder | Kind::List(_));
        if !parsed || read.reader == "siddes check" {
            continue;
        }
        let canary = "no: such: value/";
        let mut vars = vars((&read.name, canary));
        // Of several names of one thing the first counts.
        vars.retain(|(name, _)| row.kind != Kind::Origin || *name == read.name || name != "SIDDES_PUBLIC_APP_BASE");
        let problems = Settings::read(Source::from_vars(vars), None).expect_err(&read.name);
        let text = problems.to_string();
        assert!(text.contains(&read.name) && !text.contains(canary), "{text}");
        tried += 1;
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn every_setting_that_is_read_has_a_row_and_every_row_is_read() {
    let reads: Vec<_> = ["production", "development"].into_iter().flat_map(settings_table::reads).collect();
    for read in reads.iter().filter(|read| read.name != "PATH") {
        let row = table::setting(&read.name).unwrap_or_else(|| panic!("{} has no row", read.name));
        assert!(row.is_read_as(&read.how), "{} is read as {:?}", read.name, read.how);
    }
    for row in table::settings() {
        assert!(reads.iter().any(|read| row.names(&read.name)), "nothing reads {}", row.name);
    }
    let names: BTreeSet<&str> = table::settings().map(|row| row.name).collect();
    assert_eq!(names.len(), table::settings().count(), "one row a name");
}

#[test]
fn no_name_is_both_read_and_gone() {
    use platform::config::unread::{DROPPED, IGNORED, WITHOUT_EFFECT};
    let dropped = DROPPED.iter().map(|(name, _)| *name);
    let unread: Vec<&str> = dropped.chain(WITHOUT_EFFECT.iter().copied()).chain(IGNORED.iter().copied()).collect();
    let reads = settings_table::reads("production");
    for name in &unread {
        assert!(!reads.iter().any(|read| read.reads(name)), "{name} is read");
    }
    assert_eq!(unread.iter().collect::<BTreeSet<_>>().len(), unread.len(), "one place a name");
}

/// The document's table is between these lines.
const BEGIN: &str = "<!-- settings: written by `siddes doctor --env` -->\n";
const END: &str = "<!-- end of settings -->";

#[test]
fn the_table_in_operations_is_what_the_program_tells() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/OPERATIONS.md");
    let document = fs::read_to_string(&path).expect("docs/OPERATIONS.md");
    let (before, rest) = document.split_once(BEGIN).expect("where the table begins");
    let (table, after) = rest.split_once(END).expect("where it ends");
    let told = String::from_utf8(siddes(&["doctor", "--env"], &[]).output().expect("siddes").stdout).expect("text");
    if std::env::var_os("WRITE_DOCS").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{told}{END}{after}")).expect("written");
    } else {
        assert!(table == told, "docs/OPERATIONS.md is behind: run ./dev docs");
    }
}

#[test]
fn the_executable_refuses_before_it_contacts_anything() {
    for (name, value) in [
        ("DJANGO_SECRET_KEY", "canary-0123456789"),
        ("SIDDES_PUBLIC_APP_BASE", "http://app.example.com"),
        ("DJANGO_ALLOWED_HOSTS", "*"),
        ("SIDDES_THROTTLE_FEED", "a-lot-of-them"),
    ] {
        for args in [&["serve", "all"][..], &["serve", "social", "worker"], &["up", "--data", "/nowhere/at/all"]] {
            let mut vars = vars((name, value));
            vars.push(("SIDDES_ENV".to_owned(), "production".to_owned()));
            vars.push(("PATH".to_owned(), std::env::var_os("PATH").unwrap().into_string().unwrap()));
            let output = siddes(args, &vars).output().expect("siddes");
            let text = String::from_utf8(output.stderr).expect("text");
            assert!(!output.status.success() && text.contains(name), "{args:?}: {text}");
            assert!(value == "*" || !text.contains(value), "never the value: {text}");
        }
    }
}
