//! `assent import`: rows of a file become records, and an import is taken back.
//!
//! *Not* a second write path; rules, audit and erasure hold as on the Web API. Invariant: the answer
//! counts every row of the file and never shows a cell of it.

use std::{fs::File, path::PathBuf};

use clap::{Args, Subcommand};
use connect::ingest::{self, Limits, Mapping, Options, Report, Undone};
use kernel::{Error, Kind, Result, uuid::Uuid};
use serde::{Deserialize, Serialize};

use crate::{
    cli,
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Try first with --dry-run: nothing changes, the report says what would. Ends with 1 when every row was
refused.

Example:
  assent import contacts.csv --entity contact --mapping contacts.toml --dry-run
  assent import contacts.csv --entity contact --mapping contacts.toml
  assent import undo 0190c6a8-0000-7000-8000-000000000001";

/// So many refusals are shown to people; all are in the JSON.
const SHOWN: usize = 20;

/// What to import.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Import {
    #[command(subcommand)]
    back: Option<Back>,
    /// The file
    #[arg(required = true, value_parser = cli::path())]
    file: Option<PathBuf>,
    /// The entity's logical name; else what the mapping says
    #[arg(long)]
    entity: Option<String>,
    /// The mapping of the file's columns
    #[arg(long, required = true, value_name = "FILE.toml", value_parser = cli::path())]
    mapping: Option<PathBuf>,
    /// Only try
    #[arg(long)]
    dry_run: bool,
}

/// The way back.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Back {
    /// Take an import back, as far as nobody changed its records since
    #[command(after_help = "Example:\n  assent import undo 0190c6a8-0000-7000-8000-000000000001")]
    Undo {
        /// The import batch
        batch: Uuid,
    },
}

/// Runs the command.
///
/// # Errors
/// `NotFound` without the file, `Invalid` for a mapping that does not fit.
pub fn run(engine: &Engine, import: &Import, out: &mut Out) -> Result<Exit> {
    if let Some(Back::Undo { batch }) = &import.back {
        out.progress("taking back", 0, 0)?;
        let undone = ingest::undo(&engine.db, &engine.cx, *batch)?;
        out.answer(&serde_json::to_value(&undone)?, undone_text(&undone))?;
        return Ok(Exit::Done);
    }
    let (Some(path), Some(mapping)) = (&import.file, &import.mapping) else {
        return Err(Error::invalid("FILE", "name the file and its --mapping"));
    };
    let text = std::fs::read_to_string(mapping).map_err(|error| unreadable("--mapping", mapping, &error))?;
    let mapping = Mapping::parse(&text).map_err(|error| error.at(mapping.display()))?;
    let file = File::open(path).map_err(|error| unreadable("FILE", path, &error))?;
    let options = Options {
        entity: import.entity.clone(),
        file_name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        dry_run: import.dry_run,
        limits: Limits::default(),
    };
    let report = ingest::run(&engine.db, &engine.cx, file, &mapping, options, |rows| {
        // An import is worth finishing also when nobody watches.
        let _unseen = out.progress("reading rows", rows, 0);
    })?;
    out.answer(&serde_json::to_value(&report)?, text_of(&report))?;
    let taken = report.created + report.updated + report.unchanged + report.suppressed;
    Ok(if report.rows > 0 && taken == 0 { Exit::Negative } else { Exit::Done })
}

fn unreadable(target: &str, path: &std::path::Path, error: &std::io::Error) -> Error {
    let kind = if error.kind() == std::io::ErrorKind::NotFound { Kind::NotFound } else { Kind::Invalid };
    Error::new(kind, "unreadable", target, format!("{} cannot be read: {}", path.display(), error.kind()))
}

fn text_of(report: &Report) -> String {
    let mut text = String::new();
    if report.dry_run {
        text.push_str("dry run: nothing was changed\n");
    }
    for (name, count) in [
        ("rows", report.rows),
        ("created", report.created),
        ("updated", report.updated),
        ("unchanged", report.unchanged),
        ("refused", report.refused),
        ("suppressed", report.suppressed),
        ("consent raised", report.consent_raised),
        ("consent lowered", report.consent_lowered),
        ("consent kept", report.consent_kept),
    ] {
        text.push_str(&format!("{name:<16} {count:>9}\n"));
    }
    for (column, count) in &report.would {
        text.push_str(&format!("would change {column}: {count}\n"));
    }
    for refusal in report.refusals.iter().take(SHOWN) {
        let column = refusal.column.as_deref().map(|it| format!(" {it}:")).unwrap_or_default();
        text.push_str(&format!("line {}:{column} {}\n", refusal.line, refusal.reason));
    }
    if report.refused > SHOWN as u64 {
        text.push_str("more refused rows are listed with --json\n");
    }
    for warning in &report.warnings {
        text.push_str(&format!("warning: {warning}\n"));
    }
    if let Some(batch) = report.batch {
        text.push_str(&format!("import batch {batch}; take it back with: assent import undo {batch}\n"));
    }
    text
}

fn undone_text(undone: &Undone) -> String {
    let mut text = format!(
        "deleted {}, restored {}, left alone {}, of erased persons {}\n",
        undone.deleted, undone.restored, undone.left, undone.erased
    );
    for left in undone.leftovers.iter().take(SHOWN) {
        let column = left.column.as_deref().map(|it| format!(" {it}")).unwrap_or_default();
        text.push_str(&format!("{}{column}: {}\n", left.record, left.reason));
    }
    text
}
