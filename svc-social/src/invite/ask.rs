//! Asking people whom an owner names for his circle and may not simply add.

use platform::{AccountId, Error, pg::Conn};
use time::OffsetDateTime;

use super::{rule, store};
use crate::{Service, circle::CircleRow, quota::Action};

/// Asks them, with no words; answers those who are asked now, or were already. Nobody is an error: who said no lately,
/// or is one too many, is left out. The caller holds the locks of the pairs and of the circle, and has checked both
/// people. Two statements.
///
/// # Errors
/// The database's.
pub async fn ask(
    conn: &mut Conn,
    service: &Service,
    circle: &CircleRow,
    inviter: AccountId,
    invitees: &[AccountId],
    now: OffsetDateTime,
) -> Result<Vec<AccountId>, Error> {
    let quota = service.settings().quotas.limit(Action::InvitesCreate);
    let to = store::To { circle: &circle.id, inviter, invitees, words: false, now };
    let stands = store::stands(conn, &to, service.rejected_since(now), quota.is_some()).await?;
    let room = stands.first().map_or(0, |stand| stand.room(quota));
    let mut asked: Vec<AccountId> =
        stands.iter().filter(|stand| stand.pending.is_some()).map(|stand| stand.invitee).collect();
    let askable = stands.iter().filter(|stand| stand.pending.is_none() && !stand.member && !stand.rejected);
    let askable: Vec<AccountId> = askable.map(|stand| stand.invitee).take(room).collect();
    if !askable.is_empty() {
        let ids: Vec<String> = askable.iter().map(|_| rule::new_id(now, &service.ambient().random)).collect();
        let new = store::New {
            circle,
            inviter,
            ids: &ids,
            invitees: &askable,
            message: "",
            expires_at: service.invite_expires_at(now),
            quota,
            now,
        };
        asked.extend(store::make(conn, &new).await?);
    }
    Ok(asked)
}

impl Service {
    /// Whoever said no later than this is not asked again.
    pub(super) fn rejected_since(&self, now: OffsetDateTime) -> OffsetDateTime {
        now - self.settings().invite_reject_cooldown
    }

    /// `None` = never.
    pub(super) fn invite_expires_at(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        self.settings().invite_ttl.map(|ttl| now + ttl)
    }
}
