//! Signing up: an account, its session and the news of it in one transaction. An address that belongs to somebody is
//! no error, and looks like none: the account is made with a claim.

mod store;

use platform::{
    AccountId, Error, Role, jobs,
    security::{Event, Kind},
};
use time::{Duration, OffsetDateTime};

use crate::{
    Service,
    account::{Account, Locality, Onboarding, Restriction},
    email::Email,
    login::{self, Attempt},
    password,
    people::PushPerson,
    refused::Refused,
    session::{self, Opening, SignedIn},
    token, username,
};

/// A repeated sign-up with the right password is a sign-in for this long.
const REPEATABLE: Duration = Duration::minutes(10);

/// The form, as it was typed.
pub struct Form {
    pub email: String,
    pub username: String,
    pub age_confirmed: bool,
    pub attempt: Attempt,
}

/// # Errors
/// In this order: 400 `invalid_email`; 400 `invalid_username`, `reserved_username`; 400 `weak_password`; 409
/// `signup_unavailable`: the name is in use. 503 `unavailable` when too many passwords wait.
pub async fn sign_up(service: &Service, form: Form) -> Result<SignedIn, Error> {
    let started = service.now();
    let email = Email::parse(&form.email).ok_or(Refused::InvalidEmail)?;
    let name = username::parse(&form.username, &service.settings().reserved_usernames)?;
    password::check(&form.attempt.password, &name, Some(email.as_str()))?;
    // Before anybody looks whether the name is free: a refusal takes as long as a success.
    let hash = service.hasher().hash(form.attempt.password.clone(), service.ambient().random.bytes()).await?;
    service.ambient().pauses.point("auth.signup.hashed").await;
    let new = NewAccount { name: &name, email: &email, hash: &hash, age_confirmed: form.age_confirmed };
    match create(service, &new, &form.attempt).await? {
        Some(signed_in) => Ok(signed_in),
        None => repeat(service, &name, &email, form.attempt, started).await,
    }
}

struct NewAccount<'a> {
    name: &'a str,
    email: &'a Email,
    hash: &'a str,
    age_confirmed: bool,
}

/// `None`: the name is in use.
async fn create(service: &Service, new: &NewAccount<'_>, attempt: &Attempt) -> Result<Option<SignedIn>, Error> {
    let mut tx = service.db().begin().await?;
    let now = service.now();
    let row = store::NewAccount {
        username: new.name,
        email: new.email.as_str(),
        password_hash: new.hash,
        age_confirmed_at: new.age_confirmed.then_some(now),
        country: attempt.client.country.as_ref(),
        now,
    };
    let Some(id) = store::insert(&mut tx, &row).await?.map(AccountId) else {
        tx.rollback().await?;
        return Ok(None);
    };
    if username::is_reserved(&mut tx, new.name, None, now).await? {
        return Err(Refused::SignupUnavailable.into());
    }
    let opening =
        Opening { account: id, presented: &attempt.presented, client: &attempt.client, events: &[Kind::SignedIn], now };
    let (token, max_age) = session::open(service, &mut tx, &opening).await?;
    jobs::add(&mut tx, Role::Auth, &PushPerson::of(id)).await?;
    token::welcome(&mut tx, id, now).await?;
    service.ambient().pauses.point("auth.signup.uncommitted").await;
    tx.commit().await?;
    Event::new(Kind::SignedIn).account(id).from(attempt.client.network()).write();
    Ok(Some(SignedIn { account: fresh(id, new, attempt, now), token, max_age, reactivated: false }))
}

/// The name is in use: by the same person, whose answer was lost, or by somebody else. Who gives another address, or
/// signed up while this request was on its way, is somebody else: no password is tried for him.
async fn repeat(
    service: &Service,
    name: &str,
    email: &Email,
    attempt: Attempt,
    started: OffsetDateTime,
) -> Result<SignedIn, Error> {
    let (found, same_address) = {
        let mut conn = service.db().conn().await?;
        let found = login::by_name(&mut conn, name).await?;
        (found, store::has_address(&mut conn, name, email.as_str()).await?)
    };
    let candidate = found.places.into_iter().flatten().next().ok_or(Refused::SignupUnavailable)?;
    let fresh = candidate.created_at <= started && candidate.created_at > started - REPEATABLE;
    if !fresh || !same_address || !candidate.may_sign_in {
        return Err(Refused::SignupUnavailable.into());
    }
    let stored = vec![candidate.password_hash.clone()];
    let matches = service.hasher().check_each(stored, attempt.password.clone(), false).await?;
    if matches != [true] {
        return Err(Refused::SignupUnavailable.into());
    }
    login::enter(service, candidate, attempt).await
}

/// What the row holds, which nobody else has seen yet.
fn fresh(id: AccountId, new: &NewAccount<'_>, attempt: &Attempt, now: OffsetDateTime) -> Account {
    Account {
        id,
        username: new.name.to_owned(),
        email: Some(new.email.as_str().to_owned()),
        email_verified: false,
        age_confirmed_at: new.age_confirmed.then_some(now),
        locality: Locality { detected_region: attempt.client.region().to_owned(), chosen_region: String::new() },
        onboarding: Onboarding { completed: false, step: "welcome".to_owned(), contact_sync_done: false },
        staff: false,
        created_at: now,
        restriction: Restriction::NONE,
    }
}
