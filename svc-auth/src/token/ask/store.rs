//! SQL of whom a request for a mail means.

use platform::{AccountId, pg::Conn};

/// The owner of an address, else its newest claim. `None` also where that account is ending.
pub async fn by_address(conn: &mut Conn, address: &str) -> Result<Option<AccountId>, sqlx::Error> {
    let row = sqlx::query!(
        r#"/* auth.token.by_address */
           select id, lifecycle in ('live', 'deactivated') as "lives!"
           from auth.account where lower(email) = $1 and lifecycle <> 'deleted'
           order by email_verified_at is not null desc, created_at desc, id desc limit 1"#,
        address,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.filter(|row| row.lives).map(|row| AccountId(row.id)))
}

pub async fn by_name(conn: &mut Conn, name: &str) -> Result<Option<AccountId>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "/* auth.token.by_name */
         select id from auth.account
         where lower(username) = $1 and lifecycle in ('live', 'deactivated') and email is not null",
        name,
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(id.map(AccountId))
}
