//! `./dev bench`: the dataset, the contestants, and what they show.

mod aims;
mod calm;
mod client;
mod dataset;
mod handwritten;
mod machine;
mod modes;
mod pages;
mod pgbench;
mod process;
mod report;
mod rounds;
mod same;
mod scenario;
mod stage;
mod statements;
mod system;
mod tally;
mod wrk;

use std::{io::Write, process::ExitCode};

use clap::{Args, Parser, Subcommand};

/// How fast the system is, beside pgbench running its very statements. bench/README.md says how to read the answer.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    place: Place,
}

/// On which data.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// Ten times the posts: 2,000,000, in a database of their own.
    #[arg(long, global = true)]
    tenfold: bool,
    /// The executable under test.
    #[arg(long, global = true, default_value = "target/release/siddes")]
    siddes: std::path::PathBuf,
    /// Settings of the system under test beside those of production, `NAME=value`; may be repeated.
    #[arg(long, global = true, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Settings of Postgres for every contestant, `name=value`; may be repeated: to try something out.
    #[arg(long, global = true, value_name = "NAME=VALUE")]
    database: Vec<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Make the dataset anew; `run` does it by itself where there is none.
    Load,
    /// Every scenario, all contestants in turn, and what must be shown.
    Run(rounds::Plan),
    /// Print the last report again, or one of the files in bench/out.
    Report { file: Option<std::path::PathBuf> },
    /// 1,000 idle connections, and 200 requests in flight: errors, memory, and whether it goes back to idle.
    Idle1000(modes::idle::Plan),
    /// Kill Redis and start it again under load: no 5xx.
    Redis(modes::redis::Plan),
    /// What recognising the caller costs.
    Sessions(modes::sessions::Plan),
    /// Whether answers, or their times, tell who has an account.
    Enumeration(modes::enumeration::Plan),
    /// What a wave of log-ins does to everybody who reads.
    Logins(modes::logins::Plan),
    /// The system with this dataset, until Ctrl-C: for a profiler.
    Serve,
    /// A contestant of `run`: the same reads, written by hand in one process.
    #[command(hide = true)]
    Handwritten(handwritten::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    runtime.block_on(run(cli)).unwrap_or_else(|error| failed(&error))
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Load => stage::load(&cli.place).await?,
        Command::Run(plan) => return rounds::run(&cli.place, &plan).await,
        Command::Report { file } => report::again(file.as_deref())?,
        Command::Idle1000(plan) => return modes::idle::run(&cli.place, &plan).await,
        Command::Redis(plan) => return modes::redis::run(&cli.place, &plan).await,
        Command::Sessions(plan) => modes::sessions::run(&cli.place, &plan).await?,
        Command::Enumeration(plan) => return modes::enumeration::run(&cli.place, &plan).await,
        Command::Logins(plan) => return modes::logins::run(&cli.place, &plan).await,
        Command::Serve => stage::serve(&cli.place).await?,
        Command::Handwritten(options) => handwritten::run(options).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn failed(error: &anyhow::Error) -> ExitCode {
    let _closed = writeln!(std::io::stderr(), "bench: {error:#}");
    ExitCode::FAILURE
}

/// A line of the answer.
pub fn say(line: &str) {
    let _closed = writeln!(std::io::stdout(), "{line}");
}

/// What is being done.
pub fn note(line: &str) {
    let _closed = writeln!(std::io::stderr(), "    {line}");
}
