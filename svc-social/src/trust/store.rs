//! SQL of when somebody last wrote in public.

use platform::{AccountId, pg::Conn};
use time::{Duration, OffsetDateTime};

use super::Pace;

/// Whether it was long enough ago.
#[derive(Debug)]
pub struct Paced {
    pub passed: bool,
    /// The one before; unknown if that has just been the first.
    pub last: Option<OffsetDateTime>,
}

/// Notes that he writes now, if the last time was so long ago. Waits for whoever does the same at once.
pub async fn pace(
    conn: &mut Conn,
    account: AccountId,
    kind: Pace,
    now: OffsetDateTime,
    interval: Duration,
) -> Result<Paced, sqlx::Error> {
    sqlx::query_as!(
        Paced,
        r#"/* social.pace.take */
           with taken as (
               insert into social.pace as held (account, kind, at) values ($1, $2, $3)
               on conflict (account, kind) do update set at = excluded.at where held.at <= $4
               returning held.account)
           select exists (select from taken) as "passed!",
                  (select p.at from social.pace p where p.account = $1 and p.kind = $2) as "last?""#,
        account.0,
        kind.as_str(),
        now,
        now - interval,
    )
    .fetch_one(conn)
    .await
}
