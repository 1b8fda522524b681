//! SQL that writes replies and their client keys.

use platform::{AccountId, PostId, ReplyId, person::Person, pg::Conn};
use time::OffsetDateTime;

use crate::post::{ClientKey, KEPT};

/// The deepest that a reply can stand; the first ones stand at 0.
const DEEPEST: i32 = 25;

/// What a reply begins with.
pub struct Begin<'a> {
    pub author: AccountId,
    pub post: &'a PostId,
    /// As sent; `None` = to the post itself.
    pub parent: Option<&'a str>,
    pub key: Option<ClientKey<'a>>,
    pub id: &'a ReplyId,
    pub now: OffsetDateTime,
}

/// Whom it concerns, as an unlocked look says.
pub struct Begun {
    /// Nothing was made under the key; true without one.
    pub fresh: bool,
    pub post_author: Option<AccountId>,
    pub parent_author: Option<AccountId>,
}

/// Takes the key for this reply, or, if another request took it, waits for that one to end. A key past its time is free.
pub async fn begin(conn: &mut Conn, begin: &Begin<'_>) -> Result<Begun, sqlx::Error> {
    sqlx::query_as!(
        Begun,
        r#"/* social.reply.begin */
           with taken as (
               insert into social.reply_key as held (author, post, key, id, created_at)
               select $1::bigint, $2::text, $3::text, $4::text, $5::timestamptz where $3::text is not null
               on conflict (author, post, key) do update set id = excluded.id, created_at = excluded.created_at
               where held.created_at <= $6
               returning id)
           select ($3::text is null or exists (select from taken)) as "fresh!",
                  (select p.author from social.post p where p.id = $2) as "post_author?: AccountId",
                  (select r.author from social.reply r where r.id = $7 and r.post = $2) as "parent_author?: AccountId""#,
        begin.author.0,
        begin.post.as_str(),
        begin.key.map(ClientKey::as_str),
        begin.id.as_str(),
        begin.now,
        begin.now - KEPT,
        begin.parent,
    )
    .fetch_one(conn)
    .await
}

/// A row of `reply` as it begins, and whom it names.
pub struct Insert<'a> {
    pub id: &'a ReplyId,
    pub post: &'a PostId,
    /// As sent; `None` = to the post itself.
    pub parent: Option<&'a str>,
    pub author: &'a Person,
    pub body: &'a str,
    pub now: OffsetDateTime,
    pub mentions: &'a [AccountId],
}

/// What came of it.
pub enum Inserted {
    Made {
        at: OffsetDateTime,
        parent_author: Option<AccountId>,
    },
    /// There is no such reply to this post, or its author is not there for the writer.
    NoParent,
    TooDeep,
}

struct Row {
    at: Option<OffsetDateTime>,
    parent_author: Option<AccountId>,
}

/// Writes a reply and counts it, if there is what it answers: later than that, whatever the clocks say. The post is
/// locked for what is counted in it.
pub async fn insert(conn: &mut Conn, reply: &Insert<'_>) -> Result<Inserted, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"/* social.reply.insert */
           with parent as materialized (
               select r.id, r.author, r.depth, r.created_at
               from social.reply r join social.person x on x.id = r.author
               where r.id = $3 and r.post = $2
                 and (r.author = $4
                      or (not x.gone
                          and ($5 or not exists (select from social.blocked b
                                                 where b.blocker = $4 and b.blocked = r.author))
                          and ($5 or not exists (select from social.blocked b
                                                 where b.blocker = r.author and b.blocked = $4))))),
           made as (
               insert into social.reply (id, post, parent, author, body, depth, counted, created_at)
               select $1::text, $2::text, parent.id, $4::bigint, $6::text, coalesce(parent.depth + 1, 0), $7::boolean,
                      greatest($8::timestamptz, parent.created_at + interval '1 microsecond')
               from (select) one left join parent on true
               where ($3::text is null or parent.depth < $9)
               returning id, post, counted, created_at),
           named as (
               insert into social.mention (post, reply, account, created_at)
               select made.post, made.id, n.account, made.created_at from made, unnest($10::bigint[]) n (account)),
           counted as (
               update social.post p set reply_count = p.reply_count + 1 from made
               where p.id = made.post and made.counted)
           select made.created_at as "at?", parent.author as "parent_author?: AccountId"
           from (select) one left join parent on true left join made on true"#,
        reply.id.as_str(),
        reply.post.as_str(),
        reply.parent,
        reply.author.id.0,
        reply.author.staff,
        reply.body,
        !reply.author.gone(),
        reply.now,
        DEEPEST,
        &reply.mentions.iter().map(|account| account.0).collect::<Vec<_>>(),
    )
    .fetch_one(conn)
    .await?;
    Ok(match (row.at, row.parent_author) {
        (Some(at), parent_author) => Inserted::Made { at, parent_author },
        (None, Some(_)) => Inserted::TooDeep,
        (None, None) => Inserted::NoParent,
    })
}

/// Forgets at most `most` keys whose time was over by `until`. One that is just taken anew is left alone.
pub async fn purge_keys(conn: &mut Conn, until: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.reply_key.purge */
         delete from social.reply_key where ctid = any(array(
             select ctid from social.reply_key where created_at <= $1
             order by created_at limit $2 for update skip locked))",
        until,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
