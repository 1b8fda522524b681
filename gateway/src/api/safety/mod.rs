//! Blocks and mutes.

pub mod blocks;
pub mod mutes;

use platform::timestamp;
use proto::safety::v1::RelationItem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::door::fields::{Name, first};

/// Whom it is about; the first of the three that is not blank counts.
#[derive(Deserialize, ToSchema)]
struct Body {
    /// `me_<id>`, `@name` or `name`.
    target: Option<Name>,
    /// Another spelling of `target`.
    token: Option<Name>,
    /// Another spelling of `target`.
    handle: Option<Name>,
}

impl Body {
    fn target(self) -> String {
        first([self.target, self.token, self.handle])
    }
}

/// One person in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListedPerson)]
#[serde(rename_all = "camelCase")]
struct Item {
    /// Null while nobody is known to stand behind the handle.
    #[schema(required)]
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
