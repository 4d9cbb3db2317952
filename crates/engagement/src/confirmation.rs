//! The mail that asks a person to confirm a wish (`spec/marketing.md` 9).
//!
//! *Not* the wish (`privacy::optin`). Invariant: one mail for each wish of a contact, one for all that a
//! form with its own double opt-in asks for; never tracked; at most one round of mails to an address in
//! an hour; the link opens a page with a button (law 11).

mod daily;
mod thanks;
mod write;

use connect::mail;
use jiff::{Timestamp, ToSpan};
use kernel::{Kind, Query, Result, Rx, Tx, metadata::file::Label, uuid::Uuid};
use odata::CompareOp;
use privacy::{
    consent::{Confirmation, Decision, Level, Purpose, gate, meaning},
    optin::{self, OptInRequest, Pending, Wish, mailbox},
};

use crate::{form, interaction, language};

pub(crate) use daily::daily_job;
pub use daily::{DAILY, PURGE_DAYS, REMINDERS};
pub use thanks::thanks;

/// One thing that a wish is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// To be on the list of this name.
    List(String),
    /// A level of consent: its label and what it means, which may be empty.
    Level(String, String),
    /// That the form of this name was filled in.
    Form(String),
    /// That the custodian speaks for the child of this name.
    Child(String),
}

/// What a wish is about, in words of the store.
///
/// # Errors
/// `Gone` when the form no longer takes what was filled in.
pub fn asked(rx: &Rx<'_>, request: &OptInRequest, tongue: &str) -> Result<Vec<Asked>> {
    let rx = rx.elevated("confirmation");
    let list = |id: Uuid| -> Result<Asked> { Ok(Asked::List(rx.get("list", id)?.text("listname").to_owned())) };
    let level = |level: Level| -> Result<Asked> {
        let words = meaning::of(&rx, level)?;
        let text = |it: &Label| language::label(it, tongue).to_owned();
        Ok(Asked::Level(text(&words.label), text(&words.description)))
    };
    match optin::pending(&rx, request)?.wish {
        Wish::List(id) => Ok(vec![list(id)?]),
        Wish::Consent(wish) => {
            let child = match (request.custodian, request.contact) {
                (Some(_), Some(child)) => Some(Asked::Child(rx.get("contact", child)?.text("firstname").to_owned())),
                _ => None,
            };
            Ok(child.into_iter().chain([level(wish)?]).collect())
        }
        Wish::Submission(_) => {
            let (form, lists, wish) = form::asked(&rx, request)?;
            let mut all = vec![Asked::Form(form.name)];
            all.extend(wish.map(level).transpose()?);
            for id in lists {
                all.push(list(id)?);
            }
            Ok(all)
        }
    }
}

/// The earliest moment at which this address may get another confirmation mail; none is now.
///
/// # Errors
/// Those of reading.
pub fn not_before(rx: &Rx<'_>, address: &str) -> Result<Option<Timestamp>> {
    let next = rounds(rx, address, None)?.into_iter().filter_map(|it| it.checked_add(1.hours()).ok()).max();
    Ok(next.filter(|it| *it > rx.now()))
}

/// When confirmation mails left, or are to leave, for this address; those of one wish where it is given.
fn rounds(rx: &Rx<'_>, address: &str, wish: Option<Uuid>) -> Result<Vec<Timestamp>> {
    let rx = rx.elevated("confirmation");
    let yesterday = rx.now().checked_sub(24.hours()).unwrap_or(Timestamp::UNIX_EPOCH);
    let query = Query::on(mail::ENTITY)
        .eq("assent_to", address)
        .eq("assent_purpose", Confirmation::NUMBER)
        .filter("statuscode ne 5 and statuscode ne 6")?
        .compare("createdon", CompareOp::Ge, yesterday);
    let facts = ["assent_optinrequestid", "assent_senton", "statecode", "createdon", "assent_nextattempton"];
    let mut all = Vec::new();
    for row in rx.rows(&query.select(&facts))? {
        let request = row.get("assent_optinrequestid").as_guid();
        if wish.is_some() && request != wish {
            continue;
        }
        let sent = row.get("assent_senton").as_time();
        let waits = match request {
            Some(id) => rx.find("assent_optinrequest", id)?.is_some_and(|it| it.get("statuscode").as_int() == Some(1)),
            None => false,
        };
        // What was overtaken before it left will not leave.
        if sent.is_some() || waits || row.get("statecode").as_int() == Some(1) {
            let written = row.get("createdon").as_time();
            all.extend(sent.or(written.max(row.get("assent_nextattempton").as_time())));
        }
    }
    Ok(all)
}

/// Writes the confirmation mail of a wish, to leave at the moment that [`not_before`] gave for the person's
/// address; a custodian's is looked at here. `None` where whoever confirms allows no mail at all, and so cannot,
/// where the mail of the very same wish is fresh, and where the mailbox is another one than that of the wish.
///
/// # Errors
/// Those of the write path.
pub fn send(tx: &mut Tx<'_>, pending: &Pending, not_before: Option<Timestamp>) -> Result<Option<Uuid>> {
    put(tx, pending, not_before, false)
}

