//! Cursors: the exact place of the last row returned, sealed for one viewer and one list.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use time::OffsetDateTime;

use crate::{identity::keys::RootSecret, timestamp};

const SEAL: usize = 16;

/// Seals and opens cursors. A cursor made for another viewer, list or filter does not open.
#[derive(Clone)]
pub struct Cursors {
    key: [u8; 32],
    /// Of every secret that is accepted: a page that was begun before a secret was changed goes on after it.
    accepted: Vec<[u8; 32]>,
}

/// A place in a list that is ordered by time, then by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub at: OffsetDateTime,
    pub id: String,
}

impl Cursors {
    pub fn new(secret: &RootSecret) -> Self {
        Self { key: secret.derive("cursor"), accepted: secret.derive_accepted("cursor") }
    }

    /// `list` names the route, the viewer and every filter of the page.
    pub fn seal(&self, list: &str, place: &Place) -> String {
        let mut bytes = timestamp::micros(place.at).to_be_bytes().to_vec();
        bytes.extend_from_slice(place.id.as_bytes());
        bytes.extend_from_slice(&tag(&self.key, list, &bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// `None` for anything that [`Cursors::seal`] did not make for this very list.
    pub fn open(&self, list: &str, cursor: &str) -> Option<Place> {
        if cursor.len() > 256 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (body, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
        let made_by = |key: &[u8; 32]| bool::from(subtle::ConstantTimeEq::ct_eq(seal, tag(key, list, body).as_slice()));
        if !self.accepted.iter().any(made_by) {
            return None;
        }
        let (at, id) = body.split_first_chunk::<8>()?;
        let at = timestamp::from_micros(i64::from_be_bytes(*at))?;
        Some(Place { at, id: String::from_utf8(id.to_vec()).ok()? })
    }
}

fn tag(key: &[u8; 32], list: &str, body: &[u8]) -> [u8; SEAL] {
    let mut seal = [0; SEAL];
    // A key of 32 bytes is never refused.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(&(list.len() as u64).to_be_bytes());
        mac.update(list.as_bytes());
        mac.update(body);
        seal.copy_from_slice(&mac.finalize().into_bytes()[..SEAL]);
    }
    seal
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn cursors() -> Cursors {
        Cursors::new(&RootSecret::new("a secret of at least thirty-two characters".to_owned().into()))
    }

    #[test]
    fn a_cursor_is_exact_to_the_microsecond() {
        let place = Place { at: datetime!(2026-11-24 09:48:19.600643 UTC), id: "p_1_a".to_owned() };
        let cursors = cursors();
        assert_eq!(cursors.open("feed:1", &cursors.seal("feed:1", &place)), Some(place));
    }

    #[test]
    fn a_cursor_is_of_no_use_to_another_list_and_not_forgeable() {
        let place = Place { at: datetime!(2026-11-24 09:48:19.600643 UTC), id: "p_1_a".to_owned() };
        let cursors = cursors();
        let sealed = cursors.seal("feed:1", &place);
        assert_eq!(cursors.open("feed:2", &sealed), None);
        let other = if sealed.starts_with('A') { "B" } else { "A" };
        assert_eq!(cursors.open("feed:1", &sealed.replacen(&sealed[..1], other, 1)), None);
        for junk in ["", "a", "%%%", "AAAA", &"A".repeat(300)] {
            assert_eq!(cursors.open("feed:1", junk), None);
        }
    }

    #[test]
    fn a_cursor_outlives_a_change_of_secrets_as_long_as_the_old_one_is_accepted() {
        let place = Place { at: datetime!(2026-11-24 09:48:19.600643 UTC), id: "p_1_a".to_owned() };
        let sealed = Cursors::new(&RootSecret::new("old".into())).seal("feed:1", &place);
        let swapped = Cursors::new(&RootSecret::new("new".into()).accepting(Some("old".into())));
        assert_eq!(swapped.open("feed:1", &sealed), Some(place.clone()));
        assert_ne!(swapped.seal("feed:1", &place), sealed, "sealed with the new one");
        assert_eq!(Cursors::new(&RootSecret::new("new".into())).open("feed:1", &sealed), None);
    }
}
