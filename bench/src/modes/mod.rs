//! Measurements that are no race: many connections, a dependency that dies, the price of one step.

pub mod crowd;
pub mod enumeration;
pub mod idle;
pub mod logins;
mod mailbox;
pub mod redis;
mod seekers;
pub mod sessions;
