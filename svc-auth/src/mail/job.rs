//! The job that writes a letter. A mail server that is away is waited for, but not for ever: old news is none.

use platform::{Error, jobs::Job};
use serde::{Deserialize, Serialize};
use time::Duration;

use super::{Letter, Outcome, deliver, store, texts};
use crate::Service;

/// A letter that was first tried this long ago is dropped.
const OLD: Duration = Duration::days(3);

/// Carries only the key: the letter is read when the job runs.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendLetter {
    mail: i64,
}

impl SendLetter {
    pub const fn of(mail: i64) -> Self {
        Self { mail }
    }
}

impl Job for SendLetter {
    const TASK: &'static str = "auth.mail.send";
    type State = Service;

    fn key(&self) -> Option<String> {
        Some(self.mail.to_string())
    }

    async fn run(self, service: Service) -> Result<(), Error> {
        let now = service.now();
        let waiting = {
            let mut conn = service.db().conn().await?;
            store::take(&mut conn, self.mail, now).await?
        };
        let Some(waiting) = waiting else { return Ok(()) };
        let letter: Option<Letter> = serde_json::from_value(waiting.letter.clone()).ok();
        let fresh = now - waiting.tried_at < OLD;
        let mail = letter.filter(|_| fresh).and_then(|letter| texts::of_letter(&service, self.mail, &letter, &waiting));
        let outcome = match &mail {
            Some(mail) => deliver(&service, mail).await?,
            None => Outcome::Refused,
        };
        let sent_at = (outcome == Outcome::Sent).then(|| service.now());
        let mut conn = service.db().conn().await?;
        Ok(store::finish(&mut conn, self.mail, sent_at).await?)
    }
}
