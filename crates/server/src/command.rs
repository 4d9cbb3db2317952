//! From a parsed command to the function that does it.
//!
//! *Not* the work: each command is one file below, and calls the capability that the Web API calls.
//! Invariant: [`run`] does the same in the command's own process and inside a server.

pub mod audit;
pub mod backup;
pub mod codegen;
pub mod consent;
pub mod contact;
pub mod copy;
pub mod demo;
pub mod doctor;
pub mod erase;
pub mod export;
pub mod form;
pub mod import;
pub mod init;
pub mod intelligence;
pub mod journey;
mod named;
pub mod optin;
pub mod request;
pub mod restore;
pub mod segment;
pub mod serve;
mod status;
pub mod suppression;
pub mod tls;
pub mod token;
pub mod user;

use kernel::Result;

use crate::{
    cli::{Cli, Command, StoreCommand},
    config::{self, Config},
    engine::{self, Engine},
    local::ask::{self, Way},
    out::{Exit, Out},
};

/// Does what the command line says.
///
/// # Errors
/// Those of the command.
pub fn start(cli: Cli, out: &mut Out) -> Result<Exit> {
    let place = &cli.place;
    let aside = std::path::absolute(demo::FOLDER)?;
    let is_demo = matches!(cli.command, Command::Demo(_));
    // A demo never takes the folder of a real store unless it is told to, and then it looks first.
    let data = place.data.as_deref().or(is_demo.then_some(aside.as_path()));
    let mut config = Config::load(data, place.config.as_deref(), &config::environment())?;
    if let Some(url) = &place.database {
        config.store.name(url)?;
    }
    let folder = config.data.clone();
    match cli.command {
        Command::Init(it) => init::run(&it, config, out),
        Command::Serve(it) => serve::run(&it, config, out),
        Command::Demo(it) => demo::run(&it, config, out),
        Command::Restore(it) => restore::run(&it, config, out),
        Command::Copy(it) => copy::run(&it, &config, out),
        Command::Tls(it) => tls::run(&it, out),
        Command::Codegen(it) => codegen::run(&it, out),
        Command::Store(mut it) => {
            // What the caller writes is read here; a server that runs the command has another input.
            if let StoreCommand::User(user::User::Password { secret, .. }) = &mut it {
                *secret = user::access::Secret::read(out)?;
            }
            engine::require_store(&config)?;
            let store = config.store.place()?;
            match ask::reach(&folder)? {
                Way::Lock(lock) => run(&Engine::open(lock, config)?, &it, out),
                Way::Server(stream) => ask::relay(stream, store, it, out),
            }
        }
    }
}

/// Runs a command on an open store.
///
/// # Errors
/// Those of the command.
pub fn run(engine: &Engine, command: &StoreCommand, out: &mut Out) -> Result<Exit> {
    match command {
        StoreCommand::User(it) => user::run(engine, it, out),
        StoreCommand::Token(it) => token::run(engine, it, out),
        StoreCommand::Import(it) => import::run(engine, it, out),
        StoreCommand::Form(it) => form::run(engine, it, out),
        StoreCommand::Segment(it) => segment::run(engine, it, out),
        StoreCommand::Journey(it) => journey::run(engine, it, out),
        StoreCommand::Consent(it) => consent::run(engine, it, out),
        StoreCommand::Suppression(it) => suppression::run(engine, it, out),
        StoreCommand::Contact(it) => contact::run(engine, it, out),
        StoreCommand::Optin(it) => optin::run(engine, it, out),
        StoreCommand::Request(it) => request::run(engine, it, out),
        StoreCommand::Erase(it) => erase::run(engine, it, out),
        StoreCommand::Export(it) => export::run(engine, it, out),
        StoreCommand::Audit(it) => audit::run(engine, it, out),
        StoreCommand::Intelligence(it) => intelligence::run(engine, it, out),
        StoreCommand::Backup(it) => backup::run(engine, it, out),
        StoreCommand::Doctor => doctor::run(engine, out),
    }
}
