//! SQL of the copies of people.

use platform::{
    AccountId,
    person::{AccountState, Person},
    pg::Conn,
};
use time::OffsetDateTime;

/// Makes rows of people who are heard of for the first time, with the circles that everybody begins with. Answers
/// those of whom less is known than is given; their rows are not even locked.
///
/// `persons`: each once, in the order of ids, so that two batches never wait for each other. `pair` is the key of a
/// pair lock that is taken first, shared: the rows come out of the very expression that takes it.
pub async fn put(conn: &mut Conn, pair: Option<i64>, persons: &[&Person]) -> Result<Vec<AccountId>, sqlx::Error> {
    let ids: Vec<i64> = persons.iter().map(|person| person.id.0).collect();
    let usernames: Vec<String> = persons.iter().map(|person| person.username.clone()).collect();
    let full_names: Vec<String> = persons.iter().map(|person| person.full_name.clone()).collect();
    let states: Vec<String> = persons.iter().map(|person| person.state.as_str().to_owned()).collect();
    let untils: Vec<Option<OffsetDateTime>> = persons.iter().map(|person| person.until).collect();
    let staff: Vec<bool> = persons.iter().map(|person| person.staff).collect();
    let verified: Vec<bool> = persons.iter().map(|person| person.email_verified).collect();
    let created: Vec<OffsetDateTime> = persons.iter().map(|person| person.created_at).collect();
    let versions: Vec<i64> = persons.iter().map(|person| person.version).collect();
    sqlx::query_scalar!(
        r#"/* social.person.put */
         with given as materialized (
             select n.*
             from unnest((select case when $10::bigint is null or pg_advisory_xact_lock_shared($10)::text is not null
                                      then $1::bigint[] end), $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::boolean[],
                         $7::boolean[], $8::timestamptz[], $9::bigint[])
                  as n (id, username, full_name, state, until, staff, email_verified, created_at, version)),
         made as (
             insert into social.person
                 (id, username, full_name, state, until, staff, email_verified, created_at, version)
             select given.* from given
             where not exists (select from social.person p where p.id = given.id)
             order by given.id
             on conflict (id) do nothing
             returning id, state, created_at),
         seeded as (
             insert into social.circle (id, owner, side, label, color, created_at, updated_at)
             select 'seed_me_' || x.id || s.tail, x.id, s.side, s.label, s.color, x.created_at, x.created_at
             from made x
             cross join (values ('_friends_closefriends', 'friends', 'Close Friends', 'emerald'),
                                ('_friends_gym', 'friends', 'Gym Crew', 'emerald'),
                                ('_close_family', 'close', 'Family', 'rose'),
                                ('_work_team', 'work', 'Team', 'slate')) s (tail, side, label, color)
             where x.state not in ('deleting', 'deleted')
             on conflict (id) do nothing
             returning id, owner, side, label, created_at),
         told as (
             insert into social.circle_event (id, circle, kind, actor, data, created_at)
             select 'se_' || id, id, 'created', owner, jsonb_build_object('label', label, 'side', side), created_at
             from seeded on conflict (id) do nothing)
         select given.id as "id!: AccountId"
         from given left join social.person p on p.id = given.id
         where p.version < given.version
            or (p.id is null and not exists (select from made where made.id = given.id))"#,
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

/// Applies a row to one of a lower version. Answers whether somebody went or came back by it.
pub async fn renew(conn: &mut Conn, person: &Person) -> Result<bool, sqlx::Error> {
    let turned = sqlx::query_scalar!(
        r#"/* social.person.renew */
         with held as materialized (
             select id, gone from social.person where id = $1 and version < $9 for no key update),
         renewed as (
             update social.person p set
                 username = $2, full_name = $3, state = $4, until = $5, staff = $6, email_verified = $7,
                 created_at = $8, version = $9
             from held where p.id = held.id
             returning p.id, p.gone, held.gone as was_gone),
         turned as (select id from renewed where gone <> was_gone),
         noted as (insert into social.recounting (person) select id from turned on conflict do nothing)
         select id as "id!: AccountId" from turned"#,
        person.id.0,
        person.username.as_str(),
        person.full_name.as_str(),
        person.state.as_str(),
        person.until,
        person.staff,
        person.email_verified,
        person.created_at,
        person.version,
    )
    .fetch_optional(conn)
    .await?;
    Ok(turned.is_some())
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
