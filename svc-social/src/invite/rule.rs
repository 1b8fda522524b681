//! Who may be asked, and how often: the bounds of invites.

use platform::{AccountId, random::Random};
use time::OffsetDateTime;

use crate::{
    circle::{MEMBERS, id},
    refused::Refused,
};

/// Invites of one sender that wait at once.
pub const SENT: usize = 200;
const ID: usize = 96;
const MESSAGE: usize = 280;

/// How somebody stands to a circle that he may be asked into.
#[derive(Clone, Debug)]
pub struct Stand {
    pub invitee: AccountId,
    /// The invite that waits for his answer.
    pub pending: Option<String>,
    pub member: bool,
    /// He said no lately.
    pub rejected: bool,
    /// He shows the inviter a Side, or follows him; asked only where there are words.
    pub knows: bool,
    /// Members of the circle and people who are asked.
    pub places: i64,
    /// What waits of this sender, for all his circles together.
    pub sent: i64,
    /// What he made today; only where that is limited.
    pub used: i64,
}

impl Stand {
    /// Whether one more may be made for him, in the order in which it is told.
    ///
    /// # Errors
    /// 409 `recently_rejected`, `circle_full`, `invite_limit`.
    pub fn allows(&self) -> Result<(), Refused> {
        if self.rejected {
            Err(Refused::RecentlyRejected)
        } else if self.places >= count(MEMBERS) {
            Err(Refused::CircleFull)
        } else if self.sent >= count(SENT) {
            Err(Refused::InviteLimit)
        } else {
            Ok(())
        }
    }

    /// How many more may be made, whomever they are for.
    pub fn room(&self, quota: Option<i32>) -> usize {
        let left = (count(MEMBERS) - self.places).min(count(SENT) - self.sent);
        let left = quota.map_or(left, |quota| left.min(i64::from(quota) - self.used));
        usize::try_from(left).unwrap_or_default()
    }
}

fn count(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

/// `inv_<epoch ms>_<8 hex>`.
pub fn new_id(now: OffsetDateTime, random: &Random) -> String {
    id::stamped("inv", now, &random.hex::<4>())
}

/// What may be the id of an invite; anything else names none.
pub fn is_id(text: &str) -> bool {
    (1..=ID).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// Trimmed, and cut silently. A stranger's invite carries no free text but the circle's label.
pub fn message(text: &str, knows: bool) -> String {
    if knows { text.trim().chars().take(MESSAGE).collect() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand() -> Stand {
        Stand {
            invitee: AccountId(2),
            pending: None,
            member: false,
            rejected: false,
            knows: false,
            places: 0,
            sent: 0,
            used: 0,
        }
    }

    #[test]
    fn bounds_are_told_in_their_order() {
        assert_eq!(Stand { places: 199, sent: 199, ..stand() }.allows(), Ok(()));
        assert_eq!(Stand { sent: 200, ..stand() }.allows(), Err(Refused::InviteLimit));
        assert_eq!(Stand { places: 200, sent: 200, ..stand() }.allows(), Err(Refused::CircleFull));
        assert_eq!(Stand { rejected: true, places: 200, ..stand() }.allows(), Err(Refused::RecentlyRejected));
    }

    #[test]
    fn the_narrowest_bound_says_how_many_more() {
        assert_eq!(stand().room(None), 200);
        assert_eq!(Stand { places: 190, sent: 150, ..stand() }.room(None), 10);
        assert_eq!(Stand { places: 190, sent: 195, ..stand() }.room(None), 5);
        assert_eq!(Stand { used: 48, ..stand() }.room(Some(50)), 2);
        assert_eq!(Stand { used: 60, ..stand() }.room(Some(50)), 0);
    }

    #[test]
    fn a_message_is_cut_and_a_strangers_is_dropped() {
        assert_eq!(message("  come along  ", true), "come along");
        assert_eq!(message(&"é".repeat(300), true), "é".repeat(280));
        assert_eq!(message("come along", false), "");
    }

    #[test]
    fn ids_are_checked_before_any_look_up() {
        assert!(is_id(&new_id(OffsetDateTime::UNIX_EPOCH, &Random::default())));
        for text in ["", "inv 1", "inv_\0", "a/b", &"a".repeat(97)] {
            assert!(!is_id(text), "{text:?}");
        }
    }
}
