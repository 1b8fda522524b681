//! SQL that reads circles as one viewer sees them: his own, and those that he belongs to.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use crate::{
    circle::id::{CircleId, Color},
    post::Reader,
};

/// A circle with its owner's face of its Side, and its members' names.
#[derive(Debug)]
pub struct SeenRow {
    pub id: CircleId,
    pub owner: AccountId,
    pub side: Side,
    pub label: String,
    pub color: Color,
    pub post_count: i64,
    pub created_at: OffsetDateTime,
    pub updated_at: OffsetDateTime,
    pub username: String,
    pub full_name: String,
    /// `None` = never edited.
    pub facet_name: Option<String>,
    /// In order of joining; without those who are gone, or cut off from the viewer by a block.
    pub members: Vec<String>,
}

/// The circles `c` for which `$filter` holds, newest change first. `$1` viewer, `$2` whether no membership counts for
/// him. Of an owner who is gone, others see nothing.
macro_rules! circles {
    ($name:literal, $filter:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            SeenRow,
            $name
                + " with mine as materialized (
                        select c.id from social.circle c where c.owner = $1 and "
                + $filter
                + "     union all
                        select c.id from social.circle_member m
                        join social.circle c on c.id = m.circle
                        join social.person o on o.id = c.owner and not o.gone
                        where m.account = $1 and not $2 and "
                + $filter
                + r#")
                    select c.id as "id: CircleId", c.owner as "owner: AccountId", c.side as "side: Side", c.label,
                           c.color as "color: Color", c.post_count, c.created_at, c.updated_at,
                           o.username, o.full_name, f.display_name as "facet_name?",
                           array(select x.username from social.circle_member m
                                 join social.person x on x.id = m.account and not x.gone
                                 where m.circle = c.id
                                   and not exists (select from social.blocked b
                                                   where b.blocker = $1 and b.blocked = m.account offset 0)
                                   and not exists (select from social.blocked b
                                                   where b.blocker = m.account and b.blocked = $1 offset 0)
                                 order by m.joined_at, m.account) as "members!"
                    from mine
                    join social.circle c on c.id = mine.id
                    join social.person o on o.id = c.owner
                    left join social.facet f on f.person = c.owner and f.side = c.side
                    order by c.updated_at desc, c.id desc"#,
            $($argument),+
        )
    };
}

/// All of them, or those of one Side.
pub async fn list(
    conn: &mut Conn,
    viewer: AccountId,
    reader: Reader,
    side: Option<Side>,
) -> Result<Vec<SeenRow>, sqlx::Error> {
    circles!(
        "/* social.circle.list */",
        "($3::text is null or c.side = $3)",
        viewer.0,
        reader.stranger,
        side.map(Side::as_str),
    )
    .fetch_all(conn)
    .await
}

pub async fn one(
    conn: &mut Conn,
    viewer: AccountId,
    reader: Reader,
    id: &CircleId,
) -> Result<Option<SeenRow>, sqlx::Error> {
    circles!("/* social.circle.one */", "c.id = $3", viewer.0, reader.stranger, id.as_str()).fetch_optional(conn).await
}

pub async fn by_ids(
    conn: &mut Conn,
    viewer: AccountId,
    reader: Reader,
    ids: &[String],
) -> Result<Vec<SeenRow>, sqlx::Error> {
    circles!("/* social.circle.by_ids */", "c.id = any($3)", viewer.0, reader.stranger, ids).fetch_all(conn).await
}
