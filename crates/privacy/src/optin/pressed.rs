//! The link of a double opt-in, from the token in it to what pressing the button does.
//!
//! *Not* the asking. Invariant: what was used, replaced or has expired does nothing, and says which of these it is;
//! a wish is applied in the transaction that closes it.

use kernel::{Error, Query, Result, Rx, Tx, Values, blob::sha256, uuid::Uuid};

use super::{ENTITY, OptInRequest, Pending, mailbox};
use crate::{
    consent::{self, Evidence, Level, Source},
    subscription,
};

/// The waiting wish behind a token.
///
/// # Errors
/// `NotFound` for a token that was never given out, `Gone` for one that was used, replaced or has
/// expired.
pub fn find(rx: &Rx<'_>, token: &str) -> Result<OptInRequest> {
    let query = Query::on(ENTITY).eq("assent_tokenhash", sha256(token.as_bytes()));
    let found = OptInRequest::first(&rx.elevated("double opt-in"), &query)?
        .ok_or_else(|| Error::new(kernel::Kind::NotFound, "unknown-link", "link", "This link is not known here."))?;
    let over = |text: &str| Err(Error::gone("link", text));
    match found.status {
        1 if found.expires_on.is_some_and(|it| it <= rx.now()) => {
            over("This link has expired. Ask for the change again to get a new one.")
        }
        1 => Ok(found),
        2 => over("This was confirmed already."),
        3 => over("A newer wish has taken the place of this one."),
        _ => over("This link has expired. Ask for the change again to get a new one."),
    }
}

/// Notes that the person pressed the button.
///
/// # Errors
/// Those of the write path.
pub fn close(tx: &mut Tx<'_>, request: &OptInRequest, contact: Option<Uuid>) -> Result<()> {
    let values = Values::new()
        .with("statuscode", 2)
        .with("assent_confirmedon", tx.now())
        .with("assent_contactid", contact.or(request.contact));
    tx.as_system("double opt-in", |tx| tx.update(ENTITY, request.id, values)).map(|_| ())
}

/// What proves a change that this request confirms.
///
/// # Errors
/// Those of reading.
pub fn evidence(rx: &Rx<'_>, request: &OptInRequest) -> Result<Evidence> {
    let wording = match request.wording {
        Some(id) => Some(rx.elevated("wording").get("assent_wording", id)?.text("assent_text").to_owned()),
        None => None,
    };
    Ok(Evidence {
        source: Source::DoubleOptIn,
        form: request.form,
        submission: request.submission,
        wording,
        language: request.language.clone(),
        optin: Some(request.id),
        ..Evidence::default()
    })
}

/// The person pressed the button: the wish of a contact is applied. A submission is applied by what
/// knows forms. For a child the wish goes on: beside the request stands what to ask the custodian by mail.
///
/// # Errors
/// As [`find`].
pub fn confirm(tx: &mut Tx<'_>, token: &str) -> Result<(OptInRequest, Option<Pending>)> {
    let request = find(tx, token)?;
    let no_use = || Error::gone("link", "This link is no longer of use.");
    let contact = request.contact.ok_or_else(no_use)?;
    if request.kind == 3 {
        return Err(Error::bug("a submission that waits is applied by its form"));
    }
    let list = (request.kind == 2).then(|| request.list.ok_or_else(no_use)).transpose()?;
    mailbox::check(tx, &request, contact)?;
    close(tx, &request, None)?;
    let further = match list {
        Some(list) => subscription::join(tx, list, contact).map(|()| None)?,
        None => raise(tx, contact, Level::of_option(request.value)?, &request)?,
    };
    Ok((request, further))
}

/// Raises consent to what was confirmed. Where more was given since, it stays: the link is about
/// raising and takes nothing away. A child's wish goes on to the custodian: the answer is what to ask
/// them by mail.
///
/// # Errors
/// `NotFound` when there is no such contact, `Gone` when their mailbox is another one now.
pub fn raise(tx: &mut Tx<'_>, contact: Uuid, wish: Level, request: &OptInRequest) -> Result<Option<Pending>> {
    mailbox::check(tx, request, contact)?;
    let present = tx.elevated("double opt-in").get("contact", contact)?;
    let evidence = evidence(tx, request)?;
    if let Some(custodian) = request.custodian {
        return consent::raise::by_custodian(tx, contact, custodian, wish, evidence).map(|()| None);
    }
    if Level::of_value(present.get("msgdpr_gdprconsent"))? >= wish {
        return Ok(None);
    }
    if consent::change::needs_custodian(tx, &present, wish)? {
        return consent::change::ask_custodian(tx, &present, wish, &evidence);
    }
    consent::set(tx, contact, wish, evidence).map(|()| None)
}
