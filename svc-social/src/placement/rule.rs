//! The rule of moving a person between Sides: what needs friends first, what needs a confirmation.

use platform::Side;

use crate::refused::Refused;

/// What a permitted move does to the placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Nothing,
    Set(Side),
    Remove,
}

/// The Side asked for; `None` = none but the public one, which is no placement.
pub fn parse_side(text: &str) -> Result<Option<Side>, Refused> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    match Side::parse(text) {
        None => Err(Refused::InvalidSide),
        Some(Side::Public) => Ok(None),
        Some(side) => Ok(Some(side)),
    }
}

/// Close and Work want a confirmation, always, also of who is already there. Close is reached only through Friends.
pub fn change(from: Option<Side>, to: Option<Side>, confirm: bool) -> Result<Change, Refused> {
    let Some(side) = to else {
        return Ok(if from.is_some() { Change::Remove } else { Change::Nothing });
    };
    if matches!(side, Side::Close | Side::Work) && !confirm {
        return Err(Refused::ConfirmRequired);
    }
    if side == Side::Close && !matches!(from, Some(Side::Friends | Side::Close)) {
        return Err(Refused::FriendsRequired);
    }
    Ok(if from == to { Change::Nothing } else { Change::Set(side) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Option<Side> = None;
    const FRIENDS: Option<Side> = Some(Side::Friends);
    const CLOSE: Option<Side> = Some(Side::Close);
    const WORK: Option<Side> = Some(Side::Work);

    /// From, to, whether it wants a confirmation, and what it does once confirmed.
    type Move = (Option<Side>, Option<Side>, bool, Result<Change, Refused>);

    const TABLE: [Move; 16] = [
        (NONE, FRIENDS, false, Ok(Change::Set(Side::Friends))),
        (NONE, CLOSE, true, Err(Refused::FriendsRequired)),
        (NONE, WORK, true, Ok(Change::Set(Side::Work))),
        (NONE, NONE, false, Ok(Change::Nothing)),
        (FRIENDS, FRIENDS, false, Ok(Change::Nothing)),
        (FRIENDS, CLOSE, true, Ok(Change::Set(Side::Close))),
        (FRIENDS, WORK, true, Ok(Change::Set(Side::Work))),
        (FRIENDS, NONE, false, Ok(Change::Remove)),
        (CLOSE, FRIENDS, false, Ok(Change::Set(Side::Friends))),
        (CLOSE, CLOSE, true, Ok(Change::Nothing)),
        (CLOSE, WORK, true, Ok(Change::Set(Side::Work))),
        (CLOSE, NONE, false, Ok(Change::Remove)),
        (WORK, FRIENDS, false, Ok(Change::Set(Side::Friends))),
        (WORK, CLOSE, true, Err(Refused::FriendsRequired)),
        (WORK, WORK, true, Ok(Change::Nothing)),
        (WORK, NONE, false, Ok(Change::Remove)),
    ];

    #[test]
    fn all_sixteen_moves() {
        for (from, to, confirmed, done) in TABLE {
            assert_eq!(change(from, to, true), done, "{from:?} to {to:?}, confirmed");
            let unconfirmed = if confirmed { Err(Refused::ConfirmRequired) } else { done };
            assert_eq!(change(from, to, false), unconfirmed, "{from:?} to {to:?}, not confirmed");
        }
    }

    #[test]
    fn public_and_nothing_remove_and_a_typo_is_no_side() {
        for text in ["", "  ", "public", " PUBLIC "] {
            assert_eq!(parse_side(text), Ok(None), "{text:?}");
        }
        assert_eq!(parse_side(" Close "), Ok(CLOSE));
        assert_eq!(parse_side("closed"), Err(Refused::InvalidSide));
    }
}