fn put(tx: &mut Tx<'_>, pending: &Pending, not_before: Option<Timestamp>, reminds: bool) -> Result<Option<Uuid>> {
    // A child's custodian is asked in their place.
    let decision = match (pending.custodian.or(pending.contact), &pending.address) {
        (Some(contact), _) => gate::ask::<Confirmation>(tx, contact, Level::None)?,
        (None, Some(address)) => gate::ask_address(tx, address)?,
        (None, None) => return Ok(None),
    };
    let permit = match decision {
        Decision::Granted(permit) => permit,
        Decision::Refused(_) => return Ok(None),
    };
    // The link is for one mailbox; in another one it would be of no use.
    if pending.address.as_deref().is_some_and(|it| !mailbox::same(it, permit.address())) {
        return Ok(None);
    }
    let hour = tx.now().checked_sub(1.hours()).unwrap_or(Timestamp::UNIX_EPOCH);
    if rounds(tx, permit.address(), Some(pending.request))?.iter().any(|it| *it > hour) {
        return Ok(None);
    }
    let mut message = write::message(tx, pending, reminds)?;
    message.optin = Some(pending.request);
    // The hour is that of the mailbox; a custodian's is not the child's.
    message.not_before = match pending.custodian {
        Some(_) => self::not_before(tx, permit.address())?,
        None => not_before,
    };
    message.idempotency_key = format!("optin:{}:{}", pending.request, pending.mails);
    let mail = mail::enqueue(tx, message, permit)?;
    optin::mailed(tx, pending, reminds)?;
    Ok(Some(mail))
}

/// The wish behind a token, while the mailbox that got it is that of whoever confirms.
///
/// # Errors
/// `NotFound` for a token that was never given out, `Gone` for one that is of no use any more.
pub fn open(rx: &Rx<'_>, token: &str) -> Result<OptInRequest> {
    let request = optin::find(rx, token)?;
    if let Some(contact) = request.contact {
        mailbox::check(rx, &request, contact)?;
    }
    Ok(request)
}

/// The person pressed the button: the wish, or the submission with all its wishes, is applied.
///
/// # Errors
/// `NotFound` for a token that was never given out, `Gone` for one that is of no use any more.
pub fn confirm(tx: &mut Tx<'_>, token: &str) -> Result<OptInRequest> {
    let request = optin::find(tx, token)?;
    if request.kind != 3 {
        let (request, further) = optin::confirm(tx, token)?;
        if let Some(pending) = further {
            send(tx, &pending, None)?;
        }
        if let (2, Some(contact), Some(list)) = (request.kind, request.contact, request.list) {
            interaction::of_list(tx, contact, list, true)?;
        }
        return Ok(request);
    }
    form::apply(tx, &request)?;
    Ok(request)
}

/// What became of wishes whose mail was to be sent again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resent {
    /// A mail was written.
    pub written: usize,
    /// The last mail to the address is younger than an hour.
    pub too_soon: usize,
    /// The person allows no mail, or the wish can no longer be confirmed.
    pub refused: usize,
}

/// Sends the mails of these wishes again, as a user's act. The link stays the same.
///
/// # Errors
/// Those of the write path.
pub fn resend(tx: &mut Tx<'_>, requests: &[OptInRequest]) -> Result<Resent> {
    let mut done = Resent::default();
    for request in requests {
        match attempt(tx, request, false)? {
            Repeated::Written => done.written += 1,
            Repeated::TooSoon => done.too_soon += 1,
            Repeated::Refused => done.refused += 1,
        }
    }
    Ok(done)
}

/// Wishes that wait: those of one address, else all that have waited for so many days.
///
/// # Errors
/// Those of reading.
pub fn waiting(rx: &Rx<'_>, address: Option<&str>, days: i64) -> Result<Vec<OptInRequest>> {
    let mut all = optin::unconfirmed(rx, days)?;
    if let Some(address) = address {
        let mut theirs = Vec::new();
        for request in all {
            if address_of(rx, &request)?.is_some_and(|it| it.eq_ignore_ascii_case(address.trim())) {
                theirs.push(request);
            }
        }
        all = theirs;
    }
    Ok(all)
}

/// Where the mail of a wish goes: to the mailbox that it is bound to, else to whoever is to confirm it.
fn address_of(rx: &Rx<'_>, request: &OptInRequest) -> Result<Option<String>> {
    match (mailbox::of(rx, request)?, request.custodian.or(request.contact)) {
        (Some(mailbox), _) => Ok(Some(mailbox)),
        (None, Some(contact)) => {
            let row = rx.elevated("confirmation").find("contact", contact)?;
            Ok(row.map(|it| it.text("emailaddress1").to_owned()))
        }
        (None, None) => Ok(None),
    }
}

enum Repeated {
    Written,
    TooSoon,
    Refused,
}

/// As [`repeat`]; a wish that can no longer be confirmed, because its form or list is another now or gone,
/// holds up no other.
fn attempt(tx: &mut Tx<'_>, request: &OptInRequest, reminds: bool) -> Result<Repeated> {
    match tx.attempt(|tx| repeat(tx, request, reminds)) {
        Err(error) if matches!(error.kind, Kind::Gone | Kind::NotFound | Kind::Invalid) => Ok(Repeated::Refused),
        other => other,
    }
}

fn repeat(tx: &mut Tx<'_>, request: &OptInRequest, reminds: bool) -> Result<Repeated> {
    let Some(address) = address_of(tx, request)? else { return Ok(Repeated::Refused) };
    if not_before(tx, &address)?.is_some() {
        return Ok(Repeated::TooSoon);
    }
    let pending = optin::pending(tx, request)?;
    Ok(match put(tx, &pending, None, reminds)? {
        Some(_) => Repeated::Written,
        None => Repeated::Refused,
    })
}
