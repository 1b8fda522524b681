//! The people this service knows: exact copies of auth's rows.

pub mod store;

use platform::{Error, person::Person};

use crate::Service;

impl Service {
    /// Applies auth's word on accounts; a row of a higher version stays.
    ///
    /// # Errors
    /// The database's.
    pub(crate) async fn put_persons(&self, persons: &[Person]) -> Result<(), Error> {
        let mut conn = self.db().conn().await?;
        Ok(store::put(&mut conn, persons).await?)
    }
}
