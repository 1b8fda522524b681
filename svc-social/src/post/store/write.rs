//! SQL that writes posts, their tags and their client keys.

use platform::{AccountId, PostId, Side, pg::Conn};
use time::OffsetDateTime;

use crate::{
    circle::CircleId,
    post::client_key::{ClientKey, FirstAnswer, KEPT},
};

/// What the key of a post says that it made.
const KIND: &str = "post";

/// A row of `post` as it begins, the tags in its text, and whom it names.
pub struct Insert<'a> {
    pub id: &'a PostId,
    pub author: AccountId,
    pub side: Side,
    pub circle: Option<&'a CircleId>,
    pub body: &'a str,
    pub channel: Option<&'a str>,
    pub urgent: bool,
    pub created_at: OffsetDateTime,
    pub tags: &'a [String],
    pub echo_of: Option<&'a PostId>,
    pub mentions: &'a [AccountId],
}

/// In a circle it counts: the circle's row is locked, and of the same Side.
pub async fn insert(conn: &mut Conn, post: &Insert<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.post.insert */
         with made as (
             insert into social.post (id, author, side, body, channel, urgent, created_at, circle, echo_of)
             values ($1, $2, $3, $4, $5, $6, $7, $9, $10)
             returning id, author, side, created_at, circle
         ),
         counted as (
             update social.circle c set post_count = c.post_count + 1 from made where c.id = made.circle),
         named as (
             insert into social.mention (post, account, created_at)
             select made.id, n.account, made.created_at from made, unnest($11::bigint[]) n (account))
         insert into social.post_tag (post, tag, author, side, created_at, circle)
         select made.id, t.tag, made.author, made.side, made.created_at, made.circle
         from made, unnest($8::text[]) t (tag)",
        post.id.as_str(),
        post.author.0,
        post.side.as_str(),
        post.body,
        post.channel,
        post.urgent,
        post.created_at,
        post.tags,
        post.circle.map(CircleId::as_str),
        post.echo_of.map(PostId::as_str),
        &post.mentions.iter().map(|account| account.0).collect::<Vec<_>>(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes the key for this post, or, if another request took it, waits for that one to end: false if it committed.
/// A key past its time is free.
pub async fn take_key(
    conn: &mut Conn,
    author: AccountId,
    key: ClientKey<'_>,
    id: &PostId,
    side: Side,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.client_key.take */
         insert into social.client_key as held (author, key, kind, id, side, created_at)
         values ($1, $2, $7, $3, $4, $5)
         on conflict (author, key) do update set
             kind = excluded.kind, id = excluded.id, side = excluded.side, created_at = excluded.created_at
         where held.created_at <= $6",
        author.0,
        key.as_str(),
        id.as_str(),
        side.as_str(),
        now,
        now - KEPT,
        KIND,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What is known before a post is checked.
#[derive(Debug, Default)]
pub struct Before {
    /// What was made under the key within the last 90 days.
    pub first: Option<FirstAnswer>,
    /// The Side of the circle, if the author may write there.
    pub circle: Option<Side>,
}

struct BeforeRow {
    kind: Option<String>,
    id: Option<PostId>,
    side: Option<Side>,
    created_at: Option<OffsetDateTime>,
    circle: Option<Side>,
}

/// # Errors
/// The database's. `Ok(None)` = something else than a post was made under the key.
pub async fn before(
    conn: &mut Conn,
    author: AccountId,
    key: Option<ClientKey<'_>>,
    circle: Option<&CircleId>,
    now: OffsetDateTime,
) -> Result<Option<Before>, sqlx::Error> {
    let row = sqlx::query_as!(
        BeforeRow,
        r#"/* social.post.before */
           select k.kind as "kind?", k.id as "id?: PostId", k.side as "side?: Side", k.created_at as "created_at?",
                  c.side as "circle?: Side"
           from (select) one
           left join social.client_key k on k.author = $1 and k.key = $2 and k.created_at > $3
           left join social.circle c on c.id = $4
               and (c.owner = $1
                    or (exists (select from social.circle_member m where m.circle = c.id and m.account = $1)
                        and exists (select from social.person o where o.id = c.owner and not o.gone)))"#,
        author.0,
        key.map(ClientKey::as_str),
        now - KEPT,
        circle.map(CircleId::as_str),
    )
    .fetch_one(conn)
    .await?;
    if row.kind.as_deref().is_some_and(|kind| kind != KIND) {
        return Ok(None);
    }
    let first = row.id.zip(row.side).zip(row.created_at);
    let first = first.map(|((id, side), created_at)| FirstAnswer { id, side, created_at });
    Ok(Some(Before { first, circle: row.circle }))
}

/// Forgets at most `most` keys whose time was over by `until`. One that is just taken anew is left alone.
pub async fn purge_keys(conn: &mut Conn, until: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.client_key.purge */
         delete from social.client_key where ctid = any(array(
             select ctid from social.client_key where created_at <= $1
             order by created_at limit $2 for update skip locked))",
        until,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
