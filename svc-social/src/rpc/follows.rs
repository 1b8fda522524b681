//! `siddes.social.v1.Follows`.

use platform::identity;
use proto::social::v1::{self as pb, follows_server::Follows};
use tonic::{Request, Response, Status};

use crate::follow::{FollowCounts, Roster, RosterEntry, RosterRequest};

#[tonic::async_trait]
impl Follows for super::Follows {
    async fn set_follow(
        &self,
        request: Request<pb::SetFollowRequest>,
    ) -> Result<Response<pb::SetFollowResponse>, Status> {
        let asked = request.get_ref();
        let counts = self.0.set_follow(identity::viewer(&request)?, &asked.username, asked.follow).await?;
        Ok(Response::new(pb::SetFollowResponse { following: asked.follow, counts: Some(counts.into()) }))
    }

    async fn list_public_followers(
        &self,
        request: Request<pb::ListPublicFollowersRequest>,
    ) -> Result<Response<pb::ListPublicFollowersResponse>, Status> {
        let asked = request.get_ref();
        let page = RosterRequest { username: &asked.username, limit: asked.limit, cursor: &asked.cursor };
        let roster = self.0.public_followers(identity::optional_viewer(&request), page).await?;
        Ok(Response::new(pb::ListPublicFollowersResponse { roster: Some(roster.into()) }))
    }

    async fn list_public_following(
        &self,
        request: Request<pb::ListPublicFollowingRequest>,
    ) -> Result<Response<pb::ListPublicFollowingResponse>, Status> {
        let asked = request.get_ref();
        let page = RosterRequest { username: &asked.username, limit: asked.limit, cursor: &asked.cursor };
        let roster = self.0.public_following(identity::optional_viewer(&request), page).await?;
        Ok(Response::new(pb::ListPublicFollowingResponse { roster: Some(roster.into()) }))
    }
}

impl From<FollowCounts> for pb::FollowCounts {
    fn from(counts: FollowCounts) -> Self {
        Self { followers: counts.followers, following: counts.following }
    }
}

impl From<Roster> for pb::Roster {
    fn from(roster: Roster) -> Self {
        Self {
            hidden: roster.hidden,
            entries: roster.entries.into_iter().map(pb::RosterEntry::from).collect(),
            next_cursor: roster.next_cursor.unwrap_or_default(),
            total: roster.total,
        }
    }
}

impl From<RosterEntry> for pb::RosterEntry {
    fn from(entry: RosterEntry) -> Self {
        Self {
            id: entry.id.0,
            username: entry.username,
            display_name: entry.display_name,
            avatar_url: entry.avatar_url,
        }
    }
}
