//! `siddes admin staff`: who moderates. There is no other way to it.

use anyhow::anyhow;
use clap::Subcommand;
use platform::{Role, clock::Clock, config::Source};
use svc_auth::operator;

use super::{super::say, account::find};

#[derive(Subcommand)]
pub enum Staff {
    /// Make an account staff.
    Add { who: String },
    /// Take that away.
    Remove { who: String },
}

pub async fn run(staff: Staff) -> anyhow::Result<()> {
    let (who, wanted) = match &staff {
        Staff::Add { who } => (who, true),
        Staff::Remove { who } => (who, false),
    };
    let db = super::database(&mut Source::from_env(), Role::Auth)?;
    let found = find(&db, who).await?;
    let changed = operator::set_staff(&db, found.id, wanted, Clock::default().now()).await;
    let changed = changed.map_err(|error| anyhow!("{who} is no living account, or: {error}"))?;
    let state = if wanted { "staff" } else { "not staff" };
    let how = if changed { "now" } else { "already" };
    say(&format!("{} @{} is {how} {state}", found.id, found.username));
    Ok(())
}
