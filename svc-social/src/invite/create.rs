//! The owner of a circle asks one person to join.

use platform::{Error, Refusal, identity::Viewer};

use super::{
    Invite, Status, rule,
    store::{self, New, To},
};
use crate::{
    Service,
    circle::{self, CircleId},
    person::{Reference, refuse_growth},
    quota::Action,
    refused::Refused,
    relation::meet,
};

/// An invite as asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewInvite<'a> {
    pub circle: &'a str,
    /// As typed.
    pub to: &'a str,
    pub message: &'a str,
}

impl Service {
    /// Asks somebody to join a circle of the viewer's own. Whoever is asked already keeps the invite that he has; of
    /// several requests at once the first makes it. What somebody must show another for it: nothing, since he decides.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 400 `bad_request`, 404 `not_found` (the circle is unknown, or not
    /// the viewer's), 400 `cannot_invite_self`, 404 `user_not_found` (unknown, gone, or he blocked the viewer),
    /// 403 `restricted` (the viewer blocked him), 409 `already_member`, `recently_rejected`, `circle_full`,
    /// `invite_limit`, 429 `quota_exceeded`.
    pub async fn create_invite(&self, viewer: &Viewer, new: NewInvite<'_>) -> Result<Invite, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        if new.circle.trim().is_empty() || new.to.trim().is_empty() {
            return Err(Refused::BadRequest.into());
        }
        let id = CircleId::parse(new.circle.trim()).ok_or(Refused::NotFound)?;
        let reference = Reference::parse(new.to);
        let invitee = self.persons_named(&reference).await?.into_iter().next();
        let inviter = viewer.person.id;

        let mut tx = self.db().begin().await?;
        let meeting = meet(&mut tx, &viewer.person, invitee.as_ref()).await?;
        self.ambient().pauses.point("social.invite.create.met").await;
        let circle = circle::store::lock_own(&mut tx, &id, inviter).await?.ok_or(Refused::NotFound)?;
        if invitee.as_ref().is_some_and(|person| person.id == inviter) {
            return Err(Refused::CannotInviteSelf.into());
        }
        let person = meeting.to_give(viewer, now).map_err(no_such_user)?;
        let to = To { circle: &id, inviter, invitees: &[person.id], words: true, now };
        let stand = store::stands(&mut tx, &to, self.rejected_since(now), false).await?.into_iter().next();
        let stand = stand.ok_or(Error::Internal("a person stands to every circle"))?;
        if stand.member {
            return Err(Refused::AlreadyMember.into());
        }
        if let Some(pending) = &stand.pending {
            let invite = store::find(&mut tx, viewer.person.id, pending)
                .await?
                .ok_or(Error::Internal("an invite was just read"))?;
            tx.commit().await?;
            return Ok(invite.told(now));
        }
        stand.allows()?;
        self.count(&mut tx, inviter, Action::InvitesCreate, now).await?;
        let invite = Invite {
            id: rule::new_id(now, &self.ambient().random),
            circle: id.to_string(),
            label: circle.label.clone(),
            side: circle.side,
            inviter: viewer.person.username.clone(),
            invitee: person.username.clone(),
            status: Status::Pending,
            expired: false,
            message: rule::message(new.message, stand.knows),
            created_at: now,
            updated_at: now,
        };
        let new = New {
            circle: &circle,
            inviter,
            ids: std::slice::from_ref(&invite.id),
            invitees: &[person.id],
            message: &invite.message,
            expires_at: self.invite_expires_at(now),
            quota: None,
            now,
        };
        if store::make(&mut tx, &new).await?.is_empty() {
            // One whose time is over is being answered at this very moment.
            return Err(Refusal::unavailable().into());
        }
        self.ambient().pauses.point("social.invite.create.before_commit").await;
        tx.commit().await?;
        Ok(invite)
    }
}

/// Here it is the person who is not found, not the circle.
fn no_such_user(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code == "not_found" => Refused::UserNotFound.into(),
        other => other,
    }
}
