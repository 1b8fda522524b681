//! `siddes.social.v1.HiddenPosts`.

use platform::identity;
use proto::social::v1::{self as pb, hidden_posts_server::HiddenPosts};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl HiddenPosts for super::HiddenPosts {
    async fn set(
        &self,
        request: Request<pb::SetHiddenPostRequest>,
    ) -> Result<Response<pb::SetHiddenPostResponse>, Status> {
        let asked = request.get_ref();
        self.0.set_hidden_post(identity::viewer(&request)?, &asked.post, asked.hidden).await?;
        Ok(Response::new(pb::SetHiddenPostResponse {}))
    }

    async fn list(
        &self,
        request: Request<pb::ListHiddenPostsRequest>,
    ) -> Result<Response<pb::ListHiddenPostsResponse>, Status> {
        let posts = self.0.hidden_posts(identity::viewer(&request)?.person.id).await?;
        Ok(Response::new(pb::ListHiddenPostsResponse { posts }))
    }
}
