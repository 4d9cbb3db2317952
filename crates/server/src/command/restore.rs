//! `assent restore`: a backup takes the place of the store.
//!
//! *Not* possible while a process holds the store. Invariant: before the command ends, every erasure
//! that the vault knows has been carried out again on what came back.

use std::path::PathBuf;

use clap::Args;
use kernel::{Error, Result, store::backup};
use serde_json::json;

use super::init;
use crate::{
    cli,
    config::Config,
    engine::{self, Engine},
    local::ask,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
The store must not be served meanwhile. Who was erased after the backup was made is erased again
before the command ends. A store in a database on a server is restored into a folder, and moved from
there with assent copy.

Example:
  assent restore /var/backups/assent-2026-11-22.db --data ./assent-data --replace";

/// From where.
#[derive(Debug, Clone, Args)]
pub struct Restore {
    /// The backup
    #[arg(value_parser = cli::path())]
    file: PathBuf,
    /// Put it in place of the store that is there
    #[arg(long)]
    replace: bool,
}

/// Runs the command.
///
/// # Errors
/// `NotFound` without the file, `Invalid` when it is damaged and for a store on a server, `Conflict` when there is a store and
/// `--replace` is missing, `Unavailable` while a process holds the store.
pub fn run(restore: &Restore, config: Config, out: &mut Out) -> Result<Exit> {
    if config.store.is_on_server() {
        let text = "a backup takes the place of a folder, and this store lies in a database on a server; restore it with --data into a folder of its own without store.database, and move it from there with: assent copy --to-database URL";
        return Err(Error::invalid("store.database", text));
    }
    let (file, folder) = (&restore.file, config.data.clone());
    if !file.exists() {
        let text = format!("{} does not exist", file.display());
        return Err(Error::new(kernel::Kind::NotFound, "not-found", "FILE", text));
    }
    init::make_folder(&folder)?;
    let lock = ask::own(&folder, 1)?;
    let cx = engine::command_line();
    out.progress("reading the backup", 0, 0)?;
    let outstanding = backup::restore(&cx, file, &folder, restore.replace)?;
    let engine = Engine::open(lock, config)?;
    let left = engine.db.outstanding_erasures(&engine.cx)?.len();
    if left > 0 {
        return Err(Error::unavailable(format!(
            "the backup is in place, but {left} erasures could not be carried out again; it must not be served"
        )));
    }
    engine.db.write(&engine.cx, web::signin::after_restore)?;
    out.answer(
        &json!({ "data": folder, "file": file, "erasures_repeated": outstanding }),
        format!("restored {}; {outstanding} erasures carried out again", folder.display()),
    )?;
    Ok(Exit::Done)
}
