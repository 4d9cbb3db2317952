//! An officer takes an address off the ledger, with a reason.
//!
//! *Not* able to end an objection: only the person does, from their own mailbox (`objection`).
//! Invariant: entries end and stay to be read; what was withheld stays explained.

use kernel::{Error, Phrase, Result, Tx, access, pipeline::check::is_address};
use serde::Serialize;

use super::{Entry, Reason, end, in_force};

/// What an officer may end: all but the objection.
const LIFTABLE: &[Reason] = &[Reason::OneClick, Reason::Complaint, Reason::Bounce, Reason::List];

/// What was ended, and what stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Released {
    /// Entries that ended now.
    pub lifted: usize,
    /// Entries that stay in force: objections.
    pub kept: Vec<Entry>,
}

/// Ends what holds back mail to an address, but no objection. The reason is in the audit trail, so it
/// names nobody.
///
/// # Errors
/// `Forbidden` without the privilege; `Invalid` without a reason or for a malformed address;
/// `NotFound` when no entry is in force; `Conflict` when an objection alone is.
pub fn release(tx: &mut Tx<'_>, address: &str, because: &str) -> Result<Released> {
    access::require(tx, "prvAssentWriteSuppressions", "lifting a suppression")?;
    let address = address.trim();
    if !is_address(address) {
        return Err(Error::invalid("address", Phrase::new("one-address", "write one mail address")));
    }
    if because.trim().is_empty() {
        return Err(Error::invalid("because", Phrase::new("why-again", "say why mail may go there again")));
    }
    let entries = in_force(tx, address)?;
    if entries.is_empty() {
        let text =
            Phrase::new("nothing-suppressed", "the suppression ledger holds nothing in force about this address");
        return Err(Error::new(kernel::Kind::NotFound, "not-found", "address", text));
    }
    let kept: Vec<Entry> = entries.iter().filter(|it| !LIFTABLE.contains(&it.reason)).cloned().collect();
    if kept.len() == entries.len() {
        let text = Phrase::new(
            "objection-stays",
            "the person objected to direct marketing (Art. 21(3) GDPR); only they can end that, by confirming from their own mailbox",
        );
        return Err(Error::conflict("address", text).with_code("objection"));
    }
    let lifted = end(tx, &entries, LIFTABLE, &format!("suppression lifted: {}", because.trim()))?;
    Ok(Released { lifted, kept })
}
