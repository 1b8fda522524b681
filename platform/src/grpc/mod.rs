//! gRPC between services: how one is served, and how one is called.

mod channel;
pub mod header;
mod server;

pub use tonic::service::Routes;

pub use self::{
    channel::{Channel, LocalServices},
    server::{Server, serve},
};
