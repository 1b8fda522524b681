//! The dataset: who exists, who shows whom what, and what was posted; the same at every load.
//!
//! Everything follows from numbers by arithmetic or a hash, so that load generators name people and posts without
//! asking the database.

mod copy;
mod engaged;
mod people;
mod posts;
mod ties;

use std::time::Instant;

use anyhow::{Context, bail};
use tokio_postgres::Client;

pub use self::{
    people::{STRIDE, blocked},
    posts::{BEGIN_MS, public_authors, public_id, public_step},
};
use crate::note;

/// People with placements and posts: accounts 1 to this.
pub const PEOPLE: i64 = 2_000;
/// People whom nobody shows anything, and who never posted: the accounts after those.
pub const LONERS: i64 = 50;
/// Of these the last keep 1,000 people away each.
pub const WARY: i64 = 10;
pub const POSTS: i64 = 200_000;
pub const TENFOLD: i64 = 2_000_000;

/// Session tokens are 43 characters; the bench's are the account's number, with zeros before it.
pub fn token(person: i64) -> String {
    format!("{person:043}")
}

/// Loads everything by COPY into a freshly migrated database.
pub async fn load(client: &Client, posts: i64) -> anyhow::Result<()> {
    let started = Instant::now();
    empty(client).await?;
    people::load(client).await?;
    ties::load(client).await?;
    note(&format!(
        "people, placements, follows, circles, blocks, mutes, faces, sessions: {:.1} s",
        started.elapsed().as_secs_f64()
    ));
    posts::load(client, posts).await?;
    engaged::load(client).await?;
    note(&format!("{posts} posts: {:.1} s", started.elapsed().as_secs_f64()));
    client.batch_execute("vacuum analyze").await?;
    note(&format!("loaded and analysed in {:.1} s", started.elapsed().as_secs_f64()));
    Ok(())
}

/// Sessions are over when they are old; a dataset may be.
pub async fn refresh(client: &Client) -> anyhow::Result<()> {
    let sql = "update auth.session
               set created_at = now(), issued_at = now(), last_seen_at = now(), expires_at = now() + interval '60 days'";
    client.batch_execute(sql).await.context("sessions")
}

/// Takes away what the scenario that writes has written.
pub async fn unwrite(client: &Client) -> anyhow::Result<()> {
    let sql = format!(
        "delete from social.post where created_at > '{0}'; \
         with gone as (delete from social.post_like where created_at > '{0}' returning post, counted), \
         fewer as (select post, count(*) as n from gone where counted group by post) \
         update social.post p set like_count = p.like_count - fewer.n from fewer where p.id = fewer.post; \
         delete from social.client_key; delete from social.quota; vacuum analyze social.post; \
         vacuum analyze social.post_tag; vacuum analyze social.client_key",
        posts::end()
    );
    for statement in sql.split(';') {
        client.batch_execute(statement).await.context("clean-up")?;
    }
    Ok(())
}

/// Whether this many posts are there, and nothing else.
pub async fn present(client: &Client, posts: i64) -> bool {
    let sql = "select (select count(*) from social.post where echo_of is null), (select count(*) from auth.session),
                      (select count(*) from social.circle), (select count(*) from social.post where echo_of is not null) > 0";
    match client.query_one(sql, &[]).await {
        Ok(row) => {
            let counts: [i64; 3] = [row.get(0), row.get(1), row.get(2)];
            counts == [posts, PEOPLE + LONERS, 3 * PEOPLE] && row.get(3)
        }
        Err(_) => false,
    }
}

async fn empty(client: &Client) -> anyhow::Result<()> {
    let rows = client
        .query(
            "select format('%I.%I', schemaname, tablename) from pg_tables
             where schemaname in ('auth', 'social', 'safety', 'inbox') and tablename <> '_migrations'",
            &[],
        )
        .await?;
    let tables: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    if tables.is_empty() {
        bail!("the database is not migrated");
    }
    client.batch_execute(&format!("truncate {} restart identity", tables.join(", "))).await.context("empty")
}

/// A number that looks like chance, the same at every load (splitmix64).
pub(crate) const fn hash(n: i64, salt: u64) -> u64 {
    let mut x = n.cast_unsigned().wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
