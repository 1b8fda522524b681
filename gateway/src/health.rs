//! What is known of the services: asked every two seconds in the background, read by probes at no cost.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::{join3, join4};
use platform::{
    grpc::Channel,
    redis::Redis,
    security::{Event, Kind},
    telemetry::metrics::table,
};
use proto::{
    auth::v1::{RuntimeFlagsRequest, runtime_client::RuntimeClient},
    status::v1::{GetRequest, GetResponse, status_client::StatusClient},
};
use tokio::time::{interval, timeout};

use crate::shared::Shared;

const EVERY: Duration = Duration::from_secs(2);
const WITHIN: Duration = Duration::from_millis(1_500);

/// The last answers.
#[derive(Debug)]
pub struct Health {
    draining: AtomicBool,
    /// Set by the environment: stays on.
    forced: bool,
    panic: AtomicBool,
    services: RwLock<Services>,
}

/// `None` = did not answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Services {
    pub auth: Option<GetResponse>,
    pub social: Option<GetResponse>,
    pub safety: Option<GetResponse>,
    pub inbox: Option<GetResponse>,
    pub redis: RedisState,
}

/// Redis is not needed to be ready, unless an operator says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RedisState {
    #[default]
    Unset,
    Answers,
    Silent {
        required: bool,
    },
}

impl Health {
    pub fn new(panic_mode: bool) -> Self {
        Self {
            draining: AtomicBool::new(false),
            forced: panic_mode,
            panic: AtomicBool::new(panic_mode),
            services: RwLock::default(),
        }
    }

    pub fn panic_mode(&self) -> bool {
        self.panic.load(Ordering::Relaxed)
    }

    pub fn draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub fn services(&self) -> Services {
        *self.services.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks again and again, until the task is ended.
pub async fn follow(shared: Arc<Shared>) {
    let mut ticks = interval(EVERY);
    loop {
        ticks.tick().await;
        refresh(&shared).await;
    }
}

/// Asks all services once, at the same time. Panic mode stays as it was where auth does not answer.
pub async fn refresh(shared: &Shared) {
    let statuses = join4(status(&shared.auth), status(&shared.social), status(&shared.safety), status(&shared.inbox));
    let asked = join3(statuses, panic_flag(&shared.auth), redis_state(shared.redis.as_ref()));
    let ((auth, social, safety, inbox), panic, redis) = asked.await;
    let services = Services { auth, social, safety, inbox, redis };
    *shared.health.services.write().unwrap_or_else(PoisonError::into_inner) = services;
    shared.hits.report();
    if let Some(panic) = panic {
        let on = panic || shared.health.forced;
        if shared.health.panic.swap(on, Ordering::Relaxed) != on {
            Event::new(if on { Kind::PanicOn } else { Kind::PanicOff }).write();
        }
    }
    table::PANIC_MODE.with([]).set(f64::from(u8::from(shared.health.panic_mode())));
}

async fn redis_state(redis: Option<&Redis>) -> RedisState {
    match redis {
        None => RedisState::Unset,
        Some(redis) if redis.answers().await => RedisState::Answers,
        Some(redis) => RedisState::Silent { required: redis.is_required() },
    }
}

async fn status(channel: &Channel) -> Option<GetResponse> {
    let mut client = StatusClient::new(channel.clone());
    timeout(WITHIN, client.get(GetRequest {})).await.ok()?.ok().map(tonic::Response::into_inner)
}

async fn panic_flag(auth: &Channel) -> Option<bool> {
    let mut client = RuntimeClient::new(auth.clone());
    let answer = timeout(WITHIN, client.runtime_flags(RuntimeFlagsRequest {})).await.ok()?.ok()?;
    Some(answer.into_inner().panic_mode)
}
