//! `siddes.auth.v1.Moderation`.

use platform::{AccountId, person::AccountState, timestamp};
use proto::{auth::v1 as pb, common::v1 as common};
use tonic::{Request, Response, Status, async_trait};

use crate::{
    Service,
    moderation::{self, Decision},
};

pub struct Moderation(pub Service);

#[async_trait]
impl pb::moderation_server::Moderation for Moderation {
    async fn set_moderation(
        &self,
        request: Request<pb::SetModerationRequest>,
    ) -> Result<Response<pb::SetModerationResponse>, Status> {
        let asked = request.get_ref();
        let state = asked.state();
        let decision = Decision {
            actor: AccountId(asked.actor),
            target: AccountId(asked.target),
            state: AccountState::ALL.into_iter().find(|known| common::AccountState::from(*known) == state),
            minutes: asked.minutes,
            reason: &asked.reason,
        };
        let now = moderation::decide(&self.0, decision).await?;
        Ok(Response::new(pb::SetModerationResponse {
            state: common::AccountState::from(now.state).into(),
            until: now.until.map(timestamp::to_proto),
        }))
    }
}
