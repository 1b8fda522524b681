//! Names that are set and that nothing reads: misspelt, of the past, of parts that this release lacks, or the client's.

use super::{problem::Problem, read::Read, table};

/// Whose names these prefixes are; others are none of our business.
const OURS: [&str; 3] = ["SIDDES_", "SD_", "DJANGO_"];

const ONE_STORE: &str = "is gone: there is one store, Postgres";
const NO_CACHE: &str = "has no effect: no result is cached, so that none is stale";
const NO_SEEDS: &str = "is gone: this program seeds nothing";
const NO_QUEUE: &str = "is gone: jobs are in Postgres";

/// Read by earlier backends; what is so instead.
pub static DROPPED: &[(&str, &str)] = &[
    ("DJANGO_SETTINGS_MODULE", "is gone, and Django with it"),
    ("DJANGO_TIME_ZONE", "is gone: times are UTC everywhere"),
    ("SD_INBOX_DUALWRITE_DB", ONE_STORE),
    ("SD_INBOX_STORE", ONE_STORE),
    ("SD_PERF_EMAIL", NO_SEEDS),
    ("SD_PERF_PASSWORD", NO_SEEDS),
    ("SD_PERF_USERNAME", NO_SEEDS),
    ("SD_POST_STORE", ONE_STORE),
    ("SD_SETS_STORE", ONE_STORE),
    ("SIDDES_ALLOW_MEMORY_STORES", ONE_STORE),
    ("SIDDES_ALLOW_PERF_USER", NO_SEEDS),
    ("SIDDES_DEMO_UNIVERSE", NO_SEEDS),
    ("SIDDES_EDGE_ENGINE_ENABLED", NO_QUEUE),
    ("SIDDES_EDGE_QUEUE_KEY", NO_QUEUE),
    ("SIDDES_FEED_CACHE_ENABLED", NO_CACHE),
    ("SIDDES_FEED_CACHE_TTL_SECS", NO_CACHE),
    ("SIDDES_FILE_UPLOAD_MAX_MEMORY_SIZE", "is gone: no upload passes the gateway"),
    ("SIDDES_INBOX_CACHE_ENABLED", NO_CACHE),
    ("SIDDES_INBOX_CACHE_TTL_SECS", NO_CACHE),
    ("SIDDES_PROFILE_CACHE_ENABLED", NO_CACHE),
    ("SIDDES_PROFILE_CACHE_TTL_SECS", NO_CACHE),
    ("SIDDES_SEED_DEFAULT_SETS", NO_SEEDS),
    ("SIDDES_THROTTLE_INBOX_DEBUG", "is gone: there is no debug inbox"),
];

/// Of parts that this release does not have: accepted, so that one env file serves two releases.
pub static WITHOUT_EFFECT: &[&str] = &[
    "SIDDES_APPEAL_SECOND_STAFF",
    "SIDDES_BROADCASTS_ENABLED",
    "SIDDES_CIRCLE_SUGGESTIONS_ENABLED",
    "SIDDES_CONTACTS_DEFAULT_REGION",
    "SIDDES_CONTACTS_MATCHING",
    "SIDDES_CONTACTS_PEPPER",
    "SIDDES_CONTACTS_PEPPER_PREVIOUS",
    "SIDDES_ENABLE_SERVER_SUGGESTIONS",
    "SIDDES_MEDIA_BASE",
    "SIDDES_MEDIA_MAX_IMAGE_BYTES",
    "SIDDES_MEDIA_PENDING_TTL",
    "SIDDES_MEDIA_PRIVATE_TTL",
    "SIDDES_MEDIA_TOKEN_SECRET",
    "SIDDES_MEDIA_TOKEN_VIEWER",
    "SIDDES_MODERATION_MAIL",
    "SIDDES_MOD_AUDIT_RETENTION_DAYS",
    "SIDDES_PUSH_ENABLED",
    "SIDDES_PUSH_MAX_PER_MIN",
    "SIDDES_PUSH_ON_DMS_ENABLED",
    "SIDDES_PUSH_ON_NOTIFICATIONS_ENABLED",
    "SIDDES_QUOTA_CONTACTS_MATCH_PER_DAY",
    "SIDDES_QUOTA_INBOX_SEND_PER_DAY",
    "SIDDES_QUOTA_MEDIA_SIGN_PER_DAY",
    "SIDDES_QUOTA_RITUAL_CREATE_PER_DAY",
    "SIDDES_QUOTA_SAFETY_REPORT_PER_DAY",
    "SIDDES_R2_ACCESS_KEY_ID",
    "SIDDES_R2_ACCOUNT_ID",
    "SIDDES_R2_BUCKET",
    "SIDDES_R2_ENDPOINT",
    "SIDDES_R2_REGION",
    "SIDDES_R2_SECRET_ACCESS_KEY",
    "SIDDES_REPORT_RETENTION_DAYS",
    "SIDDES_RL_INBOX_SEND_TO_PER_HOUR",
    "SIDDES_RL_INBOX_SEND_TO_PER_MIN",
    "SIDDES_TELEMETRY_ENABLED",
    "SIDDES_TELEMETRY_RETENTION_DAYS",
    "SIDDES_VAPID_PRIVATE_KEY",
    "SIDDES_VAPID_SUBJECT",
];

