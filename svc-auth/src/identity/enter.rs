//! Coming in by a provider's word. One transaction, in which the token is taken: who is refused has not used it, and of
//! many at once one comes in.

use platform::{
    AccountId, Error, Kind, Role, jobs,
    pg::violates,
    security::{Event, Kind as EventKind},
};

use super::{
    Provider, create, link, store,
    token::{self, Proven},
};
use crate::{
    Service,
    account::Account,
    lifecycle,
    people::PushPerson,
    refused::Refused,
    session::{self, Client, Opening, Presented, SignedIn},
};

/// Of a first sign-in that is sent several times at once, all but one find an account that was not there before.
const TRIES: usize = 5;

/// What somebody brings.
pub struct Attempt {
    pub presented: Presented,
    pub client: Client,
    /// The ID token.
    pub credential: String,
    /// What the provider was asked with; "" = nothing.
    pub nonce: String,
    /// What he is called, where the token does not say.
    pub given_name: String,
    /// Accounts may be made at present.
    pub may_create: bool,
}

/// Signs in, and says whether the account was made with it. Wakes a resting account.
///
/// # Errors
/// Those of [`token::verify`]; 401 `invalid_…_token`: it was used, or its account ended; 401 `…_email_unverified`; 409
/// `link_required`: somebody has the address, and the provider does not decide whose it is, or another of its accounts
/// is linked; 503 `panic_mode`: there is no account, and none is made.
pub async fn enter(service: &Service, provider: Provider, attempt: &Attempt) -> Result<(SignedIn, bool), Error> {
    let outcome = admit(service, provider, attempt).await;
    if matches!(&outcome, Err(Error::Refused(refusal)) if refusal.kind == Kind::Unauthenticated) {
        Event::new(EventKind::SignInFailed).from(attempt.client.network()).detail(provider.as_str()).write();
    }
    outcome
}

async fn admit(service: &Service, provider: Provider, attempt: &Attempt) -> Result<(SignedIn, bool), Error> {
    let proven = token::verify(service, provider, &attempt.credential, &attempt.nonce).await?;
    service.ambient().pauses.point("auth.identity.verified").await;
    for _ in 0..TRIES {
        match once(service, &proven, attempt).await {
            Ok(entered) => return Ok(entered),
            Err(Stopped::Again) => {}
            Err(Stopped::By(error)) => return Err(error),
        }
    }
    Err(Refused::Unavailable.into())
}

/// Why a try came to nothing, and left nothing.
pub enum Stopped {
    /// Somebody else was faster: what is there now may be what was looked for.
    Again,
    By(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => error.into(),
            other => Self::By(other),
        }
    }
}

impl From<sqlx::Error> for Stopped {
    fn from(error: sqlx::Error) -> Self {
        let raced = ["account_verified_email", "identity_pkey", "identity_account"];
        if raced.iter().any(|index| violates(&error, index)) { Self::Again } else { Self::By(error.into()) }
    }
}

impl From<Refused> for Stopped {
    fn from(refused: Refused) -> Self {
        Self::By(refused.into())
    }
}

/// Whose account it is.
enum Way {
    Known(AccountId),
    Linked { account: AccountId, proves: bool },
    Made(Box<Account>),
}

async fn once(service: &Service, proven: &Proven, attempt: &Attempt) -> Result<(SignedIn, bool), Stopped> {
    let Attempt { presented, client, .. } = attempt;
    let (provider, now) = (proven.provider, service.now());
    let mut tx = service.db().begin().await?;
    let taken = store::take(&mut tx, proven).await?;
    if !taken.fresh {
        return Err(Refused::InvalidIdToken(provider).into());
    }
    let way = if let Some(account) = taken.account {
        Way::Known(account)
    } else {
        let email = proven.email.as_ref().ok_or(Refused::EmailUnverified(provider))?;
        match link::find(service, &mut tx, proven, email, presented, now).await? {
            Some(link::Linked { account, proves }) => Way::Linked { account, proves },
            None => Way::Made(Box::new(create::create(service, &mut tx, proven, email, attempt, now).await?)),
        }
    };
    let mut events = match &way {
        Way::Linked { proves: true, .. } => vec![EventKind::EmailVerified, EventKind::Linked],
        Way::Linked { .. } => vec![EventKind::Linked],
        Way::Known(_) | Way::Made(_) => Vec::new(),
    };
    let created = matches!(way, Way::Made(_));
    let (account, reactivated) = match way {
        Way::Made(account) => (*account, false),
        Way::Known(id) | Way::Linked { account: id, .. } => {
            let reactivated = lifecycle::reactivate(&mut tx, id, now).await.map_err(|error| match error {
                Error::Refused(_) => Error::from(Refused::InvalidIdToken(provider)),
                other => other,
            })?;
            let proves = events.contains(&EventKind::EmailVerified);
            let account = store::enter(&mut tx, id, proves, client.country.as_ref(), now).await?;
            if proves {
                jobs::add(&mut tx, Role::Auth, &PushPerson::of(id)).await?;
            }
            (account, reactivated)
        }
    };
    if reactivated {
        events.push(EventKind::Reactivated);
    }
    events.push(EventKind::SignedIn);
    let opening = Opening { account: account.id, presented, client, events: &events, now };
    let (token, max_age) = session::open(service, &mut tx, &opening).await?;
    service.ambient().pauses.point("auth.identity.uncommitted").await;
    tx.commit().await?;
    for kind in events {
        Event::new(kind).account(account.id).from(client.network()).detail(provider.as_str()).write();
    }
    Ok((SignedIn { account, token, max_age, reactivated }, created))
}
