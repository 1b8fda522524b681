//! `siddes.social.v1.Likes`.

use platform::identity;
use proto::social::v1::{self as pb, likes_server::Likes};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl Likes for super::Likes {
    async fn like(&self, request: Request<pb::LikeRequest>) -> Result<Response<pb::LikeResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let like_count = self.0.set_like(viewer, &request.get_ref().post, true).await?;
        Ok(Response::new(pb::LikeResponse { post: request.into_inner().post, like_count }))
    }

    async fn unlike(&self, request: Request<pb::UnlikeRequest>) -> Result<Response<pb::UnlikeResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let like_count = self.0.set_like(viewer, &request.get_ref().post, false).await?;
        Ok(Response::new(pb::UnlikeResponse { post: request.into_inner().post, like_count }))
    }
}
