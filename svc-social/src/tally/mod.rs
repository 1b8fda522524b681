//! Numbers of replies, likes and echoes, kept with posts: of people who are gone none counts. When somebody goes or comes
//! back a job brings the numbers in line; until it has, numbers of replies are read beside the row that says so.

mod store;

use platform::{AccountId, Error, Role, jobs, jobs::Job, pg::Conn};
use serde::{Deserialize, Serialize};

use crate::Service;

/// Posts corrected in one transaction.
const BATCH: i64 = 200;

/// What one person left on posts counts, or no more.
#[derive(Debug, Serialize, Deserialize)]
pub struct Correct {
    person: i64,
}

impl Correct {
    pub const fn of(person: AccountId) -> Self {
        Self { person: person.0 }
    }

    /// # Errors
    /// The database's.
    pub async fn add(&self, tx: &mut Conn) -> Result<(), Error> {
        jobs::add(tx, Role::Social, self).await
    }
}

impl Job for Correct {
    const TASK: &'static str = "social.tally.correct";
    type State = Service;

    fn key(&self) -> Option<String> {
        Some(format!("tally/{}", self.person))
    }

    async fn run(self, service: Service) -> Result<(), Error> {
        let person = AccountId(self.person);
        loop {
            let mut after = String::new();
            while let Some(last) = service.correct_some(person, &after).await? {
                after = last;
            }
            // Who goes and comes back meanwhile leaves something behind: once more from the beginning.
            if service.corrected(person).await? {
                return Ok(());
            }
        }
    }
}

impl Service {
    /// The posts after this one, in the order of their ids; answers where to go on.
    async fn correct_some(&self, person: AccountId, after: &str) -> Result<Option<String>, Error> {
        let mut tx = self.db().begin().await?;
        let posts = correct(&mut tx, person, after).await?;
        self.ambient().pauses.point("social.tally.corrected").await;
        tx.commit().await?;
        Ok(posts.into_iter().next_back())
    }

    /// Whether all is in line; then nothing needs to be read beside the numbers any more.
    async fn corrected(&self, person: AccountId) -> Result<bool, Error> {
        let mut tx = self.db().begin().await?;
        let done = done(&mut tx, person).await?;
        tx.commit().await?;
        Ok(done)
    }
}

/// Brings up to 200 posts after this one in line with what the person is now; he stays so until the transaction ends.
/// Answers these posts.
///
/// # Errors
/// The database's.
pub async fn correct(tx: &mut Conn, person: AccountId, after: &str) -> Result<Vec<String>, sqlx::Error> {
    let Some(gone) = store::hold(tx, person).await? else { return Ok(Vec::new()) };
    let posts = store::next(tx, person, gone, after, BATCH).await?;
    if !posts.is_empty() {
        store::lock(tx, person, &posts).await?;
        let changes = store::flip(tx, person, gone, &posts).await?;
        store::add(tx, gone, &changes).await?;
    }
    Ok(posts)
}

/// Whether all that the person left counts as it must; it is so until the transaction ends.
///
/// # Errors
/// The database's.
pub async fn done(tx: &mut Conn, person: AccountId) -> Result<bool, sqlx::Error> {
    match store::hold(tx, person).await? {
        Some(gone) => store::finish(tx, person, gone).await,
        None => Ok(true),
    }
}
