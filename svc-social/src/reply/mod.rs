//! Replies to posts, and to one another: whoever sees a post reads them, and may write one.

mod create;
mod list;
mod purge;
mod store;

pub use self::{
    create::{Made, NewReply},
    list::Reply,
    purge::PurgeKeys,
};
