//! `assent init`: a folder becomes a store.
//!
//! *Not* an upgrade path of its own; opening a store brings its tables up to date. Invariant: a store
//! that is there keeps every row, its layout and its configuration file.

use std::{
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use clap::{Args, ValueEnum};
use kernel::{Error, Result, store::distributed};
use serde_json::json;

use crate::{
    config::{self, Config},
    engine::{self, Engine},
    local::ask,
    out::{Exit, Out},
    registry,
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Makes the folder (for this account only), the database, the vault of keys beside it and a commented
configuration file. With --database the records lie in a database on a server, which is made where it is
missing and this account may do so. Where a store is, nothing changes.

With --distributed citus the rows of one person lie on one machine of a Citus cluster, with what belongs to
them (docs/scale.md); --print shows the statements and does nothing.

Example:
  assent init --data ./assent-data
  assent init --data ./assent-data --database postgres://assent@db.example.org/assent
  assent init --distributed citus --print
  assent init --data ./assent-data --database postgres://assent@db.example.org/assent --distributed citus";

/// How.
#[derive(Debug, Clone, Args)]
pub struct Init {
    /// Spread the rows over the machines of a database that does so; chosen once, when the store is made
    #[arg(long, value_name = "BY")]
    distributed: Option<Distributed>,
    /// Print the statements that make the distributed layout, and do nothing
    #[arg(long, requires = "distributed")]
    print: bool,
}

/// What spreads the rows.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Distributed {
    /// The extension Citus of PostgreSQL
    Citus,
}

/// Makes the store.
///
/// # Errors
/// `Unavailable` when the folder cannot be written, a process holds the store, or the database cannot spread rows;
/// `Conflict` where a store in the ordinary layout is to be distributed.
pub fn run(init: &Init, config: Config, out: &mut Out) -> Result<Exit> {
    if init.print {
        return print(out);
    }
    let servers = config.store.servers()?;
    if init.distributed.is_some() {
        let Some([records, _]) = &servers else {
            let text =
                "spreads the rows of a database on a server; name it with --database postgres://user@host/database";
            return Err(Error::invalid("--distributed", text));
        };
        distributed::require(records)?;
    }
    let folder = config.data.clone();
    let shown = folder.display().to_string();
    make_folder(&folder)?;
    if let Some([records, vault]) = servers {
        records.ensure(&records.beside("postgres"))?;
        vault.ensure(&records)?;
        if init.distributed.is_some() {
            distributed::begin(&records)?;
        }
    }
    let made = !engine::is_store(&config)?;
    if made {
        let engine = Engine::open(ask::own(&folder, 1)?, config)?;
        write_template(&engine)?;
    }
    let text = if made { format!("made a store in {shown}") } else { format!("there is a store in {shown} already") };
    out.answer(&json!({ "data": shown, "made": made }), text)?;
    Ok(Exit::Done)
}

fn print(out: &mut Out) -> Result<Exit> {
    let all = distributed::statements(registry::SOURCES)?;
    let text = all.join(";\n") + ";\n";
    out.answer(&json!({ "statements": all }), text)?;
    Ok(Exit::Done)
}

/// Makes the folder for this account only, since it will hold personal data and keys.
///
/// # Errors
/// `Unavailable` when it cannot be made.
pub fn make_folder(folder: &Path) -> Result<()> {
    let failed = |error: std::io::Error| {
        Error::unavailable(format!("the folder {} cannot be made: {}", folder.display(), error.kind()))
    };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)
}

fn write_template(engine: &Engine) -> Result<()> {
    use std::io::Write;
    let file = engine.folder().join("assent.toml");
    if file.exists() {
        return Ok(());
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(config::template().as_bytes())?;
    Ok(())
}
