//! `siddes.social.v1.Relations`.

use platform::{AccountId, Side, side};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, relations_server::Relations},
};
use tonic::{Request, Response, Status};

use crate::question::{CircleRef, FaceCard, ShownSide};

/// Ids of one call.
const BATCH: usize = 500;

#[tonic::async_trait]
impl Relations for super::Relations {
    async fn resolve(&self, request: Request<pb::ResolveRequest>) -> Result<Response<pb::ResolveResponse>, Status> {
        let pb::ResolveRequest { owner, viewer } = request.into_inner();
        let resolved = self.0.resolve_relation(AccountId(owner), AccountId(viewer)).await?;
        Ok(Response::new(pb::ResolveResponse {
            view_side: proto(resolved.view_side),
            allowed_sides: resolved.allowed.iter().copied().map(proto).collect(),
            blocked: resolved.blocked,
            owner_gone: resolved.owner_gone,
        }))
    }

    async fn sides(&self, request: Request<pb::SidesRequest>) -> Result<Response<pb::SidesResponse>, Status> {
        let pb::SidesRequest { viewer, owners } = request.into_inner();
        refuse_if_too_many(owners.len())?;
        let shown = self.0.sides_of(AccountId(viewer), &owners).await?;
        Ok(Response::new(pb::SidesResponse { shown: shown.into_iter().map(pb::ShownSide::from).collect() }))
    }

    async fn cards(&self, request: Request<pb::CardsRequest>) -> Result<Response<pb::CardsResponse>, Status> {
        let asked = request.get_ref();
        refuse_if_too_many(asked.accounts.len())?;
        let Some(side) = side::from_proto(asked.side()) else {
            return Ok(Response::new(pb::CardsResponse::default()));
        };
        let cards = self.0.face_cards(&asked.accounts, side).await?;
        Ok(Response::new(pb::CardsResponse { cards: cards.into_iter().map(pb::FaceCard::from).collect() }))
    }

    async fn member_sides(
        &self,
        request: Request<pb::MemberSidesRequest>,
    ) -> Result<Response<pb::MemberSidesResponse>, Status> {
        let pb::MemberSidesRequest { owner, members } = request.into_inner();
        refuse_if_too_many(members.len())?;
        let shown = self.0.member_sides(AccountId(owner), &members).await?;
        Ok(Response::new(pb::MemberSidesResponse { shown: shown.into_iter().map(pb::ShownSide::from).collect() }))
    }

    async fn follow_state(
        &self,
        request: Request<pb::FollowStateRequest>,
    ) -> Result<Response<pb::FollowStateResponse>, Status> {
        let pb::FollowStateRequest { viewer, target } = request.into_inner();
        let state = self.0.follow_state(AccountId(viewer), AccountId(target)).await?;
        Ok(Response::new(pb::FollowStateResponse {
            follows: state.is_some_and(|(follows, _)| follows),
            counts: state.map(|(_, counts)| counts.into()),
        }))
    }

    async fn seen_circles(
        &self,
        request: Request<pb::SeenCirclesRequest>,
    ) -> Result<Response<pb::SeenCirclesResponse>, Status> {
        let pb::SeenCirclesRequest { viewer, ids } = request.into_inner();
        refuse_if_too_many(ids.len())?;
        let circles = self.0.seen_circles(AccountId(viewer), &ids).await?;
        Ok(Response::new(pb::SeenCirclesResponse { circles: circles.into_iter().map(pb::CircleRef::from).collect() }))
    }

    async fn my_circles(
        &self,
        request: Request<pb::MyCirclesRequest>,
    ) -> Result<Response<pb::MyCirclesResponse>, Status> {
        let asked = request.get_ref();
        let circles = self.0.circles_of(AccountId(asked.viewer), side::from_proto(asked.side())).await?;
        Ok(Response::new(pb::MyCirclesResponse { circles: circles.into_iter().map(pb::CircleRef::from).collect() }))
    }

    async fn audience(&self, request: Request<pb::AudienceRequest>) -> Result<Response<pb::AudienceResponse>, Status> {
        let accounts = self.0.audience(&request.get_ref().circle).await?;
        Ok(Response::new(pb::AudienceResponse { accounts: ids(accounts) }))
    }

    async fn members_of(
        &self,
        request: Request<pb::MembersOfRequest>,
    ) -> Result<Response<pb::MembersOfResponse>, Status> {
        let pb::MembersOfRequest { viewer, accounts, circle } = request.into_inner();
        refuse_if_too_many(accounts.len())?;
        let members = self.0.members_of(AccountId(viewer), &accounts, &circle).await?;
        Ok(Response::new(pb::MembersOfResponse { accounts: ids(members) }))
    }

    async fn shared_labels(
        &self,
        request: Request<pb::SharedLabelsRequest>,
    ) -> Result<Response<pb::SharedLabelsResponse>, Status> {
        let pb::SharedLabelsRequest { owner, target } = request.into_inner();
        let labels = self.0.shared_labels(AccountId(owner), AccountId(target)).await?;
        Ok(Response::new(pb::SharedLabelsResponse { labels }))
    }
}

/// A caller of ours that forgot to split its batch.
fn refuse_if_too_many(count: usize) -> Result<(), Status> {
    if count > BATCH { Err(Status::invalid_argument("at most 500 a call")) } else { Ok(()) }
}

fn proto(side: Side) -> i32 {
    common::Side::from(side).into()
}

fn ids(accounts: Vec<AccountId>) -> Vec<i64> {
    accounts.into_iter().map(|account| account.0).collect()
}

impl From<ShownSide> for pb::ShownSide {
    fn from(shown: ShownSide) -> Self {
        Self { account: shown.account.0, side: proto(shown.side) }
    }
}

impl From<FaceCard> for pb::FaceCard {
    fn from(card: FaceCard) -> Self {
        Self {
            account: card.account.0,
            username: card.username,
            display_name: card.display_name,
            avatar_url: card.avatar_url,
        }
    }
}

impl From<CircleRef> for pb::CircleRef {
    fn from(circle: CircleRef) -> Self {
        Self { id: circle.id, owner: circle.owner.0, side: proto(circle.side), label: circle.label }
    }
}
