//! SQL of regions.

use platform::{AccountId, pg::Conn};
use time::OffsetDateTime;

use crate::account::Locality;

pub async fn get(conn: &mut Conn, account: AccountId) -> Result<Option<Locality>, sqlx::Error> {
    sqlx::query_as!(
        Locality,
        "/* auth.region.get */
         select detected_region, chosen_region from auth.account where id = $1 and lifecycle = 'live'",
        account.0,
    )
    .fetch_optional(&mut *conn)
    .await
}

pub async fn set(
    conn: &mut Conn,
    account: AccountId,
    region: &str,
    now: OffsetDateTime,
) -> Result<Option<Locality>, sqlx::Error> {
    sqlx::query_as!(
        Locality,
        "/* auth.region.set */
         update auth.account set chosen_region = $2, chosen_region_at = $3, updated_at = $3
         where id = $1 and lifecycle = 'live'
         returning detected_region, chosen_region",
        account.0,
        region,
        now,
    )
    .fetch_optional(&mut *conn)
    .await
}
