//! SQL of security events that no change brings with it, and of forgetting all of them.

use platform::{pg::Conn, security::Kind};
use time::OffsetDateTime;

use super::failed::Failed;

pub async fn insert_failed(conn: &mut Conn, failed: &[Failed]) -> Result<(), sqlx::Error> {
    let accounts: Vec<i64> = failed.iter().map(|failed| failed.account.0).collect();
    let times: Vec<OffsetDateTime> = failed.iter().map(|failed| failed.at).collect();
    let regions: Vec<String> = failed.iter().map(|failed| failed.region.clone()).collect();
    let networks: Vec<Option<String>> = failed.iter().map(|failed| failed.network.map(|net| net.to_string())).collect();
    let requests: Vec<Option<String>> = failed.iter().map(|failed| failed.request_id.clone()).collect();
    sqlx::query!(
        "/* auth.security_event.insert_failed */
         insert into auth.security_event (account, kind, at, region, network, request_id)
         select f.account, $1, f.at, f.region, cast(f.network as cidr), f.request_id
         from unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
              as f (account, at, region, network, request_id)
         join auth.account a on a.id = f.account and a.lifecycle in ('live', 'deactivated')",
        Kind::SignInFailed.as_str(),
        &accounts,
        &times,
        &regions,
        &networks as &[Option<String>],
        &requests as &[Option<String>],
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Forgets where at most `most` events before this came from.
pub async fn blank_networks(conn: &mut Conn, before: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.security_event.blank */
         update auth.security_event set network = null where ctid = any(array(
             select ctid from auth.security_event where network is not null and at < $1
             order by at limit $2 for update skip locked))",
        before,
        most,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected())
}

/// Deletes at most `most` events before this.
pub async fn purge(conn: &mut Conn, before: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.security_event.purge */
         delete from auth.security_event where ctid = any(array(
             select ctid from auth.security_event where at < $1 order by at limit $2 for update skip locked))",
        before,
        most,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected())
}
