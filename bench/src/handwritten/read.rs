//! The services' own statements, prepared once a connection.

use std::path::Path;

use platform::{Side, cursor::Place};
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime, macros::datetime};
use tokio_postgres::{Client, Row, Statement, types::ToSql};

use crate::{
    stage::{self, ROLE},
    statements,
};

const END_OF_TIME: OffsetDateTime = datetime!(9999-12-31 0:00 UTC);

pub struct Conn {
    client: Client,
    authenticate: Statement,
    public: Statement,
    private: Statement,
}

/// What a page is written from.
#[expect(clippy::struct_excessive_bools, reason = "columns")]
pub struct PostRow {
    pub id: String,
    pub author: i64,
    pub body: String,
    pub channel: Option<String>,
    pub urgent: bool,
    pub like_count: i64,
    pub reply_count: i64,
    pub echo_count: i64,
    pub liked: bool,
    pub echoed: bool,
    pub created_at: OffsetDateTime,
    pub edited_at: Option<OffsetDateTime>,
    pub username: String,
    pub full_name: String,
    pub state: String,
    pub until: Option<OffsetDateTime>,
    pub staff: bool,
    pub email_verified: bool,
    pub joined_at: OffsetDateTime,
    pub facet_name: Option<String>,
    pub facet_avatar: Option<String>,
}

impl Conn {
    pub async fn connect(socket: &Path) -> anyhow::Result<Self> {
        let client = stage::connect(socket, ROLE).await?;
        Ok(Self {
            authenticate: client.prepare(&statements::authenticate()?.sql).await?,
            public: client.prepare(&statements::feed_public()?.sql).await?,
            private: client.prepare(&statements::feed_private()?.sql).await?,
            client,
        })
    }

    pub async fn authenticate(&self, token: &str, now: OffsetDateTime) -> anyhow::Result<Option<i64>> {
        let hashes = vec![Sha256::digest(token.as_bytes()).to_vec()];
        let idle = now - Duration::days(14);
        let row = self.client.query_opt(&self.authenticate, &[&hashes, &now, &idle]).await?;
        Ok(row.map(|row| row.get("id")))
    }

    pub async fn feed(
        &self,
        viewer: i64,
        side: Side,
        limit: usize,
        place: Option<Place>,
    ) -> anyhow::Result<Vec<PostRow>> {
        let place = place.unwrap_or(Place { at: END_OF_TIME, id: String::new() });
        let (rows, staff, stranger, side_name) = (i64::try_from(limit)? + 1, false, false, side.as_str());
        let found = if side == Side::Public {
            let common = [&Some(viewer) as &(dyn ToSql + Sync), &staff, &stranger, &rows, &place.at, &place.id];
            self.client.query(&self.public, &[&common[..], &[&side_name]].concat()).await?
        } else {
            let opens: Vec<&str> = side.opened_by().iter().map(|side| side.as_str()).collect();
            let common = [&viewer as &(dyn ToSql + Sync), &staff, &stranger, &rows, &place.at, &place.id];
            self.client.query(&self.private, &[&common[..], &[&side_name, &opens]].concat()).await?
        };
        Ok(found.iter().map(PostRow::read).collect())
    }
}

impl PostRow {
    fn read(row: &Row) -> Self {
        Self {
            id: row.get(0),
            author: row.get(1),
            body: row.get(3),
            channel: row.get(4),
            urgent: row.get(5),
            like_count: row.get(6),
            echo_count: row.get(7),
            reply_count: row.get(8),
            liked: row.get(9),
            echoed: row.get(10),
            created_at: row.get(12),
            edited_at: row.get(13),
            username: row.get(14),
            full_name: row.get(15),
            state: row.get(16),
            until: row.get(17),
            staff: row.get(18),
            email_verified: row.get(19),
            joined_at: row.get(20),
            facet_name: row.get(21),
            facet_avatar: row.get(22),
        }
    }

    pub fn place(&self) -> Place {
        Place { at: self.created_at, id: self.id.clone() }
    }
}
