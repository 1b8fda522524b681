//! Ways in that the web client offers and this system does not.

use super::{
    finding::{Finding, warning},
    seen::Seen,
};

pub fn look(seen: &Seen) -> Vec<Finding> {
    let google = &seen.settings.auth.identities.google;
    let missing = google.ids.is_empty().then(|| {
        let sentence = "GOOGLE_OAUTH_CLIENT_ID is what the web client has as NEXT_PUBLIC_GOOGLE_CLIENT_ID; without it \
                        nobody signs in by Google";
        warning("GOOGLE_MISSING", sentence.to_owned())
    });
    missing.into_iter().collect()
}
