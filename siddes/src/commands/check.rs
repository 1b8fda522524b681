//! `siddes check`: are the settings and the database fit for production?

use std::process::ExitCode;

use platform::{Role, config::Source, pg::Db};
use serde::Serialize;
use siddes::{Settings, system::schemas};

use super::say;

/// One thing that is not as it should be: a code, and a sentence that says what to set.
#[derive(Serialize)]
struct Finding {
    code: &'static str,
    level: Level,
    sentence: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Warning,
    Error,
}

pub async fn run(strict: bool, json: bool) -> anyhow::Result<ExitCode> {
    let findings = findings().await;
    let safe = findings.iter().all(|finding| finding.level == Level::Warning && !strict);
    if json {
        say(&serde_json::to_string_pretty(&serde_json::json!({ "safe": safe, "findings": findings }))?);
    } else {
        for finding in &findings {
            say(&format!("[{}] {}", finding.code, finding.sentence));
        }
        say(if safe { "SAFE TO SHIP" } else { "NOT SAFE TO SHIP" });
    }
    Ok(if safe { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn findings() -> Vec<Finding> {
    let mut source = Source::from_env();
    let mut findings = Vec::new();
    if !source.production() {
        findings.push(Finding {
            code: "DEBUG_TRUE",
            level: Level::Warning,
            sentence: "development settings are on: set SIDDES_ENV=production".to_owned(),
        });
    }
    if source.flag("SIDDES_PANIC_MODE", false) {
        findings.push(Finding {
            code: "PANIC_MODE_ON",
            level: Level::Warning,
            sentence: "SIDDES_PANIC_MODE is on: writes are refused".to_owned(),
        });
    }
    match Settings::read(source, None) {
        Ok(settings) => findings.extend(database(&settings).await),
        Err(problems) => findings.extend(problems.0.into_iter().map(|problem| Finding {
            code: "SETTING",
            level: Level::Error,
            sentence: format!("{} {}", problem.name, problem.rule),
        })),
    }
    findings
}

async fn database(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    for schema in schemas() {
        let role: Role = schema.role;
        let Some(options) = settings.databases.get(&role) else { continue };
        let db = Db::new(role, options);
        let state = match db.conn().await {
            Ok(mut conn) => schema.state(&mut conn).await.map_err(|_| "MIGRATIONS_CHECK_FAILED"),
            Err(_) => Err("DB_DOWN"),
        };
        let (code, sentence) = match state {
            Ok(state) if state.exact() => continue,
            Ok(state) if state.unknown > 0 => {
                ("MIGRATIONS_CHECK_FAILED", format!("the database of {role} is newer than this release"))
            }
            Ok(state) => (
                "MIGRATIONS_PENDING",
                format!("{} migrations of {role} are pending: run siddes migrate", state.pending),
            ),
            Err("DB_DOWN") => ("DB_DOWN", format!("the database of {role} does not answer: check DATABASE_URL")),
            Err(code) => (code, format!("{role} has no schema there: run siddes migrate")),
        };
        findings.push(Finding { code, level: Level::Error, sentence });
    }
    findings
}
