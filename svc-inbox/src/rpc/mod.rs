//! One file a gRPC service: protobuf to domain and back; no rule, no SQL.

mod account;
mod copies;
mod notifications;

use crate::Service;

pub struct Notifications(pub Service);
pub struct Copies(pub Service);
pub struct Account(pub Service);
