//! `assent contact`: two records of one person become one.
//!
//! *Not* a search for duplicates, nor a way to change columns (`import`). Invariant: the rules of a merge
//! are `privacy::merge`'s.

use clap::Subcommand;
use kernel::Result;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::named::one;
use crate::{
    engine::Engine,
    out::{Exit, Out},
};

/// Shown below `--help`.
pub const EXAMPLE: &str = "\
Example:
  assent contact merge 0190c6a8-0000-7000-8000-000000000001 0190c6a8-0000-7000-8000-000000000002";

/// What to do.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
pub enum Contact {
    /// Merge a contact into another one; it cannot be taken back
    #[command(after_help = EXAMPLE)]
    Merge {
        /// The contact that stays, by identifier or mail address
        keep: String,
        /// The contact that becomes inactive; its history goes to the other one
        lose: String,
    },
}

/// Runs the command.
///
/// # Errors
/// `NotFound` for an unknown contact, `Conflict` when one of them was merged before.
pub fn run(engine: &Engine, contact: &Contact, out: &mut Out) -> Result<Exit> {
    let Contact::Merge { keep, lose } = contact;
    let (keep, lose) = engine.db.read(&engine.cx, |rx| {
        let find = |text: &str| one(rx, "contact", "emailaddress1", text).map(|it| it.id);
        Ok((find(keep)?, find(lose)?))
    })?;
    engine.db.write(&engine.cx, move |tx| privacy::merge::merge(tx, keep, lose))?;
    out.answer(&json!({ "kept": keep, "merged": lose }), format!("{lose} was merged into {keep}"))?;
    Ok(Exit::Done)
}
