//! SQL of persons: the row that is copied to other services.

use platform::{
    AccountId,
    person::{AccountState, Person},
    pg::Conn,
};
use time::OffsetDateTime;

pub async fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<Person>, sqlx::Error> {
    sqlx::query_as!(
        Person,
        r#"/* auth.people.by_ids */
           select id as "id: AccountId", username, full_name,
                  case when lifecycle = 'live' then moderation else lifecycle end as "state!: AccountState",
                  case when lifecycle = 'live' then moderation_until end as until,
                  staff or superuser as "staff!", email_verified_at is not null as "email_verified!",
                  created_at, version
           from auth.account where id = any($1)"#,
        ids,
    )
    .fetch_all(conn)
    .await
}

/// `names` in lower case.
pub async fn by_names(conn: &mut Conn, names: &[String]) -> Result<Vec<Person>, sqlx::Error> {
    sqlx::query_as!(
        Person,
        r#"/* auth.people.by_names */
           select id as "id: AccountId", username, full_name,
                  case when lifecycle = 'live' then moderation else lifecycle end as "state!: AccountState",
                  case when lifecycle = 'live' then moderation_until end as until,
                  staff or superuser as "staff!", email_verified_at is not null as "email_verified!",
                  created_at, version
           from auth.account where lower(username) = any($1)"#,
        names,
    )
    .fetch_all(conn)
    .await
}

/// An account that is about to be changed by its owner.
pub struct Owner {
    pub person: Person,
    /// Why it is restricted.
    pub reason: Option<String>,
    pub onboarded_at: Option<OffsetDateTime>,
}

/// Locks the row of a living account until the transaction ends.
pub async fn lock(conn: &mut Conn, account: AccountId) -> Result<Option<Owner>, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* auth.people.lock */
           select username, full_name, moderation as "state!: AccountState", moderation_until, moderation_reason,
                  staff or superuser as "staff!", email_verified_at is not null as "email_verified!",
                  created_at, version, onboarding_completed_at
           from auth.account where id = $1 and lifecycle = 'live' for update"#,
        account.0,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|row| Owner {
        person: Person {
            id: account,
            username: row.username,
            full_name: row.full_name,
            state: row.state,
            until: row.moderation_until,
            staff: row.staff,
            email_verified: row.email_verified,
            created_at: row.created_at,
            version: row.version,
        },
        reason: row.moderation_reason,
        onboarded_at: row.onboarding_completed_at,
    }))
}
