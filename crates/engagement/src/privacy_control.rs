//! Global Privacy Control: a browser that says `Sec-GPC: 1` objects to tracking (Art. 21(2) GDPR,
//! `spec/beyond.md` 3).
//!
//! *Not* a change of consent, and nothing for a visitor who is not known: such a visit is not recorded
//! anyway. Invariant: the objection of a known person is noted once, with its evidence; what they choose
//! themselves afterwards stands.

use kernel::{Query, Result, Tx, Values, uuid::Uuid};
use privacy::{merge, optin::OptInRequest};

use crate::{interaction, link::Link};

/// The kind of interaction that proves the objection.
pub const OBJECTED: &str = "TrackingObjected";
const EVIDENCE: &str = "Global Privacy Control (Sec-GPC: 1)";

/// Notes the objection of a person, or of whom they were merged into; `false` where it was noted before, or there
/// is no such person.
///
/// # Errors
/// Those of the write path.
pub fn object(tx: &mut Tx<'_>, contact: Uuid) -> Result<bool> {
    let Some(contact) = merge::survivor(tx, contact)? else { return Ok(false) };
    let said = Query::on(interaction::ENTITY).eq("assent_contactid", contact).eq("assent_type", OBJECTED);
    if tx.elevated("Global Privacy Control").first(&said)?.is_some() {
        return Ok(false);
    }
    tx.as_system("Global Privacy Control", |tx| {
        tx.update("contact", contact, Values::new().with("msgdpr_donottrack", true))
    })?;
    interaction::record(tx, OBJECTED, contact, Values::new().with("assent_detail", EVIDENCE))?;
    Ok(true)
}

/// Notes the objection of whoever is asked to confirm a wish: of a child's, their custodian, whose browser it is.
///
/// # Errors
/// Those of the write path.
pub fn object_by_wish(tx: &mut Tx<'_>, request: &OptInRequest) -> Result<bool> {
    match request.custodian.or(request.contact) {
        Some(person) => object(tx, person),
        None => Ok(false),
    }
}

/// Notes the objection of whom a personal link is for.
///
/// # Errors
/// `NotFound` for a link that is not ours.
pub fn object_by_link(tx: &mut Tx<'_>, token: &str) -> Result<bool> {
    match Link::read(tx, token)? {
        Link::Center { contact, .. } | Link::Unsubscribe { contact, .. } | Link::Visit { contact } => {
            object(tx, contact)
        }
        _ => Ok(false),
    }
}
