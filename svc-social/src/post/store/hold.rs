//! SQL that keeps a post as it is, with what lets somebody act upon it.

use platform::{AccountId, PostId, pg::Conn};

/// Fixes, until the transaction ends, the circle of the post, its owner, the viewer's membership, the post, and what its
/// author shows the viewer, in this order. Whether the viewer sees it is asked after that. The post is locked for what will be counted in it: two who both held it shared could never count.
pub async fn fix(conn: &mut Conn, id: &PostId, viewer: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* social.post.fix */
           with circle as materialized (
               select c.id, c.owner from social.circle c
               where c.id = (select p.circle from social.post p where p.id = $1) for share),
           member as materialized (
               select m.account from social.circle_member m
               where m.circle = (select circle.id from circle) and m.account = $2 for share),
           owner as materialized (
               select o.id from social.person o where o.id = (select circle.owner from circle) for share),
           held as materialized (
               select p.author from social.post p
               where p.id = $1 and (select count(*) from member) + (select count(*) from owner) >= 0
               for no key update),
           opened as materialized (
               select pl.side from social.placement pl
               where pl.owner = (select held.author from held) and pl.member = $2 for share)
           select held.author from held where (select count(*) from opened) >= 0",
        id.as_str(),
        viewer.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}
