//! What every layer and handler of one gateway shares.

use platform::{Ambient, grpc::Channel, identity::keys::RootSecret, redis::Redis};
use tokio::sync::Semaphore;

use crate::{digest::Digests, health::Health, layers::throttle::hits::Hits, settings::Settings};

/// What a gateway is made of.
pub struct Deps {
    pub settings: Settings,
    pub secret: RootSecret,
    pub ambient: Ambient,
    pub auth: Channel,
    pub social: Channel,
    pub safety: Channel,
    pub inbox: Channel,
    /// Counts the limits for all gateways together; without it, each counts its own.
    pub redis: Option<Redis>,
}

pub(crate) struct Shared {
    pub settings: Settings,
    pub ambient: Ambient,
    pub auth: Channel,
    pub social: Channel,
    pub safety: Channel,
    pub inbox: Channel,
    pub digests: Digests,
    pub redis: Option<Redis>,
    pub hits: Hits,
    pub in_flight: Semaphore,
    /// A permit for each byte of a body that is kept.
    pub buffered: Semaphore,
    pub health: Health,
}

impl Shared {
    pub fn new(deps: Deps) -> Self {
        Self {
            in_flight: Semaphore::new(deps.settings.max_in_flight),
            buffered: Semaphore::new(deps.settings.max_buffered),
            health: Health::new(deps.settings.panic_mode),
            digests: Digests::new(&deps.secret),
            hits: Hits::new(deps.ambient.clock.clone(), deps.redis.clone()),
            redis: deps.redis,
            settings: deps.settings,
            ambient: deps.ambient,
            auth: deps.auth,
            social: deps.social,
            safety: deps.safety,
            inbox: deps.inbox,
        }
    }
}
