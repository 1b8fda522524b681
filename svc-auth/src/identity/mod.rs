//! Signing in by an account at Google or Apple: their signed word on who somebody is, checked, taken once, and joined
//! to an account of ours. An address is a way in only where it was proven, there and here.

mod create;
mod enter;
mod keys;
mod link;
mod names;
mod purge;
mod settings;
mod store;
mod token;

use jsonwebtoken::Algorithm;
use platform::{AccountId, Error, pg::Conn};

use self::keys::Keys;
pub use self::{
    enter::{Attempt, enter},
    purge::Purge,
    settings::Settings,
};

/// Whose word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    Google,
    Apple,
}

impl Provider {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Apple => "apple",
        }
    }

    /// As tokens spell it.
    const fn issuers(self) -> &'static [&'static str] {
        match self {
            Self::Google => &["accounts.google.com", "https://accounts.google.com"],
            Self::Apple => &["https://appleid.apple.com"],
        }
    }

    /// By which it signs; whatever else a token says it is signed by is not looked at.
    const fn algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::Google => &[Algorithm::RS256],
            Self::Apple => &[Algorithm::RS256, Algorithm::ES256],
        }
    }
}

/// The keys of both, as this process knows them.
pub struct Keychain {
    google: Keys,
    apple: Keys,
}

impl Keychain {
    pub fn new(settings: &Settings) -> Self {
        Self { google: Keys::new(&settings.google.keys), apple: Keys::new(&settings.apple.keys) }
    }

    const fn of(&self, provider: Provider) -> &Keys {
        match provider {
            Provider::Google => &self.google,
            Provider::Apple => &self.apple,
        }
    }
}

/// Ends every way in by a provider. The caller holds the account's row.
///
/// # Errors
/// The database's.
pub async fn unlink_all(tx: &mut Conn, account: AccountId) -> Result<(), Error> {
    Ok(store::unlink_all(tx, account).await?)
}
