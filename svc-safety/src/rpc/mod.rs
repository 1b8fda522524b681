//! The gRPC services: protobuf ⇄ domain, and nothing else.

mod account;
mod blocks;
mod copies;
mod mutes;

use platform::timestamp;
use proto::safety::v1::RelationItem;

use crate::{Service, entry::Entry};

pub struct Blocks(pub Service);
pub struct Mutes(pub Service);
pub struct Copies(pub Service);
pub struct Account(pub Service);

impl From<Entry> for RelationItem {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.account.map(|account| account.0),
            display_name: entry.display_name(),
            handle: entry.handle,
            created_at: Some(timestamp::to_proto(entry.created_at)),
        }
    }
}
