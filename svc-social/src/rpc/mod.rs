//! One file a gRPC service: protobuf to domain and back; no rule, no SQL.

mod copies;
mod feed;
mod placements;
mod posts;

use crate::Service;

pub struct Placements(pub Service);
pub struct Posts(pub Service);
pub struct Feed(pub Service);
pub struct Copies(pub Service);
