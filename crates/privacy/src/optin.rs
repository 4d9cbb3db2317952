//! Double opt-in: a wish for more waits until the person confirms it from their own mailbox
//! (`spec/marketing.md` 9).
//!
//! *Not* the mail, nor what a form submission holds. Invariant: only the SHA-256 of the link's token is
//! kept; a wish is applied once, by the person pressing a button (law 11), within its life, and only while
//! the mailbox that got the mail is theirs; a newer wish for the same thing ends the older, and the very same
//! wish said again is the older one.

mod life;
pub mod mailbox;
mod pressed;

pub use life::{expire, purge, unconfirmed, unreminded};
pub use pressed::{close, confirm, evidence, find, raise};

use base64::Engine;
use jiff::{Timestamp, ToSpan};
use kernel::{
    Error, Query, Result, Rx, Tx, Values,
    blob::{sha256, unhex},
    subject::link_code,
    uuid::Uuid,
};

use crate::{
    consent::{self, Evidence, Level},
    wording,
};

/// How long the link of a confirmation mail works, in days (`spec/marketing.md` 9).
pub const LIFE_DAYS: i64 = 30;

const ENTITY: &str = "assent_optinrequest";

kernel::typed! {
    /// A wish that waits for its confirmation.
    pub struct OptInRequest as "assent_optinrequest" {
        /// Whose wish.
        pub contact: Option<Uuid> = "assent_contactid",
        /// Who is asked to confirm it for a child.
        pub custodian: Option<Uuid> = "assent_custodianid",
        /// The mailbox that is asked and that confirms; none of a custodian's is kept.
        pub address: Option<String> = "assent_email",
        /// 1 consent, 2 subscription list, 3 a form submission.
        pub kind: i64 = "assent_kind",
        /// The wished level, as an option value.
        pub value: Option<i64> = "assent_value",
        /// The wished list.
        pub list: Option<Uuid> = "assent_listid",
        /// The form on which it was wished.
        pub form: Option<Uuid> = "assent_formid",
        /// The submission.
        pub submission: Option<Uuid> = "assent_submissionid",
        /// The text that was shown.
        pub wording: Option<Uuid> = "assent_wordingid",
        /// Its language.
        pub language: Option<String> = "assent_language",
        /// When it was wished for first.
        pub created_on: Option<Timestamp> = "createdon",
        /// The network address from which it was wished for; kept by a setting only.
        pub requested_from: Option<String> = "assent_requestedfrom",
        /// The program with which it was wished for; kept by a setting only.
        pub requested_with: Option<String> = "assent_requestedwith",
        /// When it was wished for last.
        pub sent_on: Option<Timestamp> = "assent_senton",
        /// Mails that were written for it.
        pub mails: Option<i64> = "assent_mails",
        /// How many of them reminded.
        pub reminders: Option<i64> = "assent_reminders",
        /// Until when the link works.
        pub expires_on: Option<Timestamp> = "assent_expireson",
        /// 1 pending, 2 confirmed, 3 superseded, 4 expired.
        pub status: i64 = "statuscode",
    }
}

/// What a person wishes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A higher level of consent.
    Consent(Level),
    /// To be on a subscription list.
    List(Uuid),
    /// All that a submission of a form asks for (`spec/marketing.md` 9, "per form").
    Submission(Uuid),
}

/// A wish that waits, with the token of its link. The token is in nobody's hands but the mail's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// The request.
    pub request: Uuid,
    /// Whose wish; none where a submission waits and nobody is known yet.
    pub contact: Option<Uuid>,
    /// The custodian, who gets the mail in a child's place (Art. 8 GDPR).
    pub custodian: Option<Uuid>,
    /// The mailbox that it is bound to; none before the first mail to a custodian.
    pub address: Option<String>,
    /// What for.
    pub wish: Wish,
    /// The language in which it was wished.
    pub language: Option<String>,
    /// The form.
    pub form: Option<Uuid>,
    /// Mails that were written for it before.
    pub mails: i64,
    /// The secret of the link.
    pub token: String,
}

