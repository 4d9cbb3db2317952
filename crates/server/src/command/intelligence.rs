//! `assent intelligence`: Embedded Intelligence, which brings the opt-out column.
//!
//! *Not* reversible: a column that was added stays. Invariant: it is enabled only by somebody who
//! says that the privacy statement was accepted, and the audit says so.

use clap::Subcommand;
use kernel::{Error, Result, solution};
use privacy::metadata::EMBEDDED_INTELLIGENCE;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent intelligence enable --accept-privacy-statement";

/// What to do.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Intelligence {
    /// Enable it: contacts, leads and users get the column msdyn_gdproptout
    #[command(after_help = EXAMPLE)]
    Enable {
        /// Say that the privacy statement was read and is accepted
        #[arg(long)]
        accept_privacy_statement: bool,
    },
    /// Say whether it is enabled
    #[command(after_help = "Example:\n  assent intelligence status --json")]
    Status,
}

/// Runs the command.
///
/// # Errors
/// `Invalid` without the acceptance.
pub fn run(engine: &Engine, intelligence: &Intelligence, out: &mut Out) -> Result<Exit> {
    match intelligence {
        Intelligence::Enable { accept_privacy_statement: false } => Err(Error::invalid(
            "--accept-privacy-statement",
            "Embedded Intelligence analyses how people act; read the privacy statement and add this option to accept it",
        )),
        Intelligence::Enable { accept_privacy_statement: true } => {
            let cx = engine.cx.because("command line: the privacy statement was accepted");
            let fresh = engine.db.write(&cx, |tx| solution::enable(tx, EMBEDDED_INTELLIGENCE))?;
            let text = if fresh { "enabled" } else { "it was enabled before" };
            out.answer(&json!({ "enabled": true, "changed": fresh }), text)?;
            Ok(Exit::Done)
        }
        Intelligence::Status => {
            let enabled = engine.db.read(&engine.cx, |rx| solution::is_enabled(rx, EMBEDDED_INTELLIGENCE))?;
            out.answer(&json!({ "enabled": enabled }), if enabled { "enabled" } else { "not enabled" })?;
            Ok(Exit::Done)
        }
    }
}
