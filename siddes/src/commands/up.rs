//! `siddes up`: everything on one machine.

use std::{
    env,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};

use anyhow::{Context, bail};
use platform::{Ambient, Role, config::Source, telemetry};
use siddes::{Settings, System, private, system};
use svc_auth::Hasher;
use tokio::net::TcpListener;

use super::{asked_to_end, say};

pub async fn run(data: &Path, port: u16) -> anyhow::Result<()> {
    // Development unless production is asked for.
    let vars = env::vars().chain(env::var_os("SIDDES_ENV").is_none().then(development));
    let mut source = Source::from_vars(vars);
    let given = source.optional("SIDDES_POSTGRES_BIN");
    let path = source.optional("PATH");
    let Some(bin) = private::postgres_bin(given.as_deref().map(Path::new), path.as_deref()) else {
        bail!("no Postgres on this machine: install it (Debian: postgresql-15), or set SIDDES_POSTGRES_BIN");
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address).await.with_context(|| format!("port {port} is taken: give --port"))?;
    let postgres = private::Postgres::start(bin, data, &[]).await?;
    let outcome = serve(source, &postgres, listener).await;
    let stopped = postgres.stop().await;
    outcome?;
    stopped?;
    Ok(())
}

fn development() -> (String, String) {
    ("SIDDES_ENV".to_owned(), "development".to_owned())
}

async fn serve(source: Source, postgres: &private::Postgres, listener: TcpListener) -> anyhow::Result<()> {
    let settings = Settings::read(source, Some(postgres.options()))?;
    let common = &settings.common;
    telemetry::init(common.environment, common.rust_log.as_deref(), &common.log_level);
    for schema in system::schemas() {
        schema.migrate(&postgres.options()).await?;
    }
    let system = System {
        hasher: Hasher::from_settings(&settings.auth),
        settings,
        ambient: Ambient::default(),
        roles: Role::ALL.to_vec(),
        worker: true,
        gateway: Some(listener),
    };
    let running = system.start().await?;
    if let Some(address) = running.gateway {
        say(&format!("ready http://{address}"));
    }
    asked_to_end().await;
    running.stop().await;
    Ok(())
}
