//! By what somebody can sign in, as he is told it himself.

mod store;

use platform::{AccountId, Error};

pub use self::store::Methods;
use crate::{Service, refused::Refused};

/// One statement. An address that is somebody else's identity by now is told as any other: nobody learns of that here.
///
/// # Errors
/// 401 `restricted`: the account ended meanwhile.
pub async fn connected(service: &Service, account: AccountId) -> Result<Methods, Error> {
    let mut conn = service.db().conn().await?;
    Ok(store::methods(&mut conn, account).await?.ok_or(Refused::SignedOut)?)
}

/// Two characters of an address, and its domain.
pub fn hint(email: &str) -> String {
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    let start: String = local.chars().take(2).collect();
    format!("{start}***@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_two_characters_and_the_domain() {
        assert_eq!(hint("bonnie@example.test"), "bo***@example.test");
        assert_eq!(hint("b@example.test"), "b***@example.test");
    }
}
