//! Asking for a mail by what somebody typed. Before the answer there is one statement, whoever exists: looking for the
//! account is a job. What was typed waits sealed.

mod store;

use platform::{Error, Role, jobs, jobs::Job};
use serde::{Deserialize, Serialize};

use super::{Kind, Request, issue};
use crate::{Service, email::Email, username};

const SEAL: &str = "auth/asked";

/// What somebody asks by.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// A sign-in link, and the path of the web client that it leads to.
    Magic { email: &'a Email, next: Option<&'a str> },
    /// A new password, for a name or an address as typed.
    Reset { identifier: &'a str },
}

/// A request as it waits.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ask {
    kind: Kind,
    /// Kind and what was typed, digested: of many requests that wait one is enough.
    about: String,
    sealed: String,
}

#[derive(Serialize, Deserialize)]
struct Typed {
    text: String,
    next: Option<String>,
}

/// Leaves the request for its job. One statement.
///
/// # Errors
/// The database's.
pub async fn ask(service: &Service, asked: Asked<'_>) -> Result<(), Error> {
    let (kind, text, next) = match asked {
        Asked::Magic { email, next } => (Kind::Magic, email.as_str().to_owned(), next.map(str::to_owned)),
        Asked::Reset { identifier } => (Kind::Reset, normalise(identifier), None),
    };
    let about = service.seals().digest(kind.as_str(), &text);
    let typed = serde_json::to_string(&Typed { text, next }).map_err(|_| Error::Internal("a request is no JSON"))?;
    let sealed = service.seals().seal(SEAL, &typed).ok_or(Error::Internal("a request that cannot be sealed"))?;
    let mut conn = service.db().conn().await?;
    jobs::add(&mut conn, Role::Auth, &Ask { kind, about, sealed }).await
}

/// As signing in reads it: an `@` after the first character makes an address.
fn normalise(identifier: &str) -> String {
    let text = identifier.trim();
    let text = if text.chars().skip(1).any(|char| char == '@') {
        Email::parse(text).map_or_else(|| text.to_lowercase(), |email| email.as_str().to_owned())
    } else {
        username::normalise(text)
    };
    text.replace('\0', "\u{fffd}")
}

impl Job for Ask {
    const TASK: &'static str = "auth.token.ask";
    type State = Service;

    fn key(&self) -> Option<String> {
        Some(self.about.clone())
    }

    async fn run(self, service: Service) -> Result<(), Error> {
        let typed = service.seals().open(SEAL, &self.sealed);
        let Some(typed) = typed.and_then(|typed| serde_json::from_str::<Typed>(&typed).ok()) else {
            tracing::warn!(task = Self::TASK, "a request was sealed with a secret that is gone: it is dropped");
            return Ok(());
        };
        let mut tx = service.db().begin().await?;
        let found = if typed.text.contains('@') {
            store::by_address(&mut tx, &typed.text).await?
        } else {
            store::by_name(&mut tx, &typed.text).await?
        };
        let Some(account) = found else { return Ok(tx.rollback().await?) };
        let request = Request {
            account,
            kind: self.kind,
            email: None,
            next: typed.next.as_deref(),
            welcome: false,
            now: service.now(),
            cooldown: service.settings().tokens.cooldown(self.kind),
        };
        issue(&mut tx, &request).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_as_at_sign_in() {
        assert_eq!(normalise(" @Ann "), "ann");
        assert_eq!(normalise("Ann@Example.test"), "ann@example.test");
        assert_eq!(normalise("a\0b"), "a\u{fffd}b");
    }
}
