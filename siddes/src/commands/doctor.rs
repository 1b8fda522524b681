//! `siddes doctor`: what is wrong on this machine, and what to do about it.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::ExitCode,
};

use platform::config::Source;
use siddes::private;
use tokio::net::TcpListener;

use super::say;

pub async fn run(data: &Path, port: u16) -> anyhow::Result<ExitCode> {
    let mut source = Source::from_env();
    let given = source.optional("SIDDES_POSTGRES_BIN");
    let path = source.optional("PATH");
    let mut well = true;
    let mut report = |good: bool, what: String, remedy: &str| {
        well &= good;
        say(&if good { format!("ok    {what}") } else { format!("WRONG {what}: {remedy}") });
    };

    let bin = private::postgres_bin(given.as_deref().map(Path::new), path.as_deref());
    report(
        bin.is_some(),
        "Postgres programs (initdb, pg_ctl)".to_owned(),
        "install postgresql-15, or set SIDDES_POSTGRES_BIN to the folder that holds them",
    );
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    report(
        TcpListener::bind(address).await.is_ok(),
        format!("port {port} is free"),
        "another program listens there (a running siddes up?): give --port",
    );
    report(
        fs::create_dir_all(data).is_ok() && !fs::metadata(data).map_or(true, |meta| meta.permissions().readonly()),
        format!("data folder {}", data.display()),
        "it cannot be written: give --data",
    );
    say(if well { "nothing is wrong: siddes up will start" } else { "siddes up will not start before that is mended" });
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
