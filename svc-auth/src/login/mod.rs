//! Signing in by name or address: every attempt costs the same, whoever exists.

mod store;

use platform::{
    AccountId, Error, Role, jobs,
    security::{Event, Kind},
};
use time::OffsetDateTime;

pub use self::store::by_name;
use crate::{
    Service,
    email::Email,
    password,
    people::PushPerson,
    refused::Refused,
    security,
    session::{self, Client, Opening, Presented, SignedIn},
    username,
};

/// An account that the identifier may mean.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: AccountId,
    pub password_hash: Option<String>,
    /// When the password was chosen: another one since then, and this attempt is for nothing.
    pub password_set_at: OffsetDateTime,
    pub created_at: OffsetDateTime,
    /// Live or deactivated; not deleting or deleted.
    pub may_sign_in: bool,
}

/// What an identifier found.
pub struct Candidates {
    /// One place by name; two by address: the verified owner, the newest claim.
    pub places: Vec<Option<Candidate>>,
    /// Imported hashes exist.
    pub old_hashes: bool,
}

/// What somebody brings to sign in.
pub struct Attempt {
    pub presented: Presented,
    pub client: Client,
    pub password: String,
}

/// # Errors
/// 400 `invalid_credentials` for a blank member, 401 `invalid_credentials` for everything else, 503 `unavailable` when
/// too many passwords wait.
pub async fn log_in(service: &Service, identifier: &str, attempt: Attempt) -> Result<SignedIn, Error> {
    let identifier = identifier.trim();
    if identifier.is_empty() || attempt.password.is_empty() {
        return Err(Refused::BlankCredentials.into());
    }
    if attempt.password.len() > password::MAX_BYTES {
        return Err(Refused::InvalidCredentials.into());
    }
    let candidates = {
        let mut conn = service.db().conn().await?;
        match Identifier::parse(identifier) {
            Identifier::Name(name) => store::by_name(&mut conn, &name).await?,
            Identifier::Address(address) => store::by_address(&mut conn, &address).await?,
        }
    };
    let meant: Vec<AccountId> = candidates.places.iter().flatten().map(|candidate| candidate.id).collect();
    let stored = candidates.places.iter().map(|place| place.as_ref()?.password_hash.clone()).collect();
    let matches = service.hasher().check_each(stored, attempt.password.clone(), candidates.old_hashes).await?;
    let matching = candidates.places.into_iter().zip(matches).filter(|(_, matches)| *matches);
    let Some(candidate) = matching.filter_map(|(place, _)| place).find(|candidate| candidate.may_sign_in) else {
        security::sign_in_failed(service, &meant, &attempt.client);
        return Err(Refused::InvalidCredentials.into());
    };
    enter(service, candidate, attempt).await
}

/// Signs in with a password that was found right: brings a deactivated account back, replaces an outdated hash, ends
/// the presented sessions.
///
/// # Errors
/// 401 `invalid_credentials`: the account ended, or got another password meanwhile.
pub async fn enter(service: &Service, candidate: Candidate, attempt: Attempt) -> Result<SignedIn, Error> {
    let stored = candidate.password_hash.unwrap_or_default();
    let new_hash = if service.hasher().outdated(&stored) {
        // Too much to do now is no reason to refuse: the next sign-in replaces it.
        service.hasher().hash(attempt.password, service.ambient().random.bytes()).await.ok()
    } else {
        None
    };
    service.ambient().pauses.point("auth.login.checked").await;
    let now = service.now();
    let mut tx = service.db().begin().await?;
    let entry = store::Entry {
        account: candidate.id,
        password_set_at: candidate.password_set_at,
        stored: &stored,
        new_hash: new_hash.as_deref(),
        country: attempt.client.country.as_ref(),
        now,
    };
    let Some((account, reactivated)) = store::enter(&mut tx, &entry).await? else {
        security::sign_in_failed(service, &[candidate.id], &attempt.client);
        return Err(Refused::InvalidCredentials.into());
    };
    let events: &[Kind] = if reactivated { &[Kind::Reactivated, Kind::SignedIn] } else { &[Kind::SignedIn] };
    let opening = Opening { account: account.id, presented: &attempt.presented, client: &attempt.client, events, now };
    let (token, max_age) = session::open(service, &mut tx, &opening).await?;
    if reactivated {
        jobs::add(&mut tx, Role::Auth, &PushPerson::of(account.id)).await?;
    }
    tx.commit().await?;
    for kind in events {
        Event::new(*kind).account(account.id).from(attempt.client.network()).write();
    }
    Ok(SignedIn { account, token, max_age, reactivated })
}

#[derive(Debug, PartialEq, Eq)]
enum Identifier {
    Name(String),
    Address(String),
}

impl Identifier {
    /// An `@` after the first character makes an address. What can be neither is looked up as nobody: the work before
    /// the answer stays the same.
    fn parse(text: &str) -> Self {
        if text.chars().skip(1).any(|char| char == '@') {
            let address = Email::parse(text).map_or_else(|| text.to_lowercase(), |email| email.as_str().to_owned());
            Self::Address(without_nul(address))
        } else {
            Self::Name(without_nul(username::normalise(text)))
        }
    }
}

fn without_nul(text: String) -> String {
    if text.contains('\0') { String::new() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leading_at_is_a_name_and_a_later_one_an_address() {
        let name = |text: &str| Identifier::Name(text.to_owned());
        let address = |text: &str| Identifier::Address(text.to_owned());
        assert_eq!(Identifier::parse("@Ann_Lee"), name("ann_lee"));
        assert_eq!(Identifier::parse("ann_lee"), name("ann_lee"));
        assert_eq!(Identifier::parse("Ann@Example.test"), address("ann@example.test"));
        assert_eq!(Identifier::parse("@ann@x"), address("@ann@x"));
        assert_eq!(Identifier::parse("a\0b"), name(""));
        assert_eq!(Identifier::parse("a\0b@x.test"), address(""));
    }
}
