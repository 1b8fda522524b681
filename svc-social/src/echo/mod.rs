//! Passing on a public post: as it is, once in each Side, or quoted. Only public posts outside circles are passed on, so
//! nobody reads anything for it that he could not read before.

mod pure;
mod quote;
mod store;

use platform::{AccountId, Error, PostId, Side, identity::Viewer, pg::Conn};
use time::OffsetDateTime;

pub use self::{pure::Echoing, quote::NewQuote};
use crate::{
    post::{self, Held, Reader},
    refused::Refused,
};

/// What is passed on, as an unlocked look says.
struct Target {
    id: PostId,
    author: AccountId,
}

/// The post that the viewer means: what he names, or, if that says nothing itself, what it echoes. One statement, two in
/// the second case.
///
/// # Errors
/// 404 `not_found`: unknown or not visible; 403 `echo_forbidden_private`.
async fn target(conn: &mut Conn, viewer: &Viewer, id: &str, now: OffsetDateTime) -> Result<Target, Error> {
    let id = PostId::parse(id).ok_or(Refused::NotFound)?;
    let row = post::store::visible(conn, &id, Reader::new(Some(viewer), now)).await?.ok_or(Refused::NotFound)?;
    if row.pure_echo()
        && let Some(original) = row.echo_of
    {
        // Whether he sees that is asked when it is held.
        let author = post::store::author_of(conn, &original).await?.unwrap_or(AccountId::NOBODY);
        return Ok(Target { id: original, author });
    }
    refuse_private(row.side, row.circle.is_some())?;
    Ok(Target { id: row.id, author: row.author })
}

/// Of what is held: it says something itself, and everybody may read it.
fn refuse_unless_open(held: &Held) -> Result<(), Refused> {
    refuse_private(held.side, held.circle.is_some())
}

const fn refuse_private(side: Side, circle: bool) -> Result<(), Refused> {
    if matches!(side, Side::Public) && !circle { Ok(()) } else { Err(Refused::EchoForbiddenPrivate) }
}

/// The Side into which it is passed on; a word that is no Side is never taken for the public one.
fn into_side(asked: Option<&str>) -> Result<Side, Refused> {
    asked.map_or(Some(Side::Public), Side::parse).ok_or(Refused::InvalidSide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_is_public_and_what_is_no_side_is_refused() {
        assert_eq!(into_side(None), Ok(Side::Public));
        assert_eq!(into_side(Some(" Close ")), Ok(Side::Close));
        for word in ["", "zzz"] {
            assert_eq!(into_side(Some(word)), Err(Refused::InvalidSide));
        }
    }

    #[test]
    fn only_public_posts_outside_circles_are_passed_on() {
        for side in Side::ALL {
            assert_eq!(refuse_private(side, false).is_ok(), side == Side::Public);
            assert_eq!(refuse_private(side, true), Err(Refused::EchoForbiddenPrivate));
        }
    }
}
