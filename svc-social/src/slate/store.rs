//! SQL of slates.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Kind {
    Vouch,
    Question,
}

/// One entry; its names are as they were when it was written.
#[derive(Debug)]
pub struct Entry {
    pub id: String,
    pub writer: AccountId,
    pub from_name: String,
    pub from_handle: String,
    pub kind: Kind,
    pub body: String,
    pub trust_level: i32,
    pub created_at: OffsetDateTime,
}

/// The name is in lower case. A writer who is not known at all is not gone.
pub async fn list(conn: &mut Conn, target: &str, most: i64) -> Result<Vec<Entry>, sqlx::Error> {
    sqlx::query_as!(
        Entry,
        r#"/* social.slate.list */
           select e.id, e.writer as "writer: AccountId", e.from_name, e.from_handle, e.kind as "kind: Kind", e.body,
                  e.trust_level, e.created_at
           from social.slate_entry e
           where e.target = $1
             and not exists (select from social.person x where x.id = e.writer and x.gone offset 0)
             and (select bool_and(t.gone) from social.person t where t.username = $1) is not true
           order by e.trust_level desc, e.created_at desc, e.id desc limit $2"#,
        target,
        most,
    )
    .fetch_all(conn)
    .await
}
