//! What an import did, in numbers and line numbers.
//!
//! *Not* a copy of the file. Invariant: no cell of the file is in it, so it may be shown, kept and
//! mailed without holding personal data; every row is counted in exactly one of created, updated,
//! unchanged, refused and suppressed.

use indexmap::IndexMap;
use kernel::{Error, Result};
use serde::Serialize;
use uuid::Uuid;

/// So many refused rows are listed; all are counted.
pub const LISTED: usize = 1_000;

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The line on which the row begins.
    pub line: u64,
    /// The column of the entity, or the key of the mapping, that it is about.
    pub column: Option<String>,
    /// What is wrong and what to do; never the value.
    pub reason: String,
}

impl Refusal {
    pub(crate) fn of_row(line: u64, reason: String) -> Self {
        Refusal { line, column: None, reason: format!("the row {reason}") }
    }
    pub(crate) fn of_column(line: u64, column: &str, reason: String) -> Self {
        Refusal { line, column: Some(column.to_owned()), reason }
    }
    pub(crate) fn of_error(line: u64, error: &Error) -> Self {
        let column = Some(error.target.clone()).filter(|it| !it.is_empty());
        Refusal { line, column, reason: error.text.clone() }
    }
}

/// The outcome of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The import batch; none for a dry run.
    pub batch: Option<Uuid>,
    /// The entity.
    pub entity: String,
    /// Whether it was only tried.
    pub dry_run: bool,
    /// Rows in the file, without the header and empty lines.
    pub rows: u64,
    /// Rows that became a new record.
    pub created: u64,
    /// Rows that changed a record.
    pub updated: u64,
    /// Rows whose record is so already, or stays as it is.
    pub unchanged: u64,
    /// Rows that were not taken.
    pub refused: u64,
    /// Rows of persons who were erased; nothing of them is kept, not even their line.
    pub suppressed: u64,
    /// Persons whose consent was raised, with evidence.
    pub consent_raised: u64,
    /// Persons whose consent was lowered.
    pub consent_lowered: u64,
    /// Persons whose consent stayed lower than the row says, for want of evidence.
    pub consent_kept: u64,
    /// Rows with the same key as an earlier row of the file.
    pub repeated: u64,
    /// The lines of those, at most [`LISTED`].
    pub repeated_lines: Vec<u64>,
    /// The refused rows in the order of the file, at most [`LISTED`].
    pub refusals: Vec<Refusal>,
    /// For a dry run: how many values would change, by column.
    pub would: IndexMap<String, u64>,
    /// What deserves a look.
    pub warnings: Vec<String>,
    /// SHA-256 of the file, in hexadecimal.
    pub file_hash: String,
}

impl Report {
    pub(crate) fn repeat(&mut self, line: u64) {
        self.repeated += 1;
        if self.repeated_lines.len() < LISTED {
            self.repeated_lines.push(line);
        }
    }

    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.refused += 1;
        if self.refusals.len() < LISTED {
            self.refusals.push(refusal);
        }
    }

    /// The report as the import batch keeps it.
    pub(crate) fn text(&self) -> Result<String> {
        Ok(serde_json::to_string(self)?)
    }
}
