//! `assent copy`: a store moves whole into another folder, to a database server, or back.
//!
//! *Not* a backup while the store is served: a folder must not be open, and on a server the nodes wait
//! meanwhile. Invariant: the source stays as it is, and the copy opens as a store only when it verified.

use std::path::PathBuf;

use clap::Args;
use kernel::{Error, Result, store::copy as moving};
use serde_json::json;

use super::init;
use crate::{
    cli,
    config::{Config, Store},
    engine::{self, Lock},
    local::ask,
    out::{Exit, Out},
    registry,
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Copies the store of --data (or --database) with its audit trail, its files and its vault. Stop what serves
it first. Run again after it was stopped half-way, it goes on where it was. In the end every table has as
many rows there as here, and the audit trail of the copy verifies.

Example:
  assent copy --data ./assent-data --to-database postgres://assent@db.example.org/assent
  assent copy --database postgres://assent@db.example.org/assent --to-data ./assent-data-2";

/// To where.
#[derive(Debug, Clone, Args)]
pub struct Copy {
    /// A folder without a store
    #[arg(long, value_name = "DIR", value_parser = cli::path(), required_unless_present = "to_database", conflicts_with = "to_database")]
    to_data: Option<PathBuf>,
    /// A database without a store
    #[arg(long, value_name = "URL")]
    to_database: Option<String>,
    /// The vault's database; else one beside the other, under its name and _vault
    #[arg(long, value_name = "URL", requires = "to_database")]
    to_vault: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// `NotFound` without a store, `Conflict` when there is one at the other end, `Unavailable` while a process
/// holds either.
pub fn run(copy: &Copy, config: &Config, out: &mut Out) -> Result<Exit> {
    engine::require_store(config)?;
    let target = Store {
        database: copy.to_database.clone().unwrap_or_default(),
        vault: copy.to_vault.clone().unwrap_or_default(),
        ..config.store.clone()
    };
    let (from, _from_lock) = place(&config.store, &config.data)?;
    let folder = copy.to_data.clone().unwrap_or_else(|| config.data.clone());
    if !target.is_on_server() {
        init::make_folder(&folder)?;
    }
    let (to, _to_lock) = match (&from, target.is_on_server()) {
        (moving::Place::Folder(source), false) if *source == folder => {
            return Err(Error::invalid("--to-data", "is the folder of the store itself; name another"));
        }
        _ => place(&target, &folder)?,
    };
    let copied = moving::copy(&engine::command_line(), &from, &to, registry::SOURCES, |table, done, all| {
        out.progress(table, u64::try_from(done).unwrap_or_default(), u64::try_from(all).unwrap_or_default())
    })?;
    let rows: i64 = copied.tables.iter().map(|(_, rows)| rows).sum();
    let shown = match &to {
        moving::Place::Folder(folder) => folder.display().to_string(),
        moving::Place::Server { records, .. } => format!("the database {}", records.database()),
    };
    let text = format!(
        "copied {rows} rows of {} tables into {shown}; the audit trail there verifies: {} rows, head {}",
        copied.tables.len(),
        copied.trail.rows,
        copied.trail.head
    );
    let json = json!({
        "to": shown,
        "resumed": copied.resumed,
        "tables": copied.tables.iter().map(|(name, rows)| json!({ "name": name, "rows": rows })).collect::<Vec<_>>(),
        "audit": { "rows": copied.trail.rows, "head": copied.trail.head },
    });
    out.answer(&json, text)?;
    Ok(Exit::Done)
}

/// The place, and the lock where it is a folder.
fn place(store: &Store, folder: &std::path::Path) -> Result<(moving::Place, Option<Lock>)> {
    Ok(match store.servers()? {
        None => (moving::Place::Folder(folder.to_owned()), Some(ask::own(folder, 1)?)),
        Some([records, vault]) => (moving::Place::Server { records, vault }, None),
    })
}
