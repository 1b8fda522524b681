//! `siddes migrate`: the schemas, roles and rights of all services.

use anyhow::Context;
use platform::config::{Source, owner_database};
use siddes::system::schemas;

use super::say;

pub async fn run() -> anyhow::Result<()> {
    let mut source = Source::from_env();
    let owner = owner_database(&mut source);
    source.finish()?;
    let owner = owner.context("set DATABASE_URL to a postgres:// URL")?;
    for schema in schemas() {
        schema.migrate(&owner).await?;
        say(&format!("{} is up to date", schema.role));
    }
    Ok(())
}