/// Whether wishes for more are confirmed by mail: the form's own switch, else the default marketing
/// setting, else yes.
///
/// # Errors
/// Those of reading.
pub fn is_on(rx: &Rx<'_>, form: Option<Uuid>) -> Result<bool> {
    let rx = rx.elevated("double opt-in");
    if let Some(form) = form
        && rx.find("msdyncrm_marketingform", form)?.is_some_and(|it| it.get("msdyncrm_enabledoubleoptin").is_true())
    {
        return Ok(true);
    }
    let setting = rx.first(&Query::on("msdyncrm_defaultmarketingsetting").eq("msdyncrm_default", true))?;
    Ok(setting.is_none_or(|it| it.get("msdyncrm_enabledoubleoptin").is_true()))
}

/// Notes a wish of a contact. The same wish said again, on the same form, is the one that waits.
///
/// # Errors
/// Those of the write path.
pub fn ask(tx: &mut Tx<'_>, contact: Uuid, wish: Wish, evidence: &Evidence) -> Result<Pending> {
    let (list, level) = match wish {
        Wish::List(list) => (Some(list), None),
        Wish::Consent(level) => (None, level.option()),
        Wish::Submission(_) => return Err(Error::bug("a submission is waited for by `ask_submission`")),
    };
    let kind = if list.is_some() { 2 } else { 1 };
    let custodian = match wish {
        Wish::Consent(level) => {
            let row = tx.elevated("double opt-in").get("contact", contact)?;
            let needed = consent::change::needs_custodian(tx, &row, level)?;
            needed.then(|| consent::child::custodian_of(tx, &row)).transpose()?
        }
        _ => None,
    };
    let wording = kept(tx, evidence)?;
    let mailbox = mailbox::now(tx, contact, custodian)?;
    let alike = Query::on(ENTITY)
        .eq("assent_contactid", contact)
        .eq("assent_custodianid", custodian)
        .eq("statuscode", 1)
        .eq("assent_kind", kind)
        .eq("assent_listid", list)
        .eq("assent_value", level)
        .eq("assent_formid", evidence.form)
        .eq("assent_wordingid", wording);
    // Another mailbox is asked anew: whoever reads the old one has the link of that wish.
    if let Some(known) = OptInRequest::first(&tx.elevated("double opt-in"), &alike)?
        && mailbox::of(tx, &known)?.is_none_or(|it| mailbox::same(&it, &mailbox))
    {
        return again(tx, &known);
    }
    supersede(tx, contact, list)?;
    let values = Values::new()
        .with("assent_contactid", contact)
        .with("assent_custodianid", custodian)
        .with("assent_email", Some(mailbox).filter(|it| custodian.is_none() && !it.is_empty()))
        .with("assent_kind", kind)
        .with("assent_value", level)
        .with("assent_listid", list)
        .with("assent_wordingid", wording);
    note(tx, values, evidence)
}

/// Notes that a submission waits; no contact needs to be there. What waits for the same form, address and
/// contact is ended: people who share an address do not end each other's.
///
/// # Errors
/// Those of the write path.
pub fn ask_submission(
    tx: &mut Tx<'_>,
    contact: Option<Uuid>,
    address: &str,
    submission: Uuid,
    evidence: &Evidence,
) -> Result<Pending> {
    for other in submissions(tx, address, evidence.form, contact)? {
        tx.as_system("double opt-in", |tx| tx.update(ENTITY, other.id, Values::new().with("statuscode", 3)))?;
    }
    let wording = kept(tx, evidence)?;
    let values = Values::new()
        .with("assent_contactid", contact)
        .with("assent_email", address)
        .with("assent_kind", 3)
        .with("assent_wordingid", wording);
    note(tx, values, &Evidence { submission: Some(submission), ..evidence.clone() })
}

/// Submissions of a form that wait for this address and contact, or for nobody who is known yet.
///
/// # Errors
/// Those of reading.
pub fn submissions(rx: &Rx<'_>, address: &str, form: Option<Uuid>, contact: Option<Uuid>) -> Result<Vec<OptInRequest>> {
    let query = Query::on(ENTITY)
        .eq("assent_email", address)
        .eq("assent_kind", 3)
        .eq("assent_formid", form)
        .eq("assent_contactid", contact)
        .eq("statuscode", 1);
    OptInRequest::rows(&rx.elevated("double opt-in"), &query)
}

