//! The whole system, called as the web client calls it.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod accounts;
mod apart;
mod bad_input;
mod blocks;
mod executable;
mod explain;
mod faults;
mod first_session;
mod idempotency;
mod interleavings;
mod matrix;
mod mutes;
mod paging;
mod posts;
mod races;
mod sides;
mod staff;
mod statements;
