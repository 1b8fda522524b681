//! Blocks and mutes.

pub mod blocks;
pub mod mutes;

use platform::timestamp;
use proto::safety::v1::RelationItem;
use serde::Serialize;

/// One person in a list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: Option<i64>,
    handle: String,
    display_name: String,
    created_at: String,
}

fn items(items: Vec<RelationItem>) -> (Vec<String>, Vec<Item>) {
    let handles = items.iter().map(|item| item.handle.clone()).collect();
    let item = |item: RelationItem| Item {
        id: item.id,
        handle: item.handle,
        display_name: item.display_name,
        created_at: timestamp::iso(timestamp::from_proto(item.created_at)),
    };
    (handles, items.into_iter().map(item).collect())
}

/// Names under which a body may name its target; the first that holds a text counts.
const TARGET: [&str; 3] = ["target", "token", "handle"];
