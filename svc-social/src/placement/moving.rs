//! Moving somebody within an owner's Sides: the one way in which a placement changes, with everything that follows.

use platform::{AccountId, Error, Side, pg::Conn};
use time::OffsetDateTime;

use super::store;
use crate::{
    Service,
    circle::{self, Via, store::TakeOut},
};

impl Service {
    /// Moves member from where [`super::side_for_update`] found him. He leaves the owner's circles of Sides that he is
    /// shown no more, and the numbers of those who show him a Side are kept. Two statements, and none if nothing changes.
    ///
    /// # Errors
    /// The database's.
    pub async fn move_to(
        &self,
        conn: &mut Conn,
        owner: AccountId,
        member: AccountId,
        from: Option<Side>,
        to: Option<Side>,
        now: OffsetDateTime,
    ) -> Result<(), Error> {
        if from == to {
            return Ok(());
        }
        let out = TakeOut {
            pairs: &[(owner, member)],
            kept: Some(kept(to)),
            via: Via::SidePrune,
            now,
            seed: &self.ambient().random.hex::<4>(),
        };
        circle::store::take_out(conn, &out).await?;
        match to {
            Some(side) => store::set(conn, owner, member, side, now).await?,
            None => store::remove(conn, owner, member).await?,
        }
        Ok(())
    }
}

/// Circles of which Sides go on holding somebody who is shown this one.
const fn kept(side: Option<Side>) -> &'static [Side] {
    match side {
        Some(Side::Friends) => &[Side::Friends],
        Some(Side::Close) => &[Side::Friends, Side::Close],
        Some(Side::Work) => &[Side::Work],
        Some(Side::Public) | None => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_is_what_the_placement_opens() {
        for to in [None, Some(Side::Friends), Some(Side::Close), Some(Side::Work)] {
            let opened = |side: &Side| to.is_some_and(|to| side.opened_by().contains(&to));
            let expected: Vec<Side> = Side::ALL.into_iter().filter(opened).collect();
            assert_eq!(kept(to), expected, "{to:?}");
        }
    }
}
