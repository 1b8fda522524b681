//! What the other services know of an account: asked in batches, or held as exact copies that are told of each change.

mod job;
pub mod store;

use platform::{AccountId, Error, person::Person};
use proto::{
    common::v1::PutPersonsRequest, inbox::v1::copies_client::CopiesClient as InboxCopies,
    safety::v1::copies_client::CopiesClient as SafetyCopies, social::v1::copies_client::CopiesClient as SocialCopies,
};

pub use self::job::PushPerson;
use crate::Service;

/// Ids or names of one call.
pub const MAX_BATCH: usize = 500;

/// The persons behind ids; unknown ones are left out.
pub async fn by_ids(service: &Service, ids: &[i64]) -> Result<Vec<Person>, Error> {
    let mut conn = service.db().conn().await?;
    Ok(store::by_ids(&mut conn, ids).await?)
}

/// The present holders of names, which come without "@"; unknown ones are left out.
pub async fn by_handles(service: &Service, handles: &[String]) -> Result<Vec<Person>, Error> {
    let names: Vec<String> =
        handles.iter().map(|handle| handle.to_ascii_lowercase()).filter(|name| !name.contains('\0')).collect();
    let mut conn = service.db().conn().await?;
    Ok(store::by_names(&mut conn, &names).await?)
}

/// Tells all copies how the account is now. Harmless twice, late and out of order: a copy applies only what is newer.
///
/// # Errors
/// A copy that cannot be reached; the others are told all the same.
pub async fn push_now(service: &Service, account: AccountId) -> Result<(), Error> {
    let Some(person) = by_ids(service, &[account.0]).await?.pop() else { return Ok(()) };
    let persons = PutPersonsRequest { persons: vec![person.to_proto()] };
    let (mut social, mut safety) = (SocialCopies::new(service.social()), SafetyCopies::new(service.safety()));
    let mut inbox = InboxCopies::new(service.inbox());
    let (social, safety, inbox) = tokio::join!(
        social.put_persons(persons.clone()),
        safety.put_persons(persons.clone()),
        inbox.put_persons(persons)
    );
    social?;
    safety?;
    inbox?;
    Ok(())
}
