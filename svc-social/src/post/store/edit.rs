//! SQL that gives a post another text.

use platform::{AccountId, PostId, pg::Conn};
use time::OffsetDateTime;

/// What becomes of a post that the caller holds.
pub struct Rewrite<'a> {
    pub id: &'a PostId,
    pub body: &'a str,
    pub edited_at: OffsetDateTime,
    /// All of the new text.
    pub tags: &'a [String],
    /// Names that it had before, too.
    pub kept: &'a [String],
    /// Who is named anew.
    pub added: &'a [AccountId],
}

/// Text, tags and mentions together. Answers who was named before.
pub async fn rewrite(conn: &mut Conn, change: &Rewrite<'_>) -> Result<Vec<AccountId>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* social.post.rewrite */
           with edited as (
               update social.post set body = $2, edited_at = $3 where id = $1
               returning id, author, side, created_at, circle),
           untagged as (
               delete from social.post_tag t where t.post = $1 and t.tag <> all($4)),
           tagged as (
               insert into social.post_tag (post, tag, author, side, created_at, circle)
               select edited.id, t.tag, edited.author, edited.side, edited.created_at, edited.circle
               from edited, unnest($4::text[]) t (tag)
               on conflict (post, tag) do nothing),
           before as (
               select m.account, x.username from social.mention m left join social.person x on x.id = m.account
               where m.post = $1 and m.reply = ''),
           unnamed as (
               delete from social.mention m using before b
               where m.post = $1 and m.reply = '' and m.account = b.account
                 and m.account <> all($6) and (b.username is null or lower(b.username) <> all($5))),
           named as (
               insert into social.mention (post, account, created_at)
               select edited.id, n.account, $3 from edited, unnest($6::bigint[]) n (account)
               on conflict (post, account, reply) do nothing)
           select account as "account!: AccountId" from before"#,
        change.id.as_str(),
        change.body,
        change.edited_at,
        change.tags,
        change.kept,
        &change.added.iter().map(|account| account.0).collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await
}
