//! The job that makes a token and writes its mail. Tried again it writes the same mail, until the token is over.

use platform::{Error, jobs::Job};
use serde::{Deserialize, Serialize};

use super::{
    Kind, hash,
    store::due::{self, Due},
};
use crate::{
    Service,
    mail::{self, Letter, Outcome, texts},
};

const SEAL: &str = "auth/token";

/// Carries only the key: what is asked for is read when the job runs.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailToken {
    token: i64,
}

impl MailToken {
    pub const fn of(token: i64) -> Self {
        Self { token }
    }
}

impl Job for MailToken {
    const TASK: &'static str = "auth.token.mail";
    type State = Service;

    fn key(&self) -> Option<String> {
        Some(self.token.to_string())
    }

    async fn run(self, service: Service) -> Result<(), Error> {
        let now = service.now();
        let due = {
            let mut conn = service.db().conn().await?;
            due::load(&mut conn, self.token).await?
        };
        let Some(due) = due else { return Ok(()) };
        let expires_at = due.created_at + service.settings().tokens.lifetime(due.kind);
        if expires_at <= now || !is_wanted(&due) {
            return finish(&service, &due, false).await;
        }
        let Some(token) = make(&service, &due, expires_at).await? else { return Ok(()) };
        let mail = texts::of_token(&service, &due, &token);
        service.ambient().pauses.point("auth.token.made").await;
        match mail::deliver(&service, &mail).await? {
            Outcome::Sent => finish(&service, &due, true).await,
            Outcome::Refused => finish(&service, &due, false).await,
        }
    }
}

/// Whether this mail may go out. A claim on what somebody else has proven gets nothing.
fn is_wanted(due: &Due) -> bool {
    let sound = due.lives && due.owner.is_none();
    match due.kind {
        Kind::EmailChange => sound,
        Kind::Verify => sound && due.own_address && !due.verified,
        Kind::Reset | Kind::Magic => sound && due.own_address,
        Kind::Delete => sound && due.own_address && due.verified,
    }
}

/// The token of this mail: the one that was made already, if there is one. `None`: another mail was asked for.
async fn make(service: &Service, due: &Due, expires_at: time::OffsetDateTime) -> Result<Option<String>, Error> {
    if let Some(token) = due.sealed.as_ref().and_then(|sealed| service.seals().open(SEAL, sealed)) {
        return Ok(Some(token));
    }
    let token = service.ambient().random.token();
    let sealed = service.seals().seal(SEAL, &token).ok_or(Error::Internal("a token that cannot be sealed"))?;
    let mut conn = service.db().conn().await?;
    let made = due::make(&mut conn, due, &hash(&token), &sealed, expires_at).await?;
    Ok(made.then_some(token))
}

/// Nothing more is to be done for this mail. The owner of an address that somebody else asked about is told.
async fn finish(service: &Service, due: &Due, sent: bool) -> Result<(), Error> {
    let notice = match due.kind {
        Kind::Verify if due.welcome => Some(Letter::SomeoneSignedUp),
        Kind::EmailChange => Some(Letter::SomeoneWantsAddress),
        _ => None,
    };
    let now = service.now();
    let mut tx = service.db().begin().await?;
    if sent {
        due::remember(&mut tx, due, now).await?;
    } else if let (Some(owner), Some(notice)) = (due.owner, notice) {
        mail::send_daily(&mut tx, owner, notice, now).await?;
    }
    due::mailed(&mut tx, due, now).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use platform::AccountId;
    use time::macros::datetime;

    use super::*;

    fn due(kind: Kind) -> Due {
        Due {
            id: 1,
            account: AccountId(1),
            kind,
            email: "ann@example.test".to_owned(),
            next: None,
            welcome: false,
            created_at: datetime!(2026-11-24 12:00 UTC),
            sealed: None,
            username: "ann".to_owned(),
            own_address: true,
            verified: kind == Kind::Delete,
            lives: true,
            owner: None,
        }
    }

    #[test]
    fn an_inert_claim_a_dead_account_and_another_address_get_nothing() {
        for kind in Kind::ALL {
            assert!(is_wanted(&due(kind)), "{kind:?}");
            assert!(!is_wanted(&Due { owner: Some(AccountId(2)), ..due(kind) }), "{kind:?}");
            assert!(!is_wanted(&Due { lives: false, ..due(kind) }), "{kind:?}");
            let elsewhere = is_wanted(&Due { own_address: false, ..due(kind) });
            assert_eq!(elsewhere, kind == Kind::EmailChange);
        }
        assert!(!is_wanted(&Due { verified: true, ..due(Kind::Verify) }));
        assert!(!is_wanted(&Due { verified: false, ..due(Kind::Delete) }));
    }
}
