//! The private port of a process, whatever its roles: `/metrics`, `/healthz`, and `/readyz` with details. Never published.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use gateway::{Build, Gateway};
use platform::{
    config::Source,
    telemetry::metrics,
    vitals::{Signs, Vitals},
};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const PORT: u16 = 9090;
const FINISH_WITHIN: Duration = Duration::from_secs(1);
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// `SIDDES_PRIVATE_BIND`: port 9090 on every address in production, where only the scraper is let through to it, and
/// on this machine's own otherwise.
#[derive(Clone, Debug)]
pub struct PrivatePort {
    bind: SocketAddr,
    /// A port that is taken stops the start. In development nobody waits for it, unless it was asked for.
    wanted: bool,
}

impl PrivatePort {
    pub fn read(source: &mut Source) -> Self {
        let address = if source.production() { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
        let default = SocketAddr::from((address, PORT));
        let asked = source.optional("SIDDES_PRIVATE_BIND");
        let bind = asked.as_ref().map_or(Ok(default), |text| text.parse());
        if bind.is_err() {
            source.problem("SIDDES_PRIVATE_BIND", "is an address and a port, such as 0.0.0.0:9090");
        }
        Self { bind: bind.unwrap_or(default), wanted: asked.is_some() || source.production() }
    }

    /// # Errors
    /// The port cannot be had, and is wanted.
    pub async fn listen(&self) -> anyhow::Result<Option<TcpListener>> {
        match TcpListener::bind(self.bind).await {
            Ok(listener) => Ok(Some(listener)),
            Err(error) if self.wanted => {
                Err(error).with_context(|| format!("private port {} (set SIDDES_PRIVATE_BIND)", self.bind))
            }
            Err(_taken) => {
                tracing::info!(bind = %self.bind, "no private port: it is taken, and SIDDES_PRIVATE_BIND is not set");
                Ok(None)
            }
        }
    }
}

/// What is known of this process; every answer is what background tasks have found.
pub struct Health {
    pub build: Build,
    pub services: Vec<Arc<Vitals>>,
    pub gateway: Option<Gateway>,
    pub draining: Arc<AtomicBool>,
}

impl Health {
    fn report(&self) -> (bool, Value) {
        let draining = self.draining.load(Ordering::Relaxed);
        let mut ready = !draining;
        let mut services = Map::new();
        for vitals in &self.services {
            let signs = vitals.signs();
            ready &= signs.ready();
            services.insert(vitals.service().to_string(), of_service(signs));
        }
        let gateway = self.gateway.as_ref().map(Gateway::readiness);
        if let Some((gateway_ready, _)) = gateway {
            ready &= gateway_ready;
        }
        let Build { sha, time, version } = &self.build;
        let report = json!({
            "ok": ready,
            "service": "siddes-backend",
            "draining": draining,
            "services": services,
            "gateway": gateway.map(|(_, report)| report),
            "build": { "sha": sha, "time": time, "version": version },
        });
        (ready, report)
    }
}

fn of_service(signs: Signs) -> Value {
    let word = |good: bool| if good { "ok" } else { "error" };
    json!({
        "database": word(signs.database),
        "migrations": if signs.pending_migrations > 0 { "pending" } else { word(signs.schema) },
        "pending_migrations": signs.pending_migrations,
        "jobs": if signs.late() { "late" } else { "ok" },
        "oldest_due_seconds": signs.oldest_due.as_secs(),
        "dead_jobs": signs.dead_jobs,
    })
}

/// Answers until `shutdown`, also while the rest of the process is being stopped.
pub async fn serve(listener: TcpListener, health: Arc<Health>, shutdown: CancellationToken) {
    let router = Router::new()
        .route("/metrics", get(measured))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .with_state(health);
    let served = axum::serve(listener, router).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let over = async {
        shutdown.cancelled().await;
        tokio::time::sleep(FINISH_WITHIN).await;
    };
    tokio::select! {
        ended = served => {
            if let Err(error) = ended {
                tracing::error!(kind = ?error.kind(), "the private port ended");
            }
        }
        // A reader who keeps his connection open is not waited for.
        () = over => {}
    }
}

async fn measured() -> Response {
    let text = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (NO_STORE, text, metrics::render()).into_response()
}

async fn alive() -> Response {
    (NO_STORE, Json(json!({ "ok": true, "service": "siddes-backend" }))).into_response()
}

async fn ready(State(health): State<Arc<Health>>) -> Response {
    let (ready, report) = health.report();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, NO_STORE, Json(report)).into_response()
}
