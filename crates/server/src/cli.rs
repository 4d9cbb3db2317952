//! The tree of commands.
//!
//! *Not* what they do (`command/`). Invariant: only a [`StoreCommand`] can travel to a running
//! server, so what must not run inside one (making, serving or replacing a store) cannot be sent.

use std::path::PathBuf;

use clap::{
    Args, Parser, Subcommand,
    builder::{PathBufValueParser, TypedValueParser},
};
use serde::{Deserialize, Serialize};

use crate::command;

/// How every command ends; shown below the list of commands.
const EXIT_CODES: &str = "\
Exit codes:
  0   done
  1   done, and the verdict is negative (a broken audit chain, a failed check)
  2   wrong usage or invalid input; the message names the field
  3   not found
  4   forbidden, or in conflict with the present state
  5   unavailable: the store is in use, the disk is full, a neighbour does not answer
  70  a fault of the program

Example:
  assent init --data ./assent-data
  assent token create laptop --role system-administrator --data ./assent-data
  assent serve --data ./assent-data --listen 127.0.0.1:8080";

/// Assent: records, consent, customer journeys and data subject requests in one program.
#[derive(Debug, Parser)]
#[command(name = "assent", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Where and how.
    #[command(flatten)]
    pub place: Place,
    /// What.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Folder of the store; else `data` of the configuration, else ./assent-data
    #[arg(long, global = true, value_name = "DIR", value_parser = path())]
    pub data: Option<PathBuf>,
    /// Configuration file; else assent.toml in the folder of the store
    #[arg(long, global = true, value_name = "FILE", value_parser = path())]
    pub config: Option<PathBuf>,
    /// Database on a server, as postgres://user@host/database; else `store.database` of the configuration.
    /// A password is better kept in `store.database_file`, since others may see this line
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub json: bool,
}

/// All commands.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Make a store; a store that is there stays as it is
    #[command(after_help = command::init::EXAMPLE)]
    Init(command::init::Init),
    /// Serve the store over HTTP until stopped
    #[command(after_help = command::serve::EXAMPLE)]
    Serve(command::serve::Serve),
    /// Make and serve a store with a synthetic organisation
    #[command(after_help = command::demo::EXAMPLE)]
    Demo(command::demo::Demo),
    /// Put a backup in place of the store
    #[command(after_help = command::restore::EXAMPLE)]
    Restore(command::restore::Restore),
    /// Certificates for trials
    #[command(subcommand, after_help = command::tls::EXAMPLE)]
    Tls(command::tls::Tls),
    /// Move the store into another folder, to a database server, or back
    #[command(after_help = command::copy::EXAMPLE)]
    Copy(command::copy::Copy),
    /// Source code for programs that use a service
    #[command(subcommand, after_help = command::codegen::EXAMPLE)]
    Codegen(command::codegen::Codegen),
    /// What works on an open store, here or inside the server that holds it.
    #[command(flatten)]
    Store(StoreCommand),
}

/// Commands on an open store.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum StoreCommand {
    /// Users who sign in
    #[command(subcommand, after_help = command::user::EXAMPLE)]
    User(command::user::User),
    /// Access tokens for programs
    #[command(subcommand, after_help = command::token::EXAMPLE)]
    Token(command::token::Token),
    /// Bring rows of a file in
    #[command(after_help = command::import::EXAMPLE)]
    Import(command::import::Import),
    /// Write rows of an entity to a file or to standard output
    #[command(after_help = command::export::EXAMPLE)]
    Export(command::export::Export),
    /// Marketing forms and what was sent with them
    #[command(subcommand, after_help = command::form::EXAMPLE)]
    Form(command::form::Form),
    /// Segments of contacts
    #[command(subcommand, after_help = command::segment::EXAMPLE)]
    Segment(command::segment::Segment),
    /// Customer journeys
    #[command(subcommand, after_help = command::journey::EXAMPLE)]
    Journey(command::journey::Journey),
    /// Consent of persons
    #[command(subcommand, after_help = command::consent::EXAMPLE)]
    Consent(command::consent::Consent),
    /// The ledger of addresses that get no commercial mail
    #[command(subcommand, after_help = command::suppression::EXAMPLE)]
    Suppression(command::suppression::Suppression),
    /// Contacts
    #[command(subcommand, after_help = command::contact::EXAMPLE)]
    Contact(command::contact::Contact),
    /// Wishes that wait for their confirmation by mail
    #[command(subcommand, after_help = command::optin::EXAMPLE)]
    Optin(command::optin::Optin),
    /// Data subject requests
    #[command(subcommand, after_help = command::request::EXAMPLE)]
    Request(command::request::Request),
    /// Erase a person: request, plan, approval and proof in one go
    #[command(after_help = command::erase::EXAMPLE)]
    Erase(command::erase::Erase),
    /// The audit trail
    #[command(subcommand, after_help = command::audit::EXAMPLE)]
    Audit(command::audit::Audit),
    /// Embedded Intelligence and its opt-out column
    #[command(subcommand, after_help = command::intelligence::EXAMPLE)]
    Intelligence(command::intelligence::Intelligence),
    /// Copy the store to a file while it is in use
    #[command(after_help = command::backup::EXAMPLE)]
    Backup(command::backup::Backup),
    /// Examine the store and its surroundings
    #[command(after_help = command::doctor::EXAMPLE)]
    Doctor,
}

/// Reads a path and makes it absolute, since a server that runs the command has another working
/// folder.
pub fn path() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(std::path::absolute)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn every_command_shows_an_example() {
        let mut root = Cli::command();
        root.build();
        for command in root.get_subcommands().filter(|it| it.get_name() != "help") {
            let shown = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(shown.contains("assent "), "{} has no example", command.get_name());
        }
        Cli::command().debug_assert();
    }
}
