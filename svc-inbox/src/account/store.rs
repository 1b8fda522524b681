//! SQL that deletes what an account has in one table, some of it at a time. Each answers how much went.

use platform::{AccountId, person::AccountState, pg::Conn, schedule::BATCH};

/// Waits for everybody who holds the person's row, and answers the state that all later ones find.
pub async fn fence(conn: &mut Conn, account: AccountId) -> Result<Option<AccountState>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* inbox.account.fence */
           select state as "state: AccountState" from inbox.person where id = $1 for update"#,
        account.0,
    )
    .fetch_optional(conn)
    .await
}

macro_rules! batch {
    ($sql:literal, $conn:expr, $account:expr) => {
        sqlx::query!($sql, $account.0, BATCH).execute($conn).await.map(|done| done.rows_affected())
    };
}

pub async fn received(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* inbox.account.received */
         delete from inbox.notification where id = any(array(
             select id from inbox.notification where receiver = $1
             order by side, kind, actor, post limit $2 for update))",
        conn,
        account
    )
}

pub async fn caused(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* inbox.account.caused */
         delete from inbox.notification where id = any(array(
             select id from inbox.notification where actor = $1
             order by receiver, side, kind, post limit $2 for update))",
        conn,
        account
    )
}

/// Copies, both ways. Their ids stay known, so that a late repeat does not bring them back.
pub async fn blocks(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* inbox.account.blocks */
         delete from inbox.blocked where block_id = any(array(
             select block_id from inbox.blocked where blocker = $1 or blocked = $1
             order by block_id limit $2 for update))",
        conn,
        account
    )
}

/// Copies, both ways.
pub async fn mutes(conn: &mut Conn, account: AccountId) -> Result<u64, sqlx::Error> {
    batch!(
        "/* inbox.account.mutes */
         with part as materialized (
             select muter, muted from inbox.muted where muter = $1 or muted = $1
             order by muter, muted limit $2 for update)
         delete from inbox.muted m using part where m.muter = part.muter and m.muted = part.muted",
        conn,
        account
    )
}
