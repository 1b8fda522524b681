//! People with a password and a session each, made for one measurement and taken away afterwards.

use anyhow::{Context, ensure};
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    client::Client,
    dataset::{LONERS, PEOPLE},
    stage::Stage,
    system::System,
};

pub const PASSWORD: &str = "Quartz-Wolf#77";
/// Above everybody who signs up meanwhile, and with as many digits.
const FIRST: i64 = 5_000_000;
const MODEL: &str = "model_of_seekers";

/// The account of the seeker of this number, from 0.
pub fn person(number: usize) -> i64 {
    FIRST + i64::try_from(number).unwrap_or(0)
}

pub fn name(person: i64) -> String {
    format!("seeker_{person}")
}

/// Proven.
pub fn address(person: i64) -> String {
    format!("seeker_{person}@example.test")
}

/// What signs this person in.
pub fn credentials(person: i64) -> Value {
    json!({ "identifier": name(person), "password": PASSWORD })
}

/// Makes so many. Their hash is the product's own: it is that of somebody who signs up.
pub async fn make(stage: &Stage, system: &System, many: usize) -> anyhow::Result<()> {
    forget(stage).await?;
    let mut client = Client::connect(system.address).await?;
    let email = format!("{MODEL}@example.test");
    let form = json!({ "email": email, "username": MODEL, "password": PASSWORD, "ageConfirmed": true });
    let answer = client.post("/api/auth/signup", None, &form).await?;
    ensure!(answer.status() == StatusCode::OK, "signing up: {}", String::from_utf8_lossy(answer.body()));
    let (first, last) = (FIRST, person(many) - 1);
    let accounts = "
        insert into auth.account (id, username, full_name, email, email_verified_at, password_hash, password_set_at,
                                  onboarding_step, onboarding_completed_at, age_confirmed_at, created_at, updated_at)
        select n, 'seeker_' || n, 'Seeker ' || n, 'seeker_' || n || '@example.test', m.created_at, m.password_hash,
               m.created_at, 'done', m.created_at, m.created_at, m.created_at, m.created_at
        from auth.account m, generate_series($1::bigint, $2::bigint) n
        where m.username = $3 and m.password_hash is not null";
    let made = stage.client.execute(accounts, &[&first, &last, &MODEL]).await.context("seekers")?;
    ensure!(usize::try_from(made)? == many, "{made} seekers instead of {many}");
    // The tokens are those of `dataset::token`.
    let sessions = "
        insert into auth.session (account, token_hash, created_at, issued_at, last_seen_at, expires_at, agent)
        select n, sha256(convert_to(lpad(n::text, 43, '0'), 'UTF8')), now(), now(), now(),
               now() + interval '60 days', 'bench'
        from generate_series($1::bigint, $2::bigint) n";
    stage.client.execute(sessions, &[&first, &last]).await.context("their sessions")?;
    stage.client.batch_execute("vacuum analyze auth.account").await?;
    Ok(stage.client.batch_execute("vacuum analyze auth.session").await?)
}

/// Takes away whoever is not of the dataset, with all that was written for them.
pub async fn forget(stage: &Stage) -> anyhow::Result<()> {
    let last = PEOPLE + LONERS;
    let sql = format!(
        "delete from auth.account where id > {last};
         delete from social.person where id > {last};
         delete from safety.person where id > {last};
         delete from inbox.person where id > {last}"
    );
    stage.client.batch_execute(&sql).await.context("taking seekers away")
}