/// The web client's own, and those of the server program of earlier backends: ignored without a word.
pub static IGNORED: &[&str] = &[
    "GUNICORN_KEEPALIVE",
    "GUNICORN_THREADS",
    "GUNICORN_TIMEOUT",
    "SD_BACKEND_PORT",
    "SD_BUILD_STAMP",
    "SD_INTERNAL_API_BASE",
    "SD_PROXY_TIMEOUT_MS",
    "SIDDES_BACKEND_PORT",
    "SIDDES_DIAG_ENABLED",
    "SIDDES_FRONTEND_PORT",
    "WEB_CONCURRENCY",
];

/// What there is to say of a name, after everything was read.
pub fn warning(name: &str, reads: &[Read]) -> Option<Problem> {
    if is_known(name, reads) || without_effect(name, reads) || IGNORED.contains(&name) {
        return None;
    }
    let said = |code, rule: String| Some(Problem { code, name: name.to_owned(), rule });
    if let Some((_, rule)) = DROPPED.iter().find(|(dropped, _)| *dropped == name) {
        let code = if name == "SIDDES_ALLOW_MEMORY_STORES" { "MEMORY_STORES_ENABLED" } else { "ENV_UNKNOWN" };
        return said(code, (*rule).to_owned());
    }
    if !OURS.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    let code = if name.starts_with("SIDDES_THROTTLE_") { "THROTTLE_SCOPE_UNKNOWN" } else { "ENV_UNKNOWN" };
    let nearest = nearest(name, reads).map(|nearest| format!(": did you mean {nearest}?"));
    said(code, format!("is no setting of this release{}", nearest.unwrap_or_default()))
}

/// Whether a name belongs to a part that this release lacks.
pub fn without_effect(name: &str, reads: &[Read]) -> bool {
    let known = |name: &str| WITHOUT_EFFECT.contains(&name);
    !is_known(name, reads) && (known(name) || name.strip_suffix("_FILE").is_some_and(known))
}

/// Read here, or by another command.
fn is_known(name: &str, reads: &[Read]) -> bool {
    let file = name.strip_suffix("_FILE");
    let elsewhere = |row: &table::Setting| {
        let file = file.filter(|_| row.kind == table::Kind::Secret);
        !row.is_open() && (row.names(name) || file.is_some_and(|name| row.names(name)))
    };
    reads.iter().any(|read| read.reads(name)) || table::settings().any(elsewhere)
}

/// The name that it most resembles, if a third of its letters at most are wrong.
fn nearest<'a>(name: &str, reads: &'a [Read]) -> Option<&'a str> {
    let rows = table::settings().map(|row| row.name).filter(|name| !name.contains('<'));
    let known = reads.iter().map(|read| read.name.as_str()).chain(rows);
    let (distance, nearest) = known.map(|known| (distance(name, known), known)).min()?;
    (distance * 3 <= name.len()).then_some(nearest)
}

/// How many letters must be changed, added or left out (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b = b.as_bytes();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
