//! The answer to an invite: of all that come, one counts, and every later one is told what became of it.

use platform::{Error, identity::Viewer, pg::Conn};
use time::OffsetDateTime;

use super::{
    Invite, Status, rule,
    store::{self, Row},
};
use crate::{
    Service,
    circle::{self, CircleId, Via},
    person::refuse_growth,
    refused::Refused,
    relation::meet_known,
};

/// An answer as given.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// As in the path.
    pub id: &'a str,
    /// As typed: accept, reject or revoke.
    pub action: &'a str,
    /// As typed, where `action` is blank: accepted, rejected or revoked.
    pub status: &'a str,
}

impl Service {
    /// Accepts, rejects or revokes an invite, and answers it as it is then. Accepting checks again what was true when
    /// it was made: if the circle is gone or lives in another Side, or the two are cut off from each other, the invite is
    /// revoked. Rejecting and revoking are open to every state of account.
    ///
    /// # Errors
    /// 400 `bad_request`, 404 `not_found` (unknown, or between others), 403 `restricted` (the wrong party); to accept:
    /// 403 `account_restricted`, `age_gate_required`, 409 `circle_full`, `membership_limit`, and it goes on waiting.
    pub async fn answer_invite(&self, viewer: &Viewer, answer: Answer<'_>) -> Result<Invite, Error> {
        let now = self.ambient().clock.now();
        let to = transition(answer)?;
        if !rule::is_id(answer.id) {
            return Err(Refused::NotFound.into());
        }
        let mut conn = self.db().conn().await?;
        let account = viewer.person.id;
        let invite = store::find(&mut conn, account, answer.id).await?;
        drop(conn);
        let invite = invite.filter(|invite| [invite.inviter, invite.invitee].contains(&account));
        let invite = invite.ok_or(Refused::NotFound)?;
        let party = if to == Status::Revoked { invite.inviter } else { invite.invitee };
        if party != account {
            return Err(Refused::Restricted.into());
        }
        if to == Status::Accepted {
            refuse_growth(viewer, now)?;
            self.accept_invite(viewer, invite, now).await
        } else {
            self.end_invite(invite, to, now).await
        }
    }

    async fn accept_invite(&self, viewer: &Viewer, mut invite: Row, now: OffsetDateTime) -> Result<Invite, Error> {
        let mut tx = self.db().begin().await?;
        let meeting = meet_known(&mut tx, &viewer.person, invite.inviter).await?;
        self.ambient().pauses.point("social.invite.accept.met").await;
        let still = match meeting.to_give(viewer, now) {
            Err(Error::Refused(refusal)) if refusal.code == "account_restricted" => return Err(refusal.into()),
            met => met.is_ok(),
        };
        if !invite.lock(&mut tx, now).await? {
            tx.commit().await?;
            return Ok(invite.told(now));
        }
        let id = CircleId::parse(&invite.circle);
        let circle = match id.filter(|_| still) {
            Some(id) => circle::store::lock(&mut tx, &id).await?,
            None => None,
        };
        let to = match circle.filter(|circle| circle.owner == invite.inviter && circle.side == invite.side) {
            Some(circle) => {
                circle::join(&mut tx, self.ambient(), &circle, viewer.person.id, Via::Invite, now).await?;
                Status::Accepted
            }
            None => Status::Revoked,
        };
        invite.end(&mut tx, to, now).await?;
        self.ambient().pauses.point("social.invite.accept.before_commit").await;
        tx.commit().await?;
        Ok(invite.told(now))
    }

    async fn end_invite(&self, mut invite: Row, to: Status, now: OffsetDateTime) -> Result<Invite, Error> {
        let mut tx = self.db().begin().await?;
        if invite.lock(&mut tx, now).await? {
            invite.end(&mut tx, to, now).await?;
        }
        self.ambient().pauses.point("social.invite.end.before_commit").await;
        tx.commit().await?;
        Ok(invite.told(now))
    }
}

/// What the invite is to become.
fn transition(answer: Answer<'_>) -> Result<Status, Refused> {
    let (text, words) = if answer.action.trim().is_empty() {
        (answer.status, ["accepted", "rejected", "revoked"])
    } else {
        (answer.action, ["accept", "reject", "revoke"])
    };
    let text = text.trim().to_lowercase();
    let mut known = words.into_iter().zip([Status::Accepted, Status::Rejected, Status::Revoked]);
    known.find(|(word, _)| *word == text).map(|(_, to)| to).ok_or(Refused::BadRequest)
}

impl Row {
    /// Fixes the invite until the transaction ends; whether it still waits for an answer.
    async fn lock(&mut self, tx: &mut Conn, now: OffsetDateTime) -> Result<bool, Error> {
        let state = store::lock(tx, &self.id).await?.ok_or(Refused::NotFound)?;
        self.status = state.status;
        self.expired = state.expired;
        self.updated_at = state.updated_at;
        Ok(self.status == Status::Pending && !self.overdue(now))
    }

    async fn end(&mut self, tx: &mut Conn, to: Status, now: OffsetDateTime) -> Result<(), Error> {
        store::end(tx, &self.id, to, now).await?;
        self.status = to;
        self.updated_at = now;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(action: &str, status: &str) -> Result<Status, Refused> {
        transition(Answer { id: "", action, status })
    }

    #[test]
    fn an_answer_is_an_action_or_a_status() {
        assert_eq!(read(" Accept ", "rejected"), Ok(Status::Accepted));
        assert_eq!(read("reject", ""), Ok(Status::Rejected));
        assert_eq!(read(" ", "REVOKED"), Ok(Status::Revoked));
        for (action, status) in [("", ""), ("accepted", ""), ("", "accept"), ("zzz", "accepted"), ("", "pending")] {
            assert_eq!(read(action, status), Err(Refused::BadRequest), "{action:?} {status:?}");
        }
    }
}
