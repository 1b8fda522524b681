//! What an operator does to accounts, through the database alone: the jobs of a worker tell the copies within seconds.

mod store;

use platform::{
    AccountId, Error, Role, jobs,
    pg::Db,
    security::{Event, Kind},
};
use time::{Duration, OffsetDateTime};

pub use self::store::Shown;
use crate::{
    deletion::{self, Begun},
    export::{self, MakeFile},
    moderation,
    people::PushPerson,
    refused::Refused,
};

/// The account of an id, `me_<id>`, `@name` or name, as an operator sees it. `None`: there is none.
///
/// # Errors
/// The database's.
pub async fn show(db: &Db, who: &str) -> Result<Option<Shown>, Error> {
    let who = who.trim();
    let id = AccountId::parse_token(who).map(|account| account.0).or_else(|| who.parse().ok());
    let name = who.strip_prefix('@').unwrap_or(who).to_ascii_lowercase();
    let mut conn = db.conn().await?;
    Ok(store::show(&mut conn, id, &name).await?)
}

/// Begins the deletion of an account, as its owner would.
///
/// # Errors
/// 404 `not_found`, 400 `invalid_state`.
pub async fn delete(db: &Db, account: AccountId, grace: Duration, now: OffsetDateTime) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let begun = Begun { token_hash: None, now, due_at: deletion::due_at(now, grace) };
    deletion::begin(&mut tx, account, &begun).await?;
    tx.commit().await?;
    Event::new(Kind::Deleting).account(account).detail("operator").write();
    Ok(())
}

/// Takes a deletion back while its grace lasts. The sessions stay ended; what moderators decided holds as before.
///
/// # Errors
/// 400 `invalid_state`: it is not being deleted, or it is too late.
pub async fn restore(db: &Db, account: AccountId, now: OffsetDateTime) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let present = moderation::store::lock(&mut tx, account).await?.ok_or(Refused::UnknownAccount)?;
    if present.lifecycle != "deleting" || !deletion::store::take_back(&mut tx, account).await? {
        return Err(Refused::InvalidState.into());
    }
    store::revive(&mut tx, account, now).await?;
    jobs::add(&mut tx, Role::Auth, &PushPerson::of(account)).await?;
    tx.commit().await?;
    Event::new(Kind::Restored).account(account).write();
    Ok(())
}

/// Makes somebody staff, or takes that away. False: it was so before.
///
/// # Errors
/// 404 `not_found`: no living account.
pub async fn set_staff(db: &Db, account: AccountId, staff: bool, now: OffsetDateTime) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let present = moderation::store::lock(&mut tx, account).await?.ok_or(Refused::UnknownAccount)?;
    if present.lifecycle != "live" {
        return Err(Refused::UnknownAccount.into());
    }
    let kind = if staff { Kind::StaffAdded } else { Kind::StaffRemoved };
    let changed = store::set_staff(&mut tx, account, staff, kind, now).await?;
    if changed {
        jobs::add(&mut tx, Role::Auth, &PushPerson::of(account)).await?;
    }
    tx.commit().await?;
    if changed {
        Event::new(kind).account(account).write();
    }
    Ok(changed)
}

/// Asks the worker for the whole export of an account, which remembers that.
///
/// # Errors
/// The database's.
pub async fn ask_export(db: &Db, account: AccountId, now: OffsetDateTime) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    export::remember(&mut tx, account, now).await?;
    jobs::add(&mut tx, Role::Auth, &MakeFile::for_operator(account)).await?;
    tx.commit().await?;
    Event::new(Kind::Exported).account(account).detail("operator").write();
    Ok(())
}

/// The archive that was asked for at or after `since`, once it is made; it is forgotten here with that.
///
/// # Errors
/// The database's.
pub async fn fetch_export(db: &Db, account: AccountId, since: OffsetDateTime) -> Result<Option<Vec<u8>>, Error> {
    let mut conn = db.conn().await?;
    Ok(export::operator_file(&mut conn, account, since).await?)
}
