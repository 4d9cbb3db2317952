//! `assent suppression`: why an address gets no commercial mail, and lists of such addresses.
//!
//! *Not* a way to read the ledger, which holds no address. Invariant: an objection is not lifted here;
//! only the person ends it.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use kernel::{Error, Kind, Result};
use privacy::suppression::{self, Intake, Reason, Report};
use serde::{Deserialize, Serialize};

use crate::{
    cli,
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent suppression explain ada@example.com
  assent suppression import old-system.txt --reason objection --dry-run
  assent suppression lift ada@example.com --because \"the mailbox works again\"";

/// What to ask or change.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Suppression {
    /// Say whether an address is suppressed, and why
    #[command(after_help = "Example:\n  assent suppression explain ada@example.com --json")]
    Explain {
        /// A mail address, or the SHA-256 of one in lower case
        address: String,
    },
    /// Take a list over: addresses or their SHA-256, one a line
    #[command(after_help = "Example:\n  assent suppression import old-system.txt --reason objection --dry-run")]
    Import {
        /// The list
        #[arg(value_parser = cli::path())]
        file: PathBuf,
        /// Why the addresses are on it; an objection also lowers contacts to level 2
        #[arg(long, value_enum, default_value = "list")]
        reason: Reasons,
        /// Where the list comes from, kept with each entry; name no person
        #[arg(long, value_name = "TEXT", default_value = "list of the command line")]
        source: String,
        /// Only count
        #[arg(long)]
        dry_run: bool,
    },
    /// End what holds back mail to an address; an objection stays, only the person ends it
    #[command(after_help = "Example:\n  assent suppression lift ada@example.com --because \"the mailbox works again\"")]
    Lift {
        /// The mail address
        address: String,
        /// Why; kept in the audit trail, so name no person
        #[arg(long, value_name = "TEXT")]
        because: String,
    },
}

/// Why addresses are on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Reasons {
    /// The persons objected to direct marketing (Art. 21 GDPR).
    Objection,
    /// Not known more closely.
    List,
}

/// Runs the command.
///
/// # Errors
/// `Invalid` for what is no address, `NotFound` without the file or an entry, `Conflict` for an objection.
pub fn run(engine: &Engine, command: &Suppression, out: &mut Out) -> Result<Exit> {
    match command {
        Suppression::Explain { address } => {
            let answer = engine.db.read(&engine.cx, |rx| suppression::explain(rx, address))?;
            let verdict = if answer.suppressed { "suppressed" } else { "not suppressed" };
            let text = format!("{verdict}\n  {}\n", answer.words.join("\n  "));
            out.answer(&serde_json::to_value(&answer)?, text)?;
        }
        Suppression::Import { file, reason, source, dry_run } => {
            let list = std::fs::read_to_string(file).map_err(|error| {
                let kind = if error.kind() == std::io::ErrorKind::NotFound { Kind::NotFound } else { Kind::Invalid };
                Error::new(kind, "unreadable", "FILE", format!("{} cannot be read: {}", file.display(), error.kind()))
            })?;
            let intake = Intake {
                reason: if *reason == Reasons::Objection { Reason::Objection } else { Reason::List },
                source: source.clone(),
                lower_to: None,
                dry_run: *dry_run,
            };
            let report = engine.db.write(&engine.cx, move |tx| suppression::import_list(tx, &list, &intake))?;
            out.answer(&serde_json::to_value(&report)?, text_of(&report))?;
        }
        Suppression::Lift { address, because } => {
            let (address, because) = (address.clone(), because.clone());
            let done = engine.db.write(&engine.cx, move |tx| suppression::release(tx, &address, &because))?;
            let mut text = format!("entries ended: {}\n", done.lifted);
            for it in &done.kept {
                text.push_str(&format!("still in force: {}; only the person ends it\n", it.reason.words()));
            }
            out.answer(&serde_json::to_value(&done)?, text)?;
        }
    }
    Ok(Exit::Done)
}

fn text_of(report: &Report) -> String {
    let mut text = String::new();
    if report.dry_run {
        text.push_str("dry run: nothing was changed\n");
    }
    for (name, count) in [
        ("lines", report.lines),
        ("repeated", report.repeated),
        ("malformed", report.malformed.len()),
        ("added", report.added),
        ("known", report.known),
        ("contacts", report.contacts),
        ("lowered", report.lowered),
    ] {
        text.push_str(&format!("{name:<10} {count:>9}\n"));
    }
    if let Some(batch) = report.batch {
        text.push_str(&format!("to take it back: assent consent undo {batch} --because …\n"));
    }
    for line in report.malformed.iter().take(20) {
        text.push_str(&format!("line {line}: neither a mail address nor a SHA-256\n"));
    }
    text
}
