//! `siddes.social.v1.Circles`.

use platform::{identity, side, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, circle_event::Change as Told, circles_server::Circles},
};
use tonic::{Request, Response, Status};

use crate::circle::{Changed, Circle, EditCircle, Event, Happened, NewCircle};

#[tonic::async_trait]
impl Circles for super::Circles {
    async fn list(
        &self,
        request: Request<pb::ListCirclesRequest>,
    ) -> Result<Response<pb::ListCirclesResponse>, Status> {
        let side = side::from_proto(request.get_ref().side());
        let circles = self.0.circles(identity::optional_viewer(&request), side).await?;
        let restricted = circles.is_none();
        let circles = circles.unwrap_or_default().into_iter().map(pb::Circle::from).collect();
        Ok(Response::new(pb::ListCirclesResponse { restricted, circles }))
    }

    async fn create(
        &self,
        request: Request<pb::CreateCirclesRequest>,
    ) -> Result<Response<pb::CreateCirclesResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let new: Vec<NewCircle<'_>> = request.get_ref().circles.iter().map(new_circle).collect();
        let Changed { now, invited, skipped } = self.0.create_circles(viewer, &new).await?;
        let circles = now.into_iter().map(pb::Circle::from).collect();
        Ok(Response::new(pb::CreateCirclesResponse { circles, invited, skipped }))
    }

    async fn get(&self, request: Request<pb::GetCircleRequest>) -> Result<Response<pb::GetCircleResponse>, Status> {
        let circle = self.0.circle(identity::optional_viewer(&request), &request.get_ref().id).await?;
        Ok(Response::new(pb::GetCircleResponse { restricted: circle.is_none(), circle: circle.map(Into::into) }))
    }

    async fn edit(
        &self,
        request: Request<pb::EditCircleRequest>,
    ) -> Result<Response<pb::ChangedCircleResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let asked = request.get_ref();
        let edit = EditCircle {
            label: asked.label.as_deref(),
            side: asked.side.as_deref(),
            color: asked.color.as_deref(),
            members: asked.members.as_ref().map(|members| members.names.as_slice()),
        };
        Ok(Response::new(self.0.edit_circle(viewer, &asked.id, edit).await?.into()))
    }

    async fn change_members(
        &self,
        request: Request<pb::ChangeMembersRequest>,
    ) -> Result<Response<pb::ChangedCircleResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let pb::ChangeMembersRequest { id, add, remove } = request.get_ref();
        Ok(Response::new(self.0.change_members(viewer, id, add, remove).await?.into()))
    }

    async fn delete(
        &self,
        request: Request<pb::DeleteCircleRequest>,
    ) -> Result<Response<pb::DeleteCircleResponse>, Status> {
        self.0.delete_circle(identity::viewer(&request)?, &request.get_ref().id).await?;
        Ok(Response::new(pb::DeleteCircleResponse {}))
    }

    async fn leave(
        &self,
        request: Request<pb::LeaveCircleRequest>,
    ) -> Result<Response<pb::LeaveCircleResponse>, Status> {
        self.0.leave_circle(identity::viewer(&request)?, &request.get_ref().id).await?;
        Ok(Response::new(pb::LeaveCircleResponse {}))
    }

    async fn list_events(
        &self,
        request: Request<pb::ListCircleEventsRequest>,
    ) -> Result<Response<pb::ListCircleEventsResponse>, Status> {
        let asked = request.get_ref();
        let viewer = identity::optional_viewer(&request);
        let page = self.0.circle_events(viewer, &asked.id, asked.limit, &asked.cursor).await?;
        let restricted = page.is_none();
        let page = page.unwrap_or_default();
        Ok(Response::new(pb::ListCircleEventsResponse {
            restricted,
            events: page.events.into_iter().map(pb::CircleEvent::from).collect(),
            next_cursor: page.next_cursor.unwrap_or_default(),
        }))
    }
}

fn new_circle(circle: &pb::NewCircle) -> NewCircle<'_> {
    let pb::NewCircle { label, side, color, members, client_key } = circle;
    NewCircle { label, side, color, members, client_key }
}

impl From<Circle> for pb::Circle {
    fn from(circle: Circle) -> Self {
        Self {
            id: circle.id,
            side: common::Side::from(circle.side).into(),
            label: circle.label,
            color: circle.color.as_str().to_owned(),
            members: circle.members,
            post_count: circle.post_count,
            is_owner: circle.is_owner,
            owner_username: circle.owner_username,
            owner_name: circle.owner_name,
            created_at: Some(timestamp::to_proto(circle.created_at)),
            updated_at: Some(timestamp::to_proto(circle.updated_at)),
        }
    }
}

impl From<Changed<Circle>> for pb::ChangedCircleResponse {
    fn from(changed: Changed<Circle>) -> Self {
        Self { circle: Some(changed.now.into()), invited: changed.invited, skipped: changed.skipped }
    }
}

impl From<Event> for pb::CircleEvent {
    fn from(event: Event) -> Self {
        let values = |from, to| pb::CircleValueChanged { from, to };
        let names = |names: Vec<Option<String>>| names.into_iter().map(Option::unwrap_or_default).collect();
        let change = match event.what {
            Happened::Created { label, side } => Told::Created(pb::CircleCreated { label, side }),
            Happened::Renamed { from, to } => Told::Renamed(values(from, to)),
            Happened::Recolored { from, to } => Told::Recolored(values(from, to)),
            Happened::MovedSide { from, to } => Told::MovedSide(values(from, to)),
            Happened::Members { from, to, via, pruned } => {
                let (member, allowed) = pruned.unzip();
                let allowed = allowed.unwrap_or_default().into_iter();
                Told::MembersUpdated(pb::CircleMembersChanged {
                    from: names(from),
                    to: names(to),
                    via: via.unwrap_or_default(),
                    member: member.map(Option::unwrap_or_default),
                    allowed: allowed.map(|side| common::Side::from(side).into()).collect(),
                })
            }
        };
        Self {
            id: event.id,
            at: Some(timestamp::to_proto(event.at)),
            actor: event.actor.unwrap_or_default(),
            change: Some(change),
        }
    }
}
