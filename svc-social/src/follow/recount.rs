//! The job that counts again when somebody goes or comes back: gone people count for nobody.

use platform::{AccountId, Error, Role, jobs, jobs::Job, pg::Conn};
use serde::{Deserialize, Serialize};

use super::store;
use crate::Service;

/// People counted again in one transaction.
const BATCH: i64 = 200;

/// Of a person and of everybody whom his rows join to him.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recount {
    person: i64,
}

impl Recount {
    pub const fn of(person: AccountId) -> Self {
        Self { person: person.0 }
    }

    /// # Errors
    /// The database's.
    pub async fn add(&self, tx: &mut Conn) -> Result<(), Error> {
        jobs::add(tx, Role::Social, self).await
    }
}

impl Job for Recount {
    const TASK: &'static str = "social.follow.recount";
    type State = Service;

    fn key(&self) -> Option<String> {
        Some(format!("recount/{}", self.person))
    }

    async fn run(self, service: Service) -> Result<(), Error> {
        let person = AccountId(self.person);
        service.recount(&[person]).await?;
        let mut after = AccountId(0);
        loop {
            let mut conn = service.db().conn().await?;
            let joined = store::joined(&mut conn, person, after, BATCH).await?;
            drop(conn);
            let Some(last) = joined.last().copied() else { return Ok(()) };
            service.recount(&joined).await?;
            after = last;
        }
    }
}

impl Service {
    async fn recount(&self, people: &[AccountId]) -> Result<(), Error> {
        let mut tx = self.db().begin().await?;
        store::lock_counts(&mut tx, people).await?;
        self.ambient().pauses.point("social.recount.locked").await;
        store::recount(&mut tx, people).await?;
        Ok(tx.commit().await?)
    }
}
