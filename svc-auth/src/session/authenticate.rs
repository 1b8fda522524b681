//! Who is calling: one statement, no cache, at every request.

use platform::{AccountId, Error, identity::Viewer};
use time::{Duration, OffsetDateTime};

use super::{
    Client, Presented,
    store::{self, Live},
    touch::Touch,
};
use crate::{Service, account::Account};

/// `last_seen` is written at most this often.
const SEEN: Duration = Duration::seconds(60);
/// A cookie older than this is sent again.
const RENEW: Duration = Duration::hours(24);

/// A recognised person, and auth's signed word on it.
pub struct Authenticated {
    pub viewer: Viewer,
    pub viewer_token: String,
}

/// The presented token that is alive, to be sent again.
pub struct Renewal {
    pub token: String,
    pub max_age: Duration,
}

/// `None`: nobody.
pub async fn authenticate(
    service: &Service,
    presented: &Presented,
    client: Client,
) -> Result<Option<Authenticated>, Error> {
    if presented.is_empty() {
        return Ok(None);
    }
    let now = service.now();
    let found = {
        let mut conn = service.db().conn().await?;
        store::find(&mut conn, presented.hashes(), now, now - service.settings().session_idle).await?
    };
    let Some((live, owner)) = found else { return Ok(None) };
    seen(service, &live, owner.person.id, client, now, false);
    let viewer = Viewer {
        session_id: live.id,
        age_confirmed: owner.age_confirmed,
        min_age: service.settings().min_age,
        reason: owner.reason,
        person: owner.person,
    };
    let viewer_token =
        service.issuer().viewer_token(&viewer, now).map_err(|_| Error::Internal("a viewer token was not signed"))?;
    Ok(Some(Authenticated { viewer, viewer_token }))
}

/// The account behind the cookie, and whether the cookie is due to be sent again. `None`: nobody.
pub async fn me(
    service: &Service,
    presented: &Presented,
    client: Client,
) -> Result<Option<(Account, Option<Renewal>)>, Error> {
    if presented.is_empty() {
        return Ok(None);
    }
    let now = service.now();
    let idle = service.settings().session_idle;
    let found = {
        let mut conn = service.db().conn().await?;
        store::find_account(&mut conn, presented.hashes(), now, now - idle).await?
    };
    let Some((live, account)) = found else { return Ok(None) };
    let due = now - live.issued_at > RENEW;
    let token = presented.text_at(live.place).filter(|_| due).map(str::to_owned);
    let renewal = token.map(|token| Renewal { token, max_age: idle.min(live.expires_at - now) });
    seen(service, &live, account.id, client, now, renewal.is_some());
    Ok(Some((account, renewal)))
}

fn seen(service: &Service, live: &Live, account: AccountId, client: Client, now: OffsetDateTime, reissued: bool) {
    if reissued || now - live.last_seen_at >= SEEN {
        service.touches().note(Touch { session: live.id, account, at: now, reissued, country: client.country });
    }
}
