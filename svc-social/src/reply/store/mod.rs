//! SQL of replies.

mod list;
mod write;

pub use self::{
    list::{ReplyRow, first, list},
    write::{Begin, Begun, Insert, Inserted, begin, insert, purge_keys},
};
