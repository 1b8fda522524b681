//! `siddes.social.v1.Replies`.

use platform::{identity, timestamp};
use proto::social::v1::{self as pb, replies_server::Replies};
use tonic::{Request, Response, Status};

use crate::reply::{Made, NewReply, Reply};

#[tonic::async_trait]
impl Replies for super::Replies {
    async fn list(
        &self,
        request: Request<pb::ListRepliesRequest>,
    ) -> Result<Response<pb::ListRepliesResponse>, Status> {
        let told = self.0.replies(identity::optional_viewer(&request), &request.get_ref().post).await?;
        Ok(Response::new(pb::ListRepliesResponse {
            post: told.post.into(),
            count: told.count,
            replies: told.listed.into_iter().map(pb::Reply::from).collect(),
        }))
    }

    async fn create(
        &self,
        request: Request<pb::CreateReplyRequest>,
    ) -> Result<Response<pb::CreateReplyResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let asked = request.get_ref();
        let new =
            NewReply { post: &asked.post, text: &asked.text, parent: &asked.parent, client_key: &asked.client_key };
        let made = self.0.create_reply(viewer, new).await?;
        Ok(Response::new(made.into()))
    }
}

impl From<Reply> for pb::Reply {
    fn from(reply: Reply) -> Self {
        Self {
            id: reply.id.into(),
            author: reply.author.0,
            name: reply.name,
            username: reply.username,
            text: reply.text,
            created_at: Some(timestamp::to_proto(reply.created_at)),
            client_key: reply.client_key,
            parent: reply.parent.map(String::from),
            depth: reply.depth,
        }
    }
}

impl From<Made> for pb::CreateReplyResponse {
    fn from(made: Made) -> Self {
        Self {
            id: made.id.into(),
            post: made.post.into(),
            text: made.text,
            client_key: made.client_key,
            created_at: Some(timestamp::to_proto(made.created_at)),
        }
    }
}
