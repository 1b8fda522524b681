//! The command line: one file a command.

mod admin;
mod check;
mod doctor;
mod migrate;
mod serve;
mod up;

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// Siddes: a context-safe social network's backend, whole or in parts.
///
/// Everything on one machine, with a database of its own:
///     siddes up
/// In production, with the settings that `siddes check` asks for:
///     siddes migrate && siddes serve all
#[derive(Parser)]
#[command(version, verbatim_doc_comment)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything on this machine: private Postgres, all services, the gateway. Prints `ready <url>` when it serves.
    Up {
        /// Folder of the database; made if it does not exist. A second start on the same folder finds its data.
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// Port of the gateway on 127.0.0.1; 0 takes a free one.
        #[arg(long, default_value_t = 8000)]
        port: u16,
    },
    /// Run some roles of a larger system: gateway, auth, social, safety, inbox, worker, or all.
    ///
    /// Services that run elsewhere are found at `SIDDES_<ROLE>_GRPC_ADDR`; `worker` runs the jobs of the services beside
    /// it. Prints `ready` when it serves; SIGTERM ends it in order.
    ///
    /// Settings come from the environment. `siddes doctor --env` prints them all, docs/OPERATIONS.md explains them, and
    /// a start that they do not allow says what to set. Secrets may be files: `DJANGO_SECRET_KEY_FILE=/run/secrets/key`.
    Serve {
        #[arg(required = true, value_name = "ROLE")]
        roles: Vec<String>,
    },
    /// Bring the database of `DATABASE_URL` to this release. Run once before a roll-out; safe to run twice.
    Migrate,
    /// Say whether the settings and the database are fit for production; exit 0 if they are.
    ///
    /// A line a finding, `[CODE] sentence that says what to set`; docs/OPERATIONS.md lists the codes. Settings are read
    /// as production would read them, whatever `SIDDES_ENV` says. No secret is ever shown.
    Check(check::Options),
    /// Say what is wrong on this machine, a sentence each, and what to do about it.
    ///
    /// With `--env`, prints every setting with its meaning, as Markdown, instead.
    Doctor {
        /// Print the table of settings.
        #[arg(long)]
        env: bool,
        /// Folder that `siddes up` would use.
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// Port that `siddes up` would use.
        #[arg(long, default_value_t = 8000)]
        port: u16,
    },
    /// What an operator does to a running system, through its database.
    #[command(subcommand)]
    Admin(admin::Admin),
}

pub fn run(cli: Cli) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Up { data, port } => Box::pin(up::run(&data, port)).await.map(|()| ExitCode::SUCCESS),
            Command::Serve { roles } => serve::run(&roles).await.map(|()| ExitCode::SUCCESS),
            Command::Migrate => migrate::run().await.map(|()| ExitCode::SUCCESS),
            Command::Check(options) => check::run(options).await,
            Command::Doctor { env: true, .. } => Ok(doctor::table()),
            Command::Doctor { data, port, .. } => doctor::run(&data, port).await,
            Command::Admin(admin) => admin::run(admin).await.map(|()| ExitCode::SUCCESS),
        }
    });
    outcome.unwrap_or_else(|error| fail(&error))
}

fn fail(error: &anyhow::Error) -> ExitCode {
    let _closed = writeln!(std::io::stderr(), "siddes: {error:#}");
    ExitCode::FAILURE
}

/// A line for whoever started us.
fn say(line: &str) {
    let _closed = writeln!(std::io::stdout(), "{line}");
}

/// Returns when the operator asks us to end: Ctrl-C or SIGTERM.
async fn asked_to_end() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
