//! The keys of a provider. They are kept as long as it says, and a day longer while it cannot be reached; a key that
//! is not among them is looked for once, and not again for a while, whoever names it.

mod document;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration as Patience,
};

use http::{Uri, header::CACHE_CONTROL};
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

pub use self::document::Key;
use crate::https;

/// How long keys serve that could not be fetched anew.
const KEPT: Duration = Duration::hours(24);
/// Keys that nobody knows are looked for at most this often.
const FLOOR: Duration = Duration::seconds(60);
/// Whoever could not be reached is let alone for this long.
const PAUSE: Duration = Duration::seconds(5);
/// Within the deadline of the call that waits for it.
const PATIENCE: Patience = Patience::from_millis(2_500);
const MOST_BYTES: usize = 64 * 1_024;

/// The provider's keys cannot be had, and what is kept does not decide.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreachable;

/// What this process knows of them.
pub struct Keys {
    address: String,
    known: RwLock<Option<Arc<Known>>>,
    /// Held by whoever fetches; the others wait for what he finds.
    fetching: Mutex<Fetching>,
}

struct Known {
    keys: HashMap<String, Key>,
    fetched_at: OffsetDateTime,
    fresh_until: OffsetDateTime,
}

#[derive(Default)]
struct Fetching {
    failed_at: Option<OffsetDateTime>,
    /// When a key that was not among fresh ones was looked for last.
    looked_at: Option<OffsetDateTime>,
}

impl Keys {
    pub fn new(address: &str) -> Self {
        Self { address: address.to_owned(), known: RwLock::default(), fetching: Mutex::default() }
    }

    /// The key of this name. `None`: the provider has none. Holds no connection to a database.
    ///
    /// # Errors
    /// [`Unreachable`]: it may have one.
    pub async fn find(&self, kid: &str, now: OffsetDateTime) -> Result<Option<Key>, Unreachable> {
        if let Some(key) = self.fresh(kid, now) {
            return Ok(Some(key));
        }
        let mut fetching = self.fetching.lock().await;
        // Somebody may have found it meanwhile.
        if let Some(key) = self.fresh(kid, now) {
            return Ok(Some(key));
        }
        let due = self.known().is_none_or(|known| known.fresh_until <= now);
        if !due && fetching.looked_at.is_some_and(|looked_at| now < looked_at + FLOOR) {
            return Ok(None);
        }
        let paused = fetching.failed_at.is_some_and(|failed_at| now < failed_at + PAUSE);
        let fetched = if paused { None } else { self.fetch(now).await };
        let Some(fetched) = fetched else {
            if !paused {
                fetching.failed_at = Some(now);
            }
            return self.kept(kid, now).map(Some).ok_or(Unreachable);
        };
        fetching.failed_at = None;
        if !due {
            fetching.looked_at = Some(now);
        }
        let key = fetched.keys.get(kid).cloned();
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(fetched));
        Ok(key)
    }

    fn known(&self) -> Option<Arc<Known>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fresh(&self, kid: &str, now: OffsetDateTime) -> Option<Key> {
        self.known().filter(|known| now < known.fresh_until)?.keys.get(kid).cloned()
    }

    fn kept(&self, kid: &str, now: OffsetDateTime) -> Option<Key> {
        self.known().filter(|known| now < known.fetched_at + KEPT)?.keys.get(kid).cloned()
    }

    async fn fetch(&self, now: OffsetDateTime) -> Option<Known> {
        let uri: Uri = self.address.parse().ok()?;
        let got = https::get(&uri, MOST_BYTES, PATIENCE).await.filter(|got| got.status == http::StatusCode::OK);
        let keys = got.as_ref().and_then(|got| document::read(&got.body));
        let (Some(got), Some(keys)) = (got, keys) else {
            tracing::warn!(event = "oidc_keys_unreachable", "the keys of a sign-in provider cannot be fetched");
            return None;
        };
        let said = got.headers.get(CACHE_CONTROL).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Some(Known { keys, fetched_at: now, fresh_until: now + document::max_age(said) })
    }
}
