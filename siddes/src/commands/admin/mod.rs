//! `siddes admin`: what an operator does to a running system, through its database. One file a command.

mod account;
mod email_test;
mod panic;
mod staff;

use anyhow::anyhow;
use clap::Subcommand;
use platform::{
    Role,
    config::{Source, owner_database, service_database},
    pg::Db,
};

#[derive(Subcommand)]
pub enum Admin {
    /// Send a mail to an address, with the settings of this system, and say whether the mail server took it.
    EmailTest {
        #[arg(value_name = "ADDRESS")]
        to: String,
    },
    /// See, delete, restore or export an account.
    #[command(subcommand)]
    Account(account::Account),
    /// Say who is staff; there is no other way to it.
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Refuse all writes but those that protect people, in every gateway within five seconds; or end that.
    ///
    /// Without a word, says whether it is on, since when, and who set it. A gateway that was started with
    /// `SIDDES_PANIC_MODE=1` stays in it whatever is set here.
    Panic {
        #[arg(value_enum)]
        state: Option<panic::State>,
        /// Who does it, for the others who operate the system.
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

pub async fn run(admin: Admin) -> anyhow::Result<()> {
    match admin {
        Admin::EmailTest { to } => email_test::run(&to).await,
        Admin::Account(account) => account::run(account).await,
        Admin::Staff(staff) => staff::run(staff).await,
        Admin::Panic { state, by } => panic::run(state, by).await,
    }
}

/// The database of one service, as that service reaches it.
fn database(source: &mut Source, role: Role) -> anyhow::Result<Db> {
    let owner = owner_database(source);
    let settings = service_database(source, role, owner.as_ref());
    let settings = settings.ok_or_else(|| anyhow!("set DATABASE_URL to the postgres:// URL of the system"))?;
    Ok(Db::new(role, &settings)?)
}
