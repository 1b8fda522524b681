//! What auth itself knows of a deleted account goes: all of it but the id, its state and its dates.

mod store;

use platform::{AccountId, Error, Role, jobs};

use crate::{
    Service, letters,
    people::{self, PushPerson},
};

/// Erases it in one transaction, and tells the copies, which knew the name. The address is kept sealed for the last
/// letter, if it was the account's own. Harmless twice.
///
/// # Errors
/// A copy that cannot be reached: what is here is erased then.
pub async fn erase(service: &Service, account: AccountId) -> Result<(), Error> {
    let mut tx = service.db().begin().await?;
    match store::lock(&mut tx, account).await? {
        Some(known) if !known.erased => {
            let address = known.email.filter(|_| known.verified);
            let sealed = address.map(|email| letters::seal(service, &email)).transpose()?;
            store::keep_name(&mut tx, account).await?;
            store::forget(&mut tx, account).await?;
            store::blank(&mut tx, account, sealed.as_deref(), service.now()).await?;
            jobs::add(&mut tx, Role::Auth, &PushPerson::of(account)).await?;
            tx.commit().await?;
        }
        _ => tx.rollback().await?,
    }
    people::push_now(service, account).await
}
