//! SQL that makes, changes and deletes circles: one statement a change, with its members and its events.

use platform::{AccountId, Side, pg::Conn};
use time::OffsetDateTime;

use crate::{
    circle::{
        event::Rows,
        id::{CircleId, Color},
    },
    post::{ClientKey, KEPT},
};

/// What a key of a circle says that it made.
pub const KIND: &str = "circle";

/// Circles that one account owns at most.
pub const OWN: i64 = 200;

/// What was made under a client key before.
#[derive(Debug)]
pub struct First {
    pub key: String,
    /// `circle`, or what else this account made under the key.
    pub kind: String,
    pub id: String,
    pub side: Side,
    pub created_at: OffsetDateTime,
}

/// New circles as columns, with their members, their first events and the keys that they are made under.
#[derive(Debug, Default)]
pub struct Insert {
    pub ids: Vec<String>,
    pub sides: Vec<String>,
    pub labels: Vec<String>,
    pub colors: Vec<String>,
    pub told: Rows,
    pub member_of: Vec<String>,
    pub members: Vec<i64>,
    /// Key, id and Side of each circle that has a key.
    pub keys: Vec<String>,
    pub key_ids: Vec<String>,
    pub key_sides: Vec<String>,
}

/// What came of it: nothing was made unless both are what was asked for.
#[derive(Debug)]
pub struct Inserted {
    /// Keys that nobody else had taken.
    pub keyed: i64,
    pub made: i64,
}

pub async fn first_answers(
    conn: &mut Conn,
    owner: AccountId,
    keys: &[ClientKey<'_>],
    now: OffsetDateTime,
) -> Result<Vec<First>, sqlx::Error> {
    let keys: Vec<String> = keys.iter().map(|key| key.as_str().to_owned()).collect();
    sqlx::query_as!(
        First,
        r#"/* social.circle.first_answers */
           select key, kind, id, side as "side: Side", created_at
           from social.client_key where author = $1 and key = any($2) and created_at > $3"#,
        owner.0,
        &keys,
        now - KEPT,
    )
    .fetch_all(conn)
    .await
}

/// All or none. The owner's lock is held: no other circle of his is made beside these.
pub async fn create(
    conn: &mut Conn,
    owner: AccountId,
    new: &Insert,
    now: OffsetDateTime,
) -> Result<Inserted, sqlx::Error> {
    sqlx::query_as!(
        Inserted,
        r#"/* social.circle.create */
           with keyed as (
               insert into social.client_key as held (author, key, kind, id, side, created_at)
               select $1, k.key, 'circle', k.id, k.side, $2
               from unnest($10::text[], $11::text[], $12::text[]) k (key, id, side) order by k.key
               on conflict (author, key) do update set
                   kind = excluded.kind, id = excluded.id, side = excluded.side, created_at = excluded.created_at
               where held.created_at <= $13
               returning key),
           made as (
               insert into social.circle (id, owner, side, label, color, created_at, updated_at)
               select c.id, $1, c.side, c.label, c.color, $2, $2
               from unnest($3::text[], $4::text[], $5::text[], $6::text[]) c (id, side, label, color)
               where (select count(*) from keyed) = cardinality($10::text[])
                 and (select count(*) from social.circle where owner = $1) + cardinality($3::text[]) <= $14
               returning id),
           joined as (
               insert into social.circle_member (circle, account, via, joined_at)
               select made.id, m.account, 'add', $2
               from unnest($7::text[], $8::bigint[]) m (circle, account) join made on made.id = m.circle),
           told as (
               insert into social.circle_event (id, circle, kind, actor, data, created_at)
               select e.id, made.id, 'created', $1, e.data, $2
               from unnest($9::text[], $3::text[], $15::jsonb[]) e (id, circle, data) join made on made.id = e.circle)
           select (select count(*) from keyed) as "keyed!", (select count(*) from made) as "made!""#,
        owner.0,
        now,
        &new.ids,
        &new.sides,
        &new.labels,
        &new.colors,
        &new.member_of,
        &new.members,
        &new.told.ids,
        &new.keys,
        &new.key_ids,
        &new.key_sides,
        now - KEPT,
        OWN,
        &new.told.data,
    )
    .fetch_one(conn)
    .await
}

/// A circle as it shall be, and who comes and goes.
pub struct Edit<'a> {
    pub id: &'a CircleId,
    pub side: Side,
    pub label: &'a str,
    pub color: Color,
    pub added: &'a [i64],
    pub removed: &'a [i64],
    pub told: &'a Rows,
}

/// In another Side other posts count: those that were made for it.
pub async fn edit(conn: &mut Conn, owner: AccountId, edit: &Edit<'_>, now: OffsetDateTime) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "/* social.circle.edit */
         with gone as (delete from social.circle_member where circle = $1 and account = any($7)),
         departed as (
             insert into social.circle_departure (circle, account, how, at)
             select $1, account, 'removed', $2 from unnest($7::bigint[]) account
             on conflict (circle, account) do update set how = excluded.how, at = excluded.at),
         back as (delete from social.circle_departure where circle = $1 and account = any($6)),
         joined as (
             insert into social.circle_member (circle, account, via, joined_at)
             select $1, account, 'add', $2 from unnest($6::bigint[]) account),
         told as (
             insert into social.circle_event (id, circle, kind, actor, data, created_at)
             select e.id, $1, e.kind, $8, e.data, $2
             from unnest($9::text[], $10::text[], $11::jsonb[]) e (id, kind, data))
         update social.circle set side = $3, label = $4, color = $5, updated_at = $2,
             post_count = case when side = $3 then post_count else (
                 select count(*) from social.post p where p.circle = $1 and p.side = $3 and not p.hidden) end
         where id = $1 returning post_count",
        edit.id.as_str(),
        now,
        edit.side.as_str(),
        edit.label,
        edit.color.as_str(),
        edit.added,
        edit.removed,
        owner.0,
        &edit.told.ids,
        &edit.told.kinds,
        &edit.told.data,
    )
    .fetch_one(conn)
    .await
}

/// Whether there was such a circle of this owner. With it go its members, departures, events and links; its posts stay.
pub async fn delete(conn: &mut Conn, id: &CircleId, owner: AccountId) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* social.circle.delete */
         delete from social.circle where id = $1 and owner = $2",
        id.as_str(),
        owner.0,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
