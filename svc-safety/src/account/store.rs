//! SQL that erases an account.

use platform::{AccountId, person::AccountState, pg::Conn};

/// Locks the account's row until the transaction ends, and tells its state.
pub async fn fence(conn: &mut Conn, account: AccountId) -> Result<Option<AccountState>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* safety.account.fence */
           select state as "state: AccountState" from safety.person where id = $1 for update"#,
        account.0,
    )
    .fetch_optional(conn)
    .await
}

/// At most `most` blocks, from either end; how many there were.
pub async fn blocks(conn: &mut Conn, account: AccountId, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* safety.account.blocks */
         delete from safety.block where id = any(array(
             select id from safety.block where blocker = $1
             union all
             select id from safety.block where blocked = $1
             limit $2))",
        account.0,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// At most `most` mutes, from either end; how many there were.
pub async fn mutes(conn: &mut Conn, account: AccountId, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* safety.account.mutes */
         delete from safety.mute where id = any(array(
             select id from safety.mute where muter = $1
             union all
             select id from safety.mute where muted = $1
             limit $2))",
        account.0,
        most,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
