//! `last_seen`, off the path. What is forgotten, the session's next request brings again.

use std::collections::HashMap;

use platform::{AccountId, behind::Behind, pg::Db};
use time::OffsetDateTime;

use super::store;
use crate::region::Detected;

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

/// Where uses are left.
pub type Touches = Behind<Touch>;

pub fn touches(db: Db) -> Touches {
    Behind::new(move |batch| write(db.clone(), batch))
}

async fn write(db: Db, batch: Vec<Touch>) {
    let touches = merge(batch.into_iter());
    let written = match db.conn().await {
        Ok(mut conn) => store::touch(&mut conn, &touches).await,
        Err(error) => Err(error),
    };
    if let Err(error) = written {
        tracing::warn!(error = %platform::pg::describe(&error), "last_seen was not written");
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
