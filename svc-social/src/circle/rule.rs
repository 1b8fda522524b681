//! Who may become a member because the owner says so, and who only by his own act.

use platform::{AccountId, Side};

/// Somebody whom the owner names, as he stands to owner and circle at this moment.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Candidate {
    pub id: AccountId,
    pub username: String,
    pub gone: bool,
    /// By either of the two.
    pub blocked: bool,
    /// The Side that the owner shows him.
    pub placed: Option<Side>,
    /// He follows the owner.
    pub follows: bool,
    /// He left this circle by himself, and has not come back by himself.
    pub left: bool,
    /// He is one already.
    pub member: bool,
}

/// What becomes of somebody whom the owner names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Member,
    /// He is asked, and decides.
    Invite,
    /// Nothing, without a reason: neither existence nor a block can be read from it.
    Skip,
}

impl Candidate {
    /// Whether what the owner shows him reaches a circle of this Side.
    pub fn covered(&self, side: Side) -> bool {
        match side {
            Side::Public => self.placed.is_some() || self.follows,
            Side::Friends | Side::Close | Side::Work => {
                self.placed.is_some_and(|placed| side.opened_by().contains(&placed))
            }
        }
    }

    pub fn verdict(&self, owner: AccountId, side: Side) -> Verdict {
        if self.id == owner || self.gone || self.blocked {
            Verdict::Skip
        } else if self.covered(side) && !self.left {
            Verdict::Member
        } else {
            Verdict::Invite
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: AccountId = AccountId(1);

    fn named(placed: Option<Side>) -> Candidate {
        Candidate {
            id: AccountId(2),
            username: "ben".to_owned(),
            gone: false,
            blocked: false,
            placed,
            follows: false,
            left: false,
            member: false,
        }
    }

    #[test]
    fn a_placement_covers_its_side_close_covers_friends_and_any_covers_the_public_one() {
        let table = [
            (None, [false, false, false, false]),
            (Some(Side::Friends), [true, true, false, false]),
            (Some(Side::Close), [true, true, true, false]),
            (Some(Side::Work), [true, false, false, true]),
        ];
        for (placed, covers) in table {
            for (side, covers) in Side::ALL.into_iter().zip(covers) {
                let expected = if covers { Verdict::Member } else { Verdict::Invite };
                assert_eq!(named(placed).verdict(OWNER, side), expected, "{placed:?} for {side}");
            }
        }
        let follower = Candidate { follows: true, ..named(None) };
        assert_eq!(follower.verdict(OWNER, Side::Public), Verdict::Member);
        assert_eq!(follower.verdict(OWNER, Side::Friends), Verdict::Invite);
    }

    #[test]
    fn who_left_is_asked_and_who_is_cut_off_or_gone_or_the_owner_is_not() {
        let friend = named(Some(Side::Friends));
        let verdict = |candidate: Candidate| candidate.verdict(OWNER, Side::Friends);
        assert_eq!(verdict(Candidate { left: true, ..friend.clone() }), Verdict::Invite);
        for cut_off in [
            Candidate { gone: true, ..friend.clone() },
            Candidate { blocked: true, ..friend.clone() },
            Candidate { id: OWNER, ..friend },
        ] {
            assert_eq!(verdict(cut_off), Verdict::Skip);
        }
    }
}
