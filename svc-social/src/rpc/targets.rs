//! `siddes.social.v1.Targets`.

use platform::{AccountId, Error};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, targets_server::Targets},
};
use tonic::{Request, Response, Status};

use crate::{refused::Refused, report::TargetKind};

#[tonic::async_trait]
impl Targets for super::Targets {
    async fn describe_target(
        &self,
        request: Request<pb::DescribeTargetRequest>,
    ) -> Result<Response<pb::DescribeTargetResponse>, Status> {
        let asked = request.get_ref();
        let kind = match asked.kind() {
            pb::TargetKind::Unspecified => return Err(Error::from(Refused::BadRequest).into()),
            pb::TargetKind::Broadcast => return Ok(Response::new(pb::DescribeTargetResponse::default())),
            pb::TargetKind::Post => TargetKind::Post,
            pb::TargetKind::Reply => TargetKind::Reply,
            pb::TargetKind::User => TargetKind::User,
        };
        let found = self.0.describe_target(AccountId(asked.reporter), kind, &asked.id).await?;
        let found = found.map(|found| pb::DescribeTargetResponse {
            exists: true,
            visible: found.visible,
            author: found.author.0,
            side: common::Side::from(found.side).into(),
            text: found.text,
        });
        Ok(Response::new(found.unwrap_or_default()))
    }
}
