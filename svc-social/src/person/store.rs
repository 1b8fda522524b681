//! SQL of the copies of people.

use std::collections::BTreeMap;

use platform::{
    AccountId,
    person::{AccountState, Person},
    pg::Conn,
};
use time::OffsetDateTime;

/// Applies each row whose version is higher than the one held. In order of ids, so that two batches never wait for
/// each other; a row that is not newer is not even locked. Who is heard of for the first time has the circles that
/// everybody begins with.
/// Answers who went or came back by it.
///
/// `pair` is the key of a pair lock that is taken first, shared: the rows come out of the very expression that takes it.
pub async fn put(conn: &mut Conn, pair: Option<i64>, persons: &[Person]) -> Result<Vec<AccountId>, sqlx::Error> {
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
    sqlx::query_scalar!(
        r#"/* social.person.put */
         with old as (select id, gone from social.person where id = any($1)),
         put as (
             insert into social.person as held
                 (id, username, full_name, state, until, staff, email_verified, created_at, version)
             select n.*
             from unnest((select case when $10::bigint is null or pg_advisory_xact_lock_shared($10)::text is not null
                                      then $1::bigint[] end), $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::boolean[],
                         $7::boolean[], $8::timestamptz[], $9::bigint[])
                  as n (id, username, full_name, state, until, staff, email_verified, created_at, version)
             where not exists (select from social.person p where p.id = n.id and p.version >= n.version)
             order by n.id
             on conflict (id) do update set
                 username = excluded.username, full_name = excluded.full_name, state = excluded.state,
                 until = excluded.until, staff = excluded.staff, email_verified = excluded.email_verified,
                 created_at = excluded.created_at, version = excluded.version
             where held.version < excluded.version
             returning held.id, held.gone, held.state, held.created_at, held.xmax = 0 as new),
         seeded as (
             insert into social.circle (id, owner, side, label, color, created_at, updated_at)
             select 'seed_me_' || x.id || s.tail, x.id, s.side, s.label, s.color, x.created_at, x.created_at
             from put x
             cross join (values ('_friends_closefriends', 'friends', 'Close Friends', 'emerald'),
                                ('_friends_gym', 'friends', 'Gym Crew', 'emerald'),
                                ('_close_family', 'close', 'Family', 'rose'),
                                ('_work_team', 'work', 'Team', 'slate')) s (tail, side, label, color)
             where x.new and x.state not in ('deleting', 'deleted')
             on conflict (id) do nothing
             returning id, owner, side, label, created_at),
         told as (
             insert into social.circle_event (id, circle, kind, actor, data, created_at)
             select 'se_' || id, id, 'created', owner, jsonb_build_object('label', label, 'side', side), created_at
             from seeded on conflict (id) do nothing),
         turned as (select put.id from put join old on old.id = put.id where old.gone <> put.gone),
         noted as (
             insert into social.recounting (person) select id from turned order by id on conflict do nothing)
         select id as "id!: AccountId" from turned"#,
        &ids,
        &usernames,
        &full_names,
        &states,
        &untils as &[Option<OffsetDateTime>],
        &staff,
        &verified,
        &created,
        &versions,
        pair,
    )
    .fetch_all(conn)
    .await
}

/// The rows of these people, kept as they are until the transaction ends. Unknown ones are left out.
pub async fn share(conn: &mut Conn, ids: &[AccountId]) -> Result<Vec<Person>, sqlx::Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    sqlx::query_as!(
        Person,
        r#"/* social.person.share */
           select id as "id: AccountId", username, full_name, state as "state: AccountState", until, staff,
                  email_verified, created_at, version
           from social.person where id = any($1) order by id for share"#,
        &ids,
    )
    .fetch_all(conn)
    .await
}

/// One person's row as it is now.
pub async fn find(conn: &mut Conn, id: AccountId) -> Result<Option<Person>, sqlx::Error> {
    sqlx::query_as!(
        Person,
        r#"/* social.person.find */
           select id as "id: AccountId", username, full_name, state as "state: AccountState", until, staff,
                  email_verified, created_at, version
           from social.person where id = $1"#,
        id.0,
    )
    .fetch_optional(conn)
    .await
}
