//! What `siddes.social.v1.Account` tells of replies, likes, echoes and hidden posts.

use platform::timestamp;
use proto::{common::v1 as common, social::v1 as pb};

use crate::account;

impl From<account::Reply> for pb::ExportedReply {
    fn from(row: account::Reply) -> Self {
        Self { id: row.id, post: row.post, text: row.text, created_at: Some(timestamp::to_proto(row.created_at)) }
    }
}

impl From<account::Marked> for pb::ExportedMark {
    fn from(row: account::Marked) -> Self {
        Self { post: row.post, created_at: Some(timestamp::to_proto(row.created_at)) }
    }
}

impl From<account::Echo> for pb::ExportedEcho {
    fn from(row: account::Echo) -> Self {
        Self {
            id: row.id,
            of: row.of,
            side: common::Side::from(row.side).into(),
            created_at: Some(timestamp::to_proto(row.created_at)),
        }
    }
}
