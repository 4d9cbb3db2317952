//! A test mail to the very user who asks for it.
//!
//! *Not* to anybody else: no address is taken, and no person's data is in it. Invariant: it passes the gate like every
//! mail, under a purpose of its own (`privacy::consent::Internal`).

use connect::mail;
use kernel::{Actor, Error, Record, Result, Tx, Values, access, uuid::Uuid};
use privacy::consent::{Decision, gate};

use super::{MarketingEmail, SETTINGS, content_settings, render};

/// Writes the mail into the outbox, filled in with the user's own name; the answer is the address that it goes to.
///
/// # Errors
/// `Forbidden`, `Conflict` where the user has no address that mail may go to, `Invalid` for an e-mail that cannot
/// be filled in.
pub fn send_trial(tx: &mut Tx<'_>, email: Uuid) -> Result<String> {
    access::check_row(tx, tx.model().entity(super::ENTITY)?, email, access::Privilege::Write)?;
    let email = MarketingEmail::get(tx, email)?;
    let Actor::User { id, .. } = tx.cx().actor.clone() else {
        return Err(Error::forbidden("test mail", "goes to a user, and this is none"));
    };
    let rx = tx.elevated("test mail");
    let user = rx.get("systemuser", id)?;
    let permit = match gate::ask_colleague(&rx, user.text("internalemailaddress"))? {
        Decision::Granted(it) => it,
        Decision::Refused(it) => return Err(Error::conflict(it.fact, it.reason)),
    };
    let values = Values::new()
        .with("firstname", user.text("firstname"))
        .with("lastname", user.text("lastname"))
        .with("fullname", user.text("fullname"))
        .with("emailaddress1", user.text("internalemailaddress"));
    let reader = Record { entity: "contact".into(), id: Uuid::nil(), version: 0, values };
    let settings = match content_settings(&rx, None)? {
        Some(it) => it,
        None => Record { entity: SETTINGS.into(), id: Uuid::nil(), version: 0, values: Values::new() },
    };
    let mut message = render::sample(&rx, &email, &reader, &settings)?;
    message.subject = format!("[Test] {}", message.subject);
    message.user = Some(id);
    message.idempotency_key = format!("test:{}", tx.cx().new_id());
    let to = permit.address().to_owned();
    mail::internal(tx, message, permit)?;
    Ok(to)
}
