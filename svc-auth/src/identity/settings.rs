//! By whom people may sign in, and as what this service is known there.

use platform::config::Source;

use super::Provider;

const GOOGLE_KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";
const APPLE_KEYS: &str = "https://appleid.apple.com/auth/keys";

/// Read once at start.
#[derive(Clone, Debug)]
pub struct Settings {
    pub google: Client,
    pub apple: Client,
}

/// What one of them is asked, and what it says of us.
#[derive(Clone, Debug)]
pub struct Client {
    /// The names under which it knows the web client; none = nobody signs in by it.
    pub ids: Vec<String>,
    /// Where its keys are. No setting: whoever could change it could sign in as anybody.
    pub keys: String,
}

impl Settings {
    pub fn read(source: &mut Source) -> Self {
        Self {
            google: Client { ids: source.list("GOOGLE_OAUTH_CLIENT_ID"), keys: GOOGLE_KEYS.to_owned() },
            apple: Client { ids: source.list("APPLE_OAUTH_CLIENT_ID"), keys: APPLE_KEYS.to_owned() },
        }
    }

    pub const fn of(&self, provider: Provider) -> &Client {
        match provider {
            Provider::Google => &self.google,
            Provider::Apple => &self.apple,
        }
    }
}
