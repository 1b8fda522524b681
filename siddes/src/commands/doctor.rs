//! `siddes doctor`: what is wrong on this machine, and what to set.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::ExitCode,
};

use platform::{Role, pg::Db, redis::Redis};
use siddes::{Settings, private, settings_table};
use sqlx::postgres::PgConnectOptions;
use tokio::{net::TcpListener, process::Command};

use super::{say, up};

/// The oldest Postgres that the migrations run on.
const POSTGRES: u32 = 15;

/// Something that was looked at.
enum Line {
    Good(String),
    /// Nothing is in the way of a start.
    Note(String),
    /// With what to do about it.
    Wrong(String, String),
}

pub async fn run(data: &Path, port: u16) -> anyhow::Result<ExitCode> {
    let mut lines = programs().await;
    lines.extend(folder(data));
    lines.push(listening(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await);
    lines.extend(settings());
    lines.extend(servers().await);
    for line in &lines {
        say(&match line {
            Line::Good(what) => format!("ok     {what}"),
            Line::Note(what) => format!("note   {what}"),
            Line::Wrong(what, remedy) => format!("WRONG  {what}: {remedy}"),
        });
    }
    let well = !lines.iter().any(|line| matches!(line, Line::Wrong(..)));
    say(if well { "nothing is wrong: siddes up will start" } else { "mend what is WRONG, then start again" });
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `--env`: the table of settings.
pub fn table() -> ExitCode {
    say(settings_table::markdown().trim_end());
    ExitCode::SUCCESS
}

async fn programs() -> Vec<Line> {
    let redis = private::find_redis(&mut up::source()).map_or_else(
        || Line::Note("no valkey-server or redis-server on PATH: siddes up counts limits without it".to_owned()),
        |program| Line::Good(format!("Redis: {}", program.display())),
    );
    vec![postgres().await, redis]
}

async fn postgres() -> Line {
    let what = "Postgres programs (initdb, pg_ctl)".to_owned();
    let remedy =
        format!("install Postgres {POSTGRES} or newer, or set SIDDES_POSTGRES_BIN to the folder that holds them");
    let Some(bin) = private::find_postgres(&mut up::source()) else { return Line::Wrong(what, remedy) };
    let version = Command::new(bin.join("initdb")).arg("--version").output().await;
    let text = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let major = text.split(|letter: char| !letter.is_ascii_digit()).find_map(|digits| digits.parse::<u32>().ok());
    match major {
        Some(major) if major >= POSTGRES => Line::Good(format!("Postgres {major} in {}", bin.display())),
        Some(major) => Line::Wrong(format!("Postgres {major} in {}", bin.display()), remedy),
        None => Line::Wrong(format!("initdb in {} does not run", bin.display()), remedy),
    }
}

fn folder(data: &Path) -> Vec<Line> {
    let what = format!("data folder {}", data.display());
    let mut lines = vec![match private::Postgres::could_start(data) {
        Ok(()) => Line::Good(what),
        Err(problem) => Line::Wrong(what, format!("{problem}; make it writable, or give --data another")),
    }];
    if let Some(pid) = private::Postgres::running(data) {
        lines.push(Line::Note(format!("its database runs already, as process {pid}: siddes up adopts it")));
    }
    lines
}

async fn listening(address: SocketAddr) -> Line {
    let what = format!("port {}", address.port());
    match TcpListener::bind(address).await {
        Ok(_) => Line::Good(format!("{what} is free")),
        Err(problem) => {
            let remedy = "another program listens there (a running siddes up?): give --port another";
            Line::Wrong(format!("{what} cannot be had ({})", problem.kind()), remedy.to_owned())
        }
    }
}

/// As `siddes up` reads them.
fn settings() -> Vec<Line> {
    let mut source = up::source();
    let _bin = private::find_postgres(&mut source);
    let settings = Settings::gather(&mut source, Some(PgConnectOptions::new_without_pgpass()));
    let environment = if source.production() { "production" } else { "development" };
    let mut lines: Vec<Line> =
        source.problems().iter().map(|problem| Line::Wrong("setting".to_owned(), problem.to_string())).collect();
    if lines.is_empty() {
        lines.push(Line::Good(format!("settings, for {environment}")));
    }
    lines.extend(settings.warnings.iter().map(|warning| Line::Note(warning.to_string())));
    if !settings.without_effect.is_empty() {
        let names = settings.without_effect.join(" ");
        lines.push(Line::Note(format!("set, and without effect in this release: {names}")));
    }
    lines
}

/// Those that the environment names; `siddes up` brings its own database.
async fn servers() -> Vec<Line> {
    let mut source = up::source();
    let settings = Settings::gather(&mut source, None);
    let mut lines = Vec::new();
    for role in Role::SERVICES {
        let Some(database) = settings.databases.get(&role) else { continue };
        let what = format!("the database of {role}");
        let Ok(db) = Db::new(role, database) else {
            lines.push(Line::Wrong(format!("{what} cannot be used"), "report this".to_owned()));
            continue;
        };
        lines.push(match db.conn().await {
            Ok(_) => Line::Good(format!("{what} answers")),
            Err(problem) => {
                let why = platform::pg::describe(&problem);
                Line::Wrong(
                    format!("{what} cannot be used ({why})"),
                    "check its URL, then run siddes migrate".to_owned(),
                )
            }
        });
        db.close().await;
    }
    if let Some(redis) = &settings.redis {
        lines.push(match Redis::start(redis).await {
            Ok(_) => Line::Good("Redis answers".to_owned()),
            Err(away) => Line::Wrong(format!("Redis {away}"), "check REDIS_URL, or unset it".to_owned()),
        });
    }
    lines
}
