//! `siddes`: one executable, many roles.

mod commands;

use clap::Parser;
use commands::Cli;
use tikv_jemallocator::Jemalloc;

/// Requests make many small things that live as long as they do: measured, a seventh of a request's time.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> std::process::ExitCode {
    // One crypto library for the whole process; a second call could only come from a test.
    let _already = rustls::crypto::aws_lc_rs::default_provider().install_default();
    // Every connection is a file, and so is every table of the database that `up` starts.
    siddes::files::raise_limit();
    commands::run(Cli::parse())
}
