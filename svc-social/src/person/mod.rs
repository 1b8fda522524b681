//! The people this service knows: exact copies of auth's rows, and what their states forbid.

pub mod store;

use platform::{Error, identity::Viewer, person::Person};
use time::OffsetDateTime;

use crate::{Service, refused::Refused};

impl Service {
    /// Applies auth's word on accounts; a row of a higher version stays.
    ///
    /// # Errors
    /// The database's.
    pub async fn put_persons(&self, persons: &[Person]) -> Result<(), Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::put(&mut conn, persons).await?)
    }
}

/// Early refusal of what would widen access or add content: by the token, before any connection is taken. The row
/// that decides is read again in the write's own transaction.
///
/// # Errors
/// 403 `account_restricted`, then 403 `age_gate_required`.
pub fn refuse_growth(viewer: &Viewer, now: OffsetDateTime) -> Result<(), Error> {
    viewer.refuse_if_restricted(now)?;
    if viewer.age_confirmed { Ok(()) } else { Err(Refused::AgeGateRequired { min_age: viewer.min_age }.into()) }
}
