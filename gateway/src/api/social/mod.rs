//! Sides, circles, posts and the feed.

pub mod access_requests;
pub mod circle;
pub mod circle_events;
pub mod circle_members;
mod circle_object;
pub mod circles;
mod facet_object;
pub mod feed;
pub mod follow;
pub mod invite;
pub mod invite_link;
mod invite_link_object;
pub mod invite_links;
mod invite_object;
pub mod invites;
pub mod ledger;
pub mod post;
mod post_object;
pub mod prism;
pub mod profile;
pub mod roster;
pub mod side;
pub mod user_card;
