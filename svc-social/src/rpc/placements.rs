//! `siddes.social.v1.Placements`.

use platform::{Side, identity, timestamp};
use proto::{
    common::v1 as common,
    social::v1::{self as pb, placements_server::Placements},
};
use tonic::{Request, Response, Status};

use crate::placement::{Ledger, LedgerEntry, Place};

#[tonic::async_trait]
impl Placements for super::Placements {
    async fn place(&self, request: Request<pb::PlaceRequest>) -> Result<Response<pb::PlaceResponse>, Status> {
        let viewer = identity::viewer(&request)?;
        let asked = request.get_ref();
        let place = Place { username: &asked.username, side: &asked.side, confirm: asked.confirm };
        let side = self.0.place(viewer, place).await?;
        Ok(Response::new(pb::PlaceResponse { side: side_or_none(side).into() }))
    }

    async fn list_siders(
        &self,
        request: Request<pb::ListSidersRequest>,
    ) -> Result<Response<pb::ListSidersResponse>, Status> {
        let ledger = self.0.siders(identity::viewer(&request)?.person.id).await?;
        Ok(Response::new(pb::ListSidersResponse { ledger: Some(ledger.into()) }))
    }

    async fn list_followers(
        &self,
        request: Request<pb::ListFollowersRequest>,
    ) -> Result<Response<pb::ListFollowersResponse>, Status> {
        let ledger = self.0.followers(&identity::viewer(&request)?.person).await?;
        Ok(Response::new(pb::ListFollowersResponse { ledger: Some(ledger.into()) }))
    }
}

fn side_or_none(side: Option<Side>) -> common::Side {
    side.map_or(common::Side::Unspecified, common::Side::from)
}

impl From<Ledger> for pb::Ledger {
    fn from(ledger: Ledger) -> Self {
        let entries = |bucket: Vec<LedgerEntry>| bucket.into_iter().map(pb::LedgerEntry::from).collect();
        Self {
            friends: entries(ledger.friends),
            close: entries(ledger.close),
            work: entries(ledger.work),
            truncated: ledger.truncated,
        }
    }
}

impl From<LedgerEntry> for pb::LedgerEntry {
    fn from(entry: LedgerEntry) -> Self {
        Self {
            id: entry.id.0,
            username: entry.username,
            display_name: entry.display_name,
            avatar_url: entry.avatar_url,
            updated_at: Some(timestamp::to_proto(entry.updated_at)),
        }
    }
}
