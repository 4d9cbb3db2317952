//! Copies of a mail to friends of its reader (`spec/marketing.md` 10).
//!
//! *Not* the form that asks for them (`engagement`). Invariant: the address of a friend is in one row, which
//! nobody reads, which names nobody, and which is deleted after 30 days; the mail itself holds no address.

use jiff::{Timestamp, ToSpan};
use kernel::{Query, Result, Rx, Tx, Value, Values, uuid::Uuid};
use lettre::{Address, message::Mailbox};
use odata::CompareOp;
use privacy::{
    consent::{Decision, Forwarded, Permit, gate},
    suppression,
};

use super::{ENTITY, Message, write};

const FRIEND: &str = "assent_forward";
/// The days after which all that was typed in about a friend is deleted (`spec/marketing.md` 10).
pub const DAYS_KEPT: i64 = 30;

/// Writes a copy for the outbox, for the address of the permit; `name` is said to the mail program of the friend
/// and to nobody else.
///
/// # Errors
/// Those of the write path.
pub fn forward(tx: &mut Tx<'_>, message: Message, name: Option<&str>, permit: Permit<Forwarded>) -> Result<Uuid> {
    let mail = write(tx, message, &permit, None)?;
    let expires = tx.now().checked_add((DAYS_KEPT * 24).hours()).unwrap_or(Timestamp::MAX);
    let values = Values::new()
        .with("assent_hash", suppression::key_of(tx, permit.address())?)
        .with("assent_email", permit.address())
        .with("assent_friendname", name)
        .with("assent_mailid", mail)
        .with("assent_expireson", expires);
    tx.as_system("forward to a friend", |tx| tx.create(FRIEND, values))?;
    Ok(mail)
}

/// The marketing e-mails of which a copy went, or goes, to this address in the last 30 days; one entry for each
/// copy, with the time it was asked for.
///
/// # Errors
/// Those of reading.
pub fn forwarded(rx: &Rx<'_>, address: &str) -> Result<Vec<(Option<Uuid>, Timestamp)>> {
    let rx = rx.elevated("forward to a friend");
    let query = Query::on(FRIEND).eq("assent_hash", suppression::key_of(&rx, address)?);
    let mut all = Vec::new();
    for row in rx.rows(&query)? {
        let Some(mail) = row.get("assent_mailid").as_guid() else { continue };
        let mail = Query::on(ENTITY).eq("assent_outgoingmailid", mail).select(&["assent_emailid"]);
        let email = rx.first(&mail)?.and_then(|it| it.get("assent_emailid").as_guid());
        all.push((email, row.get("createdon").as_time().unwrap_or(rx.now())));
    }
    Ok(all)
}

/// The address that the ledger knows by this key, while it is known here as a friend's.
///
/// # Errors
/// Those of reading.
pub fn address_of(rx: &Rx<'_>, key: &str) -> Result<Option<String>> {
    let row = rx.elevated("forward to a friend").first(&Query::on(FRIEND).eq("assent_hash", key))?;
    Ok(row.map(|it| it.text("assent_email").to_owned()))
}

/// To whom a copy goes, asked for right before it leaves: the address in the form of a header, or why it does
/// not leave.
pub(super) fn recipient(rx: &Rx<'_>, mail: Uuid) -> Result<std::result::Result<String, &'static str>> {
    let query = Query::on(FRIEND).eq("assent_mailid", mail).compare("assent_expireson", CompareOp::Gt, rx.now());
    let Some(row) = rx.elevated("forward to a friend").first(&query)? else {
        return Ok(Err("The friend's address is deleted"));
    };
    let address = row.text("assent_email");
    if let Decision::Refused(it) = gate::ask_forward(rx, address)? {
        return Ok(Err(it.reason));
    }
    let name: String = row.text("assent_friendname").chars().filter(|it| !it.is_control()).collect();
    let name = Some(name.trim().to_owned()).filter(|it| !it.is_empty());
    Ok(match address.parse::<Address>() {
        Ok(address) => Ok(Mailbox::new(name, address).to_string()),
        Err(_) => Err("This is no mail address"),
    })
}

/// When the next address of a friend is to be deleted.
///
/// # Errors
/// Those of reading.
pub fn next_end(rx: &Rx<'_>) -> Result<Option<Timestamp>> {
    let first = rx.elevated("forward to a friend").first(&Query::on(FRIEND).order("assent_expireson asc")?)?;
    Ok(first.and_then(|it| it.get("assent_expireson").as_time()))
}

/// Deletes a part of what was typed in about friends 30 days ago, and the text of their copies; of these stay the links, so
/// that they lead on. Returns how many.
///
/// # Errors
/// Those of the write path.
pub fn purge(tx: &mut Tx<'_>) -> Result<usize> {
    let old = Query::on(FRIEND).compare("assent_expireson", CompareOp::Le, tx.now());
    let rows = tx.elevated("forward to a friend").rows(&old.part())?;
    for row in &rows {
        tx.as_system("forward to a friend", |tx| {
            tx.delete(FRIEND, row.id)?;
            let Some(mail) = row.get("assent_mailid").as_guid() else { return Ok(()) };
            let blank = ["assent_html", "assent_text", "assent_unsubscribeurl"];
            let values = blank.iter().fold(Values::new(), |values, it| values.with(it, Value::Null));
            tx.update(ENTITY, mail, values).map(|_| ())
        })?;
    }
    Ok(rows.len())
}
