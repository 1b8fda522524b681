//! SQL that finds people by their names, which are in lower case.

use platform::{AccountId, pg::Conn};

/// Somebody, and whether he is staff.
pub struct NamedRow {
    pub id: AccountId,
    pub username: String,
    pub staff: bool,
}

/// At most `rows` people: whose names begin with `start`, and, if these are fewer than `enough`, those whose names fit
/// `pattern`. The first are found by the order of bytes, which is that of names: of a pattern that comes later the planner
/// cannot know that it has a beginning.
pub async fn people(
    conn: &mut Conn,
    viewer: AccountId,
    start: &str,
    pattern: &str,
    rows: i64,
    enough: i64,
) -> Result<Vec<NamedRow>, sqlx::Error> {
    sqlx::query_as!(
        NamedRow,
        r#"/* social.search.people */
           with starting as materialized (
               select x.id, x.username, x.staff from social.person x
               where x.username ~>=~ $2 and x.username ~<~ $3 and not x.gone
                 and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
                 and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)
               order by x.username using ~<~ limit $5::bigint),
           within as materialized (
               select x.id, x.username, x.staff from social.person x
               where (select count(*) from starting) < $6::bigint and x.username ilike $4
                 and not (x.username ~>=~ $2 and x.username ~<~ $3) and not x.gone
                 and not exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id offset 0)
                 and not exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1 offset 0)
               order by x.username using ~<~ limit $5::bigint)
           select f.id as "id!: AccountId", f.username as "username!", f.staff as "staff!"
           from (select 0 as place, s.id, s.username, s.staff from starting s
                 union all
                 select 1, w.id, w.username, w.staff from within w) f
           order by f.place, f.username using ~<~ limit $5::bigint"#,
        viewer.0,
        start,
        // Behind every name that begins so.
        format!("{start}\u{10ffff}"),
        pattern,
        rows,
        enough,
    )
    .fetch_all(conn)
    .await
}
