//! Accounts, credentials and sessions: who somebody is, and what the other services may know of him.

mod account;
mod address;
mod connected;
mod deletion;
mod email;
mod export;
mod https;
mod identity;
mod letters;
mod lifecycle;
mod login;
pub mod mail;
mod moderation;
mod onboarding;
pub mod operator;
mod password;
mod password_change;
mod people;
mod proof;
mod refused;
mod region;
mod rpc;
pub mod runtime;
mod security;
mod session;
mod settings;
mod signup;
mod token;
mod username;

use std::sync::Arc;

use platform::{
    AccountId, Ambient, Error, Role,
    grpc::{Channel, Routes},
    identity::Issuer,
    jobs::Worker,
    person::AccountState,
    pg::{Db, ServiceSchema},
    seal::Seals,
};
use time::OffsetDateTime;

use self::{identity::Keychain, security::Failures, session::Touches};
pub use self::{
    password::{HashParams, Hasher},
    people::PushPerson,
    settings::Settings,
};

/// What the service is built from.
pub struct Deps {
    pub db: Db,
    pub ambient: Ambient,
    pub settings: Settings,
    pub hasher: Hasher,
    /// Keeps what waits in the database from whoever holds only that.
    pub seals: Seals,
    pub post: mail::Post,
    /// Where the links of mails lead: the web client's origin.
    pub app_base: String,
    pub issuer: Issuer,
    pub social: Channel,
    pub safety: Channel,
    pub inbox: Channel,
}

/// The service; cheap to clone.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

struct Inner {
    deps: Deps,
    touches: Touches,
    failures: Failures,
    keychain: Keychain,
}

/// The tables of schema `auth`.
pub fn schema() -> ServiceSchema {
    ServiceSchema::new(Role::Auth, sqlx::migrate!())
}

impl Service {
    pub fn new(deps: Deps) -> Self {
        let (touches, failures) = (session::touches(deps.db.clone()), security::failures(deps.db.clone()));
        let keychain = Keychain::new(&deps.settings.identities);
        Self { inner: Arc::new(Inner { deps, touches, failures, keychain }) }
    }

    /// The gRPC services of `siddes.auth.v1`.
    pub fn routes(&self) -> Routes {
        rpc::routes(self)
    }

    /// Runs this service's jobs.
    pub fn worker(&self) -> Worker<Self> {
        Worker::new(Role::Auth, self.clone())
            .handle::<PushPerson>()
            .handle::<deletion::Run>()
            .handle::<export::MakeFile>()
            .schedule::<deletion::Resume>()
            .schedule::<export::Purge>()
            .schedule::<session::Forget>()
            .handle::<mail::SendLetter>()
            .handle::<token::Ask>()
            .handle::<token::MailToken>()
            .schedule::<mail::Purge>()
            .schedule::<token::Purge>()
            .schedule::<identity::Purge>()
            .schedule::<session::Purge>()
            .schedule::<security::Purge>()
    }

    /// Restricts or frees an account (`active`, `read_only`, `suspended`, `banned`; `until` unset = endless), or moves
    /// its lifecycle on (`deactivated`, `deleting`, `deleted`), and tells every copy before it returns. Staff may not
    /// be restricted. Repeating a call that failed completes it.
    ///
    /// # Errors
    /// 404 `not_found`, 403 `not_allowed`, 400 `invalid_state`, 503 `unavailable` when a copy cannot be reached: the
    /// state is then changed, and a job tells the copy later.
    pub async fn set_state(
        &self,
        account: AccountId,
        state: AccountState,
        until: Option<OffsetDateTime>,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        moderation::set(self, account, moderation::Change { state, until, reason, by: None }).await
    }

    /// One run of an account's deletion, as its job does it: as far as it gets. For tests that end it on the way.
    ///
    /// # Errors
    /// What stopped it.
    pub async fn go_on_deleting(&self, account: AccountId) -> Result<(), Error> {
        deletion::run(self, account).await
    }

    fn db(&self) -> &Db {
        &self.inner.deps.db
    }

    fn ambient(&self) -> &Ambient {
        &self.inner.deps.ambient
    }

    fn now(&self) -> OffsetDateTime {
        self.inner.deps.ambient.clock.now()
    }

    fn settings(&self) -> &Settings {
        &self.inner.deps.settings
    }

    fn hasher(&self) -> &Hasher {
        &self.inner.deps.hasher
    }

    fn seals(&self) -> &Seals {
        &self.inner.deps.seals
    }

    fn post(&self) -> &mail::Post {
        &self.inner.deps.post
    }

    fn app_base(&self) -> &str {
        &self.inner.deps.app_base
    }

    fn issuer(&self) -> &Issuer {
        &self.inner.deps.issuer
    }

    fn social(&self) -> Channel {
        self.inner.deps.social.clone()
    }

    fn safety(&self) -> Channel {
        self.inner.deps.safety.clone()
    }

    fn inbox(&self) -> Channel {
        self.inner.deps.inbox.clone()
    }

    fn touches(&self) -> &Touches {
        &self.inner.touches
    }

    fn failures(&self) -> &Failures {
        &self.inner.failures
    }

    fn keychain(&self) -> &Keychain {
        &self.inner.keychain
    }
}
