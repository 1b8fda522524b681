//! The services' gRPC contracts: `siddes.<service>.v1`, generated from the `.proto` files beside this crate.

#[expect(clippy::pedantic, reason = "generated code")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/siddes.rs"));
}

pub use generated::siddes::{access, auth, common, inbox, safety, social, status};

/// Every message and rpc with its options, for reflection and for the access interceptor.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor.bin"));
