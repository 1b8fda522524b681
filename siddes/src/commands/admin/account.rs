//! `siddes admin account`: what an operator sees of an account, and does to it.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use platform::{Role, clock::Clock, config::Source, pg::Db, timestamp};
use svc_auth::operator::{self, Shown};

use super::super::say;

#[derive(Subcommand)]
pub enum Account {
    /// Say how an account stands. Ids, `me_<id>` and names are understood.
    Show { who: String },
    /// Begin the deletion of an account; until its grace is over, `restore` takes it back.
    Delete { who: String },
    /// Take a deletion back while its grace lasts.
    Restore { who: String },
    /// Write everything about an account into a ZIP archive. A worker of the system makes it.
    Export {
        who: String,
        /// Where to; a file that is there is not replaced.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// How long a worker may take, and how often we look.
const PATIENCE: u32 = 600;
const LOOK: Duration = Duration::from_millis(200);

pub async fn run(account: Account) -> anyhow::Result<()> {
    let mut source = Source::from_env();
    let db = super::database(&mut source, Role::Auth)?;
    let now = Clock::default().now();
    match account {
        Account::Show { who } => say(&told(&find(&db, &who).await?)),
        Account::Delete { who } => {
            let found = find(&db, &who).await?;
            let grace = svc_auth::Settings::read(&mut source).delete_grace;
            operator::delete(&db, found.id, grace, now).await.map_err(|_| anyhow!("it is being deleted already"))?;
            say(&told(&find(&db, &found.id.to_string()).await?));
        }
        Account::Restore { who } => {
            let found = find(&db, &who).await?;
            operator::restore(&db, found.id, now)
                .await
                .map_err(|_| anyhow!("there is nothing to take back any more"))?;
            say(&told(&find(&db, &found.id.to_string()).await?));
        }
        Account::Export { who, out } => {
            let found = find(&db, &who).await?;
            if out.exists() {
                bail!("{} is there already", out.display());
            }
            operator::ask_export(&db, found.id, now).await?;
            let archive = wait(&db, &found, now).await?;
            let bytes = archive.len();
            tokio::fs::write(&out, archive).await.with_context(|| format!("{} cannot be written", out.display()))?;
            say(&format!("{}: {bytes} bytes", out.display()));
        }
    }
    Ok(())
}

async fn wait(db: &Db, found: &Shown, since: time::OffsetDateTime) -> anyhow::Result<Vec<u8>> {
    for _ in 0..PATIENCE {
        if let Some(archive) = operator::fetch_export(db, found.id, since).await? {
            return Ok(archive);
        }
        tokio::time::sleep(LOOK).await;
    }
    bail!("no worker made it: is one running, and do all services answer?")
}

pub async fn find(db: &Db, who: &str) -> anyhow::Result<Shown> {
    operator::show(db, who).await?.ok_or_else(|| anyhow!("no account is called {who}"))
}

fn told(shown: &Shown) -> String {
    let mut words = vec![
        format!("{} @{}: {}", shown.id, shown.username, shown.lifecycle),
        format!("made {}", timestamp::iso(shown.created_at)),
        format!("{} sessions", shown.sessions),
    ];
    if shown.moderation != "active" {
        let until = shown.moderation_until.map_or("for ever".to_owned(), |at| format!("until {}", timestamp::iso(at)));
        words.push(format!("{} {until}", shown.moderation));
    }
    words.extend(shown.staff.then(|| "staff".to_owned()));
    words.extend((!shown.email_verified).then(|| "address not proven".to_owned()));
    if let Some(done) = shown.done_at {
        words.push(format!("deleted {}", timestamp::iso(done)));
    } else if let (Some(step), Some(due)) = (&shown.step, shown.due_at) {
        words.push(format!("deletion: next is {step}, no way back from {}", timestamp::iso(due)));
        words.extend(shown.last_error.as_ref().map(|why| format!("stopped by {why}")));
    }
    words.join(", ")
}
