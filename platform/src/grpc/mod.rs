//! gRPC between services: how one is served, and how one is called.

mod channel;
pub mod header;
pub(crate) mod measure;
mod outage;
mod retry;
#[cfg(test)]
mod retry_tests;
mod server;

pub use tonic::service::Routes;

pub use self::{
    channel::{Channel, LocalServices},
    retry::Repeat,
    server::{Server, serve},
};
