//! SQL of links. A link is locked after the invite that waits for the same person, and before the circle.

mod joining;

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

pub use self::joining::{Held, find, hold, joiner, spend};
use super::{Link, State, Token};
use crate::circle::CircleId;

/// False if the circle has as many active links as it may have. The circle's row is locked.
pub async fn create(conn: &mut Conn, owner: AccountId, link: &Link, most: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.invite_link.create */
         insert into social.invite_link
             (token, circle, owner, label, side, max_uses, expires_at, created_at, updated_at)
         select $1, $2::text, $3, $4, $5, $6, $7, $8::timestamptz, $8
         where (select count(*) from social.invite_link
                where circle = $2 and revoked_at is null and uses < max_uses
                  and (expires_at is null or expires_at > $8)) < $9",
        link.token.as_str(),
        link.circle.as_str(),
        owner.0,
        link.label.as_str(),
        link.side.as_str(),
        link.max_uses,
        link.expires_at,
        link.created_at,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Of a circle that is this owner's.
pub async fn list(conn: &mut Conn, circle: &CircleId, owner: AccountId) -> Result<Vec<Link>, sqlx::Error> {
    sqlx::query_as!(
        Link,
        r#"/* social.invite_link.list */
           select token as "token: Token", circle, label, side as "side: Side", max_uses, uses, expires_at, revoked_at,
                  created_at, updated_at
           from social.invite_link where circle = $1 and owner = $2 order by updated_at desc, token limit 100"#,
        circle.as_str(),
        owner.0,
    )
    .fetch_all(conn)
    .await
}

/// The first revocation is the one that is told.
pub async fn revoke(
    conn: &mut Conn,
    circle: &CircleId,
    token: &Token,
    owner: AccountId,
    now: OffsetDateTime,
) -> Result<Option<Link>, sqlx::Error> {
    sqlx::query_as!(
        Link,
        r#"/* social.invite_link.revoke */
           update social.invite_link
           set updated_at = case when revoked_at is null then $4 else updated_at end,
               revoked_at = coalesce(revoked_at, $4)
           where token = $1 and circle = $2 and owner = $3
           returning token as "token: Token", circle, label, side as "side: Side", max_uses, uses, expires_at,
                     revoked_at, created_at, updated_at"#,
        token.as_str(),
        circle.as_str(),
        owner.0,
        now,
    )
    .fetch_optional(conn)
    .await
}

/// A link as it is shown to whoever holds it.
#[derive(Debug)]
pub struct PreviewRow {
    pub label: String,
    pub uses: i32,
    pub max_uses: i32,
    pub expires_at: Option<OffsetDateTime>,
    pub revoked_at: Option<OffsetDateTime>,
    pub username: String,
    pub full_name: String,
    /// `None` = never edited.
    pub facet_name: Option<String>,
}

impl PreviewRow {
    pub fn state(&self) -> State {
        let Self { uses, max_uses, expires_at, revoked_at, .. } = *self;
        State { uses, max_uses, expires_at, revoked_at }
    }
}

/// If its circle is where it was, and its owner is there for this viewer (0 = nobody).
pub async fn preview(conn: &mut Conn, token: &Token, viewer: AccountId) -> Result<Option<PreviewRow>, sqlx::Error> {
    sqlx::query_as!(
        PreviewRow,
        r#"/* social.invite_link.preview */
           select l.label, l.uses, l.max_uses, l.expires_at, l.revoked_at, o.username, o.full_name,
                  f.display_name as "facet_name?"
           from social.invite_link l
           join social.circle c on c.id = l.circle and c.owner = l.owner and c.side = l.side
           join social.person o on o.id = l.owner and not o.gone
           left join social.facet f on f.person = l.owner and f.side = 'public'
           where l.token = $1
             and not exists (select from social.blocked b where b.blocker = $2 and b.blocked = l.owner offset 0)
             and not exists (select from social.blocked b where b.blocker = l.owner and b.blocked = $2 offset 0)"#,
        token.as_str(),
        viewer.0,
    )
    .fetch_optional(conn)
    .await
}

/// Deletes at most `most` links that led nowhere before this.
pub async fn purge(conn: &mut Conn, until: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.invite_link.purge */
         delete from social.invite_link where token = any(array(
             select token from social.invite_link
             where updated_at < $1 and (revoked_at < $1 or expires_at < $1 or uses >= max_uses)
             order by updated_at limit $2 for update skip locked))",
        until,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
