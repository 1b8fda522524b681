//! `siddes.social.v1.Echoes`.

use platform::identity;
use proto::{
    common::v1 as common,
    social::v1::{self as pb, echoes_server::Echoes},
};
use tonic::{Request, Response, Status};

use crate::echo::{Echoing, NewQuote};

#[tonic::async_trait]
impl Echoes for super::Echoes {
    async fn echo(&self, request: Request<pb::EchoRequest>) -> Result<Response<pb::EchoResponse>, Status> {
        let asked = request.get_ref();
        let echoing = self.0.echo(identity::viewer(&request)?, &asked.post, asked.side.as_deref()).await?;
        Ok(Response::new(pb::EchoResponse { echoing: Some(echoing.into()) }))
    }

    async fn unecho(&self, request: Request<pb::UnechoRequest>) -> Result<Response<pb::UnechoResponse>, Status> {
        let asked = request.get_ref();
        let echoing = self.0.unecho(identity::viewer(&request)?, &asked.post, asked.side.as_deref()).await?;
        Ok(Response::new(pb::UnechoResponse { echoing: Some(echoing.into()) }))
    }

    async fn quote(&self, request: Request<pb::QuoteRequest>) -> Result<Response<pb::QuoteResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let asked = request.get_ref();
        let new = NewQuote {
            post: &asked.post,
            text: &asked.text,
            side: asked.side.as_deref(),
            client_key: &asked.client_key,
        };
        let post = self.0.quote(viewer, new).await?;
        Ok(Response::new(pb::QuoteResponse { post: Some(post.into()) }))
    }
}

impl From<Echoing> for pb::Echoing {
    fn from(echoing: Echoing) -> Self {
        Self {
            post: echoing.post.into(),
            side: common::Side::from(echoing.side).into(),
            echoed: echoing.echoed,
            echo_count: echoing.count,
        }
    }
}
