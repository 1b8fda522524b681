//! The owner's answer to a request: exactly one counts.

use platform::{Error, Side, identity::Viewer};
use time::OffsetDateTime;

use super::store::{self, Row, Status};
use crate::{Service, person::refuse_growth, placement, refused::Refused, relation::meet_known};

/// An answer as given.
#[derive(Clone, Copy, Debug)]
pub struct Respond<'a> {
    /// As in the path.
    pub id: &'a str,
    /// As typed: accept or reject.
    pub action: &'a str,
    /// As typed; "" = the Side that was asked for.
    pub side: &'a str,
}

impl Service {
    /// Accepts or rejects a request; answers what the requester is shown now, `None` = it was rejected. Accepting needs
    /// no confirmation and never takes away; Close is reached only through Friends, so who asked for Close without
    /// being a friend becomes one. Rejecting is open to every state of account.
    ///
    /// # Errors
    /// 400 `bad_request` (no such id can be), 404 `not_found`, 403 `restricted` (another's request), 400 `bad_request`
    /// (action), 400 `invalid_side`, 403 `account_restricted`, `age_gate_required` (to accept), 409 `already_handled`
    /// (also if a block or the requester's going ended it).
    pub async fn respond(&self, viewer: &Viewer, answer: Respond<'_>) -> Result<Option<Side>, Error> {
        let now = self.ambient().clock.now();
        let id: i64 = answer.id.parse().map_err(|_| Refused::BadRequest)?;
        let mut conn = self.db().conn().await?;
        let request = store::find(&mut conn, id).await?.ok_or(Refused::NotFound)?;
        drop(conn);
        if request.owner != viewer.person.id {
            return Err(Refused::Restricted.into());
        }
        match answer.action.trim().to_lowercase().as_str() {
            "accept" => {
                let grant = side_to_grant(answer.side, request.side)?;
                refuse_growth(viewer, now)?;
                self.accept(viewer, &request, grant, now).await.map(Some)
            }
            "reject" => self.reject(viewer, &request, now).await.map(|()| None),
            _ => Err(Refused::BadRequest.into()),
        }
    }

    async fn accept(&self, viewer: &Viewer, request: &Row, grant: Side, now: OffsetDateTime) -> Result<Side, Error> {
        let owner = &viewer.person;
        let mut tx = self.db().begin().await?;
        let meeting = meet_known(&mut tx, owner, request.requester).await?;
        self.ambient().pauses.point("social.respond.met").await;
        meeting.to_give(viewer, now).map_err(handled_unless_restricted)?;
        if store::lock(&mut tx, request.id).await? != Some(Status::Pending) {
            return Err(Refused::AlreadyHandled.into());
        }
        let from = placement::side_for_update(&mut tx, owner.id, request.requester).await?;
        let side = granted(from, grant);
        self.move_to(&mut tx, owner.id, request.requester, from, Some(side), now).await?;
        let open: Vec<Side> = Side::ALL.into_iter().filter(|asked| asked.opened_by().contains(&side)).collect();
        store::accept(&mut tx, request, &open, now).await?;
        self.ambient().pauses.point("social.respond.before_commit").await;
        tx.commit().await?;
        Ok(side)
    }

    async fn reject(&self, viewer: &Viewer, request: &Row, now: OffsetDateTime) -> Result<(), Error> {
        let mut tx = self.db().begin().await?;
        let meeting = meet_known(&mut tx, &viewer.person, request.requester).await?;
        meeting.to_take(false).map_err(|_| Refused::AlreadyHandled)?;
        if store::lock(&mut tx, request.id).await? != Some(Status::Pending) {
            return Err(Refused::AlreadyHandled.into());
        }
        store::reject(&mut tx, request.id, now).await?;
        Ok(tx.commit().await?)
    }
}

/// A Side that is no Side is never taken for the one asked for.
fn side_to_grant(text: &str, asked: Side) -> Result<Side, Refused> {
    if text.trim().is_empty() {
        return Ok(asked);
    }
    Side::parse(text).filter(|side| *side != Side::Public).ok_or(Refused::InvalidSide)
}

/// Never lower than what is shown already, and Close only through Friends.
const fn granted(from: Option<Side>, grant: Side) -> Side {
    match (from, grant) {
        (Some(Side::Close), Side::Friends) => Side::Close,
        (None | Some(Side::Work | Side::Public), Side::Close) => Side::Friends,
        (_, grant) => grant,
    }
}

/// That somebody is gone or blocked is told as what it did to the request.
fn handled_unless_restricted(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code != "account_restricted" => Refused::AlreadyHandled.into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRIENDS: Option<Side> = Some(Side::Friends);
    const CLOSE: Option<Side> = Some(Side::Close);
    const WORK: Option<Side> = Some(Side::Work);

    #[test]
    fn accepting_never_lowers_and_close_is_reached_through_friends() {
        for (from, grant, side) in [
            (None, Side::Friends, Side::Friends),
            (None, Side::Close, Side::Friends),
            (None, Side::Work, Side::Work),
            (FRIENDS, Side::Friends, Side::Friends),
            (FRIENDS, Side::Close, Side::Close),
            (FRIENDS, Side::Work, Side::Work),
            (CLOSE, Side::Friends, Side::Close),
            (CLOSE, Side::Close, Side::Close),
            (CLOSE, Side::Work, Side::Work),
            (WORK, Side::Friends, Side::Friends),
            (WORK, Side::Close, Side::Friends),
            (WORK, Side::Work, Side::Work),
        ] {
            assert_eq!(granted(from, grant), side, "{from:?} asked for {grant}");
        }
    }

    #[test]
    fn the_owner_may_grant_another_side_but_no_nonsense() {
        assert_eq!(side_to_grant(" ", Side::Close), Ok(Side::Close));
        assert_eq!(side_to_grant("Work", Side::Close), Ok(Side::Work));
        for text in ["public", "zzz"] {
            assert_eq!(side_to_grant(text, Side::Close), Err(Refused::InvalidSide));
        }
    }
}
