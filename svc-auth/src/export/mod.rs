//! Everything about an account, for its owner: gathered from every service, or not given at all.

mod document;
mod file;
mod inbox;
mod own;
mod purge;
mod room;
mod safety;
mod social;
mod store;
mod zip;

use platform::{
    AccountId, Error, Role, jobs,
    security::{Event, Kind},
};

use self::{document::Document, room::Room};
pub use self::{
    file::{MakeFile, open_file, read_piece},
    purge::Purge,
    store::{forget_files, operator_file, remember},
};
use crate::{Service, letters, refused::Refused};

/// What is gathered, at one moment, from every service at once; this one's own rows first.
async fn gather(service: &Service, account: AccountId, room: &Room) -> Result<Document, Error> {
    let now = service.now();
    let (owner, own) = own::sections(service, account, room, now).await?.ok_or(Refused::SignedOut)?;
    let (social, safety, inbox) = tokio::try_join!(
        social::sections(service, account, room),
        safety::sections(service, account, room),
        inbox::sections(service, account, room)
    )?;
    Ok(Document {
        exported_at: now,
        owner,
        sections: own.into_iter().chain(social).chain(safety).chain(inbox).collect(),
    })
}

/// The export as JSON, below 4 MB. What did not fit is said in it, and comes as a file, if links can be made. The owner
/// is told by mail, once a day at most.
///
/// # Errors
/// 503 `unavailable`: a service does not answer. 401 `restricted`: the account ended meanwhile.
pub async fn export(service: &Service, account: AccountId) -> Result<Vec<u8>, Error> {
    let document = gather(service, account, &Room::of_an_answer()).await?;
    let json = document.to_json()?;
    let now = service.now();
    let mut tx = service.db().begin().await?;
    store::remember(&mut tx, account, now).await?;
    letters::exported(&mut tx, account, now).await?;
    if !document.complete() && service.settings().public_api_base.is_some() {
        jobs::add(&mut tx, Role::Auth, &MakeFile::for_owner(account)).await?;
    }
    tx.commit().await?;
    Event::new(Kind::Exported).account(account).write();
    Ok(json)
}
