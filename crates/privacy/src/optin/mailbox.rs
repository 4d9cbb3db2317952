//! The mailbox that is asked to confirm a wish.
//!
//! *Not* who may be written to (`consent::gate`). Invariant: pressing the button proves one mailbox, the one
//! that got the mail; a wish is applied to nobody who has another one by then.

use kernel::{Error, Query, Result, Rx, uuid::Uuid};

use super::OptInRequest;

/// Whether these are one mailbox, as far as anybody but its own server can tell.
pub fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// The mailbox that this wish is bound to; `None` before its first mail where no address is kept with it. Of a
/// custodian none is: what they are asked for is the child's record, and their address is no part of that. It
/// stands in the mail that they got, which is theirs.
///
/// # Errors
/// Those of reading.
pub fn of(rx: &Rx<'_>, request: &OptInRequest) -> Result<Option<String>> {
    if request.address.is_some() {
        return Ok(request.address.clone());
    }
    let rx = rx.elevated("double opt-in");
    let mails = Query::on("assent_outgoingmail").eq("assent_optinrequestid", request.id);
    let newest = rx.first(&mails.order("createdon desc,versionnumber desc")?.select(&["assent_to"]))?;
    Ok(newest.map(|it| it.text("assent_to").to_owned()).filter(|it| !it.is_empty()))
}

/// The address at which whoever confirms for this contact is reached now; empty where there is none.
pub(super) fn now(rx: &Rx<'_>, contact: Uuid, custodian: Option<Uuid>) -> Result<String> {
    let row = rx.elevated("double opt-in").find("contact", custodian.unwrap_or(contact))?;
    Ok(row.map(|it| it.text("emailaddress1").to_owned()).unwrap_or_default())
}

/// Refuses a wish whose mail went to another mailbox than that of the contact it is to be applied to, or of
/// the custodian who confirms it for them.
///
/// # Errors
/// `Gone`.
pub fn check(rx: &Rx<'_>, request: &OptInRequest, contact: Uuid) -> Result<()> {
    match of(rx, request)? {
        Some(mailbox) if !same(&mailbox, &now(rx, contact, request.custodian)?) => {
            Err(Error::gone("link", "The mail address is another one now. Ask for the change again to get a new link."))
        }
        _ => Ok(()),
    }
}
