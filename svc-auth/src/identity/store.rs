//! SQL of identities. Unique indexes decide whose a subject, an address and a name are, also between requests at once.

use platform::{AccountId, person::AccountState, pg::Conn};
use time::OffsetDateTime;

use super::token::Proven;
use crate::{
    account::{Account, store::Row},
    email::Email,
    region::Detected,
};

/// What a token found.
pub struct Taken {
    /// It was not used before.
    pub fresh: bool,
    /// Whose it is, if its subject is known here.
    pub account: Option<AccountId>,
}

/// Takes the token. Of several at once the first has it, unless his transaction is rolled back.
pub async fn take(conn: &mut Conn, proven: &Proven) -> Result<Taken, sqlx::Error> {
    sqlx::query_as!(
        Taken,
        r#"/* auth.identity.take */
           with taken as (
               insert into auth.used_id_token (hash, good_until) values ($1, $2)
               on conflict (hash) do nothing
               returning hash
           )
           select exists(select from taken) as "fresh!",
                  (select i.account from auth.identity i
                   where i.provider = $3 and i.subject = $4) as "account?: AccountId""#,
        proven.hash,
        proven.good_until,
        proven.provider.as_str(),
        proven.subject,
    )
    .fetch_one(&mut *conn)
    .await
}

/// An account that an address means.
pub struct Holder {
    pub id: AccountId,
    /// Live or deactivated.
    pub may_sign_in: bool,
    /// Of this provider, if one is linked.
    pub subject: Option<String>,
}

/// Locks the account that has proven this address.
pub async fn owner(conn: &mut Conn, email: &Email, provider: &str) -> Result<Option<Holder>, sqlx::Error> {
    sqlx::query_as!(
        Holder,
        r#"/* auth.identity.owner */
           select a.id as "id!: AccountId", a.lifecycle in ('live', 'deactivated') as "may_sign_in!",
                  (select i.subject from auth.identity i
                   where i.account = a.id and i.provider = $2) as "subject?"
           from auth.account a
           where lower(a.email) = $1 and a.email_verified_at is not null and a.lifecycle <> 'deleted'
           for no key update of a"#,
        email.as_str(),
        provider,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// Locks an account of whose address this is an unproven claim.
pub async fn claimer(
    conn: &mut Conn,
    account: AccountId,
    email: &Email,
    provider: &str,
) -> Result<Option<Holder>, sqlx::Error> {
    sqlx::query_as!(
        Holder,
        r#"/* auth.identity.claimer */
           select a.id as "id!: AccountId", true as "may_sign_in!",
                  (select i.subject from auth.identity i
                   where i.account = a.id and i.provider = $3) as "subject?"
           from auth.account a
           where a.id = $1 and lower(a.email) = $2 and a.email_verified_at is null and a.lifecycle = 'live'
           for no key update of a"#,
        account.0,
        email.as_str(),
        provider,
    )
    .fetch_optional(&mut *conn)
    .await
}

/// False: the account has another one of this provider by now, or the subject another account.
pub async fn link(
    conn: &mut Conn,
    account: AccountId,
    proven: &Proven,
    email: &Email,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.identity.link */
         insert into auth.identity (provider, subject, account, email, linked_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
        proven.provider.as_str(),
        proven.subject,
        account.0,
        email.as_str(),
        now,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn unlink_all(conn: &mut Conn, account: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "/* auth.identity.unlink_all */
         delete from auth.identity where account = $1",
        account.0,
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Under the lock of the account's row, which is live: notes where its owner is, and that he has proven its address.
pub async fn enter(
    conn: &mut Conn,
    account: AccountId,
    proves: bool,
    country: Option<&Detected>,
    now: OffsetDateTime,
) -> Result<Account, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"/* auth.identity.enter */
           update auth.account a
           set email_verified_at = case when $2 then coalesce(a.email_verified_at, $3) else a.email_verified_at end,
               version = case when $2 and a.email_verified_at is null then a.version + 1 else a.version end,
               detected_region = coalesce($4, a.detected_region),
               detected_source = coalesce($5, a.detected_source),
               updated_at = $3
           where a.id = $1
           returning a.id, a.username, a.email, a.email_verified_at is not null as "email_verified!",
                  a.age_confirmed_at, a.detected_region, a.chosen_region,
                  a.onboarding_completed_at is not null as "onboarded!", a.onboarding_step, a.contact_sync_done,
                  a.staff or a.superuser as "staff!", a.created_at,
                  a.moderation as "moderation!: AccountState", a.moderation_until, a.moderation_reason"#,
        account.0,
        proves,
        now,
        country.map(|country| country.region.as_str()),
        country.map(|country| country.source.as_str()),
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(row.into_account(now))
}

/// What a new account is made of.
pub struct NewAccount<'a> {
    /// The first one that is free is taken.
    pub names: &'a [String],
    pub email: &'a Email,
    pub country: Option<&'a Detected>,
    pub now: OffsetDateTime,
}

/// Makes an account with a proven address and no password, and links it. `None`: every name is taken.
pub async fn create(conn: &mut Conn, proven: &Proven, new: &NewAccount<'_>) -> Result<Option<Account>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"/* auth.identity.create */
           with free as (
               select wanted.name from unnest($1::text[]) with ordinality as wanted (name, place)
               where not exists (select from auth.account b where lower(b.username) = wanted.name)
                 and not exists (
                     select from auth.reserved_name r cross join auth.name_key k
                     where r.name in (wanted.name,
                                      'kept:' || encode(sha256(k.key || convert_to(wanted.name, 'UTF8')), 'hex'))
                       and (r.until is null or r.until > $5))
               order by wanted.place limit 1
           ), made as (
               insert into auth.account
                   (username, email, email_verified_at, password_set_at, detected_region, detected_source,
                    created_at, updated_at)
               select free.name, $2::text, $5::timestamptz, $5, $6::text, $7::text, $5, $5 from free
               on conflict (lower(username)) do nothing
               returning *
           ), linked as (
               insert into auth.identity (provider, subject, account, email, linked_at)
               select $3, $4, made.id, $2, $5 from made
           )
           select a.id as "id!", a.username as "username!", a.email as "email?",
                  a.email_verified_at is not null as "email_verified!", a.age_confirmed_at as "age_confirmed_at?",
                  a.detected_region as "detected_region!", a.chosen_region as "chosen_region!",
                  a.onboarding_completed_at is not null as "onboarded!", a.onboarding_step as "onboarding_step!",
                  a.contact_sync_done as "contact_sync_done!", a.staff or a.superuser as "staff!",
                  a.created_at as "created_at!", a.moderation as "moderation!: AccountState",
                  a.moderation_until as "moderation_until?", a.moderation_reason as "moderation_reason?"
           from made a"#,
        new.names,
        new.email.as_str(),
        proven.provider.as_str(),
        proven.subject,
        new.now,
        new.country.map_or("", |country| country.region.as_str()),
        new.country.map_or("", |country| country.source.as_str()),
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(row.map(|row| row.into_account(new.now)))
}

/// Deletes at most `most` tokens that were good until before this.
pub async fn purge(conn: &mut Conn, before: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "/* auth.id_token.purge */
         delete from auth.used_id_token where ctid = any(array(
             select ctid from auth.used_id_token where good_until < $1
             order by good_until limit $2 for update skip locked))",
        before,
        most,
    )
    .execute(&mut *conn)
    .await?;
    Ok(done.rows_affected())
}