/// The wish was said again: its link works anew for its whole life.
///
/// # Errors
/// Those of the write path.
pub fn again(tx: &mut Tx<'_>, request: &OptInRequest) -> Result<Pending> {
    let pending = pending(tx, request)?;
    let (now, expires) = life(tx)?;
    let values = Values::new()
        .with("assent_tokenhash", sha256(pending.token.as_bytes()))
        .with("assent_senton", now)
        .with("assent_expireson", expires);
    tx.as_system("double opt-in", |tx| tx.update(ENTITY, request.id, values))?;
    Ok(pending)
}

/// A waiting wish with the token of its link.
///
/// # Errors
/// `Bug` for a row that is no wish.
pub fn pending(rx: &Rx<'_>, request: &OptInRequest) -> Result<Pending> {
    let none = || Error::bug("a double opt-in request without what it is for");
    let wish = match request.kind {
        1 => Wish::Consent(Level::of_option(request.value)?),
        2 => Wish::List(request.list.ok_or_else(none)?),
        _ => Wish::Submission(request.submission.ok_or_else(none)?),
    };
    Ok(Pending {
        request: request.id,
        contact: request.contact,
        custodian: request.custodian,
        address: mailbox::of(rx, request)?,
        wish,
        language: request.language.clone(),
        form: request.form,
        mails: request.mails.unwrap_or(0),
        token: token(rx, request.id)?,
    })
}

/// Notes that a mail was written for it.
///
/// # Errors
/// Those of the write path.
pub fn mailed(tx: &mut Tx<'_>, pending: &Pending, reminds: bool) -> Result<()> {
    let row = OptInRequest::get(&tx.elevated("double opt-in"), pending.request)?;
    let values = Values::new()
        .with("assent_mails", row.mails.unwrap_or(0) + 1)
        .with("assent_reminders", row.reminders.unwrap_or(0) + i64::from(reminds));
    tx.as_system("double opt-in", |tx| tx.update(ENTITY, pending.request, values)).map(|_| ())
}

fn note(tx: &mut Tx<'_>, values: Values, evidence: &Evidence) -> Result<Pending> {
    let id = tx.cx().new_id();
    let (now, expires) = life(tx)?;
    let (from, with) = consent::origin(tx)?;
    let values = values
        .with("assent_requestedfrom", from)
        .with("assent_requestedwith", with)
        .with("assent_formid", evidence.form)
        .with("assent_submissionid", evidence.submission)
        .with("assent_language", evidence.language.clone())
        .with("assent_source", evidence.source.word())
        .with("assent_tokenhash", sha256(token(tx, id)?.as_bytes()))
        .with("assent_senton", now)
        .with("assent_expireson", expires);
    tx.as_system("double opt-in", |tx| tx.create_as(ENTITY, id, values))?;
    let request = OptInRequest::get(&tx.elevated("double opt-in"), id)?;
    pending(tx, &request)
}

fn kept(tx: &mut Tx<'_>, evidence: &Evidence) -> Result<Option<Uuid>> {
    match &evidence.wording {
        Some(text) => Ok(Some(wording::keep(tx, text, evidence.language.as_deref())?)),
        None => Ok(None),
    }
}

/// Now, and the end of the link's life.
fn life(rx: &Rx<'_>) -> Result<(Timestamp, Timestamp)> {
    let now = rx.now();
    let expires = now.checked_add((LIFE_DAYS * 24).hours()).map_err(|_| Error::bug("a date out of range"))?;
    Ok((now, expires))
}

/// The secret of a request's link: a keyed code that only this store can make, so that a reminder holds
/// the same link as the mail before it, and no row holds the secret.
fn token(rx: &Rx<'_>, request: Uuid) -> Result<String> {
    let code = link_code(rx, &format!("double opt-in {request}"))?;
    let bytes = unhex(&code).ok_or_else(|| Error::bug("the code of a link is none"))?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// Ends what waits for the same thing: the level, or one list.
///
/// # Errors
/// Those of the write path.
pub fn supersede(tx: &mut Tx<'_>, contact: Uuid, list: Option<Uuid>) -> Result<()> {
    let query = Query::on(ENTITY)
        .eq("assent_contactid", contact)
        .eq("statuscode", 1)
        .eq("assent_kind", if list.is_some() { 2 } else { 1 })
        .eq("assent_listid", list);
    for id in tx.elevated("double opt-in").ids(&query)? {
        tx.as_system("double opt-in", |tx| tx.update(ENTITY, id, Values::new().with("statuscode", 3)))?;
    }
    Ok(())
}
