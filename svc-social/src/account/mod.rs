//! One account as a whole: what it may take with it, and what goes when it ends.

mod export;
mod leave_posts;
mod purge;
mod store;

pub use self::{
    export::{Page, Section},
    store::export::{Circle, Follow, Membership, Placement, Post, Request},
    store::export_left::{Marked, Reply},
    store::export_met::Echo,
};
