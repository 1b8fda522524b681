//! SQL that says who may be named.

use platform::{AccountId, pg::Conn};

use super::Audience;
use crate::circle::CircleId;

/// Somebody who is named, as he stands to the text.
#[derive(Debug)]
pub struct Named {
    pub id: AccountId,
    /// He may be named.
    pub within: bool,
    /// He may read it.
    pub reads: bool,
}

/// Of these people those whom this service knows. What lets each of them read the text stays so until the transaction
/// ends: his row, and the placement or the membership.
pub async fn named(
    conn: &mut Conn,
    ids: &[i64],
    writer: AccountId,
    audience: &Audience<'_>,
) -> Result<Vec<Named>, sqlx::Error> {
    sqlx::query_as!(
        Named,
        r#"/* social.mention.named */
           with held as materialized (
               select x.id, x.gone from social.person x where x.id = any($1) order by x.id for share),
           placed as materialized (
               select pl.member from social.placement pl
               where pl.owner = $3 and pl.member = any($1) and $5::text is null
                 and (pl.side = $4 or (pl.side = 'close' and $4 = 'friends'))
               for share),
           joined as materialized (
               select m.account from social.circle_member m where m.circle = $5 and m.account = any($1) for share),
           apart as (
               select b.blocked as id, b.blocker as from_whom from social.blocked b
               where b.blocker in ($2, $3) and b.blocked = any($1)
               union
               select b.blocker, b.blocked from social.blocked b
               where b.blocked in ($2, $3) and b.blocker = any($1))
           select h.id as "id!: AccountId",
                  case when h.id in ($2, $3) then true
                       when h.gone then false
                       when $5::text is not null
                       then exists (select from social.circle c
                                    where c.id = $5 and c.side = $4
                                      and (c.owner = h.id or exists (select from joined j where j.account = h.id)))
                       when $4 = 'public' then true
                       else exists (select from placed pl where pl.member = h.id)
                            and not exists (select from apart a where a.id = h.id and a.from_whom = $2)
                  end as "within!",
                  not h.gone and not exists (select from apart a where a.id = h.id) as "reads!"
           from held h order by h.id"#,
        ids,
        writer.0,
        audience.author.0,
        audience.side.as_str(),
        audience.circle.map(CircleId::as_str),
    )
    .fetch_all(conn)
    .await
}
