//! SQL of the copies of people.

use std::collections::BTreeMap;

use platform::{
    AccountId,
    person::{AccountState, Person},
    pg::Conn,
};
use time::OffsetDateTime;

/// Applies each row whose version is higher than the one held. In order of ids, so that two batches never wait for
/// each other; a row that is not newer is not even locked.
pub async fn put(conn: &mut Conn, persons: &[Person]) -> Result<(), sqlx::Error> {
    // One row an account: the newest.
    let mut newest: BTreeMap<AccountId, &Person> = BTreeMap::new();
    for person in persons {
        let held = newest.entry(person.id).or_insert(person);
        if held.version < person.version {
            *held = person;
        }
    }
    let ids: Vec<i64> = newest.keys().map(|id| id.0).collect();
    let usernames: Vec<String> = newest.values().map(|person| person.username.clone()).collect();
    let full_names: Vec<String> = newest.values().map(|person| person.full_name.clone()).collect();
    let states: Vec<String> = newest.values().map(|person| person.state.as_str().to_owned()).collect();
    let untils: Vec<Option<OffsetDateTime>> = newest.values().map(|person| person.until).collect();
    let staff: Vec<bool> = newest.values().map(|person| person.staff).collect();
    let verified: Vec<bool> = newest.values().map(|person| person.email_verified).collect();
    let created: Vec<OffsetDateTime> = newest.values().map(|person| person.created_at).collect();
    let versions: Vec<i64> = newest.values().map(|person| person.version).collect();
    sqlx::query!(
        "/* inbox.person.put */
         insert into inbox.person as held
             (id, username, full_name, state, until, staff, email_verified, created_at, version)
         select n.*
         from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::boolean[],
                     $7::boolean[], $8::timestamptz[], $9::bigint[])
              as n (id, username, full_name, state, until, staff, email_verified, created_at, version)
         where not exists (select from inbox.person p where p.id = n.id and p.version >= n.version)
         order by n.id
         on conflict (id) do update set
             username = excluded.username, full_name = excluded.full_name, state = excluded.state,
             until = excluded.until, staff = excluded.staff, email_verified = excluded.email_verified,
             created_at = excluded.created_at, version = excluded.version
         where held.version < excluded.version",
        &ids,
        &usernames,
        &full_names,
        &states,
        &untils as &[Option<OffsetDateTime>],
        &staff,
        &verified,
        &created,
        &versions,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What of a person decides whether there is a place for what is told of him, or to him.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    pub id: AccountId,
    pub state: AccountState,
}

impl Held {
    /// Nothing of him is kept any more.
    pub fn ends(self) -> bool {
        matches!(self.state, AccountState::Deleting | AccountState::Deleted)
    }
}

/// The rows of these people, kept as they are until the transaction ends. Unknown ones are left out.
pub async fn share(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Held>, sqlx::Error> {
    sqlx::query_as!(
        Held,
        r#"/* inbox.person.share */
           select id as "id: AccountId", state as "state: AccountState"
           from inbox.person where id = any($1) order by id for share"#,
        ids,
    )
    .fetch_all(conn)
    .await
}
