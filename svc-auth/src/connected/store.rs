//! SQL of the ways to sign in.

use platform::{AccountId, pg::Conn};

/// What there is of each.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a way to sign in, or that it is proven")]
pub struct Methods {
    pub password: bool,
    pub email: Option<String>,
    pub email_verified: bool,
    pub google: bool,
    pub apple: bool,
}

/// `None`: no such living account. A stored text that begins with `!` is no password.
pub async fn methods(conn: &mut Conn, account: AccountId) -> Result<Option<Methods>, sqlx::Error> {
    sqlx::query_as!(
        Methods,
        r#"/* auth.connected.methods */
           select coalesce(a.password_hash not like '!%', false) as "password!", a.email,
                  a.email_verified_at is not null as "email_verified!",
                  exists(select from auth.identity i where i.account = a.id and i.provider = 'google') as "google!",
                  exists(select from auth.identity i where i.account = a.id and i.provider = 'apple') as "apple!"
           from auth.account a where a.id = $1 and a.lifecycle = 'live'"#,
        account.0,
    )
    .fetch_optional(&mut *conn)
    .await
}
