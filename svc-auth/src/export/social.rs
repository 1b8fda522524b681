//! What social knows of an account, section by section, all of them at once.

use futures::future::try_join_all;
use platform::{
    AccountId, Error,
    grpc::Channel,
    timestamp::{from_proto, iso, try_from_proto},
};
use proto::{
    common::v1::Side,
    social::v1::{self as pb, ExportSection, account_client::AccountClient},
};
use serde_json::{Value, json};

use super::room::{Room, Section};
use crate::Service;

/// Under which name each is told.
const SECTIONS: &[(ExportSection, &str)] = &[
    (ExportSection::Facets, "facets"),
    (ExportSection::Placements, "placements"),
    (ExportSection::Follows, "follows"),
    (ExportSection::Requests, "accessRequests"),
    (ExportSection::Circles, "sets"),
    (ExportSection::Memberships, "memberships"),
    (ExportSection::Invites, "invites"),
    (ExportSection::Posts, "posts"),
    (ExportSection::Replies, "replies"),
    (ExportSection::Likes, "likes"),
    (ExportSection::Echoes, "echoes"),
    (ExportSection::HiddenPosts, "hiddenPosts"),
    (ExportSection::PlacedBy, "placedBy"),
    (ExportSection::Asked, "accessRequestsReceived"),
];

/// # Errors
/// It does not answer.
pub async fn sections(service: &Service, account: AccountId, room: &Room) -> Result<Vec<Section>, Error> {
    let client = AccountClient::new(service.social());
    let all = SECTIONS.iter().map(|(section, name)| whole(client.clone(), account, *section, name, room));
    let (mut told, followers) = tokio::try_join!(try_join_all(all), followers(client.clone(), account))?;
    told.push(followers);
    Ok(told)
}

/// How many follow him: who they are is theirs.
async fn followers(mut client: AccountClient<Channel>, account: AccountId) -> Result<Section, Error> {
    let section = ExportSection::Followers.into();
    let message = pb::ExportRequest { account: account.0, section, after: String::new() };
    let count = client.export(message).await?.into_inner().followers;
    Ok(Section { name: "followers", rows: vec![json!({ "count": count })], truncated: false })
}

/// Page after page, while there is room.
async fn whole(
    mut client: AccountClient<Channel>,
    account: AccountId,
    section: ExportSection,
    name: &'static str,
    room: &Room,
) -> Result<Section, Error> {
    let mut told = Section::new(name);
    let mut after = String::new();
    loop {
        let message = pb::ExportRequest { account: account.0, section: section.into(), after };
        let page = client.export(message).await?.into_inner();
        if !told.add(rows(&page), room) || page.next.is_empty() {
            return Ok(told);
        }
        after = page.next;
    }
}

/// Only the list of the section asked for holds anything.
fn rows(page: &pb::ExportResponse) -> Vec<Value> {
    let mut rows: Vec<Value> = Vec::new();
    rows.extend(page.facets.iter().map(facet));
    rows.extend(page.placements.iter().map(|row| {
        json!({
            "member": handle(&row.member),
            "side": side(row.side),
            "createdAt": iso(from_proto(row.created_at)),
            "updatedAt": iso(from_proto(row.updated_at)),
        })
    }));
    rows.extend(
        page.follows
            .iter()
            .map(|row| json!({ "target": handle(&row.target), "createdAt": iso(from_proto(row.created_at)) })),
    );
    rows.extend(page.requests.iter().map(|row| {
        json!({
            "owner": handle(&row.owner),
            "side": side(row.side),
            "message": row.message,
            "askedAt": iso(from_proto(row.asked_at)),
        })
    }));
    rows.extend(page.circles.iter().map(|row| {
        json!({
            "id": row.id,
            "side": side(row.side),
            "label": row.label,
            "color": row.color,
            "members": row.members.iter().map(|name| handle(name)).collect::<Vec<_>>(),
            "createdAt": iso(from_proto(row.created_at)),
        })
    }));
    rows.extend(page.memberships.iter().map(|row| {
        json!({
            "id": row.circle_id,
            "side": side(row.side),
            "label": row.label,
            "owner": handle(&row.owner),
            "joinedAt": iso(from_proto(row.joined_at)),
        })
    }));
    rows.extend(page.invites.iter().map(invite));
    rows.extend(page.posts.iter().map(|row| {
        json!({ "id": row.id, "side": side(row.side), "text": row.text, "createdAt": iso(from_proto(row.created_at)) })
    }));
    rows.extend(page.replies.iter().map(|row| {
        json!({ "id": row.id, "postId": row.post, "text": row.text, "createdAt": iso(from_proto(row.created_at)) })
    }));
    rows.extend(page.likes.iter().chain(&page.hidden_posts).map(mark));
    rows.extend(page.echoes.iter().map(|row| {
        json!({ "id": row.id, "echoOf": row.of, "side": side(row.side), "createdAt": iso(from_proto(row.created_at)) })
    }));
    rows.extend(page.placed_by.iter().map(|row| {
        json!({ "owner": handle(&row.member), "side": side(row.side), "updatedAt": iso(from_proto(row.updated_at)) })
    }));
    rows.extend(page.asked.iter().map(|row| {
        json!({
            "requester": handle(&row.owner),
            "side": side(row.side),
            "message": row.message,
            "askedAt": iso(from_proto(row.asked_at)),
        })
    }));
    rows
}

fn mark(row: &pb::ExportedMark) -> Value {
    json!({ "postId": row.post, "createdAt": iso(from_proto(row.created_at)) })
}

fn facet(row: &pb::Facet) -> Value {
    json!({
        "side": side(row.side),
        "displayName": row.display_name,
        "headline": row.headline,
        "bio": row.bio,
        "location": row.location,
        "website": row.website,
        "coverUrl": row.cover_url,
        "avatarUrl": row.avatar_url,
        "rostersHidden": row.rosters_hidden,
        "anthem": row.anthem.as_ref().map(|anthem| json!({ "title": anthem.title, "artist": anthem.artist })),
        "pulse": row.pulse.as_ref().map(|pulse| json!({ "label": pulse.label, "text": pulse.text })),
        "updatedAt": row.updated_at.and_then(try_from_proto).map(iso),
    })
}

fn invite(row: &pb::Invite) -> Value {
    let status = match row.status() {
        pb::InviteStatus::Accepted => "accepted",
        pb::InviteStatus::Rejected => "rejected",
        pb::InviteStatus::Revoked => "revoked",
        pb::InviteStatus::Pending | pb::InviteStatus::Unspecified => "pending",
    };
    json!({
        "id": row.id,
        "circleId": row.circle_id,
        "label": row.label,
        "side": side(row.side),
        "inviter": handle(&row.inviter),
        "invitee": handle(&row.invitee),
        "status": status,
        "expired": row.expired,
        "message": row.message,
        "createdAt": iso(from_proto(row.created_at)),
        "updatedAt": iso(from_proto(row.updated_at)),
    })
}

fn handle(username: &str) -> String {
    format!("@{username}")
}

fn side(side: i32) -> Option<&'static str> {
    let side = Side::try_from(side).ok().and_then(platform::side::from_proto)?;
    Some(side.as_str())
}
