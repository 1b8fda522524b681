//! `siddes serve <role>…`: some roles of a larger system, or all of them.

use anyhow::{Context, bail};
use platform::{Ambient, Role, config::Source, telemetry};
use siddes::{Settings, System};
use svc_auth::Hasher;
use tokio::net::TcpListener;

use super::{asked_to_end, say};

pub async fn run(words: &[String]) -> anyhow::Result<()> {
    let all = words.iter().any(|word| word == "all");
    let mut roles = Vec::new();
    for word in words.iter().filter(|word| !["all", "worker"].contains(&word.as_str())) {
        roles.push(word.parse::<Role>()?);
    }
    if all {
        roles = Role::ALL.to_vec();
    }
    if roles.is_empty() {
        bail!("worker runs the jobs of the services beside it: name them too, such as 'worker auth safety'");
    }
    let settings = Settings::read(Source::from_env(), None)?;
    telemetry::start_process(&settings.common.telemetry);
    settings.tell();
    let listener = if roles.contains(&Role::Gateway) {
        let bind = settings.gateway.bind;
        Some(TcpListener::bind(bind).await.with_context(|| format!("gateway port {bind}"))?)
    } else {
        None
    };
    let private = settings.private.listen().await?;
    let system = System {
        hasher: Hasher::from_settings(&settings.auth),
        settings,
        ambient: Ambient::default(),
        worker: all || words.iter().any(|word| word == "worker"),
        roles,
        gateway: listener,
        private,
    };
    let running = system.start().await?;
    match running.gateway {
        Some(address) => say(&format!("ready http://{address}")),
        None => say("ready"),
    }
    asked_to_end().await;
    running.stop().await;
    telemetry::stop().await;
    Ok(())
}
