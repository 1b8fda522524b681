//! Asking somebody for a Side.

use platform::{AccountId, Error, Kind, Refusal, Side, identity::Viewer, ids, person::Person};
use time::{Duration, OffsetDateTime};

use super::store::{self, Status};
use crate::{Service, person::refuse_growth, refused::Refused, relation::meet};

/// Code points of a message; what is longer is cut.
const MESSAGE: usize = 280;
/// What the cap counts: requests of the last 30 days, whatever became of them, so that it tells nothing of the answers.
const CAP_PERIOD: Duration = Duration::days(30);

/// A request as asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// As typed.
    pub username: &'a str,
    /// As typed.
    pub side: &'a str,
    pub message: &'a str,
}

impl Service {
    /// Asks somebody to be shown a Side; answers the request's id, which stays the same when it is asked again. While
    /// it is pending only the message changes. For some days after a rejection nobody is asked again, and the answer
    /// is the same.
    ///
    /// # Errors
    /// 403 `account_restricted`, `age_gate_required`, 400 `missing_username`, `invalid_side`, 404 `not_found` (unknown,
    /// gone, or he blocked the viewer), 400 `cannot_request_self`, 403 `restricted` (the viewer blocked him),
    /// 409 `already_granted`, 429 `rate_limited`.
    pub async fn ask_for_side(&self, viewer: &Viewer, ask: Ask<'_>) -> Result<i64, Error> {
        let now = self.ambient().clock.now();
        refuse_growth(viewer, now)?;
        let handle = ids::handle(ask.username);
        if handle.is_empty() {
            return Err(Refused::MissingUsername.into());
        }
        let side = Side::parse(ask.side).filter(|side| *side != Side::Public).ok_or(Refused::InvalidSide)?;
        let owner = self.resolve(&handle).await?;
        self.ask_resolved(viewer, owner, side, ask.message, now).await
    }

    async fn ask_resolved(
        &self,
        viewer: &Viewer,
        owner: Option<Person>,
        side: Side,
        message: &str,
        now: OffsetDateTime,
    ) -> Result<i64, Error> {
        let requester = viewer.person.id;
        let id = owner.as_ref().map_or(AccountId::NOBODY, |person| person.id);
        if id == requester {
            return Err(Refused::CannotRequestSelf.into());
        }
        let message: String = message.trim().chars().take(MESSAGE).collect();
        let mut tx = self.db().begin().await?;
        let meeting = meet(&mut tx, &viewer.person, owner.as_ref()).await?;
        self.ambient().pauses.point("social.ask.met").await;
        meeting.to_give(viewer, now)?;
        let stands = store::stands(&mut tx, id, requester, side, now - CAP_PERIOD).await?;
        if stands.shown.is_some_and(|shown| side.opened_by().contains(&shown)) {
            return Err(Refused::AlreadyGranted.into());
        }
        let most = self.settings().access_request_max;
        if stands.others_asked >= i64::from(most) {
            return Err(too_many(stands.oldest.map_or(CAP_PERIOD, |oldest| oldest + CAP_PERIOD - now)));
        }
        let asks_anew = match stands.status {
            None | Some(Status::Accepted | Status::Cancelled) => true,
            Some(Status::Pending) => false,
            Some(Status::Rejected) => self.may_ask_again(stands.rejected_at, now),
        };
        let request = store::Request { owner: id, requester, side, message: &message, now };
        let id = match (asks_anew, stands.status) {
            (true, _) => store::ask(&mut tx, &request).await?,
            (false, Some(Status::Pending)) => store::reword(&mut tx, &request).await?,
            (false, _) => store::ask_in_vain(&mut tx, &request).await?,
        };
        tx.commit().await?;
        Ok(id)
    }

    fn may_ask_again(&self, rejected_at: Option<OffsetDateTime>, now: OffsetDateTime) -> bool {
        rejected_at.is_none_or(|at| at + self.settings().access_request_cooldown <= now)
    }
}

fn too_many(wait: Duration) -> Error {
    let wait = u64::try_from(wait.whole_milliseconds()).unwrap_or_default().max(250);
    Refusal::new(Kind::TooMany, "rate_limited")
        .with("scope", "access_request")
        .with("retry_after_ms", wait)
        .with("message", "You have asked many people lately. Try again later.")
        .into()
}
