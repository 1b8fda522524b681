//! Measurements that are no race: many connections, a dependency that dies, the price of one step.

pub mod crowd;
pub mod idle;
pub mod redis;
pub mod sessions;
