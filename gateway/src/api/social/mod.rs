//! Sides, posts and the feed.

pub mod feed;
pub mod ledger;
pub mod post;
mod post_object;
pub mod side;
