//! `siddes.social.v1.Feed`.

use platform::{Side, identity, side};
use proto::social::v1::{self as pb, feed_server::Feed};
use tonic::{Request, Response, Status};

use crate::feed::FeedRequest;

#[tonic::async_trait]
impl Feed for super::Feed {
    async fn list(&self, request: Request<pb::ListRequest>) -> Result<Response<pb::ListResponse>, Status> {
        let asked = request.get_ref();
        let feed = FeedRequest {
            side: side::from_proto(asked.side()).unwrap_or(Side::Public),
            limit: asked.limit,
            cursor: &asked.cursor,
            topic: &asked.topic,
            tag: &asked.tag,
            set_id: &asked.set_id,
        };
        let page = self.0.feed(identity::optional_viewer(&request), feed).await?;
        Ok(Response::new(pb::ListResponse {
            restricted: page.restricted,
            posts: page.posts.into_iter().map(pb::Post::from).collect(),
            next_cursor: page.next_cursor.unwrap_or_default(),
        }))
    }
}
