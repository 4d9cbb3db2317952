//! Consent that comes in a file (`spec/beyond.md` 4, no. 3).
//!
//! *Not* the reading of files. Invariant: a file may lower consent, and raises it only with source,
//! date and wording, and never above what the person withdrew later.

use kernel::{Result, Tx, uuid::Uuid};

use super::{Evidence, Level, Source, set};

/// What became of an imported level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// It was that level already.
    Unchanged,
    /// It was raised, with evidence.
    Raised,
    /// It was lowered.
    Lowered,
    /// It stayed lower: the row had no evidence, or older evidence than the person's own withdrawal, or
    /// the person objected, or is a child whose custodian has not confirmed.
    KeptNoEvidence,
}

/// Takes the level of an imported row over.
///
/// # Errors
/// `NotFound` when there is no such contact.
pub fn import(tx: &mut Tx<'_>, contact: Uuid, wish: Level, evidence: Option<Evidence>) -> Result<Imported> {
    let row = tx.get("contact", contact)?;
    let present = Level::of_value(row.get("msgdpr_gdprconsent"))?;
    if wish == present {
        return Ok(Imported::Unchanged);
    }
    if wish < present {
        let evidence = Evidence { source: Source::Import, ..evidence.unwrap_or_default() };
        set(tx, contact, wish, evidence)?;
        return Ok(Imported::Lowered);
    }
    let proven = evidence.filter(|it| {
        let complete = it.detail.is_some() && it.wording.is_some() && it.occurred_on.is_some();
        complete && row.get("assent_withdrawnon").as_time() < it.occurred_on
    });
    match proven {
        Some(evidence) => {
            set(tx, contact, wish, Evidence { source: Source::Import, ..evidence })?;
            // An objection or a missing custodian caps what a file says; the report tells what is so.
            let reached = Level::of_value(tx.get("contact", contact)?.get("msgdpr_gdprconsent"))?;
            Ok(if reached > present { Imported::Raised } else { Imported::KeptNoEvidence })
        }
        None => Ok(Imported::KeptNoEvidence),
    }
}
