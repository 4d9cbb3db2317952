//! The binary: reads the command line and starts what it names.
//!
//! *Not* a place for rules: a command calls the capability below and shows what it answered.
//! Invariant: the process ends with the code that `out::finish` chose, never by a panic.

mod cli;
mod command;
mod config;
mod engine;
mod local;
mod out;
mod registry;
mod settings;
mod tls;
mod worker;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let mut out = out::Out::terminal(cli.place.json);
    let result = command::start(cli, &mut out);
    ExitCode::from(out.finish(result))
}
