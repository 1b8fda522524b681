//! `siddes.social.v1.Profiles`.

use platform::{Side, identity};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, profiles_server::Profiles},
};
use tonic::{Request, Response, Status};

use crate::profile::{Profile, ProfileRequest, allowed};

#[tonic::async_trait]
impl Profiles for super::Profiles {
    async fn get_profile(
        &self,
        request: Request<pb::GetProfileRequest>,
    ) -> Result<Response<pb::GetProfileResponse>, Status> {
        let asked = request.get_ref();
        let page =
            ProfileRequest { username: &asked.username, side: &asked.side, limit: asked.limit, cursor: &asked.cursor };
        let profile = self.0.profile(identity::optional_viewer(&request), page).await?;
        Ok(Response::new(profile.into()))
    }

    async fn get_card(&self, request: Request<pb::GetCardRequest>) -> Result<Response<pb::GetCardResponse>, Status> {
        let card = self.0.card(identity::optional_viewer(&request), &request.get_ref().username).await?;
        let card = card.map(|card| pb::Card { id: card.id.0, username: card.username, staff: card.staff });
        Ok(Response::new(pb::GetCardResponse { card }))
    }
}

impl From<Profile> for pb::GetProfileResponse {
    fn from(profile: Profile) -> Self {
        let proto = |side: Side| i32::from(common::Side::from(side));
        let allowed = if profile.owner { &Side::ALL } else { allowed(profile.view_side) };
        let mut answer = Self {
            id: profile.id.0,
            username: profile.username,
            view_side: proto(profile.view_side),
            requested_side: proto(profile.requested),
            allowed_sides: allowed.iter().copied().map(proto).collect(),
            locked: profile.open.is_none(),
            owner: profile.owner,
            placed_as: profile.placed_as.map_or(0, proto),
            follows: profile.follows,
            counts: Some(profile.counts.into()),
            ..Self::default()
        };
        if let Some(open) = profile.open {
            answer.facet = Some(open.facet.into());
            answer.siders = open.siders;
            answer.shared_sets = open.shared_sets;
            answer.posts = open.posts.posts.into_iter().map(pb::Post::from).collect();
            answer.next_cursor = open.posts.next_cursor.unwrap_or_default();
        }
        answer
    }
}
