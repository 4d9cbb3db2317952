//! An objection to direct marketing: absolute (Art. 21(2) and (3) GDPR).
//!
//! *Not* a preference that a user may weigh. Invariant: from its commit on nobody with the address is
//! above level 2, and only the person, from their own mailbox, raises it again.

use kernel::{Change, Error, Phrase, Query, Result, Tx, Value, Values, uuid::Uuid};
use serde::Serialize;

use super::{OWN, Reason, add, in_force, lift};
use crate::consent::{self, Evidence, Level, Source};

/// What an objection did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Objected {
    /// Contacts with the address.
    pub contacts: usize,
    /// Those whose level was lowered to 2.
    pub lowered: usize,
    /// Leads with the address; they get no bulk mail.
    pub leads: usize,
    /// Whether the ledger got a new entry.
    pub noted: bool,
}

/// Notes an objection by everybody with this address. `source` says where it came in, without personal
/// data.
///
/// # Errors
/// `Invalid` for a malformed address.
pub fn object(tx: &mut Tx<'_>, address: &str, source: &str) -> Result<Objected> {
    if !kernel::pipeline::check::is_address(address.trim()) {
        return Err(Error::invalid("email", Phrase::new("one-address", "write one mail address")));
    }
    let address = address.trim();
    let evidence = Evidence { source: Source::Objection, detail: Some(source.to_owned()), ..Evidence::default() };
    tx.as_system("objection", |tx| {
        let noted = add(tx, address, Reason::Objection, source, None)?;
        let mut done = Objected { noted, ..Objected::default() };
        for contact in tx.ids(&Query::on("contact").eq("emailaddress1", address))? {
            done.contacts += 1;
            done.lowered += usize::from(mark(tx, contact, &evidence)?);
        }
        for lead in tx.ids(&Query::on("lead").eq("emailaddress1", address))? {
            done.leads += 1;
            tx.update("lead", lead, Values::new().with("donotbulkemail", true))?;
        }
        Ok(done)
    })
}

/// Notes an objection that reached an officer, however it arrived; the same as [`object`].
///
/// # Errors
/// `Forbidden` without the privilege, `Invalid` for a malformed address.
pub fn object_for(tx: &mut Tx<'_>, address: &str, source: &str) -> Result<Objected> {
    kernel::access::require(tx, "prvAssentNoteObjection", "noting an objection")?;
    object(tx, address, source)
}

/// One contact: level 2 at most, and the day of the objection.
pub(super) fn mark(tx: &mut Tx<'_>, contact: Uuid, evidence: &Evidence) -> Result<bool> {
    let lowered = consent::lower(tx, contact, Level::Transactional, evidence.clone())?;
    if tx.get("contact", contact)?.get("assent_objectedon").is_null() {
        let now = tx.now();
        tx.update("contact", contact, Values::new().with("assent_objectedon", now))?;
    }
    Ok(lowered)
}

/// Part of the rule before a contact is stored: an address that is objected for stays at level 2,
/// whoever raises it. The person's own confirmation from that mailbox ends the objection, and every
/// other no of theirs on the ledger: who was on a list that was brought along, and subscribes anew, gets
/// what they confirmed.
pub(crate) fn cap(tx: &mut Tx<'_>, change: &mut Change) -> Result<()> {
    let wakes = change.before.is_none() || change.touches("msgdpr_gdprconsent") || change.touches("emailaddress1");
    let level = Level::of_value(change.new_value("msgdpr_gdprconsent"))?;
    if !wakes || level <= Level::Transactional {
        return Ok(());
    }
    let address = change.new_value("emailaddress1").as_text().unwrap_or_default().to_owned();
    let source = tx.cx().fact::<Evidence>().map(|it| it.source);
    if source == Some(Source::DoubleOptIn) {
        lift(tx, &address, OWN)?;
        if !change.old("assent_objectedon").is_null() {
            change.values.set("assent_objectedon", Value::Null);
        }
        return Ok(());
    }
    let by_address = in_force(tx, &address)?.iter().any(|it| it.reason == Reason::Objection);
    if !by_address && change.old("assent_objectedon").is_null() {
        return Ok(());
    }
    // What was noted by mistake is no objection; its entry ended just before.
    if source == Some(Source::Undo) && !by_address {
        return Ok(());
    }
    let one_by_one = source.is_none() && tx.cx().batch.is_none() && change.before.is_some();
    if one_by_one && change.touches("msgdpr_gdprconsent") {
        return Err(Error::invalid(
            "msgdpr_gdprconsent",
            Phrase::new("objected", "this person objected to direct marketing (Art. 21(3) GDPR); only they can raise the level above 2, by confirming from their own mailbox"),
        )
        .with_code("objection"));
    }
    change.values.set("msgdpr_gdprconsent", Level::Transactional.option());
    Ok(())
}
