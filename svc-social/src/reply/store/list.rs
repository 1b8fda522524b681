//! SQL that reads replies, and decides in the same statement whether the post above them is seen.

use platform::{AccountId, PostId, ReplyId, Side, pg::Conn};
use time::OffsetDateTime;

use crate::post::{ClientKey, KEPT, Reader, store::seen};

/// A reply below a post that is seen. The post has a row of its own if there is none.
#[derive(Debug)]
pub struct ReplyRow {
    /// Of the post.
    pub side: Side,
    /// Replies to the post that the reader may see, whether or not he mutes their authors.
    pub total: i64,
    pub id: Option<ReplyId>,
    /// What it answers, whether or not he sees that.
    pub parent: Option<ReplyId>,
    /// Where he does not see its parent: what is above that, upwards.
    pub above: Option<Vec<ReplyId>>,
    pub author: Option<AccountId>,
    pub username: Option<String>,
    pub full_name: Option<String>,
    /// Of the post's Side; `None` = never edited.
    pub facet_name: Option<String>,
    pub body: Option<String>,
    pub created_at: Option<OffsetDateTime>,
    /// Of his own.
    pub client_key: Option<String>,
}

/// - `cut`: who is blocked either way; staff reading is not stopped by it. `quiet`: whom the reader mutes.
/// - `head` counts as every reading of posts does: the post's own number, without people who are cut off, and with those
///   who went or came back while the job that counts has not come by.
/// - `above` climbs from a reply whose parent the reader does not see: at most 25 steps, by the primary key. Joining the
///   list with itself would be a thousand times a thousand, since nobody knows beforehand how long it is.
macro_rules! replies {
    ($from:literal, $laws:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            ReplyRow,
            "/* social.reply.list */
             with seen as materialized (
                 select p.id, p.side, p.reply_count " + $from + " where p.id = $4 and " + $laws + "),
             cut as materialized (
                 select b.blocked as id from social.blocked b where b.blocker = $1 and not $2
                 union
                 select b.blocker from social.blocked b where b.blocked = $1 and not $2),
             quiet as materialized (
                 select m.muted as id from social.muted m where m.muter = $1 and m.active),
             head as materialized (
                 select seen.id, seen.side,
                        seen.reply_count
                        - case when exists (select from cut)
                               then (select count(*) from social.reply r
                                     where r.post = seen.id and r.counted and r.author in (select cut.id from cut))
                               else 0 end
                        - (select count(*) filter (where y.gone) - count(*) filter (where not y.gone)
                           from social.recounting n
                           join social.person y on y.id = n.person
                           join social.reply r on r.author = y.id and r.post = seen.id and r.counted = y.gone
                           where y.id not in (select cut.id from cut)) as total
                 from seen),
             kept as materialized (
                 select r.id, r.parent, r.author, r.body, r.created_at, r.username, r.full_name
                 from seen cross join lateral (
                     select r.id, r.parent, r.author, r.body, r.created_at, x.username, x.full_name
                     from social.reply r join social.person x on x.id = r.author
                     where r.post = seen.id
                       and (r.author = $1
                            or (not x.gone and r.author not in (select cut.id from cut)
                                and r.author not in (select quiet.id from quiet)))
                     order by r.created_at, r.id limit $5) r)"
                + r#"
             select head.side as "side!: Side", head.total as "total!", kept.id as "id?: ReplyId",
                    kept.parent as "parent?: ReplyId",
                    case when kept.parent not in (select k.id from kept k) then array(
                        with recursive up (id, step) as (
                            select kept.parent, 0
                            union all
                            select r.parent, up.step + 1 from up cross join lateral (
                                select r.parent from social.reply r where r.id = up.id offset 0) r
                            where r.parent is not null)
                        select up.id from up order by up.step offset 1) end as "above?: Vec<ReplyId>",
                    kept.author as "author?: AccountId", kept.username as "username?",
                    kept.full_name as "full_name?", f.display_name as "facet_name?",
                    kept.body as "body?", kept.created_at as "created_at?", k.key as "client_key?"
             from head
             left join kept on true
             left join social.facet f on f.person = kept.author and f.side = head.side
             left join social.reply_key k
                 on kept.author = $1 and k.author = $1 and k.post = head.id and k.id = kept.id
             order by kept.created_at, kept.id"#,
            $($argument),+
        )
    };
}

/// Oldest first, at most `most`; no row at all if the post is not seen.
pub async fn list(conn: &mut Conn, post: &PostId, reader: Reader, most: i64) -> Result<Vec<ReplyRow>, sqlx::Error> {
    seen!(replies!(reader.id.map(|id| id.0), reader.staff, reader.stranger, post.as_str(), most)).fetch_all(conn).await
}

/// What a key of the reader made.
pub struct First {
    pub id: ReplyId,
    pub created_at: OffsetDateTime,
    /// `None` = gone, or out of his sight.
    pub body: Option<String>,
}

macro_rules! keyed {
    ($from:literal, $laws:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            First,
            "/* social.reply.first */
             with seen as materialized (select p.id " + $from + " where p.id = $4 and " + $laws + ")"
                + r#" select k.id as "id: ReplyId", coalesce(r.created_at, k.created_at) as "created_at!",
                             r.body as "body?"
             from social.reply_key k
             left join social.reply r on r.id = k.id and r.author = k.author and r.post in (select seen.id from seen)
             where k.author = $1 and k.post = $4 and k.key = $5 and k.created_at > $6"#,
            $($argument),+
        )
    };
}

/// What the reader's key made below this post within the last 90 days.
pub async fn first(
    conn: &mut Conn,
    post: &PostId,
    key: ClientKey<'_>,
    reader: Reader,
    now: OffsetDateTime,
) -> Result<Option<First>, sqlx::Error> {
    let viewer = reader.id.map(|id| id.0);
    seen!(keyed!(viewer, reader.staff, reader.stranger, post.as_str(), key.as_str(), now - KEPT))
        .fetch_optional(conn)
        .await
}
