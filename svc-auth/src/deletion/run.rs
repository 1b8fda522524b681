//! One run of a deletion: from the first step that is not done as far as it gets. What a step has done is recorded
//! after it; a run that dies in between leaves it to be done once more.

use platform::{AccountId, Error, Role, call, jobs, person::AccountState, security::Event};
use proto::{
    inbox::v1::{PurgeRequest as PurgeInbox, account_client::AccountClient as InboxAccount},
    safety::v1::{PurgeRequest as PurgeSafety, account_client::AccountClient as SafetyAccount},
    social::v1::{PurgeRequest as PurgeSocial, account_client::AccountClient as SocialAccount},
};
use time::{Duration, OffsetDateTime};

use super::{Run, Step, erase, store};
use crate::{
    Service, letters, moderation,
    people::{self, PushPerson},
};

/// So long a run has the account for itself: longer than a job may take, so that two never work at once.
const HELD: Duration = Duration::seconds(60);
/// With less than this left, a run leaves the rest to the next.
const ENOUGH: std::time::Duration = std::time::Duration::from_secs(6);
/// Then somebody should look.
const STUCK: Duration = Duration::hours(24);

/// Carries a deletion on until it is done, or waits for its grace. Nothing to do is no error, nor is that another run
/// has it. Harmless twice.
///
/// # Errors
/// What stopped it; the row says so too, and the next run begins there.
pub async fn run(service: &Service, account: AccountId) -> Result<(), Error> {
    loop {
        let now = service.now();
        let held = {
            let mut conn = service.db().conn().await?;
            store::hold(&mut conn, account, now, now + HELD).await?
        };
        let Some(held) = held else { return Ok(()) };
        let step = Step::parse(&held.step).ok_or(Error::Internal("a step that this release does not know"))?;
        let done = match take(service, account, step).await {
            Ok(done) => done,
            Err(error) => {
                stopped(service, account, step, &error, held.due_at).await;
                return Err(error);
            }
        };
        if done {
            service.ambient().pauses.point(step.point()).await;
        }
        if step == Step::Farewell {
            return Ok(());
        }
        let goes_on = call::current().is_none_or(|call| call.remaining() > ENOUGH);
        let mut tx = service.db().begin().await?;
        if done {
            store::advance(&mut tx, account, step).await?;
        } else {
            store::release(&mut tx, account, None).await?;
        }
        if !goes_on {
            jobs::add(&mut tx, Role::Auth, &Run::of(account)).await?;
        }
        tx.commit().await?;
        if !goes_on {
            return Ok(());
        }
    }
}

/// True: the step is done. False: there is more of it.
async fn take(service: &Service, account: AccountId, step: Step) -> Result<bool, Error> {
    match step {
        Step::Tell => people::push_now(service, account).await.map(|()| true),
        Step::End => end(service, account).await.map(|()| true),
        Step::Safety => {
            let message = PurgeSafety { account: account.0 };
            Ok(SafetyAccount::new(service.safety()).purge(message).await?.into_inner().done)
        }
        Step::Social => {
            let message = PurgeSocial { account: account.0 };
            Ok(SocialAccount::new(service.social()).purge(message).await?.into_inner().done)
        }
        Step::Inbox => {
            let message = PurgeInbox { account: account.0 };
            Ok(InboxAccount::new(service.inbox()).purge(message).await?.into_inner().done)
        }
        Step::Erase => erase::erase(service, account).await.map(|()| true),
        Step::Farewell => farewell(service, account).await.map(|()| true),
    }
}

/// An operator who takes it back holds the account's row: either he was first, and nothing of the deletion is left, or
/// he finds it over.
async fn end(service: &Service, account: AccountId) -> Result<(), Error> {
    let mut tx = service.db().begin().await?;
    let present = moderation::store::lock(&mut tx, account).await?;
    if present.is_some_and(|present| present.lifecycle == "deleting") {
        moderation::store::move_on(&mut tx, account, AccountState::Deleted, None, service.now()).await?;
        jobs::add(&mut tx, Role::Auth, &PushPerson::of(account)).await?;
        tx.commit().await?;
        Event::new(moderation::kind(AccountState::Deleted)).account(account).write();
    } else {
        tx.rollback().await?;
    }
    people::push_now(service, account).await
}

async fn farewell(service: &Service, account: AccountId) -> Result<(), Error> {
    let mut tx = service.db().begin().await?;
    if let Some(address) = store::finish(&mut tx, account, service.now()).await? {
        letters::deletion_finished(&mut tx, account, address).await?;
    }
    Ok(tx.commit().await?)
}

/// Remembers why, in words of ours, and gives the account free at once.
async fn stopped(service: &Service, account: AccountId, step: Step, error: &Error, due_at: OffsetDateTime) {
    let why = match error {
        Error::Refused(refusal) => refusal.code.clone().into_owned(),
        Error::Database(_) => "the database".to_owned(),
        Error::Upstream(status) => format!("another service: {:?}", status.code()),
        Error::Internal(what) => (*what).to_owned(),
    };
    let overdue = service.now() - due_at;
    if overdue > STUCK {
        let hours = overdue.whole_hours();
        tracing::error!(event = "deletion_stuck", account = account.0, step = step.as_str(), hours, %why);
    }
    let noted = match service.db().conn().await {
        Ok(mut conn) => store::release(&mut conn, account, Some(&why)).await,
        Err(error) => Err(error),
    };
    if let Err(error) = noted {
        // The run's time for itself passes by itself.
        tracing::warn!(error = %platform::pg::describe(&error), "why a deletion stopped was not remembered");
    }
}
