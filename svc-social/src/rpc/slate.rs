//! `siddes.social.v1.Slate`.

use platform::timestamp;
use proto::social::v1::{self as pb, slate_server::Slate};
use tonic::{Request, Response, Status};

use crate::slate::{Entry, Kind};

#[tonic::async_trait]
impl Slate for super::Slate {
    async fn list(&self, request: Request<pb::ListSlateRequest>) -> Result<Response<pb::ListSlateResponse>, Status> {
        let slate = self.0.slate(&request.get_ref().target).await?;
        Ok(Response::new(pb::ListSlateResponse {
            target: slate.target,
            entries: slate.entries.into_iter().map(pb::SlateEntry::from).collect(),
        }))
    }
}

impl From<Entry> for pb::SlateEntry {
    fn from(entry: Entry) -> Self {
        let kind = match entry.kind {
            Kind::Vouch => pb::SlateKind::Vouch,
            Kind::Question => pb::SlateKind::Question,
        };
        Self {
            id: entry.id,
            writer: entry.writer.0,
            from_name: entry.from_name,
            from_handle: entry.from_handle,
            kind: kind.into(),
            text: entry.body,
            trust_level: entry.trust_level,
            created_at: Some(timestamp::to_proto(entry.created_at)),
        }
    }
}
