//! What every layer and handler of one gateway shares.

use platform::{Ambient, grpc::Channel, identity::keys::RootSecret};
use tokio::sync::Semaphore;

use crate::{digest::Digests, health::Health, layers::throttle::log::SlidingLog, settings::Settings};

/// What a gateway is made of.
pub struct Deps {
    pub settings: Settings,
    pub secret: RootSecret,
    pub ambient: Ambient,
    pub auth: Channel,
    pub social: Channel,
    pub safety: Channel,
}

pub(crate) struct Shared {
    pub settings: Settings,
    pub ambient: Ambient,
    pub auth: Channel,
    pub social: Channel,
    pub safety: Channel,
    pub digests: Digests,
    pub hits: SlidingLog,
    pub in_flight: Semaphore,
    pub health: Health,
}

impl Shared {
    pub fn new(deps: Deps) -> Self {
        Self {
            in_flight: Semaphore::new(deps.settings.max_in_flight),
            health: Health::new(deps.settings.panic_mode),
            digests: Digests::new(&deps.secret),
            hits: SlidingLog::default(),
            settings: deps.settings,
            ambient: deps.ambient,
            auth: deps.auth,
            social: deps.social,
            safety: deps.safety,
        }
    }
}
