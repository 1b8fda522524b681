//! SQL of signing up.

use platform::pg::Conn;
use time::OffsetDateTime;

use crate::region::Detected;

pub struct NewAccount<'a> {
    pub username: &'a str,
    pub email: &'a str,
    pub password_hash: &'a str,
    pub age_confirmed_at: Option<OffsetDateTime>,
    pub country: Option<&'a Detected>,
    pub now: OffsetDateTime,
}

/// Whether the account of this name was made with this address, and still has it.
pub async fn has_address(conn: &mut Conn, username: &str, email: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"/* auth.signup.has_address */
           select exists (select from auth.account where lower(username) = $1 and email = $2) as "has!""#,
        username,
        email,
    )
    .fetch_one(&mut *conn)
    .await
}

/// The unique index decides, also between requests at the same time. `None`: the name is in use.
pub async fn insert(conn: &mut Conn, new: &NewAccount<'_>) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "/* auth.signup.insert */
         insert into auth.account
             (username, email, password_hash, password_set_at, age_confirmed_at, detected_region, detected_source,
              created_at, updated_at)
         values ($1, $2, $3, $7, $4, $5, $6, $7, $7)
         on conflict (lower(username)) do nothing
         returning id",
        new.username,
        new.email,
        new.password_hash,
        new.age_confirmed_at,
        new.country.map_or("", |country| country.region.as_str()),
        new.country.map_or("", |country| country.source.as_str()),
        new.now,
    )
    .fetch_optional(&mut *conn)
    .await
}
