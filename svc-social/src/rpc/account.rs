//! `siddes.social.v1.Account`.

use platform::{AccountId, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, account_server::Account},
};
use tonic::{Request, Response, Status};

use crate::account::{self, Page, Section};

#[tonic::async_trait]
impl Account for super::Account {
    async fn export(&self, request: Request<pb::ExportRequest>) -> Result<Response<pb::ExportResponse>, Status> {
        let asked = request.get_ref();
        let Some(section) = section(asked.section()) else {
            return Ok(Response::new(pb::ExportResponse::default()));
        };
        // Whatever is no key begins anywhere: nothing but the account's own is told.
        if asked.after.contains('\0') {
            return Err(Status::invalid_argument("no key"));
        }
        let (page, next) = self.0.export(AccountId(asked.account), section, &asked.after).await?;
        Ok(Response::new(pb::ExportResponse { next: next.unwrap_or_default(), ..page.into() }))
    }

    async fn purge(&self, request: Request<pb::PurgeRequest>) -> Result<Response<pb::PurgeResponse>, Status> {
        let done = self.0.purge_account(AccountId(request.get_ref().account)).await?;
        Ok(Response::new(pb::PurgeResponse { done }))
    }
}

const fn section(section: pb::ExportSection) -> Option<Section> {
    match section {
        pb::ExportSection::Unspecified => None,
        pb::ExportSection::Facets => Some(Section::Facets),
        pb::ExportSection::Placements => Some(Section::Placements),
        pb::ExportSection::Follows => Some(Section::Follows),
        pb::ExportSection::Requests => Some(Section::Requests),
        pb::ExportSection::Circles => Some(Section::Circles),
        pb::ExportSection::Memberships => Some(Section::Memberships),
        pb::ExportSection::Invites => Some(Section::Invites),
        pb::ExportSection::Posts => Some(Section::Posts),
        pb::ExportSection::Replies => Some(Section::Replies),
        pb::ExportSection::Likes => Some(Section::Likes),
        pb::ExportSection::HiddenPosts => Some(Section::HiddenPosts),
        pb::ExportSection::PlacedBy => Some(Section::PlacedBy),
        pb::ExportSection::Asked => Some(Section::Asked),
        pb::ExportSection::Echoes => Some(Section::Echoes),
        pb::ExportSection::Followers => Some(Section::Followers),
    }
}

impl From<Page> for pb::ExportResponse {
    fn from(page: Page) -> Self {
        let mut answer = Self::default();
        match page {
            Page::Facets(rows) => answer.facets = rows.into_iter().map(Into::into).collect(),
            Page::Placements(rows) => answer.placements = rows.into_iter().map(Into::into).collect(),
            Page::Follows(rows) => answer.follows = rows.into_iter().map(Into::into).collect(),
            Page::Requests(rows) => answer.requests = rows.into_iter().map(Into::into).collect(),
            Page::Circles(rows) => answer.circles = rows.into_iter().map(Into::into).collect(),
            Page::Memberships(rows) => answer.memberships = rows.into_iter().map(Into::into).collect(),
            Page::Invites(rows) => answer.invites = rows.into_iter().map(Into::into).collect(),
            Page::Posts(rows) => answer.posts = rows.into_iter().map(Into::into).collect(),
            Page::Replies(rows) => answer.replies = rows.into_iter().map(Into::into).collect(),
            Page::Likes(rows) => answer.likes = rows.into_iter().map(Into::into).collect(),
            Page::HiddenPosts(rows) => answer.hidden_posts = rows.into_iter().map(Into::into).collect(),
            Page::PlacedBy(rows) => answer.placed_by = rows.into_iter().map(Into::into).collect(),
            Page::Asked(rows) => answer.asked = rows.into_iter().map(Into::into).collect(),
            Page::Echoes(rows) => answer.echoes = rows.into_iter().map(Into::into).collect(),
            Page::Followers(many) => answer.followers = many,
        }
        answer
    }
}

impl From<account::Placement> for pb::ExportedPlacement {
    fn from(row: account::Placement) -> Self {
        Self {
            member: row.username,
            side: common::Side::from(row.side).into(),
            created_at: Some(timestamp::to_proto(row.created_at)),
            updated_at: Some(timestamp::to_proto(row.updated_at)),
        }
    }
}

impl From<account::Follow> for pb::ExportedFollow {
    fn from(row: account::Follow) -> Self {
        Self { target: row.username, created_at: Some(timestamp::to_proto(row.created_at)) }
    }
}

impl From<account::Request> for pb::ExportedRequest {
    fn from(row: account::Request) -> Self {
        Self {
            owner: row.owner,
            side: common::Side::from(row.side).into(),
            message: row.message,
            asked_at: Some(timestamp::to_proto(row.asked_at)),
        }
    }
}

impl From<account::Circle> for pb::ExportedCircle {
    fn from(row: account::Circle) -> Self {
        Self {
            id: row.id,
            side: common::Side::from(row.side).into(),
            label: row.label,
            color: row.color,
            members: row.members,
            created_at: Some(timestamp::to_proto(row.created_at)),
        }
    }
}

impl From<account::Membership> for pb::ExportedMembership {
    fn from(row: account::Membership) -> Self {
        Self {
            circle_id: row.circle,
            side: common::Side::from(row.side).into(),
            label: row.label,
            owner: row.owner,
            joined_at: Some(timestamp::to_proto(row.joined_at)),
        }
    }
}

impl From<account::Post> for pb::ExportedPost {
    fn from(row: account::Post) -> Self {
        Self {
            id: row.id,
            side: common::Side::from(row.side).into(),
            text: row.text,
            created_at: Some(timestamp::to_proto(row.created_at)),
        }
    }
}
