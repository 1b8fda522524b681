//! `last_seen`, off the path: a bounded queue and one task. It never delays or fails a request; what does not fit is
//! forgotten, and the session's next request brings it again.

use std::{collections::HashMap, sync::OnceLock};

use platform::{AccountId, pg::Db};
use time::OffsetDateTime;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::store;
use crate::region::Detected;

const QUEUE: usize = 1_024;
const BATCH: usize = 256;

/// One use of a session.
#[derive(Clone, Debug)]
pub struct Touch {
    pub session: i64,
    pub account: AccountId,
    pub at: OffsetDateTime,
    /// The cookie was sent again.
    pub reissued: bool,
    pub country: Option<Detected>,
}

/// Where uses are left; the task starts with the first, and ends with the service.
pub struct Touches {
    db: Db,
    queue: OnceLock<Sender<Touch>>,
}

impl Touches {
    pub fn new(db: Db) -> Self {
        Self { db, queue: OnceLock::new() }
    }

    /// Returns at once.
    pub fn note(&self, touch: Touch) {
        let queue = self.queue.get_or_init(|| {
            let (queue, waiting) = channel(QUEUE);
            tokio::spawn(write(self.db.clone(), waiting));
            queue
        });
        let _forgotten_when_full = queue.try_send(touch);
    }
}

async fn write(db: Db, mut waiting: Receiver<Touch>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let touches = merge(batch.drain(..));
        let written = match db.conn().await {
            Ok(mut conn) => store::touch(&mut conn, &touches).await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::warn!(error = %platform::pg::describe(&error), "last_seen was not written");
        }
    }
}

/// One for each session, in the order of ids, so that two replicas do not wait for each other.
fn merge(batch: impl Iterator<Item = Touch>) -> Vec<Touch> {
    let mut merged: HashMap<i64, Touch> = HashMap::new();
    for touch in batch {
        let reissued = touch.reissued || merged.get(&touch.session).is_some_and(|known| known.reissued);
        merged.insert(touch.session, Touch { reissued, ..touch });
    }
    let mut touches: Vec<Touch> = merged.into_values().collect();
    touches.sort_unstable_by_key(|touch| touch.session);
    touches
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn many_uses_of_a_session_are_one_write() {
        let touch = |session, reissued| Touch {
            session,
            account: AccountId(1),
            at: datetime!(2026-11-24 12:00 UTC),
            reissued,
            country: None,
        };
        let merged = merge([touch(2, true), touch(1, false), touch(2, false)].into_iter());
        let seen: Vec<_> = merged.iter().map(|touch| (touch.session, touch.reissued)).collect();
        assert_eq!(seen, [(1, false), (2, true)]);
    }
}
