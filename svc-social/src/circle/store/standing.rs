//! SQL that reads, and fixes until the transaction ends, what decides who may be a member.

use std::collections::HashMap;

use platform::{
    AccountId, Side,
    person::{AccountState, Person},
    pg::Conn,
};
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::{circle::rule::Candidate, facet::display_name};

/// The owner, and how everybody whom a change may concern stands to him.
#[derive(Debug)]
pub struct Standing {
    pub owner: Person,
    /// Names of the facets that he has edited, by Side.
    faces: HashMap<String, String>,
    /// In order of joining; then those who are no members.
    pub people: Vec<Candidate>,
}

impl Standing {
    pub fn person(&self, id: AccountId) -> Option<&Candidate> {
        self.people.iter().find(|person| person.id == id)
    }

    /// What the owner is called in a Side.
    pub fn owner_name(&self, side: Side) -> String {
        let facet = self.faces.get(side.as_str()).map(String::as_str);
        display_name(facet, side, &self.owner.full_name, &self.owner.username)
    }
}

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Row {
    id: AccountId,
    username: String,
    full_name: String,
    state: AccountState,
    until: Option<OffsetDateTime>,
    staff: bool,
    email_verified: bool,
    created_at: OffsetDateTime,
    version: i64,
    faces: Option<Json<HashMap<String, String>>>,
    blocked: bool,
    placed: Option<Side>,
    follows: bool,
    left: bool,
    member: bool,
}

/// Of the owner, of these people, and of the members of the circle ("" = none yet). The pairs' locks are held: no block
/// appears between this and the write.
pub async fn standing(
    conn: &mut Conn,
    owner: AccountId,
    named: &[AccountId],
    circle: &str,
) -> Result<Option<Standing>, sqlx::Error> {
    let named: Vec<i64> = named.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"/* social.circle.standing */
           with concerned as materialized (
               select $1::bigint as id
               union select unnest($2::bigint[])
               union select account from social.circle_member where circle = $3),
           people as materialized (
               select x.* from concerned join social.person x on x.id = concerned.id order by x.id for share of x),
           shown as materialized (
               select pl.member, pl.side from people join social.placement pl on pl.owner = $1 and pl.member = people.id
               order by pl.member for share of pl),
           following as materialized (
               select fo.follower from people join social.follow fo on fo.follower = people.id and fo.target = $1
               order by fo.follower for share of fo)
           select x.id as "id!: AccountId", x.username as "username!", x.full_name as "full_name!",
                  x.state as "state!: AccountState", x.until, x.staff as "staff!",
                  x.email_verified as "email_verified!", x.created_at as "created_at!", x.version as "version!",
                  case when x.id = $1 then (select jsonb_object_agg(f.side, f.display_name)
                                            from social.facet f where f.person = $1)
                  end as "faces?: Json<HashMap<String, String>>",
                  (exists (select from social.blocked b where b.blocker = $1 and b.blocked = x.id)
                   or exists (select from social.blocked b where b.blocker = x.id and b.blocked = $1)) as "blocked!",
                  shown.side as "placed?: Side", following.follower is not null as "follows!",
                  coalesce(d.how = 'left', false) as "left!", m.account is not null as "member!"
           from people x
           left join shown on shown.member = x.id
           left join following on following.follower = x.id
           left join social.circle_departure d on d.circle = $3 and d.account = x.id
           left join social.circle_member m on m.circle = $3 and m.account = x.id
           order by m.joined_at nulls last, x.id"#,
        owner.0,
        &named,
        circle,
    )
    .fetch_all(conn)
    .await?;
    Ok(read(owner, rows))
}

fn read(id: AccountId, rows: Vec<Row>) -> Option<Standing> {
    let (mut owner, mut faces, mut people) = (None, HashMap::new(), Vec::new());
    for row in rows {
        if row.id == id {
            faces = row.faces.map(|faces| faces.0).unwrap_or_default();
            owner = Some(Person {
                id,
                username: row.username,
                full_name: row.full_name,
                state: row.state,
                until: row.until,
                staff: row.staff,
                email_verified: row.email_verified,
                created_at: row.created_at,
                version: row.version,
            });
            continue;
        }
        people.push(Candidate {
            id: row.id,
            username: row.username,
            gone: row.state.gone(),
            blocked: row.blocked,
            placed: row.placed,
            follows: row.follows,
            left: row.left,
            member: row.member,
        });
    }
    Some(Standing { owner: owner?, faces, people })
}
