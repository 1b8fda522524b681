//! What `siddes.social.v1.Account` tells of replies, likes and hidden posts.

use platform::timestamp;
use proto::social::v1 as pb;

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
