//! SQL of notifications.

mod keep;
mod read;

pub use self::{
    keep::{fence, forget, lock, note_forgotten, purge_forgotten, purge_removed, put},
    read::{list, mark, mark_all},
};
