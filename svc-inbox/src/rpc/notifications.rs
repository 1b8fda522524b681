//! `siddes.inbox.v1.Notifications`.

use platform::{AccountId, PostId, Side, identity, side, timestamp};
use proto::{
    common::v1 as common,
    inbox::v1::{self as pb, notifications_server::Notifications},
};
use tonic::{Request, Response, Status};

use crate::notification::{Entry, Key, Kind, Notification, Told};

#[tonic::async_trait]
impl Notifications for super::Notifications {
    async fn list(&self, request: Request<pb::ListRequest>) -> Result<Response<pb::ListResponse>, Status> {
        let Some(viewer) = identity::optional_viewer(&request) else {
            return Ok(Response::new(pb::ListResponse { notifications: Vec::new(), restricted: true }));
        };
        let list = self.0.notifications(viewer.person.id, known(request.get_ref().side())?).await?;
        let notifications = list.into_iter().map(pb::Notification::from).collect();
        Ok(Response::new(pb::ListResponse { notifications, restricted: false }))
    }

    async fn mark_read(&self, request: Request<pb::MarkReadRequest>) -> Result<Response<pb::MarkReadResponse>, Status> {
        let (viewer, asked) = (identity::viewer(&request)?.person.id, request.get_ref());
        let marked = self.0.mark_read(viewer, known(asked.side())?, &asked.ids).await?;
        Ok(Response::new(pb::MarkReadResponse { marked: count(marked) }))
    }

    async fn mark_all_read(
        &self,
        request: Request<pb::MarkAllReadRequest>,
    ) -> Result<Response<pb::MarkAllReadResponse>, Status> {
        let viewer = identity::viewer(&request)?.person.id;
        let marked = self.0.mark_all_read(viewer, known(request.get_ref().side())?).await?;
        Ok(Response::new(pb::MarkAllReadResponse { marked: count(marked) }))
    }

    async fn apply(&self, request: Request<pb::ApplyRequest>) -> Result<Response<pb::ApplyResponse>, Status> {
        let pb::ApplyRequest { entries, forgotten_posts } = request.into_inner();
        let entries = entries.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        if !forgotten_posts.iter().all(|post| PostId::parse(post).is_some()) {
            return Err(Status::invalid_argument("no post"));
        }
        self.0.apply(entries).await?;
        self.0.forget(&forgotten_posts).await?;
        Ok(Response::new(pb::ApplyResponse {}))
    }
}

fn known(side: common::Side) -> Result<Side, Status> {
    side::from_proto(side).ok_or_else(|| Status::invalid_argument("no side"))
}

fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// One of which nothing can be known is refused with all others: it is a fault of the caller.
fn entry(entry: pb::Entry) -> Result<Entry, Status> {
    let kind = match entry.kind() {
        pb::Kind::Unspecified => return Err(Status::invalid_argument("no kind")),
        pb::Kind::Reply => Kind::Reply,
        pb::Kind::Like => Kind::Like,
        pb::Kind::Mention => Kind::Mention,
        pb::Kind::Echo => Kind::Echo,
    };
    let side = known(entry.side())?;
    let post = PostId::parse(&entry.post).ok_or_else(|| Status::invalid_argument("no post"))?;
    let told = |told: pb::Told| Told {
        at: timestamp::from_proto(told.at),
        // Texts of a database hold none.
        glimpse: told.glimpse.replace('\0', ""),
        post_title: told.post_title.replace('\0', ""),
    };
    Ok(Entry {
        key: Key {
            receiver: AccountId(entry.receiver),
            side,
            kind,
            actor: AccountId(entry.actor),
            post: post.to_string(),
        },
        version: entry.version,
        told: entry.told.map(told),
    })
}

impl From<Notification> for pb::Notification {
    fn from(row: Notification) -> Self {
        let kind = match row.kind {
            Kind::Reply => pb::Kind::Reply,
            Kind::Like => pb::Kind::Like,
            Kind::Mention => pb::Kind::Mention,
            Kind::Echo => pb::Kind::Echo,
        };
        Self {
            id: row.id,
            side: common::Side::from(row.side).into(),
            kind: kind.into(),
            actor: row.actor,
            post: row.post,
            at: Some(timestamp::to_proto(row.at)),
            glimpse: row.glimpse,
            post_title: row.post_title,
            read: row.read,
        }
    }
}
