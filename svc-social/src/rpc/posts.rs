//! `siddes.social.v1.Posts`.

use platform::{AccountId, identity, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, posts_server::Posts},
};
use tonic::{Request, Response, Status};

use crate::post::{Echoed, NewPost, Post};

#[tonic::async_trait]
impl Posts for super::Posts {
    async fn create(&self, request: Request<pb::CreateRequest>) -> Result<Response<pb::CreateResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let asked = request.get_ref();
        let new = NewPost {
            text: &asked.text,
            side: asked.side.as_deref(),
            set_id: &asked.set_id,
            channel: &asked.public_channel,
            urgent: asked.urgent,
            client_key: &asked.client_key,
            media_keys: &asked.media_keys,
        };
        let post = self.0.create_post(viewer, new).await?;
        Ok(Response::new(pb::CreateResponse { post: Some(post.into()) }))
    }

    async fn get(&self, request: Request<pb::GetRequest>) -> Result<Response<pb::GetResponse>, Status> {
        let post = self.0.post(identity::optional_viewer(&request), &request.get_ref().id).await?;
        Ok(Response::new(pb::GetResponse { post: Some(post.into()) }))
    }

    async fn edit(&self, request: Request<pb::EditRequest>) -> Result<Response<pb::EditResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let asked = request.get_ref();
        let post = self.0.edit_post(viewer, &asked.id, &asked.text).await?;
        Ok(Response::new(pb::EditResponse { post: Some(post.into()) }))
    }

    async fn delete(&self, request: Request<pb::DeleteRequest>) -> Result<Response<pb::DeleteResponse>, Status> {
        self.0.delete_post(identity::viewer(&request)?, &request.get_ref().id).await?;
        Ok(Response::new(pb::DeleteResponse {}))
    }

    async fn visible(&self, request: Request<pb::VisibleRequest>) -> Result<Response<pb::VisibleResponse>, Status> {
        let asked = request.get_ref();
        let posts = self.0.visible_posts(AccountId(asked.viewer), &asked.posts).await?;
        Ok(Response::new(pb::VisibleResponse { posts }))
    }
}

impl From<Echoed> for pb::Echoed {
    fn from(echoed: Echoed) -> Self {
        Self {
            id: echoed.id.into(),
            original: echoed.original.map(|original| pb::Original {
                author: original.author,
                username: original.username,
                created_at: Some(timestamp::to_proto(original.created_at)),
                content: original.content,
            }),
        }
    }
}

impl From<Post> for pb::Post {
    fn from(post: Post) -> Self {
        Self {
            id: post.id.into(),
            side: common::Side::from(post.side).into(),
            author: post.author,
            username: post.username,
            avatar_url: post.avatar_url,
            created_at: Some(timestamp::to_proto(post.created_at)),
            edited_at: post.edited_at.map(timestamp::to_proto),
            content: post.content,
            tags: post.tags,
            urgent: post.urgent,
            public_channel: post.channel,
            like_count: post.like_count,
            reply_count: post.reply_count,
            echo_count: post.echo_count,
            liked: post.liked,
            echoed: post.echoed,
            can_edit: post.can_edit,
            can_delete: post.can_delete,
            trust_level: post.trust_level,
            mentioned: post.mentioned,
            set_id: post.circle.unwrap_or_default(),
            set_label: post.circle_label,
            set_color: post.circle_color.map(|color| color.as_str().to_owned()),
            echo_of: post.echo_of.map(pb::Echoed::from),
        }
    }
}
