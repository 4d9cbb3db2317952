//! Subscription lists: who is on them (`spec/marketing.md` 8.5).
//!
//! *Not* segments. Invariant: leaving acts at once; joining by the person waits for confirmation
//! where double opt-in is on.

use kernel::{Query, Result, Rx, Tx, Values, uuid::Uuid};

use crate::{
    consent::{Evidence, Requested},
    optin,
};

const MEMBER: &str = "assent_listmember";

/// Whether the person is on the list.
///
/// # Errors
/// Those of reading.
pub fn is_member(rx: &Rx<'_>, list: Uuid, contact: Uuid) -> Result<bool> {
    Ok(membership(rx, list, contact)?.is_some())
}

fn membership(rx: &Rx<'_>, list: Uuid, contact: Uuid) -> Result<Option<Uuid>> {
    let query = Query::on(MEMBER).eq("assent_listid", list).eq("assent_contactid", contact).select(&[]);
    Ok(rx.elevated("subscription").first(&query)?.map(|it| it.id))
}

/// A person asks to join.
///
/// # Errors
/// `Invalid` when there is no such list or contact.
pub fn request(tx: &mut Tx<'_>, list: Uuid, contact: Uuid, evidence: &Evidence) -> Result<Requested> {
    if is_member(tx, list, contact)? {
        return Ok(Requested::Unchanged);
    }
    if optin::is_on(tx, evidence.form)? {
        return Ok(Requested::Pending(optin::ask(tx, contact, optin::Wish::List(list), evidence)?));
    }
    join(tx, list, contact)?;
    Ok(Requested::Applied)
}

/// Puts the person on the list.
///
/// # Errors
/// `Invalid` when there is no such list or contact.
pub fn join(tx: &mut Tx<'_>, list: Uuid, contact: Uuid) -> Result<()> {
    if is_member(tx, list, contact)? {
        return Ok(());
    }
    let values = Values::new().with("assent_listid", list).with("assent_contactid", contact);
    tx.as_system("subscription", |tx| tx.create(MEMBER, values))?;
    Ok(())
}

/// Takes the person off the list; `false` when they were not on it.
///
/// # Errors
/// Those of the write path.
pub fn leave(tx: &mut Tx<'_>, list: Uuid, contact: Uuid) -> Result<bool> {
    optin::supersede(tx, contact, Some(list))?;
    match membership(tx, list, contact)? {
        Some(id) => {
            tx.as_system("subscription", |tx| tx.delete(MEMBER, id))?;
            Ok(true)
        }
        None => Ok(false),
    }
}
