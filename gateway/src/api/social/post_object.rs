//! The post object: one serializer for every surface.

use platform::{Side, link, side, timestamp};
use proto::social::v1::{Echoed, Post};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A post as one viewer sees it. What is empty is absent, but for what the web client always reads.
#[derive(Serialize, ToSchema)]
#[schema(as = Post)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the contract's own members")]
pub struct PostObject {
    id: String,
    author: String,
    handle: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    author_avatar_url: Option<String>,
    author_name: String,
    #[schema(required)]
    avatar_url: Option<String>,
    /// How long ago: `59s`, `59m`, `23h`, `9d`.
    time: String,
    /// Milliseconds since 1970.
    created_at: i64,
    content: String,
    kind: &'static str,
    like_count: i64,
    likes: i64,
    liked: bool,
    reply_count: i64,
    echo_count: i64,
    echoed: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    urgent: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    /// 0 to 3; on the public side only.
    #[serde(skip_serializing_if = "Option::is_none")]
    trust_level: Option<i32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    public_channel: String,
    /// The circle it was written in.
    #[serde(skip_serializing_if = "String::is_empty")]
    set_id: String,
    /// Of the circle, for who sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    set_label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    set_color: Option<String>,
    can_edit: bool,
    can_delete: bool,
    /// Milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'static str>,
    /// What it echoes or quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    echo_of: Option<EchoedObject>,
}

/// A post within another. Of one that is gone or not for this viewer only the id is told, and the same words.
#[derive(Serialize, ToSchema)]
#[schema(as = EchoedPost)]
struct EchoedObject {
    id: String,
    author: String,
    handle: String,
    time: String,
    content: String,
    kind: &'static str,
}

impl EchoedObject {
    fn of(echoed: Echoed, now: OffsetDateTime) -> Self {
        let Some(original) = echoed.original else {
            return Self {
                id: echoed.id,
                author: "Unknown".to_owned(),
                handle: "@unknown".to_owned(),
                time: String::new(),
                content: String::new(),
                kind: "text",
            };
        };
        let created = original.created_at.and_then(timestamp::try_from_proto);
        Self {
            id: echoed.id,
            author: original.author,
            handle: format!("@{}", original.username.to_lowercase()),
            time: created.map(|created| age(created, now)).unwrap_or_default(),
            content: original.content,
            kind: "text",
        }
    }
}

impl PostObject {
    pub fn of(post: Post, now: OffsetDateTime) -> Self {
        let public = side_of(&post) == Some(Side::Public);
        let created = post.created_at.and_then(timestamp::try_from_proto);
        let avatar = Some(post.avatar_url).filter(|url| !url.is_empty());
        Self {
            author_name: post.author.clone(),
            author: post.author,
            handle: format!("@{}", post.username.to_lowercase()),
            author_avatar_url: avatar.clone(),
            avatar_url: avatar,
            time: created.map(|created| age(created, now)).unwrap_or_default(),
            created_at: created.map_or(0, timestamp::millis),
            content: post.content,
            kind: "text",
            like_count: post.like_count,
            likes: post.like_count,
            liked: post.liked,
            reply_count: post.reply_count,
            echo_count: post.echo_count,
            echoed: post.echoed,
            urgent: post.urgent,
            tags: post.tags,
            trust_level: post.trust_level.filter(|_| public),
            public_channel: if public { post.public_channel } else { String::new() },
            set_id: post.set_id,
            set_label: post.set_label,
            set_color: post.set_color,
            can_edit: post.can_edit,
            can_delete: post.can_delete,
            edited_at: post.edited_at.and_then(timestamp::try_from_proto).map(timestamp::millis),
            context: post.mentioned.then_some("mention"),
            echo_of: post.echo_of.map(|echoed| EchoedObject::of(echoed, now)),
            id: post.id,
        }
    }
}

/// What an activity poll is told of a post.
#[derive(Serialize, ToSchema)]
#[schema(as = PostMark)]
#[serde(rename_all = "camelCase")]
pub struct LiteObject {
    id: String,
    has_doc: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
}

impl LiteObject {
    pub fn of(post: Post) -> Self {
        Self {
            has_doc: false,
            context: post.mentioned.then_some("mention"),
            kind: link::is_in(&post.content).then_some("link"),
            id: post.id,
        }
    }
}

pub fn side_of(post: &Post) -> Option<Side> {
    side::from_proto(post.side())
}

/// `59s`, `59m`, `23h`, `9d`: rounded down; the future is `0s`.
fn age(created: OffsetDateTime, now: OffsetDateTime) -> String {
    let seconds = (now - created).whole_seconds().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use proto::common::v1::Side as WireSide;
    use serde_json::json;
    use time::{Duration, macros::datetime};

    use super::*;

    #[test]
    fn ages_are_rounded_down() {
        let now = datetime!(2026-11-24 12:00 UTC);
        for (seconds, text) in
            [(-5, "0s"), (59, "59s"), (60, "1m"), (3_599, "59m"), (3_600, "1h"), (86_399, "23h"), (864_000, "10d")]
        {
            assert_eq!(age(now - Duration::seconds(seconds), now), text);
        }
    }

    #[test]
    fn what_is_empty_is_absent() {
        let created = datetime!(2026-11-24 12:00 UTC);
        let post = Post {
            id: "p_1_a".to_owned(),
            side: WireSide::Friends.into(),
            author: "Ann Lee".to_owned(),
            username: "ann_lee".to_owned(),
            created_at: Some(timestamp::to_proto(created)),
            content: "hi".to_owned(),
            trust_level: Some(1),
            can_edit: true,
            ..Post::default()
        };
        let object = serde_json::to_value(PostObject::of(post, created)).expect("json");
        assert_eq!(
            object,
            json!({
                "id": "p_1_a", "author": "Ann Lee", "handle": "@ann_lee", "authorName": "Ann Lee", "avatarUrl": null,
                "time": "0s", "createdAt": 1_795_521_600_000_i64, "content": "hi", "kind": "text", "likeCount": 0,
                "likes": 0, "liked": false, "replyCount": 0, "echoCount": 0, "echoed": false, "canEdit": true,
                "canDelete": false
            })
        );
    }
}
