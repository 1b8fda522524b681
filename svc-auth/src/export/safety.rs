//! What safety knows of an account: whom it keeps away.

use platform::{AccountId, Error, timestamp};
use proto::safety::v1::{ExportRequest, RelationItem, account_client::AccountClient};
use serde_json::{Value, json};

use super::room::{Room, Section};
use crate::Service;

/// # Errors
/// It does not answer.
pub async fn sections(service: &Service, account: AccountId, room: &Room) -> Result<Vec<Section>, Error> {
    let message = ExportRequest { account: account.0 };
    let lists = AccountClient::new(service.safety()).export(message).await?.into_inner();
    let (mut blocks, mut mutes) = (Section::new("blocks"), Section::new("mutes"));
    blocks.add(lists.blocks.iter().map(row), room);
    mutes.add(lists.mutes.iter().map(row), room);
    Ok(vec![blocks, mutes])
}

fn row(item: &RelationItem) -> Value {
    json!({
        "id": item.id,
        "handle": item.handle,
        "displayName": item.display_name,
        "createdAt": timestamp::iso(timestamp::from_proto(item.created_at)),
    })
}
