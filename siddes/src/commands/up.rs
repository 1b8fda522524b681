//! `siddes up`: everything on one machine.

use std::{
    env,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
};

use anyhow::{Context, bail};
use platform::{Ambient, Role, config::Source, redis::RedisSettings, telemetry};
use siddes::{Settings, System, private, system};
use sqlx::postgres::PgConnectOptions;
use svc_auth::Hasher;
use tokio::net::TcpListener;

use super::{asked_to_end, say};

pub async fn run(data: &Path, port: u16) -> anyhow::Result<()> {
    let mut source = source();
    let Some(bin) = private::find_postgres(&mut source) else {
        bail!("no Postgres on this machine: install it (Debian: postgresql-15), or set SIDDES_POSTGRES_BIN");
    };
    let redis = private::find_redis(&mut source);
    // Before a database is made: it is this machine's own, wherever it will be.
    let mut settings = Settings::read(source, Some(PgConnectOptions::new_without_pgpass()))?;
    settings.auth.mail.keep_in(&data.join("mail"));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address).await.with_context(|| format!("port {port} is taken: give --port"))?;
    let postgres = private::Postgres::start(bin, data, &[]).await?;
    telemetry::start_process(&settings.common.telemetry);
    let outcome = serve_beside_redis(settings, redis.as_deref(), &postgres, listener).await;
    let stopped = postgres.stop().await;
    outcome?;
    stopped?;
    Ok(())
}

/// The environment: development unless production is asked for.
pub fn source() -> Source {
    let development = || ("SIDDES_ENV".to_owned(), "development".to_owned());
    Source::from_vars(Source::env_vars().chain(env::var_os("SIDDES_ENV").is_none().then(development)))
}

/// With the Redis that is set, else with a private one, else without.
async fn serve_beside_redis(
    mut settings: Settings,
    program: Option<&Path>,
    postgres: &private::Postgres,
    listener: TcpListener,
) -> anyhow::Result<()> {
    let dir = postgres.socket_dir();
    let mut redis = None;
    match program {
        _ if settings.redis.is_some() => private::end_left_over_redis(dir).await,
        Some(program) => match private::Redis::start(program, dir).await {
            Ok(started) => redis = Some(started),
            Err(error) => tracing::warn!(event = "no_redis", %error, "no private Redis: this process counts limits"),
        },
        None => {
            tracing::info!(event = "no_redis", "no valkey-server or redis-server on PATH: this process counts limits");
        }
    }
    if let Some(redis) = &redis {
        settings.redis = RedisSettings::on_socket(&redis.socket());
    }
    let outcome = serve(settings, postgres, listener).await;
    if let Some(redis) = redis {
        redis.stop().await;
    }
    outcome
}

async fn serve(mut settings: Settings, postgres: &private::Postgres, listener: TcpListener) -> anyhow::Result<()> {
    settings.move_to(&postgres.options());
    settings.tell();
    for schema in system::schemas() {
        schema.migrate(&postgres.options()).await?;
    }
    let private = settings.private.listen().await?;
    let system = System {
        hasher: Hasher::from_settings(&settings.auth),
        settings,
        ambient: Ambient::default(),
        roles: Role::ALL.to_vec(),
        worker: true,
        gateway: Some(listener),
        private,
    };
    let running = system.start().await?;
    if let Some(address) = running.gateway {
        say(&format!("ready http://{address}"));
    }
    asked_to_end().await;
    running.stop().await;
    telemetry::stop().await;
    Ok(())
}
